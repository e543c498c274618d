//! Singular values of linear maps: of matrices in full, of large maps that only offer products the largest.
//!
//! A map of a batch stands on its own: [`Maps`] says what each of N independent maps makes of a vector, and of a vector on its other side.
//! [`leading`] finds the largest singular values by Golub-Kahan-Lanczos bidiagonalisation; [`full`] takes a matrix as numbers.

mod full;
mod lanczos;
mod maps;

pub use full::{Factors, full};
pub use lanczos::{Lanczos, Leading, leading};
pub use maps::{Maps, Matrices};
