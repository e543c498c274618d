//! Units of a layer and other directions: which pictures drive them, and whether the two differ.
//!
//! Source: Szegedy et al. 2013, section 3, <https://arxiv.org/abs/1312.6199>.

mod reading;

pub use reading::Reading;
