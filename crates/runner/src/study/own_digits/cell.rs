//! Cells: the nets of one training set on one test set.

use advlab_analysis::calibration::{Calibration, Doubt, Telling};
use serde::{Deserialize, Serialize};

/// Which nets are shown what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Name of the set that the nets were trained on.
    pub(super) trained: String,
    /// Key of the test set.
    pub(super) test: String,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self) -> String {
        format!("{}-on-{}", self.trained, self.test)
    }
}

/// A way to doubt an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ground {
    /// 1 less the confidence of the net that gave the answer.
    Own,
    /// What the ensemble says.
    Ensemble(Doubt),
}

impl Ground {
    /// All of them; those of the ensemble that repeat another are left out.
    pub(super) const ALL: [Self; 4] = [
        Self::Own,
        Self::Ensemble(Doubt::Confidence),
        Self::Ensemble(Doubt::MutualInformation),
        Self::Ensemble(Doubt::VariationRatio),
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Own => "confidence of the one net",
            Self::Ensemble(Doubt::Confidence) => "confidence of the ensemble",
            Self::Ensemble(Doubt::Entropy) => "entropy of the ensemble",
            Self::Ensemble(Doubt::MutualInformation) => "disagreement: mutual information",
            Self::Ensemble(Doubt::VariationRatio) => "disagreement: variation ratio",
        }
    }
}

/// How well a doubt tells wrong answers from right ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Told {
    pub(super) ground: Ground,
    pub(super) telling: Telling,
    /// Share of wrong answers among those left when more and more are refused, see [`REFUSED`].
    pub(super) errors: Vec<f64>,
}

/// Shares of the answers that are refused, of the curves.
pub(super) const REFUSED: [f64; 11] = [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

/// One net, or all together, on a test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Judged {
    pub(super) calibration: Calibration,
    pub(super) told: Vec<Told>,
}

impl Judged {
    pub(super) fn error(&self) -> f64 {
        1.0 - self.calibration.accuracy
    }

    pub(super) fn told(&self, ground: Ground) -> Option<&Told> {
        self.told.iter().find(|told| told.ground == ground)
    }
}

/// The ensemble's answer for one picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Answer {
    pub(super) truth: i64,
    /// What the first net says, and how sure it is.
    pub(super) first: (i64, f32),
    /// What the ensemble says, and how sure it is.
    pub(super) ensemble: (i64, f64),
    /// Mutual information, nats.
    pub(super) disagreement: f64,
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Measured {
    pub(super) cell: Cell,
    /// Each net alone.
    pub(super) nets: Vec<Judged>,
    /// The mean of their probabilities.
    pub(super) ensemble: Judged,
    /// Picture by picture.
    pub(super) answers: Vec<Answer>,
}
