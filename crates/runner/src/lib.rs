//! A spec in, a results folder out. The only crate that writes results.
//!
//! Every kind of run has a spec (plain settings, the same from flags and from a file), a `prepare` that finds every mistake
//! before work starts, and a `run`.

/// Version of libtorch that the bindings are made for.
pub const LIBTORCH: &str = "2.11.0";

mod clock;
mod data;
mod folder;
mod inputs;
mod journal;
mod labels;
mod machine;
mod model;
mod npz;
mod progress;
mod record;
mod reliability;
mod shard;
mod table;
mod warnings;
mod words;

pub mod log;

pub mod doctor;
pub mod evaluate;
pub mod generate;
pub mod perturb;

pub mod prepare;

pub mod basis;
pub mod perceptron;
pub mod slice;

pub mod doubt;
pub mod lyapunov;
pub mod norms;

pub mod recipes;
pub mod train;

mod lanes;
mod learning;
mod trainings;

pub mod runs;

pub mod pull;

pub mod slurm;

pub mod study;

pub mod experiment;

pub mod report;

pub mod kept;

pub use data::DataSpec;
pub use folder::{Existing, Folder};
pub use inputs::{Images, Input};
pub use journal::Journal;
pub use model::{DEFAULT_MODEL, DEFAULT_SEED, DefaultModel, ModelChoice, default_for_photos, default_for_set};
pub use progress::Progress;
pub use record::{Ending, Report, Surroundings};
pub use shard::Shard;
