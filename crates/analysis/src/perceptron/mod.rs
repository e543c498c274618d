//! Perceptrons: neurons whose output is the sign of a weighted sum, and how they learn.
//!
//! A McCulloch-Pitts neuron puts out `O = sgn(w·x − θ)`; inputs are numbers, targets are ±1. Without hidden neurons it learns by
//! Hebb's rule ([`hebb`]), in one go or pattern by pattern. It can learn those problems alone whose classes a line parts:
//! [`separability`] proves for given patterns that one does, or that none can. With a layer of hidden neurons ([`threshold_net`])
//! each of them draws a line of its own.
//!
//! Source: Mehlig, Machine learning with neural networks, Cambridge University Press 2021, chapters 1 and 5.

mod constructed;
mod descent;
mod exact;
pub mod hebb;
mod net;
mod patterns;
mod problem;
mod separable;
mod sliding;
mod watch;

pub use constructed::{parity_of_xor_units, xor_unit};
pub use net::{Neuron, SignNet, sign};
pub use patterns::Patterns;
pub use problem::{MOST_PARITY, Problem};
pub use separable::{Separability, separability};
pub use sliding::{ThresholdTraining, TrainedNet, threshold_net};
pub use watch::{Checkpoint, Watch};
