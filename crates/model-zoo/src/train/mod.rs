//! Training: a spec, data and a seed in, a net and its history out.

mod augment;
mod checkpoint;
mod early_stop;
mod extra;
mod feed;
mod loss_scale;
mod optimizer;
mod penalty;
mod points;
mod pretrain;
mod spec;
mod trainer;

pub use augment::{Augment, Border};
pub use early_stop::EarlyStop;
pub use extra::Extra;
pub use points::{Learns, Points, train_on_points};
pub use pretrain::{Afterwards, Pretrain, PretrainKind};
pub use spec::{Cost, Schedule, TrainOptimizer, TrainSpec};
pub use trainer::{EpochRecord, Trainer};
