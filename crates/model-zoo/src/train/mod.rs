//! Training: a spec, data and a seed in, a net and its history out.

mod augment;
mod checkpoint;
mod optimizer;
mod spec;
mod trainer;

pub use augment::Augment;
pub use spec::{Cost, Schedule, TrainOptimizer, TrainSpec};
pub use trainer::{EpochRecord, Trainer};
