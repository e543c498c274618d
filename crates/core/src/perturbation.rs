//! What came of changing one given picture.

use serde::{Deserialize, Serialize};

use crate::{Aim, Norm};

/// The four kinds of outcome. They are never mixed: shares of success are of the pictures that were not wrong before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The net says of the clean picture what was wanted already; nothing was changed.
    WrongBefore,
    /// The net says of the changed picture what was wanted.
    Success,
    /// Nothing was found; the picture is the clean one.
    Failure,
    /// The scores are equal to the last bits of their precision: another batch, machine or library may say otherwise.
    Tie,
}

impl Verdict {
    /// As files write it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::WrongBefore => "wrong-before",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Tie => "tie",
        }
    }
}

/// What came of one picture. The verdict is of the final picture, by a forward pass of its own, after clipping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Perturbation {
    /// Number of the picture in its run.
    pub index: u64,
    /// What was wanted.
    pub aim: Aim,
    /// Which of the four kinds it is.
    pub verdict: Verdict,
    /// The net's label of the clean picture.
    pub label_before: i64,
    /// Confidence of that label.
    pub confidence_before: f32,
    /// The net's label of the final picture.
    pub label: i64,
    /// Confidence of that label.
    pub confidence: f32,
    /// [`Aim::margin`] of the final picture, in the net's raw scores: negative on the right side.
    pub margin: f32,
    /// Length of the change in each norm, in the order of [`Norm::ALL`].
    pub distances: [f64; 4],
    /// The same of the smallest change found when values need not be on the lattice of 8-bit values; equal to `distances` where no
    /// lattice was asked for.
    pub unrounded: [f64; 4],
    /// No smaller change (in the norm of the search) can do: a proof, from the net's weights. `None` where the net does not
    /// show them, or the proof does not apply.
    pub lower_bound: Option<f64>,
    /// Cosine of the angle between the change and the direction in which the margin falls, over the values that are not at a
    /// bound: 1 at an exact local minimum of the L2 norm with one nearest class. `None` without success.
    pub alignment: Option<f32>,
    /// Share of the values that are at 0 or 1, where they were not before.
    pub at_bound: f32,
    /// Forward passes spent on it.
    pub forward: u32,
    /// Backward passes spent on it.
    pub backward: u32,
}

impl Perturbation {
    /// Length of the change in this norm.
    pub const fn distance(&self, norm: Norm) -> f64 {
        self.distances[norm as usize]
    }

    /// Distortion `sqrt(Σ(x'−x)²/n)` over the `n` values of a picture (Szegedy et al. 2013, section 4.1).
    pub fn rms(&self, n: usize) -> f64 {
        self.distance(Norm::L2) / (n.max(1) as f64).sqrt()
    }

    /// Peak signal-to-noise ratio in decibels, `−20·log10(rms)` for pictures in [0, 1]; infinite without a change.
    pub fn psnr(&self, n: usize) -> f64 {
        -20.0 * self.rms(n).log10()
    }
}

/// Lengths of a change in every norm, in the order of [`Norm::ALL`].
pub fn distances(before: &[f32], after: &[f32]) -> [f64; 4] {
    Norm::ALL.map(|norm| norm.distance(before, after))
}
