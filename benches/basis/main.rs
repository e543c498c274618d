//! What the top pictures of a layer's units and of random directions cost, beside the work that cannot be left out:
//! `cargo bench -p advlab-benches --bench basis`.
//!
//! 60 000 pictures of MNIST, all 100 units of the second layer of FC100-100-10 and 1000 random directions, the eight pictures
//! that drive each most, and the moments of all values. Against it: the bare pass to that layer, and one matrix product.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::path::Path;
use std::time::Duration;

use advlab_analysis::basis::{Directions, Drive, Driven, Reading};
use advlab_benches::{clock, race};
use advlab_core::{Classifier as _, Seed};
use advlab_datasets::{Dataset, LoadOptions, Split, load};
use advlab_model_zoo::{Net, read};
use tch::{Device, Kind, Tensor, no_grad};

const LAYER: &str = "dense2";
const UNITS: usize = 100;
const RANDOM: usize = 1000;
const TOP: usize = 8;
/// Pictures that go through the net together.
const BATCH: usize = 512;
const ROUNDS: usize = 9;

/// What the whole may cost, of the pass and the product.
const LIMIT: f64 = 2.0;
/// Gigabytes that the process may hold at most, the data set with them.
const MEMORY: f64 = 1.0;

fn main() {
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let threads = advlab_benches::share_threads();
    let digits = match load("mnist", Split::Train, &LoadOptions::default()) {
        Ok(digits) => digits,
        Err(error) => return println!("MNIST is left out: {error}"),
    };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("smallest/fc100-100-10.safetensors");
    let (net, _) = read(&file, None).expect("the weights beside the benches are whole");
    let units: Vec<usize> = (0..UNITS).collect();
    let natural = Directions::natural(&units, UNITS).expect("the layer has as many");
    let random = Directions::on_sphere(RANDOM, UNITS, Seed::new(1)).expect("there are some");
    println!("{} pictures, {UNITS} units and {RANDOM} random directions; {threads} threads", digits.len());

    let whole = || stream(&net, &digits, &[&natural, &random]);
    clock(whole); // the first pass through libtorch starts its threads
    // Memory is looked at before the bare pass, which holds more than it needs.
    let memory = peak();
    let pictures = digits.pictures(0..digits.len()).expect("they are there");
    let matrix = Tensor::cat(&[natural.matrix(), random.matrix()], 0).tr().contiguous();
    let mut product = Tensor::zeros([pictures.len(), (UNITS + RANDOM) as i64], (Kind::Float, Device::Cpu));
    let bare = || no_grad(|| bare(&net, pictures.tensor(), &matrix, &mut product));
    let (ours, least) = race(ROUNDS, || drop(whole()), bare);
    let (convert, _) = race(3, || batches(&digits).for_each(drop), || ());
    let seconds = |time: Duration| time.as_secs_f64();
    println!("  the whole {:.3} s, of that bytes to pictures {:.3} s", seconds(ours), seconds(convert));
    println!("  the bare pass and one product {:.3} s", seconds(least));
    let mut missed = 0;
    let mut line = |what: &str, value: f64, limit: f64| {
        let met = value <= limit;
        missed += usize::from(!met);
        println!("  {what:<56} {value:>8.3}  at most {limit:>6.3}  {}", if met { "met" } else { "MISSED" });
    };
    line("the whole over the bare pass and one product", seconds(ours) / seconds(least), LIMIT);
    if let Some(memory) = memory {
        line("most memory of the process, in GB", memory, MEMORY);
    }
    println!("\n{}", if missed == 0 { "all met".to_owned() } else { format!("{missed} not met") });
}

/// The data set in batches.
fn batches(digits: &Dataset) -> impl Iterator<Item = (Tensor, &[i64])> {
    (0..digits.len()).step_by(BATCH).map(|start| {
        let end = (start + BATCH).min(digits.len());
        let pictures = digits.pictures(start..end).expect("they are there");
        (pictures.tensor().shallow_clone(), &digits.labels()[start..end])
    })
}

/// From the bytes of the data set to what it is to each direction.
fn stream(net: &Net, digits: &Dataset, groups: &[&Directions]) -> Vec<Vec<Driven>> {
    let mut drive = Drive::new(groups, TOP, digits.classes().len()).expect("directions of one layer");
    for (pictures, labels) in batches(digits) {
        let values = no_grad(|| net.activations(&pictures, LAYER)).expect("the net has the layer");
        let vectors = Reading::default().vectors(&values).expect("vectors already");
        drive.add(&vectors, labels).expect("the values are numbers");
    }
    drive.finish().expect("libtorch multiplies")
}

/// The pass to the layer in the same batches, from pictures that are there already, and one product with all directions into
/// memory that is there already.
fn bare(net: &Net, pictures: &Tensor, matrix: &Tensor, product: &mut Tensor) {
    let layer = |batch: &Tensor| net.activations(batch, LAYER).expect("the net has the layer");
    let values: Vec<Tensor> = pictures.split(BATCH as i64, 0).iter().map(layer).collect();
    let _ = Tensor::cat(&values, 0).mm_out(product, matrix);
}

/// The most memory that this process has held so far, in gigabytes, as Linux counts it.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1e6)
}
