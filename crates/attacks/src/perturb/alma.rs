//! ALMA: an augmented Lagrangian of which multiplier and penalty move at every step.
//!
//! Source: Rony et al. 2021, *Augmented Lagrangian adversarial attacks*, algorithm 1 and section 4,
//! <https://arxiv.org/abs/2011.11857>: penalty P2, the difference of logits ratio plus 1e-4 as constraint, multiplier and
//! penalty from 1, the penalty times 1.2 every 10 steps that did not lower the constraint by 5 % before the first find,
//! RMSProp with momentum whose rate makes the first step 0.1 long (0.5 for L1) and falls to a hundredth from the first find
//! on; averages keep 0.9 of their past, 0.5 where there are few steps (here: up to 300).
//! Other than there: the constraint's 1e-4 is no smaller than what the driver asks of a find, for nets with large scores.
//! Other than there: the ratio needs four classes for a target and three away from one; with fewer, the constraint is the
//! margin itself.

use advlab_core::{Aim, Norm, Seed};
use rand::Rng;
use rand_distr::StandardNormal;

use super::ball::stand;
use super::driver::SURE;
use super::vectors::{add, length};
use super::walk::{Go, Look, Task, Walk, margin_weights};

/// Added to the margin.
const TOLERANCE: f32 = 1e-4;
/// Share of the first rate that is left at the end.
const LAST: f64 = 0.01;
/// Steps from one look at the penalty to the next, what the constraint must have become of itself, and the growth if not.
const CHECK: (u32, f64, f64) = (10, 0.95, 1.2);
/// Steps up to which averages keep less.
const FEW: u32 = 300;
/// Bounds of the multiplier.
const MULTIPLIER: (f64, f64) = (1e-6, 1e12);

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Alma {
    task: Task,
    seed: Seed,
    steps: u32,
    taken: u32,
    place: Vec<f32>,
    change: Vec<f32>,
    squares: Vec<f32>,
    momentum: Vec<f32>,
    rate: f64,
    multiplier: f64,
    penalty: f64,
    /// The constraint at the last look at the penalty.
    before: f64,
    /// Step of the first find.
    first_find: Option<u32>,
    keep: f64,
}

impl Alma {
    pub(crate) fn new(task: Task, steps: u32, seed: Seed) -> Self {
        let len = task.clean.len();
        Self {
            seed,
            steps,
            taken: 0,
            place: task.clean.clone(),
            change: vec![0.0; len],
            squares: vec![1.0; len],
            momentum: vec![0.0; len],
            rate: 0.0,
            multiplier: 1.0,
            penalty: 1.0,
            before: 0.0,
            first_find: None,
            keep: if steps > FEW { 0.9 } else { 0.5 },
            task,
        }
    }

    /// Rate at which a step down this gradient is as long as the first is to be.
    fn first_rate(&self, gradient: &[f32]) -> f64 {
        let wanted = if self.task.norm == Norm::L1 { 0.5 } else { 0.1 };
        let clean = &self.task.clean;
        let short = |rate: f64| {
            let moved = |(x, g): (&f32, &f32)| (x - rate as f32 * g).clamp(0.0, 1.0);
            let place: Vec<f32> = clean.iter().zip(gradient).map(moved).collect();
            self.task.norm.distance(clean, &place) < wanted
        };
        let (mut low, mut high) = (0.0, 1.0);
        // The bound is for pictures that cannot change by so much.
        while short(high) && high < 1e30 {
            (low, high) = (high, 2.0 * high);
        }
        for _ in 0..20 {
            let middle = 0.5 * (low + high);
            if short(middle) { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// A direction of length 1, for a clean picture without a gradient.
    fn any_direction(&self) -> Vec<f32> {
        let mut rng = self.seed.child("direction").rng();
        let mut direction: Vec<f32> = self.change.iter().map(|_| rng.sample(StandardNormal)).collect();
        let factor = (1.0 / length(&direction).max(1e-30)) as f32;
        direction.iter_mut().for_each(|value| *value *= factor);
        direction
    }
}

impl Walk for Alma {
    fn place(&self) -> &[f32] {
        &self.place
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        let constraint = constraint(self.task.aim, look, weights);
        let (every, share, growth) = CHECK;
        if self.taken == 0 {
            self.before = constraint;
        } else if (self.taken + 1).is_multiple_of(every) {
            if self.first_find.is_none() && constraint >= share * self.before {
                self.penalty *= growth;
            }
            self.before = constraint;
        }
        if self.taken > 0 {
            let wanted = penalty_slope(constraint, self.penalty, self.multiplier);
            self.multiplier += (1.0 - self.keep) * (wanted - self.multiplier);
            self.multiplier = self.multiplier.clamp(MULTIPLIER.0, MULTIPLIER.1);
        }
        if look.found {
            self.first_find.get_or_insert(self.taken);
        }
        let slope = penalty_slope(constraint, self.penalty, self.multiplier) as f32;
        weights.iter_mut().for_each(|weight| *weight *= slope);
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        let mut gradient = gradient.to_vec();
        if self.taken == 0 {
            if length(&gradient) <= 1e-6 {
                gradient = self.any_direction();
            }
            self.rate = self.first_rate(&gradient);
        } else if self.task.norm == Norm::L1 {
            for (g, change) in gradient.iter_mut().zip(&self.change) {
                *g += if *change == 0.0 { 0.0 } else { change.signum() };
            }
        } else {
            let pull = 1.0 / length(&self.change).max(1e-30);
            add(&mut gradient, pull, &self.change);
        }
        let share = self.first_find.map_or(0.0, |first| f64::from(self.taken - first) / f64::from(self.steps - first));
        let rate = (self.rate * LAST.powf(share)) as f32;
        let keep = self.keep as f32;
        for (((change, g), square), momentum) in
            self.change.iter_mut().zip(&gradient).zip(&mut self.squares).zip(&mut self.momentum)
        {
            *square = keep * *square + (1.0 - keep) * g * g;
            *momentum = keep * *momentum + g / (square.sqrt() + 1e-8);
            *change -= rate * *momentum;
        }
        stand(&self.task.clean, &mut self.change, &mut self.place);
        self.taken += 1;
        if self.taken < self.steps { Go::On } else { Go::Done }
    }
}

/// The constraint's value, and in `weights` its derivative by the scores: the margin over the spread of the first few scores.
fn constraint(aim: Aim, look: &Look<'_>, weights: &mut [f32]) -> f64 {
    let scores = look.scores;
    let largest = scores.iter().fold(0.0_f32, |largest, score| largest.max(score.abs()));
    let margin = look.margin + TOLERANCE.max(2.0 * SURE * largest);
    margin_weights(aim, scores, weights);
    let needed = if matches!(aim, Aim::Target(_)) { 4 } else { 3 };
    if scores.len() < needed {
        return f64::from(margin);
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.select_nth_unstable_by(needed - 1, |a, b| scores[*b].total_cmp(&scores[*a]));
    order[..needed].sort_unstable_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    // The first score less the third, or less the mean of the third and the fourth.
    let last = &order[2..needed];
    let mean = last.iter().map(|k| scores[*k]).sum::<f32>() / last.len() as f32;
    let spread = scores[order[0]] - mean + 1e-8;
    let slope = -margin / (spread * spread);
    weights.iter_mut().for_each(|weight| *weight /= spread);
    weights[order[0]] += slope;
    for k in last {
        weights[*k] -= slope / last.len() as f32;
    }
    f64::from(margin / spread)
}

/// Derivative of the penalty P2 by the constraint `y`.
fn penalty_slope(y: f64, penalty: f64, multiplier: f64) -> f64 {
    if y >= 0.0 {
        multiplier + 2.0 * multiplier * penalty * y + 0.5 * (penalty * y).powi(2)
    } else {
        multiplier / (1.0 - penalty * y).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::super::oracle::{Linear, walked};
    use super::*;

    #[test]
    fn the_weights_are_the_constraints_derivative() {
        let scores = [0.3, 2.0, -1.0, 1.4, 0.9, -0.2];
        for aim in [Aim::Target(3), Aim::Target(2), Aim::Away(1)] {
            let at = |scores: &[f32], weights: &mut [f32]| {
                let look = Look { scores, margin: aim.margin(scores), found: false, best: None };
                constraint(aim, &look, weights)
            };
            let mut weights = [0.0; 6];
            let _ = at(&scores, &mut weights);
            for k in 0..6 {
                let shifted = |by: f32| {
                    let mut moved = scores;
                    moved[k] += by;
                    at(&moved, &mut [0.0; 6])
                };
                let difference = (shifted(1e-2) - shifted(-1e-2)) / 2e-2;
                assert!((difference - f64::from(weights[k])).abs() < 1e-3, "{aim:?} {k}: {difference} {weights:?}");
            }
        }
    }

    #[test]
    fn the_distance_on_a_linear_net_is_reached_in_each_norm() {
        for (norm, share) in [(Norm::L1, 1.1), (Norm::L2, 1.02)] {
            for n_classes in [2, 5] {
                let net = Linear::new(40, n_classes);
                let task = net.task(Aim::Away(0), norm);
                let found = walked(&net, &task, Box::new(Alma::new(task.clone(), 1000, Seed::new(2))));
                let ((_, size), exact) = (found.best.unwrap(), net.distance(&task));
                assert!(size < share * exact, "{norm}: {size}, exact {exact}");
            }
        }
    }

    #[test]
    fn the_first_step_is_as_long_as_wanted() {
        let net = Linear::new(40, 5);
        for (norm, wanted) in [(Norm::L1, 0.5), (Norm::L2, 0.1)] {
            let walk = Alma::new(net.task(Aim::Away(0), norm), 100, Seed::new(2));
            let gradient = walk.any_direction();
            let rate = walk.first_rate(&gradient) as f32;
            let place: Vec<f32> = walk.task.clean.iter().zip(&gradient).map(|(x, g)| x - rate * g).collect();
            assert!((norm.distance(&walk.task.clean, &place) - wanted).abs() < 1e-4, "{norm}");
        }
    }
}
