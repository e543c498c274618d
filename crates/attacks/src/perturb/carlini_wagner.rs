//! Carlini and Wagner's L2 attack: Adam in tanh space, with a search for the weight of the constraint.
//!
//! Source: Carlini and Wagner 2017, *Towards evaluating the robustness of neural networks*, sections 5 and 6.A,
//! <https://arxiv.org/abs/1608.04644>: `‖x − x₀‖² + c·max(margin, 0)` over `w` with `x = (tanh w + 1)/2`, Adam at 0.01, `c`
//! from 0.001, times 10 until there is a find, then bisected, 9 rounds in all, each from the clean picture. A step is one
//! gradient of one round. A round ends early when a tenth of its steps did not lower the loss by 0.01 %, as in their code.
//! Other than there: the hinge is at what the driver asks of a find, not at a margin of 0, where success is a matter of
//! rounding.
//! Other than there: the clean picture is drawn in by a share of 1e-4 before the inverse of tanh, since values at exactly 0
//! or 1 would stand at infinity and never move. Their code draws in by 1e-6, from where values need hundreds of steps to get
//! going. The length is that from the picture itself.

use super::adam::Adam;
use super::vectors::gap;
use super::walk::{Go, Look, Task, Walk, margin_weights};

/// Adam's rate.
const RATE: f64 = 0.01;
/// Rounds of the search for `c`.
const ROUNDS: u32 = 9;
/// First `c`, and its growth while nothing is found.
const WEIGHT: (f64, f64) = (1e-3, 10.0);
/// How far values are drawn in.
const SHRINK: f64 = 1e-4;
/// Looks at the loss in a round, and what it must have become of itself.
const CHECKS: (u32, f64) = (10, 0.9999);

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct CarliniWagner {
    task: Task,
    steps: u32,
    taken: u32,
    round: u32,
    /// Places in tanh space: of the clean picture, and now.
    home: Vec<f32>,
    inner: Vec<f32>,
    place: Vec<f32>,
    adam: Adam,
    weight: f64,
    /// The largest weight without a find, and the smallest with one.
    bracket: (f64, Option<f64>),
    /// Whether this round has found something.
    reached: bool,
    margin: f64,
    found: bool,
    loss_before: f64,
}

impl CarliniWagner {
    pub(crate) fn new(task: Task, steps: u32) -> Self {
        let home: Vec<f32> = task.clean.iter().map(|x| inner(*x)).collect();
        let place = home.iter().map(|w| outer(*w)).collect();
        Self {
            steps,
            taken: 0,
            round: 0,
            inner: home.clone(),
            place,
            adam: Adam::new(home.len()),
            home,
            weight: WEIGHT.0,
            bracket: (0.0, None),
            reached: false,
            margin: 0.0,
            found: false,
            loss_before: f64::INFINITY,
            task,
        }
    }

    fn next_round(&mut self) -> Go {
        self.round += 1;
        if self.round >= ROUNDS {
            return Go::Done;
        }
        if self.reached {
            self.bracket.1 = Some(self.weight);
        } else {
            self.bracket.0 = self.weight;
        }
        self.weight = match self.bracket {
            (low, Some(high)) => 0.5 * (low + high),
            (_, None) => self.weight * WEIGHT.1,
        };
        self.inner.copy_from_slice(&self.home);
        self.go_out();
        self.adam = Adam::new(self.home.len());
        (self.taken, self.reached, self.loss_before) = (0, false, f64::INFINITY);
        Go::On
    }

    fn go_out(&mut self) {
        for (place, inner) in self.place.iter_mut().zip(&self.inner) {
            *place = outer(*inner);
        }
    }
}

impl Walk for CarliniWagner {
    fn place(&self) -> &[f32] {
        &self.place
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        (self.margin, self.found) = (f64::from(look.margin), look.found);
        self.reached |= look.found;
        if !look.found {
            margin_weights(self.task.aim, look.scores, weights);
            weights.iter_mut().for_each(|weight| *weight *= self.weight as f32);
        }
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        if self.taken.is_multiple_of((self.steps / CHECKS.0).max(1)) {
            let hinge = if self.found { 0.0 } else { self.margin };
            let loss = gap(&self.place, &self.task.clean).powi(2) + self.weight * hinge;
            if loss > CHECKS.1 * self.loss_before {
                return self.next_round();
            }
            self.loss_before = loss;
        }
        let slopes = gradient.iter().zip(&self.place).zip(&self.task.clean);
        let gradient: Vec<f32> = slopes.map(|((g, x), clean)| (g + 2.0 * (x - clean)) * 2.0 * x * (1.0 - x)).collect();
        self.adam.step(&mut self.inner, &gradient, RATE);
        self.go_out();
        self.taken += 1;
        if self.taken < self.steps { Go::On } else { self.next_round() }
    }
}

/// `atanh((2x − 1)(1 − shrink))`.
fn inner(x: f32) -> f32 {
    ((2.0 * f64::from(x) - 1.0) * (1.0 - SHRINK)).atanh() as f32
}

/// `(tanh w + 1)/2`, written such that values near 0 keep their digits.
fn outer(w: f32) -> f32 {
    1.0 / (1.0 + (-2.0 * w).exp())
}

#[cfg(test)]
mod tests {
    use advlab_core::{Aim, Norm};

    use super::super::oracle::{Linear, walked};
    use super::*;

    #[test]
    fn tanh_space_and_back_is_the_same_picture_and_its_bounds_can_move() {
        for k in 0..=255_u8 {
            let x = f32::from(k) / 255.0;
            assert!((outer(inner(x)) - x).abs() < 1e-4, "{x}");
        }
        for x in [0.0, 1.0] {
            assert!(inner(x).is_finite());
            let slope = 2.0 * outer(inner(x)) * (1.0 - outer(inner(x)));
            assert!(slope > 5e-5, "{x}: {slope}");
        }
    }

    #[test]
    fn the_distance_on_a_linear_net_is_reached_from_the_bounds_too() {
        let net = Linear::new(40, 2);
        let mut task = net.task(Aim::Away(0), Norm::L2);
        let exact = net.distance(&task);
        let size = |task: &Task| {
            walked(&net, task, Box::new(CarliniWagner::new(task.clone(), 1000))).best.map(|(_, size)| size)
        };
        assert!(size(&task).is_some_and(|size| size < 1.02 * exact), "{:?}, exact {exact}", size(&task));
        task.clean = (0..40).map(|i| net.bound(i)).collect();
        assert!(size(&task).is_some());
    }
}
