//! The mean MNIST digits: the simplest thing one can learn from MNIST, and what an average of examples is held against.

use advlab_core::{Classifier, InputShape};

/// Ten pictures of 28 × 28 bytes: the mean training picture of each digit, made by `examples/mean_digits.rs`.
const MEANS: &[u8; 10 * 784] = include_bytes!("../weights/mean-digits.bin");

/// The mean training picture of each of MNIST's digits, 784 values in [0, 1], if the net's classes are those digits.
pub fn mean_digits(net: &dyn Classifier) -> Option<Vec<Vec<f32>>> {
    let digits = net.classes().iter().enumerate().all(|(k, name)| *name == k.to_string());
    let fits = net.input() == InputShape::MNIST && net.classes().len() == 10 && digits;
    fits.then(|| {
        MEANS.chunks_exact(784).map(|mean| mean.iter().map(|byte| f32::from(*byte) / 255.0).collect()).collect()
    })
}
