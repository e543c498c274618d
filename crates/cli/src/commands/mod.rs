//! One file for each subcommand: its flags, and what it prints.

pub(crate) mod basis;
pub(crate) mod data;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod models;
pub(crate) mod perturb;
pub(crate) mod run;
pub(crate) mod show;
pub(crate) mod train;
pub(crate) mod verify;
