//! Pictures to scores: nets of our own and of others, their training, their weights. No attacks.
//!
//! A [`ModelSpec`] says what a net looks like, a [`Net`] is one, a [`Trainer`] teaches it, a [`ModelCard`] travels with its
//! weights and says how it came about. [`open`] turns what a user calls a model, a name of the zoo or a file, into a
//! [`Classifier`](advlab_core::Classifier).

mod error;

mod settings;
mod spec;

mod above;
mod net;
mod operators;
mod walk;

mod evaluate;
mod train;

mod weights;

mod embedded;
mod means;

mod pth;
mod vision;

mod sidecar;
mod torchscript;

mod zoo;

mod export;

pub use embedded::{Embedded, embedded};
pub use error::{Error, Result};
pub use evaluate::{Evaluation, accuracy, evaluate, fits};
pub use export::{Exported, export};
pub use means::mean_digits;
pub use net::Net;
pub use operators::ZooNet;
pub use settings::read_toml;
pub use spec::{ConvSpec, LayerSpec, ModelSpec, Output, PoolSpec};
pub use torchscript::ScriptNet;
pub use train::{
    Afterwards, Augment, Border, Cost, EarlyStop, EpochRecord, Extra, Learns, Points, Pretrain, PretrainKind, Schedule,
    TrainOptimizer, TrainSpec, Trainer, train_on_points,
};
pub use vision::{Came, VisionEntry, VisionNet, pulled, vision};
pub use weights::{ModelCard, Training, card, read, read_bytes, write};
pub use zoo::{Foreign, Model, OpenOptions, is_torchscript, open};
