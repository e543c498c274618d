//! Reasons to doubt what an attack will say of a net, looked for before it runs.
//!
//! The list follows the checks that evaluations of robustness have learnt to make: Carlini et al. 2019, *On evaluating adversarial
//! robustness*; Croce et al. 2022, *Evaluating the adversarial robustness of adaptive test-time defenses*.

use std::fmt;

use advlab_core::{Aim, Classifier, Pictures, ScoreKind};
use tch::{Kind, Tensor, no_grad};

use super::driver::logits;
use super::walk::margin_weights;
use crate::Result;

/// Pictures looked at.
const PICTURES: i64 = 16;
/// Scores of two calls may differ by this share of the largest one; different code for different batches does that.
const SAME: f64 = 1e-4;

/// A reason to doubt.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Doubt {
    /// Scores that are taken for logits look like probabilities, of this kind.
    Probabilities(ScoreKind),
    /// What the net's opening found, in a sentence.
    Remark(String),
    /// Two calls with the same pictures gave different scores.
    Random {
        /// Largest difference, as a share of the largest score.
        differ: f64,
    },
    /// The margin's gradient is zero.
    ZeroGradient {
        /// For how many pictures.
        count: usize,
        /// Of how many.
        of: usize,
    },
    /// The margin's gradient is NaN or infinite.
    BadGradient {
        /// For how many pictures.
        count: usize,
        /// Of how many.
        of: usize,
    },
    /// The scores are NaN or infinite right beside pictures for which they are numbers.
    BadScores {
        /// For how many pictures.
        count: usize,
        /// Of how many.
        of: usize,
    },
}

impl Doubt {
    /// As files write it.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Probabilities(_) => "probabilities",
            Self::Remark(_) => "net",
            Self::Random { .. } => "random",
            Self::ZeroGradient { .. } => "zero-gradient",
            Self::BadGradient { .. } => "bad-gradient",
            Self::BadScores { .. } => "bad-scores",
        }
    }

    /// Whether no attack by gradients can work at all.
    pub const fn is_fatal(&self) -> bool {
        match self {
            Self::ZeroGradient { count, of } | Self::BadGradient { count, of } | Self::BadScores { count, of } => {
                *count == *of
            }
            _ => false,
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Probabilities(ScoreKind::SigmoidProbabilities) => f.write_str(
                "the scores look like probabilities of each class on its own (all from 0 to 1, rows do not add up to 1) but are \
                 taken for logits, whose gradients they do not have; if the net ends in a sigmoid, say `--scores \
                 sigmoid-probabilities`",
            ),
            Self::Probabilities(_) => f.write_str(
                "the scores look like probabilities (none below 0, rows add up to 1) but are taken for logits, whose gradients \
                 they do not have; say `--scores probabilities`",
            ),
            Self::Remark(text) => f.write_str(text),
            Self::Random { differ } => write!(
                f,
                "two calls with the same pictures gave scores that differ by {:.1} % of the largest; the net is random, as with \
                 dropout in training mode, and an attack on it measures luck; export it in eval mode",
                100.0 * differ
            ),
            Self::ZeroGradient { count, of } if count == of => f.write_str(
                "the gradient is zero everywhere: the net is not differentiable where it matters (rounding, argmax or a detached \
                 tensor inside), or its outputs are saturated; export it without such steps, with logits in place of probabilities",
            ),
            Self::ZeroGradient { count, of } => write!(
                f,
                "the gradient is zero for {count} of {of} pictures: outputs are saturated or masked there, and failures on them \
                 say little; give logits in place of probabilities"
            ),
            Self::BadGradient { count, of } => write!(
                f,
                "the gradient is NaN or infinite for {count} of {of} pictures; look for divisions, roots or logarithms of zero in \
                 the net"
            ),
            Self::BadScores { count, of } => write!(
                f,
                "the scores become NaN or infinite when {count} of {of} pictures change by half a grey level; a search ends where \
                 that happens, and its failure says little; look for divisions, roots or logarithms of zero in the net"
            ),
        }
    }
}

/// What there is to doubt about attacks on a net, from the first few pictures.
///
/// Pictures outside [0, 1] are not among it: [`Pictures`] cannot hold them.
///
/// # Errors
/// Those of the net; [`advlab_core::Error::Net`] names the pictures whose scores are not numbers.
pub fn doubts(net: &dyn Classifier, pictures: &Pictures) -> Result<Vec<Doubt>> {
    let mut doubts: Vec<Doubt> = net.remarks().iter().cloned().map(Doubt::Remark).collect();
    let n = pictures.len().min(PICTURES);
    if n == 0 {
        return Ok(doubts);
    }
    let first = pictures.tensor().narrow(0, 0, n).to_kind(net.kind()).to_device(net.device());
    let (once, twice) = no_grad(|| Ok::<_, advlab_core::Error>((net.scores(&first)?, net.scores(&first)?)))?;
    let lost = pictures_lost(&once);
    if !lost.is_empty() {
        let numbers = lost.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let why = format!(
            "the scores are NaN or infinite for {} of the first {n} pictures (counted from 0: {numbers})",
            lost.len()
        );
        return Err(advlab_core::Error::Net { who: net.name().to_owned(), why }.into());
    }
    let largest = once.abs().max().double_value(&[]).max(1e-12);
    let differ = (&once - &twice).abs().max().double_value(&[]) / largest;
    if differ > SAME {
        doubts.push(Doubt::Random { differ });
    }
    if net.score_kind().are_logits() {
        doubts.extend(ScoreKind::seen_in(&once).map(Doubt::Probabilities));
    }
    let (zero, bad) = gradients(net, &first)?;
    let of = n as usize;
    if zero > 0 {
        doubts.push(Doubt::ZeroGradient { count: zero, of });
    }
    if bad > 0 {
        doubts.push(Doubt::BadGradient { count: bad, of });
    }
    let beside = no_grad(|| net.scores(&((&first - 0.5) * (1.0 - 1.0 / 255.0) + 0.5)))?;
    let count = pictures_lost(&beside).len();
    if count > 0 {
        doubts.push(Doubt::BadScores { count, of });
    }
    Ok(doubts)
}

/// For how many pictures the gradient of the margin between the first two classes is zero, and for how many it is no number.
fn gradients(net: &dyn Classifier, pictures: &Tensor) -> Result<(usize, usize)> {
    let leaf = pictures.copy().set_requires_grad(true);
    let scores = logits(net, &net.scores(&leaf)?);
    let (n, n_classes) = scores.size2()?;
    if !scores.requires_grad() {
        return Ok((n as usize, 0));
    }
    let mut plain = vec![0.0_f32; (n * n_classes) as usize];
    let flat = scores.detach().to_kind(Kind::Float).to_device(tch::Device::Cpu).reshape([-1]);
    flat.copy_data(&mut plain, (n * n_classes) as usize);
    let mut weights = vec![0.0_f32; plain.len()];
    for (scores, weights) in plain.chunks_exact(n_classes as usize).zip(weights.chunks_exact_mut(n_classes as usize)) {
        let label = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(k, _)| k);
        margin_weights(Aim::Away(label as i64), scores, weights);
    }
    let weights =
        Tensor::from_slice(&weights).reshape([n, n_classes]).to_kind(scores.kind()).to_device(scores.device());
    let gradient = Tensor::f_run_backward(&[(scores * weights).sum(None::<Kind>)], &[&leaf], false, false)?;
    let rows = gradient[0].flatten(1, -1);
    let count = |which: &Tensor| which.sum(Kind::Int64).int64_value(&[]) as usize;
    let bad = rows.isfinite().logical_not().any_dim(1, false);
    let zero = rows.eq(0.0).all_dim(1, false);
    Ok((count(&zero), count(&bad)))
}

/// Rows that hold a score that is no number.
fn pictures_lost(scores: &Tensor) -> Vec<usize> {
    let lost = scores.isfinite().logical_not().any_dim(1, false);
    (0..scores.size()[0]).filter(|row| lost.int64_value(&[*row]) != 0).map(|row| row as usize).collect()
}
