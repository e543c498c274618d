//! What MNIST's authors did with their scans, done with strokes.

use rand::Rng;

use super::SIDE;
use super::curve::Point;
use super::frame::{BOX, MARGIN, SHEET, centre};
use super::pen::Pen;

/// Fits the strokes, draws them, and centres the ink.
pub(super) fn prepare(strokes: &[Vec<Point>], pen: Pen, rng: &mut impl Rng) -> [u8; SIDE * SIDE] {
    let sheet = pen.stroke(&fit(strokes, pen.radius), SHEET, rng);
    centre(&sheet)
}

/// Scales the strokes so that with the pen's width around them the longer side is that of the box.
fn fit(strokes: &[Vec<Point>], radius: f32) -> Vec<Vec<Point>> {
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for point in strokes.iter().flatten() {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let longest = (high[0] - low[0]).max(high[1] - low[1]).max(1e-6);
    let scale = (BOX - 2.0 * radius) / longest;
    let middle = MARGIN + BOX / 2.0;
    let place = |point: &Point| -> Point {
        std::array::from_fn(|axis| middle + scale * (point[axis] - (low[axis] + high[axis]) / 2.0))
    };
    strokes.iter().map(|stroke| stroke.iter().map(place).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use advlab_core::Seed;

    #[test]
    fn ink_is_fitted_and_centred_by_its_mass() {
        for (digit, seed) in (0..10).flat_map(|digit| (0..50).map(move |seed| (digit, Seed::new(seed)))) {
            let picture = super::super::picture_of(digit, seed);
            let ink = |axis: usize| {
                let sum: f64 = picture.iter().map(|&v| f64::from(v)).sum();
                let at = |i: usize| if axis == 0 { i % SIDE } else { i / SIDE };
                let mean: f64 = picture.iter().enumerate().map(|(i, &v)| (at(i) as f64 + 0.5) * f64::from(v)).sum();
                let inside: Vec<usize> = (0..SIDE * SIDE).filter(|&i| picture[i] > 128).map(at).collect();
                (mean / sum, inside.iter().max().unwrap() - inside.iter().min().unwrap() + 1)
            };
            let ((x, width), (y, height)) = (ink(0), ink(1));
            assert!((x - 14.0).abs() < 1.0 && (y - 14.0).abs() < 1.0, "{digit} {seed:?}: centre {x:.2}, {y:.2}");
            assert!((18..=21).contains(&width.max(height)), "{digit} {seed:?}: {width} x {height}");
        }
    }
}
