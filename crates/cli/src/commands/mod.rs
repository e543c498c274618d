//! One file for each subcommand: its flags, and what it prints.

pub(crate) mod basis;
pub(crate) mod check;
pub(crate) mod data;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod doubt;
mod dry_run;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod lyapunov;
pub(crate) mod merge;
pub(crate) mod models;
pub(crate) mod new;
pub(crate) mod norms;
pub(crate) mod perceptron;
pub(crate) mod perturb;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod show;
pub(crate) mod slice;
pub(crate) mod status;
pub(crate) mod submit;
pub(crate) mod train;
pub(crate) mod verify;
