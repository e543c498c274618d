//! FGSM: one step from the clean picture to the edge of the ball.
//!
//! Source: Goodfellow et al. 2015, *Explaining and harnessing adversarial examples*, section 4,
//! <https://arxiv.org/abs/1412.6572>: along the sign of the gradient of the cross-entropy, for L∞. For L2 along the gradient
//! itself, Liu et al. 2017, section 2.2.2, <https://arxiv.org/abs/1611.02770>. With `n` steps, each is an `n`-th of the radius
//! and the result stays in the ball: the basic iterative method of Kurakin et al. 2017, section 2.2,
//! <https://arxiv.org/abs/1607.02533>.
//! Added to it: clipping to [0, 1]; the search for the smallest radius ([`radius`](super::radius)), which uses the clean
//! picture's gradient for all radii; the walk ends at its first find.

use super::ball::{descend, settle};
use super::radius::Bounded;
use super::walk::Task;

/// One picture's tries.
#[derive(Debug)]
pub(crate) struct Fgsm {
    task: Task,
    steps: u32,
    taken: u32,
    radius: f64,
    place: Vec<f32>,
    change: Vec<f32>,
    /// Gradient at the clean picture, once known.
    first: Option<Vec<f32>>,
}

impl Fgsm {
    /// Without a radius: [`restart`](Bounded::restart) gives it one.
    pub(crate) fn new(task: Task, steps: u32) -> Self {
        let (place, change) = (task.clean.clone(), vec![0.0; task.clean.len()]);
        Self { task, steps, taken: 0, radius: 0.0, place, change, first: None }
    }

    fn descend(&mut self, gradient: &[f32]) {
        let norm = self.task.norm;
        descend(norm, &mut self.change, gradient, self.radius / f64::from(self.steps));
        settle(norm, &self.task.clean, &mut self.change, self.radius, &mut self.place);
        self.taken += 1;
    }
}

impl Bounded for Fgsm {
    /// Success comes and goes with the radius of a single step, and another try costs only a forward pass.
    const GROWTH: f64 = 1.1;

    fn restart(&mut self, radius: f64, _best: Option<&[f32]>) {
        (self.radius, self.taken) = (radius, 0);
        self.place.copy_from_slice(&self.task.clean);
        self.change.fill(0.0);
        if let Some(first) = self.first.take() {
            self.descend(&first);
            self.first = Some(first);
        }
    }

    fn place(&self) -> &[f32] {
        &self.place
    }

    fn is_over(&self) -> bool {
        self.taken >= self.steps
    }

    fn go(&mut self, gradient: &[f32]) {
        if self.taken == 0 {
            self.first = Some(gradient.to_vec());
        }
        self.descend(gradient);
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::{Aim, Norm};

    use super::super::oracle::{Linear, walked};
    use super::super::radius::within;
    use super::*;

    #[test]
    fn one_step_ends_on_the_edge_of_the_ball() {
        let net = Linear::new(40, 2);
        let task = net.task(Aim::Away(0), Norm::Linf);
        let radius = 1.1 * net.distance(&task);
        let found = walked(&net, &task, within(&task, Fgsm::new(task.clone(), 1), Some(radius)));
        let (_, size) = found.best.unwrap();
        assert!(size <= radius && size > 0.999 * radius, "{size} of {radius}");
        assert_eq!((found.forward, found.backward), (2, 1));
    }

    #[test]
    fn all_radii_share_the_clean_pictures_gradient() {
        for norm in [Norm::L2, Norm::Linf] {
            let net = Linear::new(40, 2);
            let task = net.task(Aim::Away(0), norm);
            let found = walked(&net, &task, within(&task, Fgsm::new(task.clone(), 1), None));
            let (_, size) = found.best.unwrap();
            assert!(size < 1.01 * net.distance(&task), "{norm}: {size}, exact {}", net.distance(&task));
            assert_eq!(found.backward, 2, "{norm}"); // one of them for the first radius
        }
    }
}
