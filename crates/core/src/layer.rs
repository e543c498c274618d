//! Places in a net whose values can be read.

use serde::{Deserialize, Serialize};

/// A place in a net whose values can be read, by the name of the layer that puts them out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name, such as `dense1`, `features.18` or [`SCORES`](Self::SCORES).
    pub name: String,
    /// Shape of its values for one picture: `[D]`, or `[C, H, W]` for maps.
    pub shape: Vec<i64>,
    /// Whether its values are the net's scores.
    pub is_scores: bool,
}

impl Layer {
    /// Name of the scores, which every net has as its last layer.
    pub const SCORES: &'static str = "scores";

    /// The scores of a net of so many classes.
    pub fn scores(n_classes: usize) -> Self {
        Self { name: Self::SCORES.to_owned(), shape: vec![n_classes as i64], is_scores: true }
    }

    /// Number of values for one picture.
    pub fn len(&self) -> usize {
        self.shape.iter().product::<i64>() as usize
    }

    /// Whether it has no values; a layer of a net that works always has some.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether its values are maps: channels of rows of columns.
    pub fn is_map(&self) -> bool {
        self.shape.len() == 3
    }

    /// Its shape as people write it, such as `100` or `32x14x14`.
    pub fn shape_text(&self) -> String {
        self.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
    }
}
