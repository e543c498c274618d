//! Cells: the smallest pieces of a study that are done or not done.

use advlab_core::Verdict;
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::spec::Spec;

/// One training: examples made for one net, or what all nets say of noise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Name of the net; none for the controls.
    pub(super) net: Option<String>,
    /// Number of the training, from 1.
    pub(super) training: usize,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self) -> String {
        match &self.net {
            Some(net) => format!("made-for-{net}-{}", self.training),
            None => format!("controls-{}", self.training),
        }
    }
}

/// Every cell of a study, training by training.
pub(super) fn cells(spec: &Spec) -> Vec<Cell> {
    let nets = || std::iter::once(None).chain(spec.nets.iter().map(|net| Some(net.name.clone())));
    (1..=spec.trainings).flat_map(|training| nets().map(move |net| Cell { net, training })).collect()
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
    /// Share of wrong labels of the cell's net on each part of the training pictures and on the test pictures, as
    /// [`Parts::names`](super::parts::Parts::names) has them.
    pub(super) errors: Vec<f64>,
    /// Picture by picture.
    pub(super) found: Vec<Found>,
    /// Distortions by the other way of searching, of the pictures that it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) beside: Vec<f64>,
    /// What the nets of this training say.
    pub(super) rows: Vec<Row>,
    /// What the same net of the next training says of the examples; none where there is one training.
    pub(super) again: Option<Counts>,
    /// The first example of each class.
    pub(super) shown: Vec<Shown>,
    pub(super) seconds: f64,
}

/// What came of one picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Found {
    /// Its number in the data set.
    pub(super) picture: usize,
    pub(super) truth: i64,
    /// The label that was wanted; none where any wrong one will do.
    pub(super) target: Option<i64>,
    pub(super) verdict: Verdict,
    /// The net's label of the final picture.
    pub(super) label: i64,
    /// Distortion `sqrt(Σ(x'−x)²/n)`.
    pub(super) rms: f64,
    /// Proven lower bound of it, where there is one.
    pub(super) at_least: Option<f64>,
    /// Gradients spent on it.
    pub(super) gradients: u32,
}

impl Found {
    /// Whether it is an example.
    pub(super) fn is_example(&self) -> bool {
        self.verdict == Verdict::Success
    }
}

/// What every net says of pictures that were changed in one way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Row {
    pub(super) change: Change,
    /// Mean distortion, after cutting to [0, 1] if that was done.
    pub(super) rms: f64,
    /// By net, in the order of the study.
    pub(super) counts: Vec<Counts>,
}

/// Labels counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Counts {
    /// Labels that are not the truth.
    pub(super) wrong: u64,
    /// Labels that are what was wanted of the net that the examples were made for.
    pub(super) target: u64,
    /// Of how many.
    pub(super) of: u64,
}

impl Counts {
    /// Share of wrong labels; none of nothing.
    pub(super) fn error(self) -> Option<f64> {
        (self.of > 0).then(|| self.wrong as f64 / self.of as f64)
    }
}

/// An example to be looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Shown {
    pub(super) truth: i64,
    pub(super) label: i64,
    pub(super) rms: f64,
    pub(super) before: Vec<f32>,
    pub(super) after: Vec<f32>,
}
