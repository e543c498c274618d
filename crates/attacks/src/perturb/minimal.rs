//! `minimal`: the smallest L2 change for the fewest gradients. Ours.
//!
//! Three ideas put together.
//!
//! - *Several classes at once.* The nearest adversarial point often lies on an edge, where a second and third class tie with
//!   the target; a method that follows one class's gradient runs to and fro beside it. Here each step solves a small
//!   quadratic programme ([`programme`](super::programme)) over the planes of all classes that matter, and the box.
//! - *One gradient a look.* The planes' normals are remembered from earlier looks, their values are always exact (scores
//!   of all classes come with every forward pass), and the one gradient of a look renews the plane that needs it most:
//!   the idea of bundle methods (Lemaréchal 1975) on the boundary of a class. A step is held back along the boundary as
//!   strongly as the last steps showed it to be curved.
//! - *Outwards first, then from afar.* The first steps do not aim at the boundary but at levels between the clean picture's
//!   margin and it, each solved for the smallest change: the path of those solutions leads to a near part of the boundary.
//!   Gradients that are left are spent on other parts: steps in the gradient's direction at a length that grows and shrinks, as
//!   in DDN, from several first lengths, each followed by the same walk along the boundary.
//!
//! On nets whose gradient turns within a small part of the way (ImageNet nets do) planes say little, and the way outwards tells so
//! early. There all looks that are left go to steps as in DDN, from the length that the way outwards suggests, with rate and factor
//! calming down.

use std::f64::consts::PI;

use advlab_core::{Aim, Seed};
use rand::Rng;

use super::facets::Facets;
use super::vectors::{add, gap, length};
use super::walk::{Go, Look, Task, Walk, best_other, cross_entropy_weights, sign};

/// Looks on the way outwards.
const OUTWARDS: u32 = 20;
/// Looks of a push.
const PUSH: u32 = 18;
/// Looks after which a push that found nothing ends.
const LONGEST_PUSH: u32 = 25;
/// First length of a push, in multiples of the smallest change so far; one attempt after the other.
const PUSHES: [f64; 4] = [2.0, 1.0, 4.0, 3.0];
/// Length of a push where nothing is known yet, in pixel units.
const FIRST_PUSH: f64 = 3.0;
/// Factors on the length of a push after a find, and after none.
const FACTORS: (f64, f64) = (0.9, 1.1);
/// Looks from one noise before another is tried.
const FAR: u32 = 25;
/// A boundary is rough that holds a step back by more than this, early on the way outwards.
const ROUGH: f64 = 1.0;
/// What is early, in looks.
const EARLY: u32 = 8;
/// Rate of steps that follow the gradient, at first and at last, in lengths of the change.
const FOLLOWED: (f64, f64) = (0.7, 0.01);
/// Share by which the length changes meanwhile, at first and at last.
const GAMMA: (f64, f64) = (0.05, 0.005);
/// Length of a step from noise.
const FAR_STEP: f64 = 5.0;
/// Looks of a walk that has found nothing after which it is lost.
const LOST: u32 = 15;
/// Looks without a find that is smaller by more than a trifle after which a walk has settled.
const IDLE: u32 = 15;
/// What is a trifle, as a share.
const TRIFLE: f64 = 1e-3;
/// Gradients below which another attempt is not begun.
const LEAST: u32 = 8;
/// Bisections on the way back from noise.
const BISECTIONS: u32 = 7;

/// What a walk is at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// Through the levels between the clean picture's margin and the boundary.
    Outwards,
    /// Steps in the gradient's direction at this length.
    Push(f64),
    /// From noise, for pictures whose pushes find nothing.
    Far,
    /// From a find far away straight towards the clean picture: `(inside, outside)`, as shares of the way.
    Back(f64, f64),
    /// Along the boundary to its nearest point.
    Settle,
    /// Steps in the gradient's direction with a length and a rate that calm down: on nets whose gradient turns too quickly for
    /// planes.
    Follow {
        /// Length of the change.
        epsilon: f64,
        /// Looks in all.
        total: u32,
    },
}

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Minimal {
    task: Task,
    seed: Seed,
    budget: u32,
    spent: u32,
    place: Vec<f32>,
    facets: Facets,
    stage: Stage,
    /// Looks of this stage.
    looks: u32,
    attempt: usize,
    /// Margin of the clean picture.
    start: Option<f64>,
    margin: f64,
    found: bool,
    label: usize,
    /// The smallest find of this attempt.
    nearest: Option<(Vec<f32>, f64)>,
    /// Looks since it became smaller by more than a trifle.
    idle: u32,
    /// Length of the smallest find of all.
    best: Option<f64>,
}

impl Minimal {
    /// A walk that spends at most `budget` gradients.
    pub(crate) fn new(task: Task, budget: u32, seed: Seed) -> Self {
        Self {
            seed,
            budget,
            spent: 0,
            place: task.clean.clone(),
            facets: Facets::new(task.aim, task.n_classes),
            stage: Stage::Outwards,
            looks: 0,
            attempt: 0,
            start: None,
            margin: 0.0,
            found: false,
            label: 0,
            nearest: None,
            idle: 0,
            best: None,
            task,
        }
    }

    fn begin(&mut self, stage: Stage) {
        (self.stage, self.looks, self.idle) = (stage, 0, 0);
        if stage != Stage::Settle {
            self.facets.forget(None);
        }
    }

    /// Another attempt from the clean picture, at another length.
    fn again(&mut self) -> Go {
        if self.attempt >= PUSHES.len() || self.budget < self.spent + PUSH + LEAST {
            return Go::Done;
        }
        let epsilon = self.best.map_or(FIRST_PUSH, |best| best * PUSHES[self.attempt]);
        self.attempt += 1;
        self.nearest = None;
        self.place.copy_from_slice(&self.task.clean);
        self.begin(Stage::Push(epsilon));
        Go::On
    }

    /// Walks along the boundary from the smallest find of this attempt.
    fn settle(&mut self) {
        if let Some((nearest, _)) = &self.nearest {
            self.place.copy_from_slice(nearest);
        }
        self.begin(Stage::Settle);
        // Away from a class: towards the one that the find belongs to.
        self.facets.forget(matches!(self.task.aim, Aim::Away(_)).then_some(self.label));
    }

    /// No step is longer.
    fn longest_step(&self) -> f64 {
        0.15 + 0.15 * gap(&self.place, &self.task.clean)
    }

    fn outwards(&mut self, gradient: &[f32]) {
        let left = 1.0 - f64::from(self.looks) / f64::from(OUTWARDS);
        let level = self.start.unwrap_or(0.0) * left.max(0.0);
        let longest = self.longest_step();
        self.facets.cross(gradient, &self.task.clean, &mut self.place, level, longest);
        if self.looks <= EARLY && self.facets.hold() > ROUGH {
            self.begin_following();
            return;
        }
        if self.looks >= OUTWARDS {
            self.begin(Stage::Settle);
        }
    }

    /// Follows the gradient with all the looks that are left, from where the way outwards, made longer, meets the boundary.
    fn begin_following(&mut self) {
        let start = self.start.unwrap_or(0.0);
        let come = (start - self.margin).max(0.1 * start);
        let epsilon = gap(&self.place, &self.task.clean) * (start / come).clamp(1.0, 4.0);
        self.attempt = PUSHES.len();
        self.begin(Stage::Follow { epsilon, total: self.budget - self.spent });
    }

    fn follow(&mut self, gradient: &[f32], epsilon: f64, total: u32) -> Go {
        let wave = 0.5 * (1.0 + (PI * f64::from(self.looks) / f64::from(total.max(1))).cos());
        let rate = FOLLOWED.1 + (FOLLOWED.0 - FOLLOWED.1) * wave;
        // Only around a find is there something to be careful with.
        let calm = if self.nearest.is_some() { wave } else { 1.0 };
        let gamma = GAMMA.1 + (GAMMA.0 - GAMMA.1) * calm;
        let epsilon = epsilon * if self.found { 1.0 - gamma } else { 1.0 + gamma };
        self.along(gradient, rate * epsilon, epsilon);
        self.stage = Stage::Follow { epsilon, total };
        Go::On
    }

    /// A step against the gradient, brought to a length of the change.
    fn along(&mut self, gradient: &[f32], step: f64, epsilon: f64) {
        let mut change: Vec<f32> = self.place.iter().zip(&self.task.clean).map(|(p, c)| p - c).collect();
        add(&mut change, -step / length(gradient).max(1e-30), gradient);
        let factor = (epsilon / length(&change).max(1e-30)) as f32;
        for ((place, change), clean) in self.place.iter_mut().zip(&change).zip(&self.task.clean) {
            *place = (clean + factor * change).clamp(0.0, 1.0);
        }
    }

    fn push(&mut self, gradient: &[f32], epsilon: f64) {
        let share = (f64::from(self.looks) / f64::from(PUSH)).min(1.0);
        let rate = 0.01 + 0.99 * 0.5 * (1.0 + (PI * share).cos());
        let epsilon = epsilon * if self.found { FACTORS.0 } else { FACTORS.1 };
        self.along(gradient, rate * epsilon.max(1.0), epsilon);
        self.stage = Stage::Push(epsilon);
        if self.looks >= PUSH && self.nearest.is_some() {
            self.settle();
        } else if self.looks >= LONGEST_PUSH {
            self.draw();
        }
    }

    /// Stands between the present place and noise, another at every call: dark enough that the neurons of a first layer are
    /// not all saturated.
    fn draw(&mut self) {
        let mut rng = self.seed.index(u64::from(self.spent)).rng();
        for value in &mut self.place {
            *value = 0.5 * *value + 0.3 * rng.random::<f32>();
        }
        self.begin(Stage::Far);
    }

    fn far(&mut self, gradient: &[f32]) {
        if self.nearest.is_some() {
            self.begin(Stage::Back(0.0, 1.0));
            self.halfway(0.0, 1.0);
            return;
        }
        add(&mut self.place, -FAR_STEP / length(gradient).max(1e-30), gradient);
        for value in &mut self.place {
            *value = value.clamp(0.0, 1.0);
        }
        if self.looks >= FAR {
            self.draw();
        }
    }

    /// Stands halfway between two shares of the way from the clean picture to the far find.
    fn halfway(&mut self, inside: f64, outside: f64) {
        let Some((far, _)) = &self.nearest else { return };
        let share = (0.5 * (inside + outside) / outside) as f32;
        for ((place, far), clean) in self.place.iter_mut().zip(far).zip(&self.task.clean) {
            *place = clean + share * (far - clean);
        }
    }

    fn back(&mut self, inside: f64, outside: f64) {
        let middle = 0.5 * (inside + outside);
        let (inside, outside) = if self.found { (inside, middle) } else { (middle, outside) };
        if self.looks >= BISECTIONS {
            self.settle();
        } else {
            self.stage = Stage::Back(inside, outside);
            self.halfway(inside, outside);
        }
    }
}

impl Walk for Minimal {
    fn place(&self) -> &[f32] {
        &self.place
    }

    fn wants_gradient(&self) -> bool {
        !matches!(self.stage, Stage::Back(..))
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        (self.margin, self.found) = (f64::from(look.margin), look.found);
        let class = self.task.aim.class() as usize;
        self.idle += 1;
        if look.found {
            let length = gap(&self.place, &self.task.clean);
            let before = self.nearest.as_ref().map_or(f64::INFINITY, |(_, length)| *length);
            if length < before {
                self.idle = if length < before * (1.0 - TRIFLE) { 0 } else { self.idle };
                self.nearest = Some((self.place.clone(), length));
                self.label = best_other(look.scores, class);
                self.best = Some(self.best.map_or(length, |best| best.min(length)));
            }
        }
        let start = *self.start.get_or_insert(self.margin);
        match self.stage {
            Stage::Push(_) | Stage::Follow { .. } => cross_entropy_weights(self.task.aim, look.scores, weights),
            Stage::Back(..) => {}
            Stage::Far => cross_entropy_weights(self.task.aim, look.scores, weights),
            Stage::Outwards | Stage::Settle => {
                let k = self.facets.look(look.scores, self.margin, 0.1 * start.abs());
                weights[k] += sign(self.task.aim);
                weights[class] -= sign(self.task.aim);
            }
        }
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        self.looks += 1;
        if let Stage::Back(inside, outside) = self.stage {
            self.back(inside, outside);
            return Go::On;
        }
        self.spent += 1;
        if self.spent >= self.budget {
            return Go::Done;
        }
        match self.stage {
            Stage::Outwards => self.outwards(gradient),
            Stage::Push(epsilon) => self.push(gradient, epsilon),
            Stage::Far => self.far(gradient),
            Stage::Back(..) => {}
            Stage::Follow { epsilon, total } => return self.follow(gradient, epsilon, total),
            Stage::Settle => {
                let longest = self.longest_step();
                let step = self.facets.cross(gradient, &self.task.clean, &mut self.place, 0.0, longest);
                let radius = gap(&self.place, &self.task.clean);
                let settled = self.idle >= IDLE || (self.found && step < TRIFLE * radius);
                if self.nearest.is_some() && settled {
                    return self.again();
                }
                if self.nearest.is_none() && self.looks >= LOST {
                    self.begin(Stage::Push(radius.max(0.1)));
                }
            }
        }
        Go::On
    }
}
