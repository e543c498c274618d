//! Paper and what writes on it, and the light that falls on both.

use std::f32::consts::{FRAC_PI_2, TAU};

use rand::Rng;

use super::super::curve::Point;

/// Red, green and blue in [0, 1].
pub(super) type Colour = [f32; 3];

/// What the digit is written with, on what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stationery {
    /// Colour of the paper in full light.
    pub(super) paper: Colour,
    pub(super) ink: Colour,
    /// How much of the paper the ink hides.
    pub(super) cover: f32,
    /// How much that varies from pixel to pixel.
    pub(super) grain: f32,
    /// Width of a stroke as a share of the digit's longer side.
    pub(super) width: f32,
    pub(super) lines: Lines,
}

/// What is printed on the paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lines {
    None,
    Ruled,
    Squared,
}

impl Stationery {
    /// Draws paper and pen at random.
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        let lines = match rng.random_range(0..10) {
            0..5 => Lines::None,
            5..7 => Lines::Ruled,
            _ => Lines::Squared,
        };
        let tint = |rng: &mut dyn rand::RngCore, colour: Colour| {
            colour.map(|part: f32| (part * rng.random_range(0.92..1.06)).min(1.0))
        };
        let white = rng.random_range(0.7..0.97);
        let paper = tint(rng, [white, white, 0.97 * white]);
        let of = |paper, ink, cover, grain, width| Self { paper, ink, cover, grain, width, lines };
        match rng.random_range(0..100) {
            0..38 => {
                let blue = tint(rng, [0.12, 0.17, 0.5]);
                of(paper, blue, rng.random_range(0.75..0.95), 0.1, rng.random_range(0.02..0.05))
            }
            38..58 => {
                let black = tint(rng, [0.1, 0.1, 0.11]);
                of(paper, black, rng.random_range(0.8..0.95), 0.08, rng.random_range(0.02..0.06))
            }
            58..74 => {
                let felt = tint(rng, [0.08, 0.08, 0.12]);
                of(paper, felt, rng.random_range(0.9..1.0), 0.02, rng.random_range(0.06..0.12))
            }
            74..93 => {
                let graphite = tint(rng, [0.33, 0.33, 0.34]);
                of(paper, graphite, rng.random_range(0.5..0.8), 0.35, rng.random_range(0.02..0.055))
            }
            _ => {
                let dark = rng.random_range(0.12..0.25);
                let board = tint(rng, [0.8 * dark, dark, 0.85 * dark]);
                let chalk = tint(rng, [0.92, 0.92, 0.88]);
                let (cover, width) = (rng.random_range(0.6..0.85), rng.random_range(0.05..0.1));
                Self { paper: board, ink: chalk, cover, grain: 0.35, width, lines: Lines::None }
            }
        }
    }
}

/// Light that is not the same everywhere: 1 is full light.
#[derive(Clone, Copy, Debug)]
pub(super) struct Light {
    /// How much it grows from the middle to the edge, and in which direction.
    slope: Point,
    /// How much darker the corners are.
    corners: f32,
    /// A soft edge beyond which there is shadow.
    shadow: Option<Shadow>,
}

#[derive(Clone, Copy, Debug)]
struct Shadow {
    towards: Point,
    begins: f32,
    soft: f32,
    depth: f32,
}

impl Light {
    /// Draws light at random.
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        let direction = |rng: &mut dyn rand::RngCore| {
            let angle = TAU * rng.random::<f32>();
            [angle.cos(), angle.sin()]
        };
        let steep = rng.random_range(0.0..0.35);
        let slope = direction(rng).map(|part| steep * part);
        let corners = rng.random_range(0.0..0.12);
        let shadow = rng.random_bool(0.4).then(|| Shadow {
            towards: direction(rng),
            begins: rng.random_range(-0.5..0.7),
            soft: rng.random_range(0.05..0.4),
            depth: rng.random_range(0.15..0.5),
        });
        Self { slope, corners, shadow }
    }

    /// The light at a place, both coordinates from -1 at one edge to 1 at the other.
    pub(super) fn at(&self, [x, y]: Point) -> f32 {
        let even = 1.0 + self.slope[0] * x + self.slope[1] * y - self.corners * (x * x + y * y);
        let shadow = self.shadow.map_or(1.0, |shadow| {
            let beyond = (shadow.towards[0] * x + shadow.towards[1] * y - shadow.begins) / shadow.soft;
            1.0 - shadow.depth * (0.5 + beyond.clamp(-1.0, 1.0).mul_add(FRAC_PI_2, 0.0).sin() / 2.0)
        });
        (even * shadow).max(0.05)
    }
}
