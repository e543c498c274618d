//! Problems that are drawn by formula: the functions of the lecture, and points in the plane.

use std::f64::consts::{PI, TAU};

use advlab_core::Seed;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use super::Patterns;
use crate::{Error, Result};

/// Inputs of parity at most: there are 2^N patterns.
pub const MOST_PARITY: usize = 12;

/// A problem that is known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// 1 where both of two inputs are 1.
    And,
    /// 1 where one of two inputs is 1, or both.
    Or,
    /// 1 where two inputs differ.
    Xor,
    /// 1 where an odd number of inputs are 1.
    Parity,
    /// Points on two sides of a line.
    Linear,
    /// Points within and outside of a region that four lines bound.
    FourLines,
    /// Two spirals that wind around each other.
    Spirals,
    /// A disc and a ring around it.
    Rings,
    /// Two clouds, each normal, that overlap: nothing gets all of them right.
    Overlapping,
}

/// The four lines, as normal and offset: within is where `normal · x < offset` for all.
const FOUR_LINES: [((f64, f64), f64); 4] =
    [((0.8, 0.6), 0.7), ((-0.6, 0.8), 0.7), ((-0.8, -0.6), 0.75), ((0.6, -0.8), 0.65)];

impl Problem {
    /// All of them, as files and flags spell them.
    pub const ALL: [(&'static str, Self); 9] = [
        ("and", Self::And),
        ("or", Self::Or),
        ("xor", Self::Xor),
        ("parity", Self::Parity),
        ("linear", Self::Linear),
        ("four-lines", Self::FourLines),
        ("spirals", Self::Spirals),
        ("rings", Self::Rings),
        ("overlapping", Self::Overlapping),
    ];

    /// The problem of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(other, _)| *other == name).map(|(_, problem)| *problem)
    }

    /// As files and flags spell it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, problem)| *problem == self).map_or("", |(name, _)| name)
    }

    /// Whether it is a function of inputs that are ±1, of which there are no more patterns than those.
    pub const fn is_boolean(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Xor | Self::Parity)
    }

    /// All patterns of a boolean problem; `inputs` counts for parity alone, the others have two.
    ///
    /// # Errors
    /// [`Error::Param`] for a number of inputs outside of 2 to [`MOST_PARITY`], or a problem that is not boolean.
    pub fn table(self, inputs: usize) -> Result<Patterns> {
        let wrong = |field, want, got: String| Err(Error::Param { analysis: "perceptron", field, want, got });
        if !self.is_boolean() {
            return wrong("problem", "and, or, xor or parity, which have a table", self.name().to_owned());
        }
        let inputs = if self == Self::Parity { inputs } else { 2 };
        if !(2..=MOST_PARITY).contains(&inputs) {
            return wrong("inputs", "from 2 to 12", inputs.to_string());
        }
        let bit = |pattern: usize, at: usize| if pattern >> at & 1 == 1 { 1.0 } else { -1.0 };
        let rows: Vec<Vec<f64>> =
            (0..1 << inputs).map(|pattern: usize| (0..inputs).map(|at| bit(pattern, at)).collect()).collect();
        let target = |row: &Vec<f64>| {
            let ones = row.iter().filter(|value| **value > 0.0).count();
            let is_so = match self {
                Self::And => ones == inputs,
                Self::Or => ones > 0,
                _ => ones % 2 == 1,
            };
            if is_so { 1.0 } else { -1.0 }
        };
        let targets: Vec<f64> = rows.iter().map(target).collect();
        Patterns::new(&rows, &targets)
    }

    /// `count` points of a problem in the plane, with their targets.
    ///
    /// A point is drawn and gets its target; then noise is added to where it is: normal, of this standard deviation along each
    /// axis, so that points near the boundary may lie on the wrong side of it. Another seed gives a fresh sample.
    ///
    /// # Errors
    /// [`Error::Param`] for no points, noise that is negative or no number, or a boolean problem.
    pub fn draw(self, count: usize, noise: f64, seed: Seed) -> Result<Patterns> {
        let wrong = |field, want, got: String| Err(Error::Param { analysis: "perceptron", field, want, got });
        if self.is_boolean() {
            return wrong("problem", "one of points in the plane", self.name().to_owned());
        }
        let usable = noise.is_finite() && noise >= 0.0;
        if !usable {
            return wrong("noise", "0 or more", noise.to_string());
        }
        let mut rng = seed.rng();
        let (mut rows, mut targets) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for _ in 0..count {
            let (point, target) = self.point(&mut rng);
            let shift = |rng: &mut _| noise * Distribution::<f64>::sample(&StandardNormal, rng);
            rows.push(vec![point.0 + shift(&mut rng), point.1 + shift(&mut rng)]);
            targets.push(target);
        }
        Patterns::new(&rows, &targets)
    }

    fn point(self, rng: &mut impl Rng) -> ((f64, f64), f64) {
        let within = |is: bool| if is { 1.0 } else { -1.0 };
        let mut uniform = || (rng.random_range(-1.0..1.0), rng.random_range(-1.0..1.0));
        match self {
            Self::Linear => {
                let (x, y): (f64, f64) = uniform();
                ((x, y), within(0.8 * x + 0.6 * y > 0.1))
            }
            Self::FourLines => {
                let (x, y): (f64, f64) = uniform();
                ((x, y), within(FOUR_LINES.iter().all(|((a, b), offset)| a * x + b * y < *offset)))
            }
            Self::Rings => {
                let (angle, place): (f64, f64) = uniform();
                // The disc has radius 0.45; the ring goes from 0.6 to 1. Areas are filled evenly.
                let inner = rng.random::<bool>();
                let share = (place + 1.0) / 2.0;
                let radius = if inner { 0.45 * share.sqrt() } else { (0.36 + 0.64 * share).sqrt() };
                ((radius * (PI * angle).cos(), radius * (PI * angle).sin()), within(inner))
            }
            Self::Spirals => {
                let arm = rng.random::<bool>();
                let along: f64 = rng.random_range(0.15..1.0);
                // Nearly a turn, each arm the other one turned by half a turn.
                let angle = 1.5 * TAU * along.sqrt() + if arm { 0.0 } else { PI };
                ((along * angle.cos(), along * angle.sin()), within(arm))
            }
            _ => {
                let first = rng.random::<bool>();
                let middle = if first { 0.35 } else { -0.35 };
                let mut normal = || 0.4 * Distribution::<f64>::sample(&StandardNormal, rng);
                ((middle + normal(), middle + normal()), within(first))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_those_of_the_functions() {
        let targets = |problem: Problem| problem.table(2).unwrap().iter().map(|(_, t)| t).collect::<Vec<_>>();
        assert_eq!(targets(Problem::And), [-1.0, -1.0, -1.0, 1.0]);
        assert_eq!(targets(Problem::Or), [-1.0, 1.0, 1.0, 1.0]);
        assert_eq!(targets(Problem::Xor), [-1.0, 1.0, 1.0, -1.0]);
        assert_eq!(targets(Problem::Parity), targets(Problem::Xor));
        assert_eq!(Problem::Parity.table(5).unwrap().iter().filter(|(_, t)| *t > 0.0).count(), 16);
        assert!(Problem::Parity.table(13).is_err() && Problem::Rings.table(2).is_err());
    }

    #[test]
    fn points_are_the_seeds_own_and_both_classes_are_there() {
        for (name, problem) in Problem::ALL.into_iter().filter(|(_, problem)| !problem.is_boolean()) {
            let draw = |seed| problem.draw(400, 0.0, Seed::new(seed)).unwrap();
            assert_eq!(draw(1), draw(1), "{name}");
            assert_ne!(draw(1), draw(2), "{name}");
            let ones = draw(1).iter().filter(|(_, t)| *t > 0.0).count();
            assert!((120..280).contains(&ones), "{name}: {ones} of 400 are 1");
            assert!(draw(1).len() == 400 && draw(1).iter().all(|(x, _)| x.iter().all(|v| v.abs() < 2.5)), "{name}");
        }
        assert!(Problem::Linear.draw(10, -0.1, Seed::new(1)).is_err());
        assert!(Problem::Linear.draw(0, 0.0, Seed::new(1)).is_err());
    }
}
