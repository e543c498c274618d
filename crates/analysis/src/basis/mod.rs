//! Units of a layer and other directions: which pictures drive them, and whether the two differ.
//!
//! A layer's values are [read](Reading) as vectors; [`Directions`] are unit vectors in that space, natural ones (single
//! units) or random ones. [`Drive`] takes in the vectors of a whole data set and keeps for each direction the pictures that
//! drive it most and how its values are spread. [`Measures`] turns those into six numbers for each direction, and
//! [`Comparison`] sets those of natural directions against those of random ones. [`Likeness`] asks the same of two
//! trainings: whether their layers share a space, and whether they share its units.
//!
//! Source: Szegedy et al. 2013, section 3, <https://arxiv.org/abs/1312.6199>.

mod reading;

mod directions;
mod haar;
mod rotation;

mod drive;
mod moments;
mod strip;
mod waiting;

mod measures;
mod together;

mod compare;

mod likeness;
mod matching;
mod subspace;

pub(crate) use haar::normals;

pub use compare::{Comparison, Verdict};
pub use directions::{DirectionKind, Directions};
pub use drive::{Drive, Driven, Peak};
pub use likeness::Likeness;
pub use matching::Matching;
pub use measures::{Measure, Measures};
pub use moments::{Moments, OfLabel};
pub use reading::Reading;
pub use rotation::Rotation;
pub use together::{Together, chance};
