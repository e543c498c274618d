//! From a skeleton to one person's stroke on one day.

use std::f32::consts::TAU;

use rand::Rng;
use rand_distr::StandardNormal;

use super::curve::{Knot, Point, through};
use super::skeletons::Allograph;

/// Standard deviations of what is drawn at random, in units of the digit's height unless said otherwise.
mod sd {
    /// Each knot's place.
    pub(super) const KNOT: f32 = 0.035;
    /// The first and last knot of a stroke, on top.
    pub(super) const END: f32 = 0.025;
    /// A whole stroke's place, on top.
    pub(super) const STROKE: f32 = 0.02;
    /// Turn of the digit, radians.
    pub(super) const TURN: f32 = 0.08;
    /// Slant: how far the top leans to the right.
    pub(super) const SLANT: f32 = 0.24;
    /// Width over height, as a logarithm.
    pub(super) const ASPECT: f32 = 0.25;
    /// Upper half against lower half, and left against right, as the logarithm of an exponent.
    pub(super) const BALANCE: f32 = 0.2;
    /// Each wave of the bending.
    pub(super) const WAVE: f32 = 0.025;
}

/// How far the top leans to the right on average.
const SLANT: f32 = 0.12;

/// Waves of the bending.
const WAVES: usize = 4;

/// The strokes of one digit as points close to each other, in no particular scale.
pub(super) fn bend(allograph: &Allograph, rng: &mut impl Rng) -> Vec<Vec<Point>> {
    let mut normal = || -> f32 { rng.sample::<f32, _>(StandardNormal).clamp(-2.5, 2.5) };

    let balance: Point = std::array::from_fn(|_| (sd::BALANCE * normal()).exp());
    let (sin, cos) = (sd::TURN * normal()).sin_cos();
    let slant = SLANT + sd::SLANT * normal();
    let aspect = (sd::ASPECT * normal()).exp();
    let waves: [Wave; WAVES] = std::array::from_fn(|_| Wave::draw(&mut normal));

    let place = |[x, y]: Point| -> Point {
        let [x, y] = [stretch(x, balance[0]), stretch(y, balance[1])];
        let bent = waves.iter().fold([x, y], |p, wave| wave.add([x, y], p));
        let x = aspect * (bent[0] - 0.5) - slant * (bent[1] - 0.5);
        let y = bent[1] - 0.5;
        [cos * x - sin * y, sin * x + cos * y]
    };

    let mut strokes = Vec::with_capacity(allograph.strokes.len());
    for knots in &allograph.strokes {
        let shift = [sd::STROKE * normal(), sd::STROKE * normal()];
        let knots: Vec<Knot> = knots
            .iter()
            .enumerate()
            .map(|(i, knot)| {
                let end = i == 0 || i + 1 == knots.len();
                let sd = if end { sd::KNOT.hypot(sd::END) } else { sd::KNOT };
                let at = std::array::from_fn(|axis| knot.at[axis] + shift[axis] + sd * normal());
                Knot { at, corner: knot.corner }
            })
            .collect();
        strokes.push(through(&knots).into_iter().map(place).collect());
    }
    strokes
}

/// Moves what lies between 0 and 1 to one side, keeping both ends.
fn stretch(value: f32, exponent: f32) -> f32 {
    if (0.0..=1.0).contains(&value) { value.powf(exponent) } else { value }
}

/// A smooth bending of the plane: a wave of about the digit's size.
struct Wave {
    direction: Point,
    phase: f32,
    push: Point,
}

impl Wave {
    fn draw(normal: &mut impl FnMut() -> f32) -> Self {
        let direction = [0.7 * TAU * normal() / 1.5, 0.7 * TAU * normal() / 1.5];
        Self { direction, phase: TAU * normal(), push: [sd::WAVE * normal(), sd::WAVE * normal()] }
    }

    fn add(&self, at: Point, sum: Point) -> Point {
        let height = (self.direction[0] * at[0] + self.direction[1] * at[1] + self.phase).sin();
        [sum[0] + height * self.push[0], sum[1] + height * self.push[1]]
    }
}
