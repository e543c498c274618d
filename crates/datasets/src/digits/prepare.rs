//! What MNIST's authors did with their scans: the digit fitted into 20 × 20 and centred by its mass in 28 × 28.
//!
//! Source: LeCun et al. 1998, "Gradient-based learning applied to document recognition", section III-A.

use rand::Rng;

use super::SIDE;
use super::curve::Point;
use super::pen::Pen;

/// Width and height of the box that the ink is fitted into, in pixels.
const BOX: f32 = 20.0;

/// Margin around it, in pixels, so that a soft edge is not cut.
const MARGIN: f32 = 2.0;

/// Side of the sheet that is drawn on.
const SHEET: usize = (BOX + 2.0 * MARGIN) as usize;

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

/// Moves the ink by whole pixels so that its centre of mass is the picture's centre, or as near as the edges allow.
fn centre(sheet: &[f32]) -> [u8; SIDE * SIDE] {
    let (mut mass, mut moment) = (0.0, [0.0; 2]);
    for (i, &ink) in sheet.iter().enumerate() {
        mass += ink;
        moment[0] += ink * ((i % SHEET) as f32 + 0.5);
        moment[1] += ink * ((i / SHEET) as f32 + 0.5);
    }
    let margin = MARGIN as isize;
    let room = (SIDE - SHEET) as isize + margin; // so that the box stays inside
    let shift = moment.map(|moment| {
        let wanted = SIDE as f32 / 2.0 - moment / mass.max(1e-6);
        (wanted.round() as isize).clamp(-margin, room)
    });
    let mut picture = [0; SIDE * SIDE];
    for (i, &ink) in sheet.iter().enumerate().filter(|(_, ink)| **ink > 0.0) {
        let (x, y) = ((i % SHEET) as isize + shift[0], (i / SHEET) as isize + shift[1]);
        if (0..SIDE as isize).contains(&x) && (0..SIDE as isize).contains(&y) {
            picture[y as usize * SIDE + x as usize] = (ink * 255.0).round() as u8;
        }
    }
    picture
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
