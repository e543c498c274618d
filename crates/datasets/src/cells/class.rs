//! What tells one class from another, and how hard that is: every number that decides it stands here.
//!
//! How hard it turns out for a net, the study `experiments/cells-learning-or-memorising.toml` measures.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was done to the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Class {
    /// Nothing. The cells have faint puncta of the green protein, and a few of them a globule or two.
    Control,
    /// Globs of bright protein in a share of the cells: a clear sign.
    Snap29,
    /// A few more faint puncta and a slightly coarser cytoplasm: next to no sign.
    Snf7,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Control, Self::Snap29, Self::Snf7];

    /// Its name, as folders and labels have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Control => "Control",
            Self::Snap29 => "Snap29",
            Self::Snf7 => "Snf7",
        }
    }

    /// What the protein does at this strength. At strength 0 all classes do the same.
    pub(super) fn habit(self, strength: f32) -> Habit {
        let mut habit = CONTROL;
        match self {
            Self::Control => {}
            Self::Snap29 => {
                habit.glob_share = (SNAP29_SHARE * strength).min(1.0);
                habit.glob_light = SNAP29_LIGHT * (0.4 + 0.6 * strength);
            }
            Self::Snf7 => {
                habit.puncta *= 1.0 + SNF7_PUNCTA * strength;
                habit.coarseness += SNF7_COARSENESS * strength;
            }
        }
        habit
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the green protein does in the cells of a class. Lights are in shares of the camera's full scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Habit {
    /// Mean number of faint puncta in a cell.
    pub(super) puncta: f32,
    /// Contrast of the cytoplasm's grain.
    pub(super) coarseness: f32,
    /// Share of cells with globs, where the slide and the place in it are as they mostly are.
    pub(super) glob_share: f32,
    /// Light of a glob of middling brightness.
    pub(super) glob_light: f32,
}

/// Cells to which nothing was done.
const CONTROL: Habit = Habit { puncta: 5.0, coarseness: 1.0, glob_share: 0.0, glob_light: 0.0 };

/// Share of cells with globs in Snap29 at strength 1.
const SNAP29_SHARE: f32 = 0.55;

/// Light of a middling glob in Snap29 at strength 1.
const SNAP29_LIGHT: f32 = 0.6;

/// By what share Snf7 at strength 1 has more puncta; compare [`PUNCTA_BY_SLIDE`] and [`PUNCTA_BY_CELL`].
const SNF7_PUNCTA: f32 = 0.4;

/// How much coarser the cytoplasm of Snf7 is at strength 1; compare [`COARSENESS_BY_SLIDE`].
const SNF7_COARSENESS: f32 = 0.18;

/// Spread of the number of puncta from slide to slide: standard deviation of its logarithm.
pub(super) const PUNCTA_BY_SLIDE: f32 = 0.35;

/// Spread of the number of puncta from cell to cell: standard deviation of its logarithm.
pub(super) const PUNCTA_BY_CELL: f32 = 0.6;

/// Light of a middling punctum, and the spread of its logarithm.
pub(super) const PUNCTUM_LIGHT: (f32, f32) = (0.13, 0.5);

/// Spread of the grain's contrast from slide to slide.
pub(super) const COARSENESS_BY_SLIDE: f32 = 0.15;

/// Share of cells, in every class, that have a few globules which look like globs but are smaller and dimmer.
pub(super) const DECOY_SHARE: f32 = 0.03;

/// Light of a middling decoy.
pub(super) const DECOY_LIGHT: f32 = 0.33;

/// Spread of the globs' light: standard deviations of its logarithm from slide to slide, from cell to cell in a slide, and
/// from glob to glob in a cell.
pub(super) const GLOB_LIGHT_BY: [f32; 3] = [0.25, 0.4, 0.35];

/// Spread of the share of cells with globs: standard deviation of its logarithm from slide to slide, and from place to
/// place in a slide.
pub(super) const GLOB_SHARE_BY: [f32; 2] = [0.2, 0.4];

/// Size of the places in which cells have globs alike, in pixels.
pub(super) const GLOB_PATCH: f32 = 300.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_strength_there_is_no_class() {
        for class in [Class::Snap29, Class::Snf7] {
            let habit = class.habit(0.0);
            assert_eq!((habit.puncta, habit.coarseness, habit.glob_share), (CONTROL.puncta, CONTROL.coarseness, 0.0));
            assert_ne!(class.habit(0.1), class.habit(1.0));
        }
    }
}
