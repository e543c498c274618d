//! `advlab run`: an experiment file in, a results folder with tables, figures and verdicts out.

mod file;
mod nets;
pub mod noise;

pub use file::{Experiment, KINDS, read};
pub use nets::{Trained, Trainings, prepare_all};
