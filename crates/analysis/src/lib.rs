//! Outcomes and activations to numbers. No files, no pictures on disk.

pub mod basis;
pub mod calibration;
pub mod lyapunov;
pub mod maximise;
pub mod norms;
pub mod perceptron;
pub mod plane;
pub mod ridges;
pub mod spectrum;

mod average;
mod correlation;
mod error;
mod gradient;
mod jacobian;

mod interval;
mod jackknife;
mod permutation;

pub use average::{Average, Seen, stretched};
pub use correlation::{correlation, correlations, rank_correlation};
pub use error::{Error, Result};
pub use gradient::gradient_norms;
pub use interval::{median, quantile, wilson};
pub use jackknife::{Estimate, jackknife, mean};
pub use jacobian::Jacobian;
pub use permutation::{Permutation, permutation_test};
