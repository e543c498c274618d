//! What came of attacking one example.

use serde::{Deserialize, Serialize};

/// What came of one example. Success is judged on the final picture, by a forward pass of its own, after clipping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Number of the example in its run: of the attempt for examples from noise, of the picture for perturbations.
    pub index: u64,
    /// The seed that its random draws came from.
    pub start_seed: u64,
    /// The class wanted.
    pub target: i64,
    /// Whether the net labels the final picture as wanted, at least as confidently as wanted.
    pub success: bool,
    /// The net's label before the attack.
    pub label_before: i64,
    /// Confidence of that label.
    pub confidence_before: f32,
    /// The net's label after the attack.
    pub label: i64,
    /// Confidence of the *target* after the attack, in the net's own terms.
    pub confidence: f32,
    /// Euclidean length of the change.
    pub l2: f32,
    /// Largest change of one value.
    pub linf: f32,
    /// Distortion `sqrt(Σ(x'−x)²/n)` (Szegedy et al. 2013, section 4.1).
    pub rms: f32,
    /// Steps taken.
    pub steps: u32,
    /// Forward passes spent on this example.
    pub forward: u32,
    /// Backward passes spent on this example.
    pub backward: u32,
}

impl Outcome {
    /// Lengths of the change from `before` to `after`: L2, L∞, RMS.
    pub fn distances(before: &[f32], after: &[f32]) -> (f32, f32, f32) {
        let (mut square, mut largest) = (0.0_f64, 0.0_f32);
        for (a, b) in before.iter().zip(after) {
            let change = b - a;
            square += f64::from(change) * f64::from(change);
            largest = largest.max(change.abs());
        }
        (square.sqrt() as f32, largest, (square / before.len().max(1) as f64).sqrt() as f32)
    }
}

/// Outcomes with their pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// One for each example.
    pub records: Vec<Outcome>,
    /// The final pictures one after the other, each as the values of `[C, H, W]` in order.
    pub pictures: Vec<f32>,
}

impl Outcomes {
    /// Appends one example.
    pub fn push(&mut self, record: Outcome, picture: &[f32]) {
        self.records.push(record);
        self.pictures.extend_from_slice(picture);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbook() {
        let (l2, linf, rms) = Outcome::distances(&[0.0, 1.0, 0.5, 0.5], &[3.0, 5.0, 0.5, 0.5]);
        assert_eq!((l2, linf, rms), (5.0, 4.0, 2.5));
    }
}
