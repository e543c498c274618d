//! Pictures on both sides of a split, found by what they show and not by their names.
//!
//! [`halves`] finds the two sides of a folder, [`pictures`] their files. [`Rings::of`] describes a picture by what a rotation leaves
//! alone, and [`Search`] compares all of one side with all of the other.
//!
//! What is found: the same picture, rotated by any angle about its middle, mirrored, brighter or darker, of higher or lower contrast,
//! compressed, or of another size (of one aspect; of long pictures the square in the middle counts). What is not found: parts of a picture,
//! shifts of more than a few percent of its side, other aspects, local distortion; and two pictures of simple shapes, such as the
//! digit 1, may look like copies of each other.

mod describe;
mod find;
mod search;

pub use describe::Rings;
pub use find::{Found, halves, pictures};
pub use search::{Pair, Search};
