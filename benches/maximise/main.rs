//! What a step of activation maximisation costs, beside the bare forward and backward pass of the same batch:
//! `cargo bench -p advlab-benches --bench maximise`.
//!
//! All units of a layer, or eight classes of ImageNet, as one batch, with the default settings for nets of that kind.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use advlab_analysis::basis::Reading;
use advlab_analysis::maximise::{Job, Maximise, MaximiseParams};
use advlab_benches::clock;
use advlab_core::{Classifier, InputShape, Layer, Seed, Stop};
use advlab_model_zoo::{Foreign, OpenOptions, open, read};
use tch::{Device, Kind, Tensor};

/// What a step may cost, of a bare pass.
const LIMIT: f64 = 1.2;
/// Below the folder of data.
const IMAGENET: &str = "imagenet/mobilenet_v2_1.0_224.pt";
/// Ostrich, flamingo, lion, cab, volcano, daisy, goldfish, great white shark.
const CLASSES: [i64; 8] = [9, 130, 291, 468, 980, 985, 1, 2];
/// The two are timed in turn for so long, at least three times.
const LONGEST: Duration = Duration::from_secs(30);
const ROUNDS: u32 = 40;

fn main() {
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let threads = advlab_benches::share_threads();
    println!("{threads} threads (ADVLAB_BENCH_THREADS); default settings, all directions as one batch\n");
    println!("{:<44} {:>8} {:>8}  {:<7} of", "a step over a bare pass", "measured", "at most", "");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("smallest/fc100-100-10.safetensors");
    let (dense, _) = read(&file, None).expect("the weights beside the benches are whole");
    let mut missed = 0;
    missed += compare("fc100-100-10", &dense, "dense2", None);
    for (name, layer) in [("cnn", "dense1"), ("cnn", Layer::SCORES), ("objects", Layer::SCORES)] {
        missed += compare(name, opened(name, None).as_ref(), layer, None);
    }
    let data = std::env::var_os("ADVLAB_DATA").map(|data| PathBuf::from(data).join(IMAGENET));
    match data.filter(|file| file.is_file()) {
        Some(file) => {
            let shape = InputShape { channels: 3, height: 224, width: 224 };
            let net = opened(&file.to_string_lossy(), Some(shape));
            missed += compare("mobilenet_v2 at 224", net.as_ref(), Layer::SCORES, Some(&CLASSES));
        }
        None => println!("photographs are left out: no {IMAGENET} in the folder that ADVLAB_DATA names"),
    }
    println!("\n{}", if missed == 0 { "all met".to_owned() } else { format!("{missed} not met") });
}

fn opened(name: &str, input_shape: Option<InputShape>) -> Box<dyn Classifier> {
    let foreign = Foreign { input_shape, ..Foreign::default() };
    open(name, &OpenOptions { foreign, device: Device::Cpu }).expect("the net can be opened").net
}

/// Prints a line, and returns 1 if it misses its target.
fn compare(name: &str, net: &dyn Classifier, layer: &str, units: Option<&[i64]>) -> u32 {
    let options = (Kind::Float, Device::Cpu);
    let one = Tensor::full(net.input().batch(1), 0.5, options);
    let width = net.activations(&one, layer).expect("the layer is there").size()[1];
    let all = Tensor::eye(width, options);
    let directions = units.map_or_else(|| all.shallow_clone(), |units| all.index_select(0, &Tensor::from_slice(units)));
    let n = directions.size()[0];
    let large = net.input().len() > 100_000;
    let params = MaximiseParams { steps: if large { 8 } else { 96 }, ..MaximiseParams::for_input(net.input()) };
    let steps = params.steps;
    let maximise = params.check().expect("the default settings can run");
    let (pictures, _) = made(&maximise, net, layer, &directions);
    let (mut ours, mut least) = (Duration::MAX, Duration::MAX);
    let began = Instant::now();
    for round in 0..ROUNDS {
        if round > 2 && began.elapsed() > LONGEST {
            break;
        }
        least = least.min(clock(|| (1..steps).for_each(|_| bare(net, layer, &pictures, &directions))));
        ours = ours.min(made(&maximise, net, layer, &directions).1);
    }
    let each = |time: Duration| time.as_secs_f64() * 1e3 / f64::from(steps - 1);
    let ratio = each(ours) / each(least);
    let verdict = if ratio <= LIMIT { "ok" } else { "MISSED" };
    let what = format!("{name}, {layer}, {n} directions");
    println!("{what:<44} {ratio:>8.3} {LIMIT:>8.3}  {verdict:<7} {:.3} ms of {:.3} ms", each(ours), each(least));
    u32::from(ratio > LIMIT)
}

/// One forward and backward pass.
fn bare(net: &dyn Classifier, layer: &str, pictures: &Tensor, directions: &Tensor) {
    let x = pictures.detach().set_requires_grad(true);
    let values = net.activations(&x, layer).expect("pictures of its size") * directions;
    let _ = Tensor::run_backward(&[values.sum(Kind::Float)], &[&x], false, false);
}

/// A run's pictures, and how long it takes from the end of its first step to that of its last one.
fn made(maximise: &Maximise, net: &dyn Classifier, layer: &str, directions: &Tensor) -> (Tensor, Duration) {
    let (batch, stop) = (directions.size()[0] as usize, Stop::default());
    let job =
        Job { net, layer, climbed: None, reading: Reading::Mean, directions, seed: Seed::new(1), batch, stop: &stop };
    let (mut first, mut last) = (None, Duration::ZERO);
    let mut told = |_| last = first.get_or_insert_with(Instant::now).elapsed();
    let made = maximise.run(&job, &mut told).expect("the ascent stays finite");
    (made.pictures, last)
}
