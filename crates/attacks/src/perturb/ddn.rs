//! DDN: the direction follows the gradient, the length goes up and down by a factor.
//!
//! Source: Rony et al. 2019, *Decoupling direction and norm for efficient gradient-based L2 adversarial attacks and
//! defenses*, algorithm 1, <https://arxiv.org/abs/1811.09600>. Steps fall from 1 to 0.01 along a cosine and γ is 0.05, as
//! there.

use std::f64::consts::PI;

use advlab_core::Norm;

use super::ball::reach;
use super::vectors::{add, length};
use super::walk::{Go, Look, Task, Walk, cross_entropy_weights};

/// Share by which the length changes.
const GAMMA: f64 = 0.05;
/// Length before the first step.
const FIRST: f64 = 1.0;

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Ddn {
    task: Task,
    steps: u32,
    taken: u32,
    place: Vec<f32>,
    change: Vec<f32>,
    epsilon: f64,
    gamma: f64,
    /// Whether steps shrink and grow with the change, when it is longer than 1.
    in_proportion: bool,
    /// Length of the largest change that the box admits.
    longest: f64,
    found: bool,
}

impl Ddn {
    pub(crate) fn new(task: Task, steps: u32) -> Self {
        let place = task.clean.clone();
        Self::from(task, place, FIRST, steps)
    }

    /// From another place than the clean picture and another length; a search in a hurry.
    pub(crate) fn hurried(task: Task, place: Vec<f32>, epsilon: f64, gamma: f64, steps: u32) -> Self {
        Self { gamma, in_proportion: true, ..Self::from(task, place, epsilon, steps) }
    }

    fn from(task: Task, place: Vec<f32>, epsilon: f64, steps: u32) -> Self {
        let longest = reach(Norm::L2, &task.clean);
        let change = place.iter().zip(&task.clean).map(|(place, clean)| place - clean).collect();
        let (gamma, in_proportion) = (GAMMA, false);
        Self { task, steps, taken: 0, place, change, epsilon, gamma, in_proportion, longest, found: false }
    }
}

impl Walk for Ddn {
    fn place(&self) -> &[f32] {
        &self.place
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        self.found = look.found;
        cross_entropy_weights(self.task.aim, look.scores, weights);
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        let share = f64::from(self.taken) / f64::from(self.steps);
        let rate = 0.01 + 0.99 * 0.5 * (1.0 + (PI * share).cos());
        self.epsilon = (self.epsilon * if self.found { 1.0 - self.gamma } else { 1.0 + self.gamma }).min(self.longest);
        let step = if self.in_proportion { rate * self.epsilon.max(1.0) } else { rate };
        add(&mut self.change, -step / length(gradient).max(1e-30), gradient);
        let factor = (self.epsilon / length(&self.change).max(1e-30)) as f32;
        for ((place, change), clean) in self.place.iter_mut().zip(&mut self.change).zip(&self.task.clean) {
            *place = (clean + factor * *change).clamp(0.0, 1.0);
            *change = *place - clean;
        }
        self.taken += 1;
        if self.taken < self.steps { Go::On } else { Go::Done }
    }
}
