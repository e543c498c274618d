//! L-BFGS: minimise `c·‖r‖² + loss(x + r)` over the box, with the largest `c` that still succeeds.
//!
//! Source: Szegedy et al. 2013, *Intriguing properties of neural networks*, section 4.1, <https://arxiv.org/abs/1312.6199>. There
//! the search is for the "minimum c"; with `c` on the length it is the largest that is wanted. The loss is cross-entropy
//! under softmax of the raw scores towards the target; away from a class `−ln(1 − p_y)`, which the paper does not have.
//!
//! Each picture has its own history, line search, active bounds and `c`. The minimiser is a projected quasi-Newton method with two
//! metrics (Bertsekas 1982, *Projected Newton methods for optimization problems with simple constraints*): values at a bound
//! that the gradient pushes on stay there, the others follow the L-BFGS direction (Nocedal and Wright 2006, algorithm 7.4)
//! made from their own part of the history, and steps are cut by the box. The search for `c` goes up and down by factors of
//! 10 until it has one that succeeds and one that fails, then halves the ratio of the two. The next `c` starts from the last
//! success, with the history: the quadratic part of each pair is known exactly, so that it carries over from one `c` to the
//! next.

use std::collections::VecDeque;

use advlab_core::Aim;
use pulp::Arch;

use super::vectors::{add, gap, map2, sum2, sum3};
use super::walk::{Go, Look, Task, Walk, cross_entropy_weights};

/// Pairs remembered.
const MEMORY: usize = 8;
/// Share of the decrease that the gradient promises, which a step has to bring.
const ARMIJO: f64 = 1e-4;
/// A decrease below this share of the objective is none.
const FLAT: f64 = 1e-6;
/// Looks at one `c` at most.
const LONGEST: u32 = 60;
/// Steps of a line search at most.
const TRIES: u32 = 8;
/// Searches for `c`, one after the other: what the first `c` is, in multiples of the largest known to succeed (1 where none is),
/// and the factor between one and the next until one has succeeded and one has failed.
const SEARCHES: [(f64, f64); 2] = [(1.0, 10.0), (10.0, 3.0)];
/// A search ends when the failing `c` is this many times the succeeding one; the one with the smallest change goes on.
const COARSE: f64 = 1.25;
/// Ends of the search for `c`.
const ENDS: (f64, f64) = (1e-8, 1e8);
/// It ends when the failing `c` is this many times the succeeding one.
const CLOSE: f64 = 1.01;

/// A step and how the loss's gradient changed along it.
#[derive(Clone, Debug)]
struct Pair {
    step: Vec<f32>,
    change: Vec<f32>,
}

/// One picture's walk.
#[derive(Debug)]
pub(crate) struct Lbfgs {
    task: Task,
    budget: u32,
    spent: u32,
    c: f64,
    /// Whether `c` was given and is not searched for.
    fixed: bool,
    /// What the present search knows.
    bracket: Bracket,
    /// What those before it came to.
    before: Vec<Bracket>,
    /// Number of the search.
    search: usize,
    /// The clean picture, where every search begins.
    clean: Option<Point>,
    /// The present iterate; none before the first look.
    now: Option<Point>,
    trial: Vec<f32>,
    trial_loss: f64,
    trial_found: bool,
    direction: Vec<f32>,
    length: f64,
    tries: u32,
    looks: u32,
    flat: u32,
    history: VecDeque<Pair>,
}

/// What a search for the largest `c` that succeeds knows.
#[derive(Clone, Debug, Default)]
struct Bracket {
    /// Largest `c` known to succeed, and where the minimisation ended.
    succeeds: Option<(f64, Point)>,
    /// Smallest `c` known to fail.
    fails: Option<f64>,
}

/// An iterate.
#[derive(Clone, Debug)]
struct Point {
    place: Vec<f32>,
    loss: f64,
    /// Of the loss alone.
    gradient: Vec<f32>,
    found: bool,
}

impl Lbfgs {
    /// A walk that spends at most `budget` gradients; with `c` it minimises once, without it searches for the largest `c`.
    pub(crate) fn new(task: Task, budget: u32, c: Option<f64>) -> Self {
        let trial = task.clean.clone();
        Self {
            task,
            budget,
            spent: 0,
            c: c.unwrap_or(SEARCHES[0].0),
            fixed: c.is_some(),
            bracket: Bracket::default(),
            before: Vec::new(),
            search: 0,
            clean: None,
            now: None,
            direction: vec![0.0; trial.len()],
            trial,
            trial_loss: 0.0,
            trial_found: false,
            length: 1.0,
            tries: 0,
            looks: 0,
            flat: 0,
            history: VecDeque::with_capacity(MEMORY),
        }
    }

    fn objective(&self, place: &[f32], loss: f64) -> f64 {
        self.c * gap(place, &self.task.clean).powi(2) + loss
    }

    /// Value of the objective at the present iterate.
    #[cfg(test)]
    pub(crate) fn value(&self) -> f64 {
        self.now.as_ref().map_or(f64::INFINITY, |now| self.objective(&now.place, now.loss))
    }

    /// Sets the direction from the present iterate, and the first trial along it.
    fn aim(&mut self) -> Go {
        let Some(now) = &self.now else { return Go::Done };
        let twice = 2.0 * self.c as f32;
        // The objective's gradient, zero where a bound holds the value against it.
        self.direction.copy_from_slice(&now.gradient);
        Arch::new().dispatch(|| {
            let values = self.direction.iter_mut().zip(&now.place).zip(&self.task.clean);
            for ((gradient, place), clean) in values {
                let whole = *gradient + twice * (place - clean);
                let held = (*place <= 0.0 && whole > 0.0) || (*place >= 1.0 && whole < 0.0);
                *gradient = if held { 0.0 } else { whole };
            }
        });
        let steepest = self.direction.clone();
        let first = self.history.is_empty();
        two_loops(&mut self.direction, &self.history, twice);
        let slope = sum(&self.direction, &steepest);
        if slope <= 0.0 {
            // Not a direction of descent: rounding, or a history that fits the free values badly.
            self.history.clear();
            self.direction.copy_from_slice(&steepest);
        }
        let size = sum(&self.direction, &self.direction).sqrt();
        if size < 1e-12 {
            return self.settled();
        }
        // Without a history nothing is known of the scale: as far as the quadratic part says, and no farther than that.
        let scale = if first || slope <= 0.0 { (1.0 / f64::from(twice)).min(1.0 / size) } else { 1.0 };
        for value in &mut self.direction {
            *value *= -(scale as f32);
        }
        (self.length, self.tries) = (1.0, 0);
        self.try_length()
    }

    /// Stands at the present length along the direction, within the box.
    fn try_length(&mut self) -> Go {
        let Some(now) = &self.now else { return Go::Done };
        let length = self.length as f32;
        self.trial.copy_from_slice(&now.place);
        Arch::new().dispatch(|| map2(&mut self.trial, &self.direction, |x, d| (x + length * d).clamp(0.0, 1.0)));
        if self.looks >= LONGEST { self.settled() } else { Go::On }
    }

    /// Takes a trial in that was low enough.
    fn accept(&mut self, gradient: &[f32], lower: f64) -> Go {
        let next = Point {
            place: self.trial.clone(),
            loss: self.trial_loss,
            gradient: gradient.to_vec(),
            found: self.trial_found,
        };
        if self.clean.is_none() {
            self.clean = Some(next.clone());
        }
        let Some(before) = self.now.replace(next) else { return self.aim() };
        let mut pair = Pair { step: self.trial.clone(), change: gradient.to_vec() };
        add(&mut pair.step, -1.0, &before.place);
        add(&mut pair.change, -1.0, &before.gradient);
        if self.history.len() == MEMORY {
            self.history.pop_front();
        }
        self.history.push_back(pair);
        self.flat = if lower <= FLAT * self.objective(&before.place, before.loss).abs() { self.flat + 1 } else { 0 };
        if self.flat >= 2 { self.settled() } else { self.aim() }
    }

    /// Ends the search at this `c`, and goes on to the next.
    fn settled(&mut self) -> Go {
        let Some(now) = &self.now else { return Go::Done };
        if self.fixed {
            return Go::Done;
        }
        if now.found {
            self.bracket.succeeds = Some((self.c, now.clone()));
        } else {
            self.bracket.fails = Some(self.c);
        }
        let is_last = self.search >= SEARCHES.len();
        let (close, factor) = if is_last { (CLOSE, 1.0) } else { (COARSE, SEARCHES[self.search].1) };
        self.c = match (&self.bracket.succeeds, self.bracket.fails) {
            (Some((low, _)), Some(high)) if high / low <= close => return self.next_search(),
            (Some((low, _)), Some(high)) => (low * high).sqrt(),
            (Some((low, _)), None) => low * factor,
            (None, _) => self.c / factor,
        };
        if !(ENDS.0..=ENDS.1).contains(&self.c) {
            return self.next_search();
        }
        if let Some((_, success)) = &self.bracket.succeeds {
            self.now = Some(success.clone());
        }
        (self.looks, self.flat) = (0, 0);
        self.aim()
    }

    /// Goes on to the next search from the clean picture, and after the last one to the finer search around the smallest change.
    fn next_search(&mut self) -> Go {
        self.search += 1;
        (self.looks, self.flat) = (0, 0);
        let ended = std::mem::take(&mut self.bracket);
        if self.search > SEARCHES.len() {
            return Go::Done;
        }
        self.before.push(ended);
        if 2 * self.spent > self.budget {
            // Not enough is left for another search and for the finer one.
            self.search = SEARCHES.len();
        }
        if let Some((first, _)) = SEARCHES.get(self.search) {
            let largest =
                self.before.iter().filter_map(|bracket| Some(bracket.succeeds.as_ref()?.0)).fold(0.0, f64::max);
            self.c = first * if largest > 0.0 { largest } else { 1.0 };
            self.now.clone_from(&self.clean);
            self.history.clear();
            return self.aim();
        }
        let change = |bracket: &Bracket| {
            bracket.succeeds.as_ref().map_or(f64::INFINITY, |(_, point)| gap(&point.place, &self.task.clean))
        };
        let nearest = self.before.drain(..).min_by(|a, b| change(a).total_cmp(&change(b))).unwrap_or_default();
        let (Some((low, point)), Some(high)) = (&nearest.succeeds, nearest.fails) else { return Go::Done };
        (self.c, self.now) = ((low * high).sqrt(), Some(point.clone()));
        self.history.clear();
        self.bracket = nearest;
        self.aim()
    }
}

impl Walk for Lbfgs {
    fn place(&self) -> &[f32] {
        &self.trial
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        self.trial_found = look.found;
        self.trial_loss = loss(self.task.aim, look.scores, weights);
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        self.spent += 1;
        self.looks += 1;
        if self.spent >= self.budget {
            return Go::Done;
        }
        let Some(now) = &self.now else { return self.accept(gradient, f64::INFINITY) };
        let before = self.objective(&now.place, now.loss);
        let lower = before - self.objective(&self.trial, self.trial_loss);
        let twice = 2.0 * self.c as f32;
        // What the gradient promises for the step that the box left.
        let promised = -sum3(&now.gradient, &self.trial, &now.place, |g, x, y| g * (x - y))
            - sum3(&now.place, &self.task.clean, &self.trial, |y, x, z| twice * (y - x) * (z - y));
        if promised > 0.0 && lower >= ARMIJO * promised {
            return self.accept(gradient, lower);
        }
        self.tries += 1;
        if self.tries >= TRIES || promised <= 0.0 {
            if self.history.is_empty() {
                return self.settled();
            }
            self.history.clear();
            return self.aim();
        }
        // Where the parabola through both values and the slope is lowest.
        let lowest = 0.5 * promised / (promised - lower).max(1e-30);
        self.length *= lowest.clamp(0.1, 0.5);
        self.try_length()
    }
}

/// The loss, and the weights of its gradient.
fn loss(aim: Aim, scores: &[f32], weights: &mut [f32]) -> f64 {
    let class = aim.class() as usize;
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers = || scores.iter().map(|score| f64::from(score - largest).exp());
    let all: f64 = powers().sum();
    match aim {
        Aim::Target(_) => {
            cross_entropy_weights(aim, scores, weights);
            all.ln() - f64::from(scores[class] - largest)
        }
        Aim::Away(_) => {
            // Over the other classes alone, measured from their own largest: nothing underflows where `p_y` is nearly 1.
            let top = scores.iter().enumerate().filter(|(k, _)| *k != class).map(|(_, z)| *z).fold(f32::MIN, f32::max);
            let other = |k: usize| if k == class { 0.0 } else { f64::from(scores[k] - top).exp() };
            let others: f64 = (0..scores.len()).map(other).sum();
            for (k, (weight, power)) in weights.iter_mut().zip(powers()).enumerate() {
                *weight += (power / all - other(k) / others) as f32;
            }
            all.ln() + f64::from(largest) - others.ln() - f64::from(top)
        }
    }
}

/// Turns a gradient into the L-BFGS direction's negative, over the values where it is not zero.
fn two_loops(gradient: &mut [f32], history: &VecDeque<Pair>, twice: f32) {
    let free: Vec<f32> = gradient.iter().map(|g| f32::from(u8::from(*g != 0.0))).collect();
    let curved = |pair: &Pair| {
        // s·y and y·y of the whole objective over the free values: y = change + 2c·s.
        let along = sum3(&pair.step, &pair.change, &free, |s, y, free| s * (y + twice * s) * free);
        let square = sum3(&pair.step, &pair.change, &free, |s, y, free| (y + twice * s) * (y + twice * s) * free);
        (along, square)
    };
    let pairs: Vec<(&Pair, f64, f64)> = history
        .iter()
        .map(|pair| (pair, curved(pair)))
        .filter(|(_, (along, square))| *along > 1e-8 * square.sqrt() * 1e-3 && *square > 0.0)
        .map(|(pair, (along, square))| (pair, along, square))
        .collect();
    let mut shares = vec![0.0; pairs.len()];
    for (i, (pair, along, _)) in pairs.iter().enumerate().rev() {
        shares[i] = sum(&pair.step, gradient) / along;
        let share = shares[i] as f32;
        Arch::new().dispatch(|| {
            for (((g, s), y), free) in gradient.iter_mut().zip(&pair.step).zip(&pair.change).zip(&free) {
                *g -= share * (y + twice * s) * free;
            }
        });
    }
    let scale = pairs.last().map_or(1.0, |(_, along, square)| along / square) as f32;
    for g in gradient.iter_mut() {
        *g *= scale;
    }
    for ((pair, along, _), share) in pairs.iter().zip(&shares) {
        let back = sum3(&pair.step, &pair.change, gradient, |s, y, g| (y + twice * s) * g) / along;
        let share = (share - back) as f32;
        Arch::new().dispatch(|| {
            for ((g, s), free) in gradient.iter_mut().zip(&pair.step).zip(&free) {
                *g += share * s * free;
            }
        });
    }
}

fn sum(a: &[f32], b: &[f32]) -> f64 {
    sum2(a, b, |a, b| a * b)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use advlab_core::{Classifier, Norm};
    use advlab_model_zoo::{Foreign, OpenOptions, open};
    use tch::{Device, Kind, Tensor};

    use super::*;

    /// What the walk's objective comes to at a given `c`, on this net.
    fn minimised(net: &dyn Classifier, clean: &[f32], target: i64, c: f64) -> f64 {
        let task = Task { clean: clean.to_vec(), aim: Aim::Target(target), norm: Norm::L2, n_classes: 10 };
        let mut walk = Lbfgs::new(task, 1000, Some(c));
        loop {
            let place = Tensor::from_slice(walk.place()).reshape([1, 1, 28, 28]).set_requires_grad(true);
            let scores = net.scores(&place).unwrap();
            let plain = Vec::<f32>::try_from(scores.detach().reshape([-1])).unwrap();
            let mut weights = vec![0.0; 10];
            let look = Look { scores: &plain, margin: 1.0, found: false, best: None };
            walk.weigh(&look, &mut weights);
            let combined = (scores.reshape([-1]) * Tensor::from_slice(&weights)).sum(Kind::Float);
            let gradient = Tensor::run_backward(&[combined], &[&place], false, false);
            if walk.step(&Vec::<f32>::try_from(gradient[0].reshape([-1])).unwrap()) == Go::Done {
                return walk.value();
            }
        }
    }

    /// The golden file says how it was made.
    #[test]
    fn at_equal_c_it_reaches_what_scipy_reaches() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/lbfgs.safetensors");
        let golden: std::collections::HashMap<String, Tensor> =
            Tensor::read_safetensors(golden).unwrap().into_iter().collect();
        let net = open("shallow", &OpenOptions { foreign: Foreign::default(), device: Device::Cpu }).unwrap().net;
        let pictures = golden["pictures"].to_kind(Kind::Float) / 255.0;
        let targets = Vec::<i64>::try_from(&golden["targets"]).unwrap();
        let cs = Vec::<f64>::try_from(&golden["c"]).unwrap();
        let mut gaps = Vec::new();
        for (i, target) in targets.iter().enumerate() {
            let clean = Vec::<f32>::try_from(pictures.get(i as i64)).unwrap();
            for (k, c) in cs.iter().enumerate() {
                let theirs = golden["objectives"].double_value(&[i as i64, k as i64]);
                let ours = minimised(net.as_ref(), &clean, *target, *c);
                gaps.push((ours - theirs) / theirs);
            }
        }
        gaps.sort_by(f64::total_cmp);
        let reached = gaps.iter().filter(|gap| **gap <= 1e-3).count();
        assert!(reached * 100 >= gaps.len() * 95, "{reached} of {} to 1e-3; worst {:?}", gaps.len(), gaps.last());
    }

    #[test]
    fn the_weights_are_the_gradient_of_the_loss() {
        let scores = [1.5_f32, -0.3, 0.8, 2.1];
        for aim in [Aim::Target(2), Aim::Away(3)] {
            let mut weights = [0.0; 4];
            loss(aim, &scores, &mut weights);
            for k in 0..4 {
                let at = |h: f32| {
                    let mut moved = scores;
                    moved[k] += h;
                    loss(aim, &moved, &mut [0.0; 4])
                };
                let slope = (at(1e-2) - at(-1e-2)) / 2e-2;
                assert!((slope - f64::from(weights[k])).abs() < 1e-4, "{aim:?}, class {k}: {slope}, {}", weights[k]);
            }
        }
    }
}
