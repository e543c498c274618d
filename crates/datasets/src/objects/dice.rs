//! Random draws in the words of whoever designs a picture.

use advlab_core::Seed;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// A stream of random draws.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: Seed) -> Self {
        Self(seed.rng())
    }

    /// Uniform between the two.
    pub(super) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.0.random::<f32>()
    }

    /// Uniform between minus and plus `reach`.
    pub(super) fn about(&mut self, reach: f32) -> f32 {
        self.range(-reach, reach)
    }

    /// Normal around 0, cut at two and a half standard deviations.
    pub(super) fn normal(&mut self, sd: f32) -> f32 {
        sd * self.0.sample::<f32, _>(StandardNormal).clamp(-2.5, 2.5)
    }

    /// Noise with this standard deviation, about normal and quick to draw: the sum of four bytes.
    pub(super) fn grain(&mut self, sd: f32) -> f32 {
        let sum: f32 = self.0.random::<u32>().to_le_bytes().into_iter().map(f32::from).sum();
        sd * (sum - 510.0) / 147.8
    }

    /// `true` in this share of all cases.
    pub(super) fn chance(&mut self, share: f32) -> bool {
        self.0.random::<f32>() < share
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn count(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high)
    }

    /// One of several.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())]
    }

    /// A seed for noise that is not drawn value by value.
    pub(super) fn salt(&mut self) -> u32 {
        self.0.random()
    }
}
