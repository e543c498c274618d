//! The pen: from strokes to ink on pixels.

use std::f32::consts::TAU;

use rand::Rng;
use rand_distr::StandardNormal;

use super::curve::Point;

/// A pen and the hand that holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    /// Half the width of the stroke, in pixels.
    pub(super) radius: f32,
    /// How much the width varies along the stroke, as a part of it.
    pressure: f32,
    /// Periods of that variation along the digit.
    rhythm: f32,
    /// Where it begins, radians.
    phase: f32,
    /// How much ink there is: more than 1 makes the edges darker.
    ink: f32,
    /// How soft the edge is, in pixels.
    soft: f32,
    /// How uneven the paper takes ink at the edge: standard deviation where half a pixel is covered.
    grain: f32,
}

impl Pen {
    /// Draws a pen at random.
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        let spread: f32 = rng.sample(StandardNormal);
        Self {
            radius: (1.15 * (0.29 * spread).exp()).clamp(0.7, 2.4),
            pressure: 0.2 * rng.random::<f32>(),
            rhythm: rng.random_range(0.5..2.5),
            phase: TAU * rng.random::<f32>(),
            ink: rng.random_range(1.0..1.35),
            soft: rng.random_range(0.9..1.4),
            grain: 0.3 * rng.random::<f32>(),
        }
    }

    /// The same pen with another width.
    pub(super) const fn of_radius(self, radius: f32) -> Self {
        Self { radius, ..self }
    }

    /// Draws the strokes, whose points are in pixels, onto a sheet of `side × side`: 0 paper, 1 ink.
    pub(super) fn stroke(&self, strokes: &[Vec<Point>], side: usize, rng: &mut impl Rng) -> Vec<f32> {
        let mut sheet = vec![0.0_f32; side * side];
        let total: usize = strokes.iter().map(Vec::len).sum();
        let mut done = 0;
        for stroke in strokes {
            for pair in stroke.windows(2) {
                self.segment(pair[0], pair[1], done as f32 / total as f32, side, &mut sheet);
                done += 1;
            }
            done += 1;
        }
        for pixel in sheet.iter_mut().filter(|pixel| (0.0..1.0).contains(*pixel) && **pixel > 0.0) {
            let noise: f32 = rng.sample(StandardNormal);
            *pixel = (*pixel + 4.0 * self.grain * noise * *pixel * (1.0 - *pixel)).clamp(0.0, 1.0);
        }
        sheet
    }

    /// The part of the stroke between two points, a share `along` of the way.
    fn segment(&self, a: Point, b: Point, along: f32, side: usize, sheet: &mut [f32]) {
        let radius = self.radius * (1.0 + self.pressure * (TAU * self.rhythm * along + self.phase).sin());
        let reach = radius + self.soft;
        let range = |low: f32, high: f32| {
            let first = (low - reach).floor().max(0.0) as usize;
            first..((high + reach).ceil().max(0.0) as usize).min(side)
        };
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let square = (dx * dx + dy * dy).max(1e-9);
        for row in range(a[1].min(b[1]), a[1].max(b[1])) {
            for column in range(a[0].min(b[0]), a[0].max(b[0])) {
                let (px, py) = (column as f32 + 0.5 - a[0], row as f32 + 0.5 - a[1]);
                let t = ((px * dx + py * dy) / square).clamp(0.0, 1.0);
                let distance = ((px - t * dx).powi(2) + (py - t * dy).powi(2)).sqrt();
                // How much of the pixel lies under the pen, as if its edge were straight.
                let covered = (self.ink * ((radius - distance) / self.soft + 0.5)).clamp(0.0, 1.0);
                let pixel = &mut sheet[row * side + column];
                *pixel = pixel.max(covered);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use advlab_core::Seed;

    #[test]
    fn the_ink_is_as_wide_as_the_pen() {
        let pen = Pen { radius: 1.5, pressure: 0.0, rhythm: 1.0, phase: 0.0, ink: 1.0, soft: 1.0, grain: 0.0 };
        let sheet = pen.stroke(&[vec![[10.0, 2.0], [10.0, 18.0]]], 20, &mut Seed::new(0).rng());
        let across: f32 = sheet[200..220].iter().sum();
        assert!((across - 3.0).abs() < 0.01, "{across}");
        assert_eq!((sheet[200 + 10], sheet[200 + 14]), (1.0, 0.0));
    }
}
