//! FMN: normalised steps, projected onto a ball whose radius follows the boundary.
//!
//! Source: Pintor et al. 2021, *Fast minimum-norm adversarial attacks through adaptive norm constraints*, algorithm 1,
//! <https://arxiv.org/abs/2102.12827>. Before the first find the radius is the distance to the linearised boundary; then it
//! shrinks by the share γ at a find and grows by it otherwise, for L0 by at least one value. Steps fall from α to α/100 along
//! a cosine, γ from 0.05 to 0.001; α is 1, and 10 for L∞, where steps of 1 come too late.
//! Other than there: before the first find the radius also grows by γ at each step. The linearised distance forgets the box,
//! and alone it comes to rest just inside the boundary on pictures with many values at 0 or 1 (a quarter of MNIST's).

use std::f64::consts::PI;

use advlab_core::Norm;

use super::ball::{dual, project, reach, stand};
use super::vectors::{add, length};
use super::walk::{Go, Look, Task, Walk, margin_weights};

/// Share by which the radius changes, first and last.
const GAMMA: (f64, f64) = (0.05, 0.001);
/// Share of the first step's length that the last has.
const LAST: f64 = 0.01;

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Fmn {
    task: Task,
    steps: u32,
    taken: u32,
    place: Vec<f32>,
    change: Vec<f32>,
    /// Radius of the ball; `None` before the first gradient.
    radius: Option<f64>,
    reach: f64,
    margin: f64,
    found: bool,
    /// Length of the smallest find.
    best: Option<f64>,
}

impl Fmn {
    pub(crate) fn new(task: Task, steps: u32) -> Self {
        let (place, change) = (task.clean.clone(), vec![0.0; task.clean.len()]);
        let reach = reach(task.norm, &task.clean);
        Self { task, steps, taken: 0, place, change, radius: None, reach, margin: 0.0, found: false, best: None }
    }

    /// From another place than the clean picture, within a ball of this radius.
    pub(crate) fn from(task: Task, place: Vec<f32>, radius: f64, steps: u32) -> Self {
        let change = place.iter().zip(&task.clean).map(|(place, clean)| place - clean).collect();
        Self { place, change, radius: Some(radius), ..Self::new(task, steps) }
    }

    /// Takes in what a look tells, for a caller with another loss than the margin.
    pub(crate) fn note(&mut self, look: &Look<'_>) {
        (self.margin, self.found) = (f64::from(look.margin), look.found);
        self.best = look.best.map(|(_, length)| length);
    }

    /// Lets steps and radius calm down over so many steps in all.
    pub(crate) const fn stretch(&mut self, steps: u32) {
        self.steps = steps;
    }

    fn next_radius(&self, gradient: &[f32], gamma: f64) -> f64 {
        let (down, up) = (1.0 - gamma, 1.0 + gamma);
        let best = self.best.unwrap_or(f64::INFINITY);
        let radius = match (self.task.norm, self.radius) {
            (Norm::L0, None) => 1.0,
            (Norm::L0, Some(radius)) if self.found => (radius - 1.0).min((radius * down).floor()).min(best),
            (Norm::L0, Some(radius)) => (radius + 1.0).max((radius * up).floor()),
            (_, Some(radius)) if self.found => (radius * down).min(best),
            (_, Some(radius)) if self.best.is_some() => radius * up,
            (norm, radius) => {
                let linear = self.margin.abs() / dual(norm, gradient).max(1e-30);
                let here = norm.distance(&self.task.clean, &self.place);
                (here + linear).max(radius.unwrap_or(0.0) * up)
            }
        };
        radius.clamp(0.0, self.reach)
    }
}

impl Walk for Fmn {
    fn place(&self) -> &[f32] {
        &self.place
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        self.note(look);
        margin_weights(self.task.aim, look.scores, weights);
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        let norm = self.task.norm;
        let cosine = 0.5 * (1.0 + (PI * f64::from(self.taken) / f64::from(self.steps)).cos());
        let first = if norm == Norm::Linf { 10.0 } else { 1.0 };
        let alpha = first * (LAST + (1.0 - LAST) * cosine);
        let radius = self.next_radius(gradient, GAMMA.1 + (GAMMA.0 - GAMMA.1) * cosine);
        self.radius = Some(radius);
        add(&mut self.change, -alpha / length(gradient).max(1e-30), gradient);
        project(norm, &mut self.change, radius);
        stand(&self.task.clean, &mut self.change, &mut self.place);
        self.taken += 1;
        if self.taken < self.steps { Go::On } else { Go::Done }
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::Aim;

    use super::super::oracle::{Linear, walked};
    use super::*;

    #[test]
    fn the_distance_on_a_linear_net_is_reached_in_each_norm() {
        for (norm, share) in [(Norm::L1, 1.05), (Norm::L2, 1.005), (Norm::Linf, 1.005)] {
            let net = Linear::new(40, 2);
            let task = net.task(Aim::Away(0), norm);
            let found = walked(&net, &task, Box::new(Fmn::new(task.clone(), 300)));
            let ((_, size), exact) = (found.best.unwrap(), net.distance(&task));
            assert!(size < share * exact, "{norm}: {size}, exact {exact}");
            assert_eq!(found.backward, 300);
        }
    }

    #[test]
    fn few_values_change_under_l0() {
        let net = Linear::new(200, 2);
        let task = net.task(Aim::Away(0), Norm::L0);
        let (_, size) = walked(&net, &task, Box::new(Fmn::new(task.clone(), 300))).best.unwrap();
        // Each value gives up to ½·|w| with |w| up to 2, of a distance of 1: at least two are needed.
        assert!((2.0..=4.0).contains(&size), "{size}");
    }

    #[test]
    fn the_radius_grows_where_the_box_holds_the_change_back() {
        let net = Linear::new(40, 2);
        let mut task = net.task(Aim::Away(0), Norm::L2);
        // Half of the values cannot go where the gradient leads, as in pictures of black and white.
        for (i, x) in task.clean.iter_mut().enumerate() {
            *x = if i % 2 == 0 { 0.5 } else { net.bound(i) };
        }
        let found = walked(&net, &task, Box::new(Fmn::new(task.clone(), 100)));
        assert!(found.best.is_some());
    }
}
