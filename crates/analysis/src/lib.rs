//! Outcomes and activations to numbers. No files, no pictures on disk.

mod average;
mod interval;

pub use average::{Average, Seen, stretched};
pub use interval::{median, quantile, wilson};
