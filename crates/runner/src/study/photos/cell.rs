//! Cells: the smallest pieces of a study that are done or not done.

use advlab_core::Verdict;
use serde::{Deserialize, Serialize};

use super::spec::Spec;

/// A few photographs, changed towards one target for one net.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Number of the net in the study.
    pub(super) net: usize,
    /// Number of the target in the study.
    pub(super) target: usize,
    /// Number of the first photograph.
    pub(super) first: usize,
    /// How many.
    pub(super) n: usize,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self, spec: &Spec) -> String {
        format!("{}-{}-{}", spec.nets[self.net].name, self.target + 1, self.first)
    }
}

/// Every cell of a study of so many photographs, net by net, target by target.
pub(super) fn cells(spec: &Spec, photos: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    for net in 0..spec.nets.len() {
        for target in 0..spec.targets.len() {
            let firsts = (0..photos).step_by(spec.batch);
            cells.extend(firsts.map(|first| Cell { net, target, first, n: spec.batch.min(photos - first) }));
        }
    }
    cells
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Measured {
    pub(super) cell: Cell,
    /// Photograph by photograph.
    pub(super) found: Vec<Found>,
    pub(super) seconds: f64,
}

/// A label and the confidence in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Said {
    pub(super) label: i64,
    pub(super) confidence: f32,
}

/// What came of one photograph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Found {
    /// Number of the photograph.
    pub(super) photo: usize,
    pub(super) target: i64,
    pub(super) verdict: Verdict,
    /// What the net says of the photograph.
    pub(super) before: Said,
    /// What it says of the result.
    pub(super) after: Said,
    /// Distortion `sqrt(Σ(x'−x)²/n)`.
    pub(super) rms: f64,
    /// The same before the search for 8 bits.
    pub(super) unrounded_rms: f64,
    /// Largest change of a value.
    pub(super) largest: f64,
    /// Gradients spent on it.
    pub(super) gradients: u32,
    /// The file that the result was written to; none without one.
    pub(super) file: Option<String>,
    /// What the net says of that file, read back.
    pub(super) written: Option<Said>,
    /// What the other nets say, by their numbers.
    pub(super) others: Vec<Other>,
}

impl Found {
    /// Whether it was open what would come of it: it did not have the label that was wanted.
    pub(super) fn was_open(&self) -> bool {
        self.verdict != Verdict::WrongBefore
    }

    /// Whether it has the label that was wanted.
    pub(super) fn is_example(&self) -> bool {
        self.verdict == Verdict::Success
    }

    /// Whether the file still shows it.
    pub(super) fn is_alive(&self) -> bool {
        self.is_example() && self.written.is_some_and(|said| said.label == self.target)
    }
}

/// What another net says, each time of a file scaled to its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Other {
    /// Its number.
    pub(super) net: usize,
    /// Its label of the photograph.
    pub(super) before: i64,
    /// Of the result.
    pub(super) after: i64,
    /// Of the photograph with the same change, its pixels shuffled.
    pub(super) shuffled: i64,
}
