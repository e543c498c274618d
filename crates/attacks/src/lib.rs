//! A classifier and a wish in, adversarial examples out.
//!
//! This crate knows only the vocabulary of `advlab-core`: no files, no data sets, no particular nets.
//!
//! - [`noise`]: pictures made from noise until the net calls them what was wanted.
//! - [`perturb`]: the smallest change of a given picture that makes the net say what was wanted.

mod error;
mod threads;

pub mod noise;
pub mod perturb;

pub use error::{Error, Result};
