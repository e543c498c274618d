//! PGD: steps along the gradient or its sign, back into the ball after each.
//!
//! Source: Madry et al. 2018, *Towards deep learning models resistant to adversarial attacks*, section 2.1,
//! <https://arxiv.org/abs/1706.06083>: cross-entropy, a random start in the ball, 40 steps (their MNIST setting), each
//! `2.5·ε/steps` long (their appendix B).
//! Added to it: clipping to [0, 1]; the walk ends at its first find.
//! Added to it, in the search for the smallest radius ([`radius`](super::radius)): once there is a find, a try starts at its
//! projection onto the ball.

use advlab_core::{Norm, Seed};
use rand::Rng;
use rand_distr::StandardNormal;

use super::ball::{descend, settle};
use super::radius::Bounded;
use super::vectors::length;
use super::walk::Task;

/// Length of all steps together, in radii.
const STRIDE: f64 = 2.5;

/// One picture's tries.
#[derive(Debug)]
pub(crate) struct Pgd {
    task: Task,
    seed: Seed,
    steps: u32,
    taken: u32,
    tries: u64,
    radius: f64,
    place: Vec<f32>,
    change: Vec<f32>,
}

impl Pgd {
    /// Without a radius: [`restart`](Bounded::restart) gives it one.
    pub(crate) fn new(task: Task, steps: u32, seed: Seed) -> Self {
        let (place, change) = (task.clean.clone(), vec![0.0; task.clean.len()]);
        Self { task, seed, steps, taken: 0, tries: 0, radius: 0.0, place, change }
    }

    /// A change drawn evenly from the ball.
    fn draw(&mut self) {
        let mut rng = self.seed.child("start").index(self.tries).rng();
        if self.task.norm == Norm::Linf {
            let radius = self.radius as f32;
            self.change.fill_with(|| radius * rng.random_range(-1.0..=1.0_f32));
        } else {
            self.change.fill_with(|| rng.sample(StandardNormal));
            let size = self.radius * rng.random::<f64>().powf(1.0 / self.change.len() as f64);
            let factor = (size / length(&self.change).max(1e-30)) as f32;
            self.change.iter_mut().for_each(|value| *value *= factor);
        }
    }
}

impl Bounded for Pgd {
    fn restart(&mut self, radius: f64, best: Option<&[f32]>) {
        (self.radius, self.taken) = (radius, 0);
        match best {
            Some(best) => {
                for ((change, best), clean) in self.change.iter_mut().zip(best).zip(&self.task.clean) {
                    *change = best - clean;
                }
            }
            None => self.draw(),
        }
        self.tries += 1;
        settle(self.task.norm, &self.task.clean, &mut self.change, radius, &mut self.place);
    }

    fn place(&self) -> &[f32] {
        &self.place
    }

    fn is_over(&self) -> bool {
        self.taken >= self.steps
    }

    fn go(&mut self, gradient: &[f32]) {
        let norm = self.task.norm;
        descend(norm, &mut self.change, gradient, STRIDE * self.radius / f64::from(self.steps));
        settle(norm, &self.task.clean, &mut self.change, self.radius, &mut self.place);
        self.taken += 1;
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::Aim;

    use super::super::oracle::{Linear, walked};
    use super::super::radius::within;
    use super::*;

    #[test]
    fn a_ball_with_a_find_in_it_is_told_from_one_without() {
        for norm in [Norm::L2, Norm::Linf] {
            let net = Linear::new(40, 2);
            let task = net.task(Aim::Target(1), norm);
            for (share, there) in [(0.98, false), (1.03, true)] {
                let radius = share * net.distance(&task);
                let walk = within(&task, Pgd::new(task.clone(), 100, Seed::new(5)), Some(radius));
                let best = walked(&net, &task, walk).best;
                assert_eq!(best.is_some(), there, "{norm} at {share}");
                assert!(best.is_none_or(|(_, size)| size <= radius), "{norm} at {share}");
            }
        }
    }

    #[test]
    fn starts_depend_on_the_seed_and_lie_in_the_ball() {
        for norm in [Norm::L2, Norm::Linf] {
            let task = Linear::new(40, 3).task(Aim::Away(0), norm);
            let start = |seed| {
                let mut walk = Pgd::new(task.clone(), 10, Seed::new(seed));
                walk.restart(0.1, None);
                walk.place().to_vec()
            };
            assert_eq!(start(1), start(1));
            assert_ne!(start(1), start(2));
            let size = norm.distance(&task.clean, &start(1));
            assert!(size <= 0.1 && size > 0.08, "{norm}: {size}");
        }
    }
}
