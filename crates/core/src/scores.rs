//! What a net says of pictures, and how sure it is in its own terms.

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// What the numbers that a net puts out are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreKind {
    /// Logits under softmax: the confidences of all classes add up to 1.
    Logits,
    /// Logits under a sigmoid each: a class's confidence is its own output alone, and they need not add up to 1.
    Sigmoid,
    /// Probabilities already.
    Probabilities,
}

impl ScoreKind {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 3] = ["logits", "sigmoid", "probabilities"];

    /// Confidences of all classes, `[N, K]` like `scores`, each in [0, 1].
    pub fn confidences(self, scores: &Tensor) -> Tensor {
        match self {
            Self::Logits => scores.softmax(-1, None::<Kind>),
            Self::Sigmoid => scores.sigmoid(),
            Self::Probabilities => scores.shallow_clone(),
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
