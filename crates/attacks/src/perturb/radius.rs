//! The smallest radius at which an attack that keeps to a ball succeeds.
//!
//! Every picture has a radius of its own. The first is a little above the distance to the boundary as the clean picture's
//! gradient shows it; it doubles until there is a find, and is then bisected between the length of the smallest find and the
//! largest radius that was tried from a find in vain. A try ends at its first find, and the next begins at that.

use super::ball::{dual, reach};
use super::walk::{Go, Look, Task, Walk, cross_entropy_weights, margin_weights};

/// The first radius, in distances to the linearised boundary.
const FIRST: f64 = 1.5;
/// Tries at most, once there is a find.
const TRIES: u32 = 12;
/// Radii that differ by less than this share are one.
const CLOSE: f64 = 1e-3;

/// An attack that keeps to a ball: steps down the gradient of the cross-entropy until there is a find.
pub(crate) trait Bounded: Send {
    /// Factor from a radius without a find to the next.
    const GROWTH: f64 = 2.0;

    /// Where to look next.
    fn place(&self) -> &[f32];

    /// Begins again in a ball of this radius. `best` is the smallest find of earlier tries, which lies outside it.
    fn restart(&mut self, radius: f64, best: Option<&[f32]>);

    /// Whether all steps of this try are taken.
    fn is_over(&self) -> bool;

    /// Takes a step.
    fn go(&mut self, gradient: &[f32]);
}

/// A try in the ball of radius `epsilon`, or in search of the smallest radius where there is none.
pub(crate) fn within<B: Bounded + 'static>(task: &Task, attack: B, epsilon: Option<f64>) -> Box<dyn Walk> {
    let mut walk = Radius::new(task.clone(), attack, epsilon.is_some());
    if let Some(radius) = epsilon {
        let _ = walk.begin(radius);
    }
    Box::new(walk)
}

/// One picture's search.
struct Radius<B> {
    task: Task,
    attack: B,
    /// Whether the radius was given and no other is tried.
    is_given: bool,
    /// The radius that is tried; `None` before the first look, which is at the clean picture.
    radius: Option<f64>,
    /// The largest radius that was tried in vain.
    low: f64,
    best: Option<(Vec<f32>, f64)>,
    /// Tries since there is a find.
    tries: u32,
    reach: f64,
    margin: f64,
    found: bool,
}

impl<B: Bounded> Radius<B> {
    fn new(task: Task, attack: B, is_given: bool) -> Self {
        let reach = reach(task.norm, &task.clean);
        Self { task, attack, is_given, radius: None, low: 0.0, best: None, tries: 0, reach, margin: 0.0, found: false }
    }

    fn begin(&mut self, radius: f64) -> Go {
        self.radius = Some(radius);
        self.attack.restart(radius, self.best.as_ref().map(|(picture, _)| picture.as_slice()));
        Go::On
    }

    /// Another radius after a try of this one, or the end.
    fn next(&mut self, radius: f64) -> Go {
        if self.is_given {
            return Go::Done;
        }
        if !self.found {
            self.low = self.low.max(radius);
        }
        match &self.best {
            None if radius >= self.reach => Go::Done,
            None => self.begin((B::GROWTH * radius).min(self.reach)),
            Some((_, high)) => {
                let middle = 0.5 * (self.low + high);
                self.tries += 1;
                if self.tries > TRIES || high - self.low < CLOSE * high { Go::Done } else { self.begin(middle) }
            }
        }
    }
}

impl<B: Bounded> Walk for Radius<B> {
    fn place(&self) -> &[f32] {
        if self.radius.is_some() { self.attack.place() } else { &self.task.clean }
    }

    fn wants_gradient(&self) -> bool {
        self.radius.is_none() || !self.attack.is_over()
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        (self.margin, self.found) = (f64::from(look.margin), look.found);
        if self.radius.is_none() {
            margin_weights(self.task.aim, look.scores, weights);
            return;
        }
        if let (true, Some((picture, length))) = (look.found, look.best) {
            if self.best.is_none() {
                // Tries that had no find to begin at say little about their radii.
                self.low = 0.0;
            }
            self.best = Some((picture.to_vec(), length));
        }
        cross_entropy_weights(self.task.aim, look.scores, weights);
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        match self.radius {
            None => {
                let distance = self.margin / dual(self.task.norm, gradient);
                // Where the gradient is zero, nothing is known of the distance.
                let first = if distance.is_finite() { FIRST * distance } else { self.reach };
                self.begin(first.clamp(1e-4 * self.reach, self.reach))
            }
            Some(radius) if self.found || self.attack.is_over() => self.next(radius),
            Some(_) => {
                self.attack.go(gradient);
                Go::On
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::{Aim, Norm, Seed};

    use super::super::oracle::{Linear, walked};
    use super::super::pgd::Pgd;
    use super::*;

    #[test]
    fn the_smallest_radius_is_found() {
        for norm in [Norm::L2, Norm::Linf] {
            let net = Linear::new(40, 2);
            let task = net.task(Aim::Target(1), norm);
            let found = walked(&net, &task, within(&task, Pgd::new(task.clone(), 40, Seed::new(3)), None));
            let (_, size) = found.best.unwrap();
            let exact = net.distance(&task);
            assert!(size >= 0.999 * exact && size < 1.03 * exact, "{norm}: {size}, exact {exact}");
        }
    }

    #[test]
    fn a_picture_without_a_find_ends_at_the_whole_box() {
        let net = Linear::without_gradient(40, 3);
        let task = net.task(Aim::Away(0), Norm::L2);
        let found = walked(&net, &task, within(&task, Pgd::new(task.clone(), 10, Seed::new(3)), None));
        assert!(found.best.is_none());
        assert_eq!(found.backward, 11);
    }
}
