//! `advlab run`: an experiment file in, a results folder with tables, figures and verdicts out.

mod any;
mod merge;
pub mod sweep;

mod nets;

pub mod bases;
pub mod doubt;
pub mod learning;
pub mod lyapunov_2d;
pub mod lyapunov_mnist;
pub mod noise;
pub mod norms;
pub mod own_digits;
pub mod perceptrons;
pub mod photos;
pub mod pool;
pub mod training_sets;
pub mod transfer;

mod checks;
mod known;
mod lone;
#[cfg(test)]
mod mistakes;
mod search;

mod desk;

mod finding;
mod report;

pub(crate) use checks::distinct;

pub use any::{Ready, Study};
pub use desk::Report;
pub use known::KnownNet;
pub use merge::{Merged, merge};
pub use search::Search;

pub use finding::{Criterion, Finding, Verdict};
pub use nets::{Trained, Trainings, prepare_all};
