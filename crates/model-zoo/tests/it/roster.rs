//! Nets of every kind, small, and pictures for them.

use advlab_core::{Classifier, Seed};
use advlab_model_zoo::{ModelSpec, Net};
use rand::Rng as _;
use tch::{Kind, Tensor};

/// TOML of nets of every kind.
pub(crate) const SPECS: [&str; 6] = [
    "hidden = [30]\nactivation = 'sigmoid'\noutput = 'sigmoid'",
    "hidden = [40, 30, 20]\nactivation = 'sigmoid'\noutput = 'sigmoid'",
    "hidden = [12, 7]\nactivation = 'tanh'\noutput = 'softmax'",
    "hidden = [16]\nactivation = 'relu'\noutput = 'softmax'\ninput = '3x8x6'\nclasses = ['cat', 'dog']",
    "hidden = []\nactivation = 'tanh'\noutput = 'softmax'",
    "layers = [{ conv = { filters = 4, size = 3, stride = 2, padding = 1 } }, { pool = 2 }, { dense = 9 }, { dropout = 0.5 }]\n\
     activation = 'tanh'\noutput = 'softmax'",
];

pub(crate) fn spec(text: &str) -> ModelSpec {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// All of them, with random weights.
pub(crate) fn nets() -> Vec<Net> {
    SPECS.iter().map(|text| Net::random(text, &spec(text), Seed::new(3)).unwrap()).collect()
}

/// Random pictures for a net, `[n, C, H, W]`.
pub(crate) fn pictures(net: &Net, n: i64, seed: u64) -> Tensor {
    let shape = net.input().batch(n);
    let mut rng = Seed::new(seed).rng();
    let values: Vec<f32> = (0..shape.iter().product()).map(|_: i64| rng.random()).collect();
    Tensor::from_slice(&values).reshape(shape).to_kind(net.kind())
}

/// Largest difference between two tensors.
pub(crate) fn gap(a: &Tensor, b: &Tensor) -> f64 {
    (a - b).abs().max().to_kind(Kind::Double).double_value(&[])
}
