//! What the largest exponents of many pictures cost, beside the Jacobians' own matrix products:
//! `cargo bench -p advlab-benches --bench lyapunov`.
//!
//! 10 000 digits through a net of 16 tanh layers of width 20. Against it: libtorch's batched products that make the whole Jacobian of each
//! picture, in single precision, from the factors that are there already: from the last layer back, the cheaper order, and from the first layer on.
//! The exponents start from the pictures and are computed in double precision.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::time::Duration;

use advlab_analysis::lyapunov::{Stretch, Wanted};
use advlab_benches::{clock, race};
use advlab_core::{Activation, Classifier as _, Seed};
use advlab_datasets::{LoadOptions, Split, load};
use advlab_model_zoo::{ModelSpec, Net, Output};
use tch::{Kind, Tensor, no_grad};

const LAYERS: usize = 16;
const WIDTH: i64 = 20;
const PICTURES: usize = 10_000;
/// Pictures whose Jacobians are in memory together.
const BATCH: i64 = 1000;
/// What the exponents may cost, of the products in the cheaper order.
const LIMIT: f64 = 3.0;

fn main() {
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let threads = advlab_benches::share_threads();
    let options = LoadOptions { count: Some(PICTURES), ..LoadOptions::default() };
    let digits = load("mnist", Split::Test, &options).or_else(|_| load("digits", Split::Test, &options));
    let digits = digits.expect("digits can always be drawn");
    let spec =
        ModelSpec { activation: Activation::Tanh, output: Output::Softmax, ..ModelSpec::sigmoid_mlp(&[WIDTH; LAYERS]) };
    let net = Net::random("deep", &spec, Seed::new(1)).expect("dense layers fit together");
    let pictures = digits.pictures(0..digits.len()).expect("they are there");
    let pictures = pictures.tensor();
    let stretch = Stretch::new(&net, None, None).expect("dense layers");
    println!("{} pictures of {}, {LAYERS} layers of width {WIDTH}; {threads} threads", digits.len(), digits.name());

    let dense = net.dense().expect("dense layers alone");
    let factors: Vec<Tensor> = (0..LAYERS)
        .map(|at| {
            let values = net.activations(&pictures.narrow(0, 0, BATCH), &format!("dense{}", at + 1)).expect("a layer");
            let slopes: Tensor = 1.0 - values.square();
            let layer = &dense.layers[at];
            let weights = Tensor::from_slice(&layer.weights).reshape([layer.outputs as i64, layer.inputs as i64]);
            slopes.unsqueeze(2) * weights.unsqueeze(0)
        })
        .collect();
    let times = digits.len() as i64 / BATCH;
    let back = || {
        for _ in 0..times {
            let mut product = factors[LAYERS - 1].shallow_clone();
            for factor in factors[..LAYERS - 1].iter().rev() {
                product = product.bmm(factor);
            }
        }
    };
    let on = || {
        for _ in 0..times {
            let mut product = factors[0].shallow_clone();
            for factor in &factors[1..] {
                product = factor.bmm(&product);
            }
        }
    };
    let ours = || drop(stretch.of(pictures, Wanted::Leading).expect("the net is whole"));
    clock(ours); // the first pass through libtorch starts its threads
    let (exponents, cheaper) = race(7, ours, || no_grad(back));
    let (_, dearer) = race(2, || (), || no_grad(on));
    let seconds = |time: Duration| time.as_secs_f64();
    println!(
        "  exponents {:.3} s; products from the last layer back {:.3} s, from the first on {:.3} s",
        seconds(exponents),
        seconds(cheaper),
        seconds(dearer)
    );
    let exact = exact(&factors);
    let own = stretch.of(&pictures.narrow(0, 0, BATCH), Wanted::Leading).expect("the net is whole").leading();
    let apart = own.iter().zip(exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    println!("  largest difference from a decomposition of the first {BATCH} Jacobians: {apart:.1e}");
    let ratio = seconds(exponents) / seconds(cheaper);
    let met = ratio <= LIMIT && apart < 1e-4;
    println!("exponents over products {ratio:>8.3}  at most {LIMIT:.1}  {}", if met { "met" } else { "MISSED" });
}

/// Largest exponents by libtorch's decomposition of whole Jacobians, in double precision.
fn exact(factors: &[Tensor]) -> Vec<f64> {
    let mut product = factors[0].to_kind(Kind::Double);
    for factor in &factors[1..] {
        product = factor.to_kind(Kind::Double).bmm(&product);
    }
    let (_, values, _) = product.svd(true, false);
    Vec::<f64>::try_from(values.select(1, 0).log() / LAYERS as f64).expect("one for each picture")
}
