//! Specimens: three that look nearly alike.

use std::fmt;

/// A specimen. Slides of one brain vary around its look, and by more than the brains differ from each other.
///
/// | brain | distance of cells | cells missing | brightness | red, green, blue |
/// |---|---|---|---|---|
/// | 1 | 96 pixels | 2 % | 1 | 1, 1, 1 |
/// | 2 | 88 pixels | 4 % | 0.88 | 1.1, 0.95, 0.95 |
/// | 3 | 103 pixels | 7 % | 1.12 | 0.9, 1.04, 1.08 |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Brain {
    /// The first.
    One,
    /// Smaller and denser cells, dimmer, redder.
    Two,
    /// Larger cells with more gaps between them, brighter, bluer.
    Three,
}

impl Brain {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    /// Its number, from 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }

    /// The brain of this number, counted from 1.
    pub fn from_number(number: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|brain| brain.number() == number)
    }

    /// What its slides have in common.
    pub(super) const fn look(self) -> Look {
        match self {
            Self::One => {
                Look { spacing: 96.0, packing: 0.585, missing: 0.02, brightness: 1.0, balance: [1.0, 1.0, 1.0] }
            }
            Self::Two => {
                Look { spacing: 88.0, packing: 0.580, missing: 0.04, brightness: 0.88, balance: [1.1, 0.95, 0.95] }
            }
            Self::Three => {
                Look { spacing: 103.0, packing: 0.570, missing: 0.07, brightness: 1.12, balance: [0.9, 1.04, 1.08] }
            }
        }
    }
}

impl fmt::Display for Brain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

/// The look of a specimen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Distance from one cell to the next, in pixels.
    pub(super) spacing: f32,
    /// Radius of a cell that touches none, as a share of the distance; from 0.577 on cells leave no gap on average.
    pub(super) packing: f32,
    /// Share of cells that are not there.
    pub(super) missing: f32,
    /// Light of all stains.
    pub(super) brightness: f32,
    /// Light of each stain on top of that: red, green, blue.
    pub(super) balance: [f32; 3],
}
