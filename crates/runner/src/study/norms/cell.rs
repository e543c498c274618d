//! Cells: the smallest pieces of a study that are done or not done.

use serde::{Deserialize, Serialize};

use crate::norms::{Bounds, LayerNorms};

/// What is measured of a net.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Part {
    /// Its layers.
    Layers,
    /// The net at pictures.
    Pictures,
}

/// One part of one net.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Name of the net.
    pub(super) net: String,
    pub(super) part: Part,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self) -> String {
        let part = match self.part {
            Part::Layers => "layers",
            Part::Pictures => "pictures",
        };
        format!("{}-{part}", self.net)
    }
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Measured {
    pub(super) cell: Cell,
    /// Of layers.
    pub(super) norms: Option<LayerNorms>,
    /// Of pictures.
    pub(super) bounds: Option<Bounds>,
    pub(super) seconds: f64,
}
