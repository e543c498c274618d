//! Cells: the smallest pieces of a study that are done or not done.

use advlab_analysis::ridges::Apart;
use serde::{Deserialize, Serialize};

use super::spec::Spec;

/// One training of one net.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Name of the net.
    pub(super) net: String,
    /// Number of the training, from 1.
    pub(super) training: usize,
}

impl Cell {
    /// Its key in the journal, and the name of its net.
    pub(super) fn key(&self) -> String {
        format!("{}-{}", self.net, self.training)
    }
}

/// Every cell of a study, training by training.
pub(super) fn cells(spec: &Spec) -> Vec<Cell> {
    let of = |training: usize| spec.nets.iter().map(move |net| Cell { net: net.name.clone(), training });
    (1..=spec.trainings).flat_map(of).collect()
}

/// The keys of all cells, in the order in which they are done.
pub(crate) fn keys(spec: &Spec) -> Vec<String> {
    cells(spec).iter().map(Cell::key).collect()
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Measured {
    pub(super) cell: Cell,
    pub(super) test_error: f64,
    /// Classes that own at least one cell of the plane.
    pub(super) classes_shown: usize,
    /// Mean `L λ₁` from the plane on, on its class borders and elsewhere.
    pub(super) on_borders: Option<f64>,
    pub(super) elsewhere: Option<f64>,
    /// How far the ridges lie from the borders, and the borders from the ridges, in cells.
    pub(super) ridges: Option<Apart>,
    pub(super) borders: Option<Apart>,
    /// Share of wrong labels among the quarter of the test pictures nearest to a ridge, and among the others.
    pub(super) errors_near: Option<f64>,
    pub(super) errors_far: Option<f64>,
    /// Mean entropy of the probabilities there, in nats.
    pub(super) entropy_near: Option<f64>,
    pub(super) entropy_far: Option<f64>,
    /// How well doubts tell wrong answers from right ones (AUROC), in the order of [`DOUBTS`].
    pub(super) telling: Vec<Option<f64>>,
    /// Rank correlation of `λ₁` from the plane on with the entropy.
    pub(super) with_entropy: f64,
    pub(super) seconds: f64,
}

/// Doubts of one net that are held beside each other.
pub(super) const DOUBTS: [&str; 4] =
    ["λ₁ from the plane", "λ₁ from the picture", "entropy", "closeness of the two largest"];
