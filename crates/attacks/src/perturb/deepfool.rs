//! DeepFool: steps onto the nearest of the planes at which another class takes over.
//!
//! Source: Moosavi-Dezfooli et al. 2016, *DeepFool: a simple and accurate method to fool deep neural networks*, algorithm 2
//! and section 3.3 for L∞, <https://arxiv.org/abs/1511.04599>. Up to 50 steps, overshoot 0.02. Away from a class a step
//! needs the planes of all other classes, and of the 10 that score best on the clean picture where there are more; each
//! costs a look. Towards a target there is one plane a step, that of the class in front.
//! Other than there: every step is lengthened by the overshoot and clipped to [0, 1], not their sum at the end, so that the
//! planes are those of the places that are looked at.
//! Other than there: a step goes past its plane by 1e-4 of the largest score too, or rounding would hold it there.
//! Added to it: targets.
//! Added to it: ten bisections of the way from the clean picture to the find, by looks without a gradient, as in
//! SuperDeepFool (Abdollahpour et al. 2023, <https://arxiv.org/abs/2303.12481>).

use advlab_core::Aim;

use super::ball::{descend, dual, stand};
use super::walk::{Go, Look, Task, Walk, best_other};

/// Share by which a step is longer than the way to its plane.
const OVERSHOOT: f64 = 0.02;
/// Planes of a step at most.
const PLANES: usize = 10;
/// Share of the largest score by which a step aims past its plane.
const PAST: f32 = 1e-4;
/// Bisections at the end.
const BISECTIONS: u32 = 10;

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Deepfool {
    task: Task,
    steps: u32,
    taken: u32,
    place: Vec<f32>,
    change: Vec<f32>,
    /// Classes whose planes are in question; empty before the first look.
    classes: Vec<usize>,
    /// Which of them is looked at.
    at: usize,
    /// Height over its plane.
    height: f64,
    /// The nearest plane of this step so far: distance and gradient.
    nearest: Option<(f64, Vec<f32>)>,
    found: bool,
    back: Option<Back>,
}

/// The way back from the find to the clean picture.
#[derive(Debug)]
struct Back {
    far: Vec<f32>,
    /// Shares of the way between which the boundary lies.
    shares: (f32, f32),
    left: u32,
}

impl Deepfool {
    pub(crate) fn new(task: Task, steps: u32) -> Self {
        let (place, change) = (task.clean.clone(), vec![0.0; task.clean.len()]);
        Self {
            task,
            steps,
            taken: 0,
            place,
            change,
            classes: Vec::new(),
            at: 0,
            height: 0.0,
            nearest: None,
            found: false,
            back: None,
        }
    }

    /// The classes whose planes a step needs.
    fn choose(&mut self, scores: &[f32]) {
        let class = self.task.aim.class() as usize;
        match self.task.aim {
            Aim::Target(_) => self.classes = vec![best_other(scores, class)],
            Aim::Away(_) if self.classes.is_empty() => {
                self.classes = (0..scores.len()).filter(|k| *k != class).collect();
                self.classes.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
                self.classes.truncate(PLANES);
            }
            Aim::Away(_) => {}
        }
    }

    /// Stands in the middle of what is left of the way back.
    fn halfway(&mut self) {
        let Some(Back { far, shares, .. }) = &self.back else { return };
        let share = 0.5 * (shares.0 + shares.1);
        for ((place, far), clean) in self.place.iter_mut().zip(far).zip(&self.task.clean) {
            *place = clean + share * (far - clean);
        }
    }
}

impl Walk for Deepfool {
    fn place(&self) -> &[f32] {
        &self.place
    }

    fn wants_gradient(&self) -> bool {
        self.back.is_none() && self.taken < self.steps
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        self.found = look.found;
        if self.back.is_some() || look.found {
            return;
        }
        if self.at == 0 {
            self.choose(look.scores);
        }
        let (class, other) = (self.task.aim.class() as usize, self.classes[self.at]);
        let (above, below) = if matches!(self.task.aim, Aim::Target(_)) { (other, class) } else { (class, other) };
        let largest = look.scores.iter().fold(0.0_f32, |largest, score| largest.max(score.abs()));
        self.height = f64::from(look.scores[above] - look.scores[below] + PAST * largest);
        weights[above] += 1.0;
        weights[below] -= 1.0;
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        if let Some(back) = &mut self.back {
            let middle = 0.5 * (back.shares.0 + back.shares.1);
            *(if self.found { &mut back.shares.1 } else { &mut back.shares.0 }) = middle;
            back.left -= 1;
            if back.left == 0 {
                return Go::Done;
            }
            self.halfway();
            return Go::On;
        }
        if self.found {
            self.back = Some(Back { far: self.place.clone(), shares: (0.0, 1.0), left: BISECTIONS });
            self.halfway();
            return Go::On;
        }
        if self.taken >= self.steps {
            return Go::Done;
        }
        let distance = self.height / dual(self.task.norm, gradient).max(1e-30);
        if self.nearest.as_ref().is_none_or(|(nearest, _)| distance < *nearest) {
            self.nearest = Some((distance, gradient.to_vec()));
        }
        self.at += 1;
        if self.at < self.classes.len() {
            return Go::On;
        }
        self.at = 0;
        self.taken += 1;
        if let Some((distance, normal)) = self.nearest.take() {
            // No step need be longer than the box is wide.
            let longest = (self.change.len() as f64).sqrt();
            let by = ((1.0 + OVERSHOOT) * distance).min(longest);
            descend(self.task.norm, &mut self.change, &normal, by);
            stand(&self.task.clean, &mut self.change, &mut self.place);
        }
        Go::On
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::Norm;

    use super::super::oracle::{Linear, walked};
    use super::*;

    #[test]
    fn one_step_reaches_the_nearest_plane_of_a_linear_net() {
        for norm in [Norm::L2, Norm::Linf] {
            for (aim, n_planes) in [(Aim::Away(0), 3), (Aim::Target(2), 1)] {
                let net = Linear::new(60, 4);
                let task = net.task(aim, norm);
                let exact = net.distance(&task);
                let found = walked(&net, &task, Box::new(Deepfool::new(task.clone(), 50)));
                let (_, size) = found.best.unwrap();
                assert!(size > exact && size < 1.02 * exact, "{norm} {aim:?}: {size}, exact {exact}");
                assert_eq!(found.backward, n_planes + 1, "{norm} {aim:?}");
                assert_eq!(found.forward, n_planes + 1 + BISECTIONS, "{norm} {aim:?}");
            }
        }
    }

    #[test]
    fn the_planes_of_at_most_ten_classes_are_looked_at() {
        let net = Linear::new(400, 30);
        let task = net.task(Aim::Away(0), Norm::L2);
        let mut walk = Deepfool::new(task.clone(), 1);
        let scores: Vec<f32> = (0..30).map(|k| k as f32).collect();
        walk.choose(&scores);
        assert_eq!(walk.classes, (20..30).rev().collect::<Vec<_>>());
        assert_eq!(walked(&net, &task, Box::new(Deepfool::new(task.clone(), 1))).backward, 10);
    }
}
