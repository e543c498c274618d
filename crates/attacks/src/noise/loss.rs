//! Losses on a net's scores, and their gradients by libtorch.

use advlab_core::ScoreKind;
use tch::{Kind, Tensor};

use super::params::Loss;

/// Keeps a logarithm finite where a net gives probabilities instead of logits.
const SMALLEST: f64 = 1e-12;

impl Loss {
    /// The loss of each example.
    ///
    /// # Shapes
    /// - `scores`: `[N, K]`, raw scores of this `kind`
    /// - `onehot`: `[N, K]`, 1 at the wanted class and 0 elsewhere
    /// - returns: `[N]`
    pub fn of(self, scores: &Tensor, onehot: &Tensor, kind: ScoreKind) -> Tensor {
        match self {
            Self::Quadratic => {
                let gap = kind.confidences(scores) - onehot;
                (&gap * &gap).sum_dim_intlist(1, false, None::<Kind>) * 0.5
            }
            Self::CrossEntropy => match kind {
                ScoreKind::Logits => {
                    -(scores.log_softmax(1, None::<Kind>) * onehot).sum_dim_intlist(1, false, None::<Kind>)
                }
                // softplus(z) − y·z is −y·ln σ(z) − (1 − y)·ln(1 − σ(z)), without the overflow
                ScoreKind::Sigmoid => (scores.softplus() - scores * onehot).sum_dim_intlist(1, false, None::<Kind>),
                ScoreKind::Probabilities => {
                    -(scores.clamp_min(SMALLEST).log() * onehot).sum_dim_intlist(1, false, None::<Kind>)
                }
                ScoreKind::SigmoidProbabilities => {
                    let of_own: Tensor = (scores * onehot) + (1.0 - scores) * (1.0 - onehot);
                    -of_own.clamp_min(SMALLEST).log().sum_dim_intlist(1, false, None::<Kind>)
                }
            },
            Self::Margin => {
                let wanted = (scores * onehot).sum_dim_intlist(1, false, None::<Kind>);
                let others = scores.masked_fill(&onehot.to_kind(Kind::Bool), f64::NEG_INFINITY);
                others.amax(1, false) - wanted
            }
        }
    }
}
