//! Photographs to ostrich on an ImageNet net: what a gradient costs, and how small the changes are, as numbers and as files of 8 bits.

use std::path::{Path, PathBuf};

use advlab_attacks::perturb::{Method, PerturbParams};
use advlab_benches::clock;
use advlab_core::{Classifier, InputShape, Pictures};
use advlab_datasets::photo::{Fit, MAX_PIXELS, Photo, list};
use advlab_model_zoo::{Foreign, OpenOptions, open};
use tch::{Device, Kind, Tensor};

use crate::came::{Came, Promises, find, our, their};

/// Where the net and the photographs are, below the folder of data.
const NET: &str = "imagenet/mobilenet_v2_1.0_224.pt";
const PHOTOS: &str = "imagenet/photos";
const SHAPE: InputShape = InputShape { channels: 3, height: 224, width: 224 };
/// ImageNet's number of the ostrich.
const OSTRICH: i64 = 9;
/// Photographs that go through the net together.
const BATCH: usize = 4;
/// Gradients and bare passes that are timed, and how often. A search also asks the net a few times before and after.
const PASSES: u32 = 50;
const ROUNDS: usize = 3;

/// Compares on all photographs; tells it where there are none.
pub(crate) fn compare(threads: usize, promises: &mut Promises) {
    let Some(folder) = std::env::var_os("ADVLAB_DATA").map(PathBuf::from).filter(|data| data.join(NET).is_file())
    else {
        println!("\nphotographs are left out: no {NET} in the folder that ADVLAB_DATA names");
        return;
    };
    let foreign = Foreign { input_shape: Some(SHAPE), ..Foreign::default() };
    let net = open(&folder.join(NET).to_string_lossy(), &OpenOptions { foreign, device: Device::Cpu });
    let net = net.expect("the net can be opened").net;
    let pictures = photographs(&folder.join(PHOTOS), net.as_ref());
    let n = pictures.tensor().size()[0] as usize;
    println!("\n{n} photographs to ostrich, {}", net.name());
    let targets = vec![OSTRICH; n];
    let ask = |method: Method, bits: u8| {
        let params = PerturbParams { method, steps: Some(100), bits, ..PerturbParams::default() };
        our(net.as_ref(), &pictures, &targets, &params, BATCH)
    };
    let overhead = overhead(net.as_ref(), &pictures);
    let (float, rounded) = (ask(Method::Minimal, 0), ask(Method::Minimal, 8));
    let methods = ["ddn:100", "ddn-256-levels:100"].map(str::to_owned);
    let theirs = their(&folder.join(NET), pictures.tensor(), &targets, threads, &methods);
    [&float, &rounded].into_iter().chain(&theirs).for_each(Came::show);
    promises.line("seconds of a gradient over those of a bare forward and backward pass", overhead, 1.15);
    promises.line("photographs not reached", (n - float.reached()) as f64, 0.0);
    promises.line("photographs that are not reached with 8 bits", (n - rounded.reached()) as f64, 0.0);
    if let Some(ddn) = find(&theirs, "ddn:100") {
        promises.line("median L2 of minimal at 100 gradients beside DDN's", float.median(), ddn.median());
    }
    if let Some(ddn) = find(&theirs, "ddn-256-levels:100") {
        promises.line("median L2 with 8 bits beside that of DDN with 256 levels", rounded.median(), ddn.median());
    }
}

/// The photographs that the net does not take for an ostrich, as files of the net's size would have them.
fn photographs(folder: &Path, net: &dyn Classifier) -> Pictures {
    let read = |file: &PathBuf| {
        let photo = Photo::read(file, MAX_PIXELS).expect("a photograph");
        photo.fit(SHAPE, Fit::Crop).expect("large enough").pictures().expect("values from 0 to 1")
    };
    let all: Vec<Pictures> = list(folder).expect("photographs").iter().map(read).collect();
    let other =
        |picture: &&Pictures| net.classify(picture.tensor()).expect("a picture of its size").labels[0] != OSTRICH;
    let tensors: Vec<&Tensor> = all.iter().filter(other).map(Pictures::tensor).collect();
    Pictures::new((Tensor::cat(&tensors, 0) * 255.0).round() / 255.0).expect("values from 0 to 1")
}

/// Seconds of a gradient within a search over those of a bare forward and backward pass, the two in turn on one batch; the fastest of
/// each.
fn overhead(net: &dyn Classifier, pictures: &Pictures) -> f64 {
    let first = Pictures::new(pictures.tensor().narrow(0, 0, BATCH as i64)).expect("values from 0 to 1");
    let targets = [OSTRICH; BATCH];
    let params = PerturbParams { steps: Some(PASSES), bits: 0, ..PerturbParams::default() };
    let bare = || {
        for _ in 0..PASSES {
            let x = first.tensor().copy().set_requires_grad(true);
            let scores = net.scores(&x).expect("pictures of its size");
            let _ = Tensor::run_backward(&[scores.sum(Kind::Float)], &[&x], false, false);
        }
    };
    let (mut within, mut without) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        without = without.min(clock(bare).as_secs_f64() / f64::from(PASSES));
        let came = our(net, &first, &targets, &params, BATCH);
        within = within.min(came.seconds / came.gradients);
    }
    within / without
}
