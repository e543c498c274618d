//! Cells: the smallest pieces of a study that are done or not done.

use advlab_model_zoo::EpochRecord;
use serde::{Deserialize, Serialize};

use super::spec::Spec;

/// One training of one variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Name of the variant.
    pub(super) variant: String,
    /// Number of the training, from 1.
    pub(super) training: usize,
}

impl Cell {
    /// Its key in the journal, and the name of its net.
    pub(super) fn key(&self) -> String {
        format!("{}-{}", self.variant, self.training)
    }
}

/// Every cell of a study, training by training.
pub(super) fn cells(spec: &Spec) -> Vec<Cell> {
    let of =
        |training: usize| spec.variants.iter().map(move |variant| Cell { variant: variant.name.clone(), training });
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
    /// Epoch by epoch.
    pub(super) history: Vec<EpochRecord>,
    /// Share of the training pictures that the trained net gets wrong.
    pub(super) train_error: f64,
    /// Share of the test pictures that it gets wrong.
    pub(super) test_error: f64,
    /// Distortions `sqrt(Σ(x'−x)²/n)` of the smallest changes that fool it.
    pub(super) distortions: Vec<f64>,
    /// Test pictures that the search found no change for.
    pub(super) unfooled: usize,
    /// Examples in all pools at the end.
    pub(super) pool: usize,
    pub(super) seconds: f64,
}
