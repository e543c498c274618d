//! A classifier and a wish in, adversarial examples out.
//!
//! This crate knows only the vocabulary of `advlab-core`: no files, no data sets, no particular nets.
//!
//! - [`noise`]: pictures made from noise until the net calls them what was wanted.

mod error;

pub mod noise;

pub use error::{Error, Result};
