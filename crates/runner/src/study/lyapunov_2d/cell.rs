//! Cells: the smallest pieces of a study that are done or not done.

use advlab_analysis::ridges::Apart;
use serde::{Deserialize, Serialize};

use super::spec::Spec;

/// One training of one net.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Whether the hidden layers stay as they were drawn.
    pub(super) embedding: bool,
    pub(super) width: i64,
    /// Hidden layers.
    pub(super) depth: usize,
    /// Number of the training, from 1.
    pub(super) training: usize,
}

impl Cell {
    /// Its key in the journal, and the name of its net.
    pub(super) fn key(&self) -> String {
        let kind = if self.embedding { "embedding" } else { "trained" };
        format!("{kind}-{}x{}-{}", self.depth, self.width, self.training)
    }
}

/// Every cell of a study, training by training.
pub(super) fn cells(spec: &Spec) -> Vec<Cell> {
    let mut nets: Vec<(bool, i64, usize)> = Vec::new();
    for depth in &spec.depths {
        nets.extend(spec.widths.iter().map(|width| (false, *width, *depth)));
    }
    for width in &spec.embedding_widths {
        let trained = (false, *width, spec.embedding_depth);
        if !nets.contains(&trained) {
            nets.push(trained);
        }
        nets.push((true, *width, spec.embedding_depth));
    }
    let of = |training: usize| {
        nets.iter().map(move |(embedding, width, depth)| Cell {
            embedding: *embedding,
            width: *width,
            depth: *depth,
            training,
        })
    };
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
    /// Share of wrong labels, on the points learnt and on those of the test.
    pub(super) train_error: f64,
    pub(super) test_error: f64,
    /// Mean `L λ₁` on the net's decision boundary, over all other cells, and at the centre; none where there is no boundary.
    pub(super) on_boundary: Option<f64>,
    pub(super) elsewhere: Option<f64>,
    pub(super) centre: Option<f64>,
    /// How far the ridges lie from the boundary, and the boundary from the ridges, in cells.
    pub(super) ridges: Option<Apart>,
    pub(super) boundary: Option<Apart>,
    /// How well `λ₁` tells wrong answers from right ones on the test points (AUROC), how well closeness of the scores does.
    pub(super) telling: Option<f64>,
    pub(super) telling_closeness: Option<f64>,
    pub(super) seconds: f64,
}
