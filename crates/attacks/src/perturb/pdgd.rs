//! PDGD: Adam on the change, ascent on the weight of the constraint, at the same time.
//!
//! Source: Matyasko and Chau 2021, *PDPGD: Primal-dual proximal gradient descent adversarial attack*, algorithms 1 and 2,
//! <https://arxiv.org/abs/2106.01538>. For L2 the norm is part of the loss (PDGD); for L1 and L∞, which are not smooth, a
//! proximal step in the metric of Adam follows each step on the constraint alone (PDPGD). Defaults as there: rates of the
//! change from 0.1 to 0.001, geometrically, of the weights from 0.1 to 0.01, linearly; weights start at a ratio of 0.01 and
//! are averaged over steps with 0.9; five proximal rounds.
//! Other than there: the constraint counts as met where the driver counts a find, a rounding error beyond the boundary.
//! Other than there: no random start; the first step is from the clean picture.

use advlab_core::Norm;

use super::adam::Adam;
use super::ball::{l1_threshold, soften, stand};
use super::vectors::{gap, length};
use super::walk::{Go, Look, Task, Walk, margin_weights};

/// First rate of the change, and the share of it that is left at the end.
const RATE: (f64, f64) = (0.1, 0.01);
/// First rate of the weights, and the share of it that is left at the end.
const DUAL_RATE: (f64, f64) = (0.1, 0.1);
/// Ratio of the norm's weight to the constraint's: at first, and at the utmost either way.
const RATIO: (f64, f64) = (0.01, 1e-6);
/// What an average over steps keeps of its past.
const KEEP: f64 = 0.9;
/// Rounds of a proximal step, and the share of change below which it ends earlier.
const ROUNDS: (u32, f64) = (5, 0.01);

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Pdgd {
    task: Task,
    steps: u32,
    taken: u32,
    place: Vec<f32>,
    change: Vec<f32>,
    adam: Adam,
    /// Logarithm of the ratio of the constraint's weight to the norm's.
    dual: f64,
    /// Average weight of the constraint; the norm's is what is left to 1.
    weight: f64,
    found: bool,
}

impl Pdgd {
    pub(crate) fn new(task: Task, steps: u32) -> Self {
        let (place, change) = (task.clean.clone(), vec![0.0; task.clean.len()]);
        let dual = -RATIO.0.ln();
        let adam = Adam::new(change.len());
        Self { task, steps, taken: 0, place, change, adam, dual, weight: logistic(dual), found: false }
    }

    /// The change near `self.change`, in the metric of the last step, that is short in the norm.
    fn shorten(&mut self, rate: f64) {
        let mut scales = self.adam.scales();
        let largest = scales.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        scales.iter_mut().for_each(|scale| *scale /= largest);
        let by = (1.0 - self.weight) / self.weight * rate / f64::from(largest);
        let from = self.change.clone();
        for _ in 0..ROUNDS.0 {
            let before = self.change.clone();
            for ((change, from), scale) in self.change.iter_mut().zip(&from).zip(&scales) {
                *change -= scale * (*change - from);
            }
            match self.task.norm {
                Norm::Linf => {
                    // What is left after the projection onto an L1 ball: the largest values are cut to one height.
                    let height = l1_threshold(&self.change, by) as f32;
                    self.change.iter_mut().for_each(|value| *value = value.clamp(-height, height));
                }
                _ => soften(&mut self.change, by),
            }
            stand(&self.task.clean, &mut self.change, &mut self.place);
            if gap(&self.change, &before) < ROUNDS.1 * length(&self.change) {
                break;
            }
        }
    }
}

impl Walk for Pdgd {
    fn place(&self) -> &[f32] {
        &self.place
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        self.found = look.found;
        margin_weights(self.task.aim, look.scores, weights);
        // The loss is the softplus of the margin; the proximal form leaves its weight to the other side.
        let weight = if self.task.norm == Norm::L2 { self.weight } else { 1.0 };
        let slope = (weight * logistic(f64::from(look.margin))) as f32;
        weights.iter_mut().for_each(|value| *value *= slope);
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        let (taken, steps) = (f64::from(self.taken), f64::from(self.steps));
        let rate = RATE.0 * RATE.1.powf(taken / steps);
        if self.task.norm == Norm::L2 {
            let pull = ((1.0 - self.weight) / length(&self.change).max(1e-30)) as f32;
            let gradient: Vec<f32> = gradient.iter().zip(&self.change).map(|(g, change)| g + pull * change).collect();
            self.adam.step(&mut self.change, &gradient, rate);
            stand(&self.task.clean, &mut self.change, &mut self.place);
        } else {
            self.adam.step(&mut self.change, gradient, rate);
            stand(&self.task.clean, &mut self.change, &mut self.place);
            self.shorten(rate);
        }
        let left = 1.0 - taken / (steps - 1.0).max(1.0);
        let dual_rate = DUAL_RATE.0 * (left + (1.0 - left) * DUAL_RATE.1);
        let utmost = -RATIO.1.ln();
        self.dual = (self.dual + if self.found { -dual_rate } else { dual_rate }).clamp(-utmost, utmost);
        self.weight += (1.0 - KEEP) * (logistic(self.dual) - self.weight);
        self.taken += 1;
        if self.taken < self.steps { Go::On } else { Go::Done }
    }
}

/// `1 / (1 + e^−x)`.
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use advlab_core::Aim;

    use super::super::oracle::{Linear, walked};
    use super::*;

    #[test]
    fn the_distance_on_a_linear_net_is_reached_in_each_norm() {
        for (norm, share) in [(Norm::L1, 1.1), (Norm::L2, 1.02), (Norm::Linf, 1.03)] {
            let net = Linear::new(40, 2);
            let task = net.task(Aim::Away(0), norm);
            let found = walked(&net, &task, Box::new(Pdgd::new(task.clone(), 500)));
            let ((_, size), exact) = (found.best.unwrap(), net.distance(&task));
            assert!(size < share * exact, "{norm}: {size}, exact {exact}");
            assert_eq!(found.backward, 500);
        }
    }

    #[test]
    fn a_proximal_step_shortens_in_its_own_norm() {
        for norm in [Norm::L1, Norm::Linf] {
            let mut walk = Pdgd::new(Linear::new(4, 2).task(Aim::Away(0), norm), 10);
            walk.adam.step(&mut walk.change, &[1.0, -1.0, 1.0, 0.0], 0.4);
            walk.change = vec![0.4, -0.2, 0.1, 0.0];
            walk.weight = 0.5;
            walk.shorten(0.2);
            // One metric for all values: L1 draws each in by 0.2, L∞ cuts 0.2 from the top.
            let want = if norm == Norm::L1 { [0.2, 0.0, 0.0, 0.0] } else { [0.2, -0.2, 0.1, 0.0] };
            assert!(gap(&walk.change, &want) < 1e-4, "{norm}: {:?}", walk.change);
        }
    }
}
