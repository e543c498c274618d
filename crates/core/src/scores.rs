//! What a net says of pictures, and how sure it is in its own terms.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// What the numbers that a net puts out are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreKind {
    /// Logits under softmax: the confidences of all classes add up to 1.
    Logits,
    /// Logits under a sigmoid each: a class's confidence is its own output alone, and they need not add up to 1.
    #[serde(rename = "sigmoid-logits", alias = "sigmoid")]
    Sigmoid,
    /// Probabilities already, which add up to 1, as a softmax gives them.
    Probabilities,
    /// Probabilities already, each class's on its own, as a sigmoid gives them.
    SigmoidProbabilities,
}

/// Sums of probabilities may miss 1 by this, whatever they were computed in.
const OFF_ONE: f64 = 1e-3;
/// Rounding may carry a probability this far out of [0, 1].
const OUTSIDE: f64 = 1e-6;

impl ScoreKind {
    /// The names that a flag or a file may use; `sigmoid` is an older one of `sigmoid-logits`.
    pub const NAMES: [&'static str; 4] = ["logits", "probabilities", "sigmoid-logits", "sigmoid-probabilities"];

    /// The name that a flag or a file uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Logits => "logits",
            Self::Sigmoid => "sigmoid-logits",
            Self::Probabilities => "probabilities",
            Self::SigmoidProbabilities => "sigmoid-probabilities",
        }
    }

    /// Whether the scores are logits, of either kind.
    pub const fn are_logits(self) -> bool {
        matches!(self, Self::Logits | Self::Sigmoid)
    }

    /// The kind of probabilities that scores `[N, K]` look like; `None` if a score is outside [0, 1] or not a number.
    pub fn seen_in(scores: &Tensor) -> Option<Self> {
        let scores = scores.detach().to_kind(Kind::Double);
        let within = scores.ge(-OUTSIDE).logical_and(&scores.le(1.0 + OUTSIDE));
        if within.all().int64_value(&[]) == 0 {
            return None;
        }
        let off = (scores.sum_dim_intlist(1, false, Kind::Double) - 1.0).abs().max().double_value(&[]);
        Some(if off < OFF_ONE { Self::Probabilities } else { Self::SigmoidProbabilities })
    }

    /// Confidences of all classes, `[N, K]` like `scores`, each in [0, 1].
    pub fn confidences(self, scores: &Tensor) -> Tensor {
        match self {
            Self::Logits => scores.softmax(-1, None::<Kind>),
            Self::Sigmoid => scores.sigmoid(),
            Self::Probabilities | Self::SigmoidProbabilities => scores.shallow_clone(),
        }
    }
}

/// Labels and confidences of a batch, brought to the CPU.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// For each picture the class with the largest score; of equal ones the first.
    pub labels: Vec<i64>,
    /// For each picture, the confidence of every class, row by row.
    confidences: Vec<f32>,
    n_classes: usize,
}

impl Scores {
    /// Reads the raw scores `[N, K]` of a net of this kind.
    pub fn new(raw: &Tensor, kind: ScoreKind) -> Self {
        let raw = raw.detach();
        let (n, n_classes) = raw.size2().expect("scores are two-dimensional");
        let labels = Vec::<i64>::try_from(raw.argmax(1, false)).expect("one label for each picture");
        let mut confidences = vec![0.0; (n * n_classes) as usize];
        let flat = kind.confidences(&raw).to_kind(Kind::Float).reshape([-1]);
        flat.copy_data(&mut confidences, (n * n_classes) as usize);
        Self { labels, confidences, n_classes: n_classes as usize }
    }

    /// Confidence of `class` for picture `row`.
    pub fn confidence(&self, row: usize, class: usize) -> f32 {
        self.confidences[row * self.n_classes + class]
    }

    /// Confidence of the label for picture `row`.
    pub fn confidence_of_label(&self, row: usize) -> f32 {
        self.confidence(row, self.labels[row] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_told_by_their_range_and_their_sums() {
        let logits = Tensor::from_slice(&[0.5_f32, -2.0, 3.0, 1.0, 0.0, 0.2]).reshape([2, 3]);
        for (scores, kind) in [
            (logits.softmax(-1, None::<Kind>), Some(ScoreKind::Probabilities)),
            (logits.sigmoid(), Some(ScoreKind::SigmoidProbabilities)),
            (logits.shallow_clone(), None),
            (logits.log_softmax(-1, None::<Kind>), None),
            (logits * f64::NAN, None),
        ] {
            assert_eq!(ScoreKind::seen_in(&scores), kind, "{scores:?}");
        }
    }
}
