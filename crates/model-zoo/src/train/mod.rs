//! Training: a spec, data and a seed in, a net and its history out.

mod augment;
mod checkpoint;
mod extra;
mod optimizer;
mod penalty;
mod pretrain;
mod spec;
mod trainer;

pub use augment::Augment;
pub use extra::Extra;
pub use pretrain::{Afterwards, Pretrain, PretrainKind};
pub use spec::{Cost, Schedule, TrainOptimizer, TrainSpec};
pub use trainer::{EpochRecord, Trainer};
