//! Perceptrons: neurons whose output is the sign of a weighted sum, and how they learn.
//!
//! A McCulloch-Pitts neuron puts out `O = sgn(w·x − θ)`; inputs are numbers, targets are ±1. Without hidden neurons it learns by
//! Hebb's rule ([`hebb`]), in one go or pattern by pattern. It can learn those problems alone whose classes a line parts:
//! [`separability`] proves for given patterns that one does, or that none can. With a layer of hidden neurons ([`threshold_net`])
//! each of them draws a line of its own.
//!
//! Source: Mehlig, Machine learning with neural networks, Cambridge University Press 2021, chapters 1 and 5.

mod constructed;
mod exact;
pub mod hebb;
mod net;
mod patterns;
mod problem;
mod separable;
mod sliding;

pub use constructed::{parity_of_xor_units, xor_unit};
pub use net::{Neuron, SignNet, sign};
pub use patterns::Patterns;
pub use problem::{MOST_PARITY, Problem};
pub use separable::{Separability, separability};
pub use sliding::{ThresholdTraining, TrainedNet, threshold_net};

/// What a net did after some steps: sweeps through all patterns.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Checkpoint {
    /// Sweeps through all training patterns so far.
    pub step: usize,
    /// Share of the training patterns that it gets wrong.
    pub train_error: f64,
    /// Share of the fresh patterns that it gets wrong; none where there are none.
    pub test_error: Option<f64>,
    /// The net as it was.
    pub net: SignNet,
}

/// Steps at which a training of so many is looked at: all up to ten, then ever fewer, about twenty for each factor of ten.
pub fn checkpoints(steps: usize) -> Vec<usize> {
    let mut at: Vec<usize> = (0..=steps.min(10)).collect();
    let mut exponent = 1.0;
    loop {
        exponent += 0.05_f64;
        let step = 10f64.powf(exponent).round() as usize;
        if step >= steps {
            break;
        }
        at.push(step);
    }
    at.push(steps);
    at.dedup();
    at
}
