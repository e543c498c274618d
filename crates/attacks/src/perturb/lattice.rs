//! The smallest change among the pictures that a file can hold.
//!
//! A perturbation of a third of a grey level does not survive being written with 8 bits: rounding is larger than it is. So where
//! bits are asked for, a search of its own follows the search in real numbers: for the smallest change whose result has
//! only values `k/(2^bits − 1)`.
//!
//! To first order the margin's constraint is a plane, and the smallest change on the lattice that crosses a plane follows
//! from Lagrange's multiplier `μ` as it does without the lattice, value by value: `x = round(clean − μ·n)`. Values whose
//! share of the gradient is small stay as they are, those that help most move by whole levels. The smallest `μ` that
//! crosses is found by bisection, without the net; then the net is looked at there, the plane is renewed, and so on. Several
//! classes have a plane each. At the end changes that help least are taken back one level as long as the label holds.
//!
//! First of all the change found in real numbers is lengthened a little until its rounded result holds; for other norms than
//! L2 that is the end of it.

use advlab_core::{Aim, Norm};

use super::vectors::{dot_gap, gap, length};
use super::walk::{Go, Look, Task, Walk, best_other, sign};

/// Factors on the real-valued change that are tried, one after the other, until the rounded result is a find.
const FACTORS: [f32; 10] = [1.0, 1.002, 1.005, 1.01, 1.03, 1.08, 1.2, 1.5, 2.2, 3.5];
/// Bisections between the last factor that failed and the first that did not.
const BISECTIONS: u32 = 5;
/// Looks with planes at most.
const CROSSINGS: u32 = 16;
/// Looks without a smaller find after which a stage ends.
const IDLE: u32 = 5;
/// Looks at most while changes are taken back.
const PRUNINGS: u32 = 12;
/// Planes at most.
const MOST_PLANES: usize = 4;
/// Doublings of a multiplier at most: by then every value that can help is at its bound.
const DOUBLINGS: u32 = 30;
/// Halvings of a multiplier's interval.
const HALVINGS: u32 = 24;

/// Whether every value is on the lattice of this many bits.
pub(super) fn holds(picture: &[f32], bits: u8) -> bool {
    let levels = levels(bits);
    picture.iter().all(|value| nearest(*value, levels) == *value)
}

const fn levels(bits: u8) -> f32 {
    ((1_u32 << bits) - 1) as f32
}

/// The lattice's value next to this one, within [0, 1].
fn nearest(value: f32, levels: f32) -> f32 {
    (value.clamp(0.0, 1.0) * levels).round_ties_even() / levels
}

/// What a walk is at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// Looks at the rounded multiples of the real-valued change.
    Lengthen(usize),
    /// Between a factor that fails and one that does not.
    Bisect(f32, f32),
    /// Crosses planes on the lattice.
    Cross,
    /// Takes back what helps least; by this share of the slack.
    Prune(f64),
}

/// The margin of a class, as last seen.
#[derive(Debug)]
struct Seen {
    class: usize,
    normal: Vec<f32>,
    multiplier: f64,
    age: u32,
}

/// One picture's walk on the lattice.
#[derive(Debug)]
pub(super) struct Lattice {
    task: Task,
    levels: f32,
    /// The real-valued change.
    change: Vec<f32>,
    place: Vec<f32>,
    stage: Stage,
    looks: u32,
    idle: u32,
    /// The smallest find, with its length.
    best: Option<(Vec<f32>, f64)>,
    seen: Vec<Seen>,
    scores: Vec<f32>,
    margin: f64,
    found: bool,
    renewed: usize,
    /// How far behind a plane to aim, in units of the margin: what the last places fell short of.
    deeper: f64,
}

impl Lattice {
    /// A walk from the smallest change found in real numbers.
    pub(super) fn new(task: Task, found: &[f32], bits: u8) -> Self {
        let change = found.iter().zip(&task.clean).map(|(found, clean)| found - clean).collect();
        let mut walk = Self {
            levels: levels(bits),
            change,
            place: task.clean.clone(),
            stage: Stage::Lengthen(0),
            looks: 0,
            idle: 0,
            best: None,
            seen: Vec::new(),
            scores: Vec::new(),
            margin: 0.0,
            found: false,
            renewed: 0,
            deeper: 0.0,
            task,
        };
        walk.lengthen(1.0);
        walk
    }

    fn lengthen(&mut self, factor: f32) {
        for ((place, clean), change) in self.place.iter_mut().zip(&self.task.clean).zip(&self.change) {
            *place = nearest(clean + factor * change, self.levels);
        }
    }

    fn begin(&mut self, stage: Stage) {
        (self.stage, self.looks, self.idle) = (stage, 0, 0);
    }

    /// After a look at a rounded multiple.
    fn lengthened(&mut self, tried: usize) -> Go {
        let next = tried + 1;
        if !self.found && next < FACTORS.len() {
            self.stage = Stage::Lengthen(next);
            self.lengthen(FACTORS[next]);
            return Go::On;
        }
        if !self.found || tried == 0 {
            return self.lengthened_enough();
        }
        self.looks = 0;
        self.bisect(FACTORS[tried - 1], FACTORS[tried])
    }

    /// Goes on to the planes, from the last place: they lead on even where no multiple was a find.
    fn lengthened_enough(&mut self) -> Go {
        if self.task.norm != Norm::L2 {
            return Go::Done;
        }
        if let Some((best, _)) = &self.best {
            self.place.copy_from_slice(best);
        }
        self.begin(Stage::Cross);
        Go::On
    }

    fn bisect(&mut self, fails: f32, holds: f32) -> Go {
        if self.looks >= BISECTIONS {
            return self.lengthened_enough();
        }
        self.stage = Stage::Bisect(fails, holds);
        self.lengthen(0.5 * (fails + holds));
        Go::On
    }

    /// How far class `k` is above the target, or the class to leave above `k`.
    fn margin_of(&self, k: usize) -> f64 {
        f64::from(sign(self.task.aim) * (self.scores[k] - self.scores[self.task.aim.class() as usize]))
    }

    fn renew(&mut self, gradient: &[f32]) {
        for seen in &mut self.seen {
            seen.age += 1;
        }
        let most = if matches!(self.task.aim, Aim::Away(_)) { 1 } else { MOST_PLANES };
        let slot = self.seen.iter().position(|seen| seen.class == self.renewed).or_else(|| {
            let idle = |slot: &usize| (self.seen[*slot].multiplier == 0.0, self.seen[*slot].age);
            if self.seen.len() < most { None } else { (0..self.seen.len()).max_by_key(idle) }
        });
        let new = Seen { class: self.renewed, normal: gradient.to_vec(), multiplier: 0.0, age: 0 };
        match slot {
            Some(slot) => {
                let multiplier = if self.seen[slot].class == new.class { self.seen[slot].multiplier } else { 0.0 };
                self.seen[slot] = Seen { multiplier, ..new };
            }
            None => self.seen.push(new),
        }
    }

    /// Crosses the planes at the smallest multipliers.
    fn cross(&mut self, gradient: &[f32]) -> Go {
        // A place that was to lie behind the boundary and does not: aim deeper by what it fell short of.
        if self.looks > 1 {
            self.deeper = if self.found { 0.7 * self.deeper } else { self.deeper + self.margin.max(0.0) };
        }
        if length(gradient) < 1e-20 {
            return Go::Done;
        }
        self.renew(gradient);
        if self.idle >= IDLE || self.looks >= CROSSINGS {
            return self.prune_from_best(1.0);
        }
        let from = self.place.clone();
        for seen in &mut self.seen {
            seen.multiplier = 0.0;
        }
        for _ in 0..2 * MOST_PLANES {
            self.stand();
            let open = |walk: &Self, j: usize| {
                let seen = &walk.seen[j];
                let ahead = 1e-5 * walk.scores[seen.class].abs().max(1e-3) as f64 * 2.0;
                walk.margin_of(seen.class) + walk.deeper + ahead + dot_gap(&seen.normal, &walk.place, &from)
            };
            let worst = (0..self.seen.len()).map(|j| (j, open(self, j))).max_by(|a, b| a.1.total_cmp(&b.1));
            let Some((j, _)) = worst.filter(|(_, open)| *open > 0.0) else { break };
            // Up until it is crossed, then halve.
            let (mut low, mut high) = (self.seen[j].multiplier, self.first_multiplier(j));
            for _ in 0..DOUBLINGS {
                self.seen[j].multiplier = high.max(low);
                self.stand();
                if open(self, j) <= 0.0 {
                    break;
                }
                (low, high) = (high.max(low), 2.0 * high.max(low));
            }
            let mut high = self.seen[j].multiplier;
            for _ in 0..HALVINGS {
                self.seen[j].multiplier = 0.5 * (low + high);
                self.stand();
                if open(self, j) <= 0.0 { high = self.seen[j].multiplier } else { low = self.seen[j].multiplier }
            }
            self.seen[j].multiplier = high;
        }
        self.stand();
        if self.place == from { self.prune_from_best(1.0) } else { Go::On }
    }

    /// A multiplier that moves the change's length about once.
    fn first_multiplier(&self, j: usize) -> f64 {
        let long = length(&self.change).max(f64::from(0.5 / self.levels));
        long / length(&self.seen[j].normal)
    }

    /// Stands where the multipliers say.
    fn stand(&mut self) {
        self.place.copy_from_slice(&self.task.clean);
        for seen in self.seen.iter().filter(|seen| seen.multiplier > 0.0) {
            super::vectors::add(&mut self.place, -seen.multiplier, &seen.normal);
        }
        let levels = self.levels;
        pulp::Arch::new().dispatch(|| {
            for place in &mut self.place {
                *place = nearest(*place, levels);
            }
        });
    }

    fn prune_from_best(&mut self, share: f64) -> Go {
        let Some((best, _)) = &self.best else { return Go::Done };
        self.place.copy_from_slice(best);
        let looks = if matches!(self.stage, Stage::Prune(_)) { self.looks } else { 0 };
        (self.stage, self.looks) = (Stage::Prune(share), looks);
        Go::On
    }

    /// Takes back by a level what shortens the change most for the least of the margin.
    fn prune(&mut self, gradient: &[f32], share: f64) -> Go {
        if self.looks >= PRUNINGS {
            return Go::Done;
        }
        if !self.found {
            // Too much was taken back.
            return if share < 0.05 { Go::Done } else { self.prune_from_best(0.4 * share) };
        }
        let slack = -self.margin * share;
        let level = 1.0 / self.levels;
        let mut moves: Vec<(f32, usize, f32)> = Vec::new();
        for (i, (place, clean)) in self.place.iter().zip(&self.task.clean).enumerate() {
            let towards = nearest(place - level * (place - clean).signum(), self.levels);
            let saved = (place - clean).powi(2) - (towards - clean).powi(2);
            if saved > 1e-12 {
                let cost = gradient[i] * (towards - place);
                moves.push((cost / saved, i, towards));
            }
        }
        moves.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut spent = 0.0;
        let mut moved = false;
        for (_, i, towards) in moves {
            let cost = f64::from(gradient[i] * (towards - self.place[i]));
            if spent + cost > slack {
                break;
            }
            spent += cost;
            self.place[i] = towards;
            moved = true;
        }
        if moved { Go::On } else { Go::Done }
    }
}

impl Walk for Lattice {
    fn place(&self) -> &[f32] {
        &self.place
    }

    fn wants_gradient(&self) -> bool {
        matches!(self.stage, Stage::Cross | Stage::Prune(_))
    }

    fn weigh(&mut self, look: &Look<'_>, weights: &mut [f32]) {
        look.scores.clone_into(&mut self.scores);
        (self.margin, self.found) = (f64::from(look.margin), look.found);
        self.looks += 1;
        self.idle += 1;
        if look.found {
            let length = gap(&self.place, &self.task.clean);
            if self.best.as_ref().is_none_or(|(_, best)| length < *best) {
                self.best = Some((self.place.clone(), length));
                self.idle = 0;
            }
        }
        if !self.wants_gradient() {
            return;
        }
        let class = self.task.aim.class() as usize;
        self.renewed = best_other(look.scores, class);
        weights[self.renewed] += sign(self.task.aim);
        weights[class] -= sign(self.task.aim);
    }

    fn step(&mut self, gradient: &[f32]) -> Go {
        match self.stage {
            Stage::Lengthen(tried) => self.lengthened(tried),
            Stage::Bisect(fails, holds) => {
                let middle = 0.5 * (fails + holds);
                if self.found { self.bisect(fails, middle) } else { self.bisect(middle, holds) }
            }
            Stage::Cross => self.cross(gradient),
            Stage::Prune(share) => self.prune(gradient, share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lattice_is_what_a_picture_file_can_hold() {
        let levels_of_a_file: Vec<f32> = (0..=255).map(|k| f32::from(k as u8) / 255.0).collect();
        assert!(holds(&levels_of_a_file, 8));
        assert!(!holds(&[0.5], 8));
        assert!(holds(&[0.0, 1.0], 1) && !holds(&[0.5], 1));
        for value in [0.1234_f32, -0.3, 1.7, 0.999] {
            assert!(holds(&[nearest(value, 255.0)], 8), "{value}");
        }
    }
}
