//! `minimal`: the smallest L2 change for the fewest gradients. Ours.
//!
//! Methods that follow the gradient with steps that calm down are the best at getting to a near part of the boundary, and slow
//! at walking along it to its nearest point; planes are the other way about. So a walk begins with the one and ends with
//! the other, and what is left of the gradients is spent on other parts of the boundary.
//!
//! - *Within a ball*, as in [FMN](super::fmn), with half of the gradients. Until something is found the loss is cross-entropy,
//!   which also leads out of where the net is sure; from then on the margin.
//! - *Along the boundary.* Its nearest point often lies on an edge, where a second and third class tie with the target; a method
//!   that follows one class's gradient runs to and fro beside it. Here each step solves a small quadratic programme
//!   ([`programme`](super::programme)) over the planes of all classes that matter, and the box. The planes' normals are
//!   remembered from earlier looks, their values are always exact (scores of all classes come with every forward pass), and
//!   the one gradient of a look renews the plane that needs it most: the idea of bundle methods (Lemaréchal 1975) on the boundary
//!   of a class. A step is held back along the boundary as strongly as the last steps showed it to be curved.
//! - *Again*, from other first lengths, as in [DDN](super::ddn), each followed by the same walk along the boundary; where the
//!   clean picture's surroundings lead nowhere, from noise and from around the smallest change so far.
//!
//! On nets whose gradient has turned to another direction at every look (ImageNet nets do it) planes say nothing. It shows within
//! a few looks, and there all gradients go to the steps within a ball.

use advlab_core::{Aim, Seed};
use rand::Rng;

use super::ddn::Ddn;
use super::facets::Facets;
use super::fmn::Fmn;
use super::vectors::{add, dot, gap, length};
use super::walk::{Go, Look, Task, Walk, best_other, cross_entropy_weights, margin_weights, sign};

/// Share of the gradients that the first steps within a ball have.
const FIRST_BALL: f64 = 0.5;
/// How many that are at least, and at most.
const FIRST_BALLS: (u32, u32) = (40, 200);
/// Looks within a ball in later attempts.
const BALL: u32 = 30;
/// Looks within a ball after which one that found nothing ends.
const LONGEST_BALL: u32 = 40;
/// Looks whose gradients tell whether a net is rough.
const EARLY: u32 = 8;
/// A net is rough where the cosine between a gradient and the next is less, on average.
const ROUGH: f64 = 0.15;
/// Looks of a push.
const PUSH: u32 = 14;
/// Looks after which a push that found nothing ends.
const LONGEST_PUSH: u32 = 25;
/// First length of a push, in multiples of the smallest change so far; one attempt after the other.
const PUSHES: [f64; 4] = [2.0, 1.0, 4.0, 3.0];
/// Share by which the length of a push shrinks or grows.
const PUSH_GAMMA: f64 = 0.1;
/// Length of the noise that later pushes start from, in lengths of the push.
const PUSH_NOISE: f64 = 0.5;
/// Length of the noise around the smallest change so far, in lengths of it.
const NEAR_NOISE: f64 = 0.1;
/// Looks from one noise before another is tried.
const FAR: u32 = 25;
/// Length of a step from noise.
const FAR_STEP: f64 = 5.0;
/// Bisections on the way back from noise.
const BISECTIONS: u32 = 7;
/// Looks without a find that is smaller by more than a trifle after which a walk has settled.
const IDLE: u32 = 20;
/// What is a trifle, as a share.
const TRIFLE: f64 = 1e-3;
/// A step this much shorter than the change ends a walk along the boundary.
const STANDSTILL: f64 = 3e-4;
/// Gradients below which another attempt is not begun, besides those of a push.
const LEAST: u32 = 8;

/// What a walk is at.
#[derive(Debug)]
enum Stage {
    /// Steps within a ball.
    Ball(Fmn),
    /// Along the boundary to its nearest point.
    Settle,
    /// Steps in the gradient's direction at a length that goes up and down.
    Push(Ddn),
    /// From noise.
    Far,
    /// From a find far away straight towards the clean picture: `(inside, outside)`, as shares of the way.
    Back(f64, f64),
}

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Minimal {
    task: Task,
    seed: Seed,
    budget: u32,
    spent: u32,
    /// Where to look, but for the stages that have their own.
    place: Vec<f32>,
    facets: Facets,
    stage: Stage,
    /// Looks of this stage.
    looks: u32,
    attempt: usize,
    /// An attempt has found nothing.
    lost: bool,
    /// Margin of the clean picture.
    start: Option<f64>,
    found: bool,
    label: usize,
    /// The first attempt's last gradient, and the sum of cosines between each and the next, as long as it is open whether the
    /// net is rough.
    turning: Option<(Vec<f32>, f64)>,
    is_rough: bool,
    /// The smallest find of this attempt.
    nearest: Option<(Vec<f32>, f64)>,
    /// Looks since it became smaller by more than a trifle.
    idle: u32,
    /// The smallest find of all.
    best: Option<(Vec<f32>, f64)>,
}

impl Minimal {
    /// A walk that spends at most `budget` gradients.
    pub(crate) fn new(task: Task, budget: u32, seed: Seed) -> Self {
        let first = ((f64::from(budget) * FIRST_BALL) as u32).clamp(FIRST_BALLS.0, FIRST_BALLS.1);
        Self {
            seed,
            budget,
            spent: 0,
            place: task.clean.clone(),
            facets: Facets::new(task.aim, task.n_classes),
            stage: Stage::Ball(Fmn::new(task.clone(), first)),
            looks: 0,
            attempt: 0,
            lost: false,
            start: None,
            found: false,
            label: 0,
            turning: Some((Vec::new(), 0.0)),
            is_rough: false,
            nearest: None,
            idle: 0,
            best: None,
            task,
        }
    }

    fn begin(&mut self, stage: Stage) {
        (self.stage, self.looks, self.idle) = (stage, 0, 0);
    }

    /// Another attempt, if the gradients last for one.
    fn again(&mut self) -> Go {
        if self.budget < self.spent + PUSH + LEAST {
            return Go::Done;
        }
        self.attempt += 1;
        self.nearest = None;
        match &self.best {
            Some((_, length)) if !self.lost => {
                let epsilon = length * PUSHES[(self.attempt - 1) % PUSHES.len()];
                let mut place = self.task.clean.clone();
                if self.attempt > PUSHES.len() {
                    self.shake(&mut place, PUSH_NOISE * epsilon);
                }
                self.begin(Stage::Push(Ddn::hurried(self.task.clone(), place, epsilon, PUSH_GAMMA, PUSH)));
            }
            Some((best, length)) if self.attempt % 2 == 1 => {
                let (mut place, length) = (best.clone(), *length);
                self.shake(&mut place, NEAR_NOISE * length);
                self.begin(Stage::Ball(Fmn::from(self.task.clone(), place, length, BALL)));
            }
            _ => {
                self.place.copy_from_slice(&self.task.clean);
                self.draw();
            }
        }
        Go::On
    }

    /// Moves a place by noise of this length.
    fn shake(&self, place: &mut [f32], by: f64) {
        let mut rng = self.seed.child("again").index(u64::from(self.spent)).rng();
        let noise: Vec<f32> = place.iter().map(|_| rng.random::<f32>() - 0.5).collect();
        add(place, by / length(&noise).max(1e-30), &noise);
        for value in place {
            *value = value.clamp(0.0, 1.0);
        }
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

    /// What comes after steps that ended: the walk along the boundary if they found something.
    fn after_steps(&mut self) -> Go {
        if self.nearest.is_some() {
            self.settle();
            return Go::On;
        }
        self.lost = true;
        self.again()
    }

    /// Adds a gradient of the first looks to what is known of the net's roughness, and stretches the steps over all gradients
    /// where it is rough.
    fn feel(&mut self, gradient: &[f32]) {
        let Some((last, sum)) = &mut self.turning else { return };
        if !last.is_empty() {
            *sum += dot(last, gradient).abs() / (length(last) * length(gradient)).max(1e-30);
        }
        gradient.clone_into(last);
        if self.looks >= EARLY {
            let is_rough = *sum < ROUGH * f64::from(self.looks - 1);
            self.turning = None;
            if let (Stage::Ball(walk), true) = (&mut self.stage, is_rough) {
                walk.stretch(self.budget);
                self.is_rough = true;
            }
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

    fn walk_on(&mut self, gradient: &[f32]) -> Go {
        let radius = gap(&self.place, &self.task.clean);
        let longest = 0.15 + 0.15 * radius;
        let step = self.facets.cross(gradient, &self.task.clean, &mut self.place, longest);
        if self.idle >= IDLE || (self.found && step < STANDSTILL * radius) {
            return self.again();
        }
        Go::On
    }

    /// Remembers a find.
    fn keep(&mut self, look: &Look<'_>) {
        let length = gap(self.place(), &self.task.clean);
        let before = self.nearest.as_ref().map_or(f64::INFINITY, |(_, length)| *length);
        if length < before {
            self.idle = if length < before * (1.0 - TRIFLE) { 0 } else { self.idle };
            self.nearest = Some((self.place().to_vec(), length));
            self.label = best_other(look.scores, self.task.aim.class() as usize);
        }
        if self.best.as_ref().is_none_or(|(_, best)| length < *best) {
            self.best = Some((self.place().to_vec(), length));
        }
    }
}

impl Walk for Minimal {
    fn place(&self) -> &[f32] {
        match &self.stage {
            Stage::Ball(walk) => walk.place(),
            Stage::Push(walk) => walk.place(),
            Stage::Settle | Stage::Far | Stage::Back(..) => &self.place,
        }
    }

    fn wants_gradient(&self) -> bool {
        !matches!(self.stage, Stage::Back(..))
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        let margin = f64::from(look.margin);
        self.found = look.found;
        self.idle += 1;
        if look.found {
            self.keep(look);
        }
        let start = *self.start.get_or_insert(margin);
        let aim = self.task.aim;
        match &mut self.stage {
            Stage::Ball(walk) => {
                walk.note(look);
                if self.nearest.is_some() {
                    margin_weights(aim, look.scores, weights);
                } else {
                    cross_entropy_weights(aim, look.scores, weights);
                }
            }
            Stage::Push(walk) => walk.weigh(look, weights),
            Stage::Far => cross_entropy_weights(aim, look.scores, weights),
            Stage::Back(..) => {}
            Stage::Settle => {
                let k = self.facets.look(look.scores, margin, 0.1 * start.abs());
                weights[k] += sign(aim);
                weights[aim.class() as usize] -= sign(aim);
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
        self.feel(gradient);
        match &mut self.stage {
            Stage::Ball(walk) => {
                let ended = walk.step(gradient) == Go::Done;
                let lost = self.nearest.is_none() && self.looks >= LONGEST_BALL && !self.is_rough;
                if ended || lost {
                    return self.after_steps();
                }
            }
            Stage::Push(walk) => {
                let _ = walk.step(gradient);
                if self.looks >= if self.nearest.is_some() { PUSH } else { LONGEST_PUSH } {
                    return self.after_steps();
                }
            }
            Stage::Far => self.far(gradient),
            Stage::Settle => return self.walk_on(gradient),
            Stage::Back(..) => {}
        }
        Go::On
    }
}
