//! One file for each subcommand: its flags, and what it prints.

pub(crate) mod basis;
pub(crate) mod data;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod models;
pub(crate) mod perturb;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod train;
