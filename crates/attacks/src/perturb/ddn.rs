//! DDN: the direction follows the gradient, the length goes up and down by a factor.
//!
//! Source: Rony et al. 2019, *Decoupling direction and norm for efficient gradient-based L2 adversarial attacks and
//! defenses*, algorithm 1, <https://arxiv.org/abs/1811.09600>. Steps fall from 1 to 0.01 along a cosine and γ is 0.05, as
//! there.

use std::f64::consts::PI;

use super::vectors::{add, length};
use super::walk::{Go, Look, Task, Walk, cross_entropy_weights};

/// Factor by which the length changes.
const GAMMA: f64 = 0.05;

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Ddn {
    task: Task,
    steps: u32,
    taken: u32,
    place: Vec<f32>,
    change: Vec<f32>,
    epsilon: f64,
    /// Length of the largest change that the box admits.
    longest: f64,
    found: bool,
}

impl Ddn {
    pub(crate) fn new(task: Task, steps: u32) -> Self {
        let longest = task.clean.iter().map(|x| f64::from(x.max(1.0 - x)).powi(2)).sum::<f64>().sqrt();
        let (place, change) = (task.clean.clone(), vec![0.0; task.clean.len()]);
        Self { task, steps, taken: 0, place, change, epsilon: 1.0, longest, found: false }
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
        add(&mut self.change, -rate / length(gradient).max(1e-30), gradient);
        self.epsilon = (self.epsilon * if self.found { 1.0 - GAMMA } else { 1.0 + GAMMA }).min(self.longest);
        let factor = (self.epsilon / length(&self.change).max(1e-30)) as f32;
        for ((place, change), clean) in self.place.iter_mut().zip(&mut self.change).zip(&self.task.clean) {
            *place = (clean + factor * *change).clamp(0.0, 1.0);
            *change = *place - clean;
        }
        self.taken += 1;
        if self.taken < self.steps { Go::On } else { Go::Done }
    }
}
