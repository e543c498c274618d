//! Pictures on both sides of a split, found by what they show.
mod describe;
pub use describe::*;
