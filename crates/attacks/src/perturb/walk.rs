//! How a method and the driver talk to each other.
//!
//! A method is written for one picture, in plain numbers. It says where to look, is told the scores there, says which
//! combination of scores it wants the gradient of, is told the gradient, and moves on. The driver looks for all pictures of
//! a batch at once. So a picture's path does not depend on the others in its batch, one that has finished leaves without
//! anybody else noticing, and passes and best finds are counted in one place.

use advlab_core::{Aim, Norm};

/// What a method starts from.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// The clean picture's values, each in [0, 1].
    pub(crate) clean: Vec<f32>,
    /// What is wanted.
    pub(crate) aim: Aim,
    /// Which length is to be small.
    pub(crate) norm: Norm,
    /// Number of classes.
    pub(crate) n_classes: usize,
}

/// What a look tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'a> {
    /// Scores `z` at the place; logarithms where the net puts out probabilities.
    pub(crate) scores: &'a [f32],
    /// [`Aim::margin`] of them.
    pub(crate) margin: f32,
    /// Whether the place counts as a find: the margin is negative by more than rounding.
    pub(crate) found: bool,
    /// The smallest find so far, this place included, and its length.
    pub(crate) best: Option<(&'a [f32], f64)>,
}

/// Whether a walk goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Go {
    /// Look again.
    On,
    /// The walk is at its end.
    Done,
}

/// One picture's walk from the clean picture to an adversarial one.
pub(crate) trait Walk: Send {
    /// Where to look next: values in [0, 1].
    fn place(&self) -> &[f32];

    /// Whether a gradient is wanted there; without it a look costs a forward pass only, and [`step`](Self::step) is given an
    /// empty one.
    fn wants_gradient(&self) -> bool {
        true
    }

    /// Takes the scores in, and writes the weights `v` of the combination `Σ v_k z_k` whose gradient is wanted. They are
    /// zeros when this is called.
    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]);

    /// Takes the gradient in and moves on.
    fn step(&mut self, gradient: &[f32]) -> Go;
}

/// Weights of the margin itself: the gradient of the best other class and of the class aimed at.
pub(crate) fn margin_weights(aim: Aim, scores: &[f32], weights: &mut [f32]) {
    let class = aim.class() as usize;
    let other = best_other(scores, class);
    let sign = sign(aim);
    weights[other] += sign;
    weights[class] -= sign;
}

/// Weights of a loss that falls towards the aim: cross-entropy of the target under softmax, or its negative away from a class.
pub(crate) fn cross_entropy_weights(aim: Aim, scores: &[f32], weights: &mut [f32]) {
    let class = aim.class() as usize;
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f32 = scores.iter().map(|score| (score - largest).exp()).sum();
    let sign = sign(aim);
    let mut others = 0.0;
    for (k, (weight, score)) in weights.iter_mut().zip(scores).enumerate() {
        if k != class {
            let share = (score - largest).exp() / total;
            *weight += sign * share;
            others += share;
        }
    }
    // `p − 1` of the class itself, without the subtraction: it is 0 in single precision for a net that is sure.
    weights[class] -= sign * others;
}

/// The class with the largest score but for `class`.
pub(crate) fn best_other(scores: &[f32], class: usize) -> usize {
    let mut best = usize::from(class == 0);
    for (k, score) in scores.iter().enumerate() {
        if k != class && *score > scores[best] {
            best = k;
        }
    }
    best
}

/// 1 for a target, −1 away from a class.
pub(crate) const fn sign(aim: Aim) -> f32 {
    match aim {
        Aim::Target(_) => 1.0,
        Aim::Away(_) => -1.0,
    }
}
