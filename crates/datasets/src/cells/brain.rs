//! Specimens: three that look nearly alike.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A specimen. Slides of one brain vary around its look, by about as much as the brains differ from each other.
///
/// | brain | distance of cells | radius by distance | cells missing | brightness | red, green, blue |
/// |---|---|---|---|---|---|
/// | 1 | 96 pixels | 0.585 | 2 % | 1 | 1, 1, 1 |
/// | 2 | 88 pixels | 0.58 | 4 % | 0.88 | 1.1, 0.95, 0.95 |
/// | 3 | 103 pixels | 0.57 | 7 % | 1.12 | 0.9, 1.04, 1.08 |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "usize", into = "usize")]
#[schemars(extend("minimum" = 1, "maximum" = 3))]
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

impl TryFrom<usize> for Brain {
    type Error = String;

    fn try_from(number: usize) -> Result<Self, String> {
        Self::from_number(number).ok_or_else(|| format!("there are brains 1, 2 and 3, got {number}"))
    }
}

impl From<Brain> for usize {
    fn from(brain: Brain) -> Self {
        brain.number()
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

#[cfg(test)]
mod tests {
    use advlab_core::Seed;

    use super::super::layout::Layout;
    use super::super::slide::Specimen;
    use super::*;

    #[test]
    fn brains_differ_as_documented_and_overlap() {
        // Cells on 2000 × 2000 pixels, and light of each stain, for 40 slides of each brain.
        let slides = Brain::ALL.map(|brain| {
            (0..40).map(move |seed| {
                let specimen = Specimen::draw(brain, &mut Seed::new(seed).rng());
                let layout = Layout::draw(2000, &specimen, Seed::new(seed));
                (layout.cells.len() as f32, specimen.light)
            })
        });
        let means = slides.clone().map(|slides| {
            slides.fold([0.0; 4], |sums, (cells, [red, green, blue])| {
                let values = [cells, red, green, blue];
                std::array::from_fn(|k| sums[k] + values[k] / 40.0)
            })
        });
        let ratio = |brain: usize, k: usize| means[brain][k] / means[0][k];
        for (k, second, third) in [(0, 1.17, 0.83), (1, 0.97, 1.01), (2, 0.84, 1.16), (3, 0.84, 1.21)] {
            for (brain, wanted) in [(1, second), (2, third)] {
                let got = ratio(brain, k);
                assert!((got / wanted - 1.0).abs() < 0.05, "brain {}, {k}: {got}, wanted {wanted}", brain + 1);
            }
        }
        let [one, two, _] = slides.map(|slides| slides.map(|(_, light)| light[1]));
        assert!(two.fold(0.0, f32::max) > one.fold(f32::MAX, f32::min), "no slide of one brain looks like the other's");
    }

    #[test]
    fn numbers_name_brains() {
        for brain in Brain::ALL {
            assert_eq!(Brain::from_number(brain.number()), Some(brain));
            assert_eq!(brain.to_string(), brain.number().to_string());
        }
        assert_eq!([0, 4].map(Brain::from_number), [None, None]);
    }
}
