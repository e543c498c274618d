//! Cells: the smallest pieces of a study that are done or not done.

use serde::{Deserialize, Serialize};

use super::spec::Spec;
use crate::doubt::Shown;

/// One of the nets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Number of its training, from 1.
    pub(super) training: usize,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self) -> String {
        format!("net-{}", self.training)
    }
}

/// Every cell, training by training.
pub(super) fn cells(spec: &Spec) -> Vec<Cell> {
    (1..=spec.trainings).map(|training| Cell { training }).collect()
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
    /// Test pictures, other sets, noise, adversarial pictures.
    pub(super) sets: Vec<Shown>,
    pub(super) seconds: f64,
}
