//! Where the cells lie, and what each of them is like.

use advlab_core::Seed;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::slide::{Specimen, direction, log_normal, normal};

/// The cells of a slide, those beyond its border included as far as they reach into it.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) side: usize,
    /// Distance from one cell to the next, in pixels.
    pub(super) spacing: f32,
    pub(super) cells: Vec<Cell>,
}

/// A cell. Lights are factors around 1.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) body: Ellipse,
    pub(super) nucleus: Nucleus,
    /// Light of the membrane.
    pub(super) membrane: f32,
    /// Light of the cytoplasm in red.
    pub(super) red: f32,
    /// Light of the protein in the cytoplasm.
    pub(super) green: f32,
    /// How far the cell is from the focal plane, in pixels of blur.
    pub(super) depth: f32,
}

/// A cell's nucleus.
#[derive(Clone, Debug)]
pub(super) struct Nucleus {
    pub(super) shape: Ellipse,
    pub(super) state: State,
    /// Light of the stain.
    pub(super) light: f32,
    /// Dark round bodies in it.
    pub(super) nucleoli: Vec<Ellipse>,
}

/// What a nucleus is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Resting, with a border.
    Resting,
    /// Dividing: condensed chromosomes and no border.
    Dividing,
    /// Dying: shrunk and bright.
    Dying,
}

/// An ellipse.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ellipse {
    pub(super) middle: [f32; 2],
    /// Geometric mean of the two half axes, in pixels.
    pub(super) radius: f32,
    /// Quadratic form whose root is 1 on the ellipse: factors of x², xy and y².
    form: [f32; 3],
}

impl Ellipse {
    fn new(middle: [f32; 2], radius: f32, stretch: f32, tilt: [f32; 2]) -> Self {
        let (long, short) = ((radius * stretch).powi(-2), (radius / stretch).powi(-2));
        let [c, s] = tilt;
        let form = [long * c * c + short * s * s, 2.0 * c * s * (long - short), long * s * s + short * c * c];
        Self { middle, radius, form }
    }

    /// Square of how far a point lies from the middle: 1 on the ellipse.
    #[inline]
    pub(super) fn square(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.middle[0], y - self.middle[1]);
        dx * (self.form[0] * dx + self.form[1] * dy) + self.form[2] * dy * dy
    }

    /// Distance to the border in pixels, positive inside; exact on a circle.
    #[inline]
    pub(super) fn inside(&self, x: f32, y: f32) -> f32 {
        (1.0 - self.square(x, y).sqrt()) * self.radius
    }
}

impl Layout {
    /// Cells on a triangular lattice in any direction, each moved at random, some left out.
    pub(super) fn draw(side: usize, specimen: &Specimen, seed: Seed) -> Self {
        let mut rng = seed.rng();
        let spacing = specimen.spacing;
        let [c, s] = direction(&mut rng);
        let origin: [f32; 2] = [rng.random(), rng.random()];
        let (middle, margin) = (0.5 * side as f32, 1.6 * spacing);
        let reach = ((0.71 * side as f32 + margin) / (0.866 * spacing)).ceil() as i32 + 1;
        let mut cells = Vec::new();
        for row in -reach..=reach {
            for column in -reach - reach / 2..=reach + reach / 2 {
                let u = spacing * (column as f32 + origin[0] + 0.5 * (row & 1) as f32);
                let v = spacing * 0.866 * (row as f32 + origin[1]);
                let at = [middle + c * u - s * v, middle + s * u + c * v];
                if at.iter().any(|&w| w < -margin || w > side as f32 + margin) {
                    continue;
                }
                let moved = at.map(|w| w + 0.17 * spacing * normal(&mut rng));
                // The draws of a cell that is not there are made all the same, so that the share missing moves no other.
                let missing = rng.random::<f32>() < specimen.missing;
                let cell = Cell::draw(moved, specimen.packing * spacing, &mut rng);
                if !missing {
                    cells.push(cell);
                }
            }
        }
        Self { side, spacing, cells }
    }
}

impl Cell {
    fn draw(middle: [f32; 2], radius: f32, rng: &mut ChaCha8Rng) -> Self {
        let radius = radius * log_normal(rng, 0.09);
        let body = Ellipse::new(middle, radius, log_normal(rng, 0.09), direction(rng));
        let far = rng.random::<f32>() < 0.1;
        Self {
            body,
            nucleus: Nucleus::draw(middle, radius, rng),
            membrane: log_normal(rng, 0.25),
            red: log_normal(rng, 0.35),
            green: log_normal(rng, 0.4),
            depth: if far { 5.0 * rng.random::<f32>() } else { 0.8 * normal(rng).abs() },
        }
    }
}

impl Nucleus {
    fn draw(middle: [f32; 2], radius: f32, rng: &mut ChaCha8Rng) -> Self {
        let off = direction(rng).map(|w| w * 0.22 * radius * rng.random::<f32>());
        let middle = [middle[0] + off[0], middle[1] + off[1]];
        let state = match rng.random::<f32>() {
            x if x < 0.025 => State::Dividing,
            x if x < 0.04 => State::Dying,
            _ => State::Resting,
        };
        let share = (0.40 + 0.045 * normal(rng)) * radius;
        let (size, stretch) = match state {
            State::Resting => (share, 1.0 + 0.22 * rng.random::<f32>()),
            State::Dividing => (0.62 * share, 1.7 + 0.4 * rng.random::<f32>()),
            State::Dying => (0.45 * share, 1.1),
        };
        let shape = Ellipse::new(middle, size, stretch.sqrt(), direction(rng));
        let nucleoli = (0..1 + usize::from(rng.random::<f32>() < 0.3))
            .map(|_| {
                let off = direction(rng).map(|w| w * 0.5 * size * rng.random::<f32>());
                let size = size * (0.2 + 0.16 * rng.random::<f32>());
                Ellipse::new([middle[0] + off[0], middle[1] + off[1]], size, log_normal(rng, 0.12), direction(rng))
            })
            .collect();
        Self { shape, state, light: log_normal(rng, 0.22), nucleoli }
    }
}
