//! Grey pictures under even light, with ink that is dark.

use advlab_core::InputShape;

use super::plane::Plane;
use crate::Result;
use crate::photo::{Photo, Region};

/// Longest side at which a photograph is looked at, in pixels: a digit on it is still far larger than 20.
const LONGEST: usize = 480;

/// Half the width of the neighbourhood that stands for the paper, as a share of the longer side: strokes are narrower than
/// twice that.
const PAPER: f32 = 0.1;

/// The darkest that paper is taken to be; below, division would make noise into ink.
const LEAST_PAPER: f32 = 0.05;

/// The brightness of a photograph, made smaller where it is large.
///
/// # Errors
/// None that a photograph can cause.
pub(super) fn grey(photo: &Photo) -> Result<Plane> {
    let (width, height) = (photo.width(), photo.height());
    let scale = (LONGEST as f64 / width.max(height) as f64).min(1.0);
    let side = |side: usize| ((scale * side as f64).round() as usize).max(1);
    let shape = InputShape { channels: 1, height: side(height) as i64, width: side(width) as i64 };
    let fitted = photo.fit_region(shape, Region { x: 0, y: 0, width, height })?;
    Ok(Plane { width: side(width), height: side(height), values: fitted.values().to_vec() })
}

/// Whether the ink is darker than the paper: ink is the rarer and the further away from its surroundings, so the differences to
/// the local mean are skewed towards it.
pub(super) fn ink_is_dark(grey: &Plane) -> bool {
    let around = grey.blurred(radius(grey));
    let cubes = grey.values.iter().zip(&around.values).map(|(value, mean)| f64::from(value - mean).powi(3));
    cubes.sum::<f64>() <= 0.0
}

/// A picture with dark ink under even light: 1 is the paper's own brightness, wherever it is.
///
/// Each value is divided by that of the paper around it: what is left when everything dark and narrow is filled up.
pub(super) fn evened(grey: &Plane) -> Plane {
    let side = grey.width.max(grey.height);
    let calm = grey.blurred(side / 240); // single bright points of noise would count as paper
    let radius = radius(grey);
    let paper = calm.closed(radius).blurred(radius / 3);
    let values = calm.values.iter().zip(&paper.values).map(|(value, paper)| (value / paper.max(LEAST_PAPER)).min(1.0));
    Plane { values: values.collect(), ..*grey }
}

fn radius(plane: &Plane) -> usize {
    ((PAPER * plane.width.max(plane.height) as f32).round() as usize).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cross on paper that gets four times as bright from the left to the right.
    fn cross(ink: f32) -> Plane {
        let of = |i: usize| {
            let (x, y) = (i % 100, i / 100);
            let on = (45..52).contains(&x) && (20..80).contains(&y) || (45..52).contains(&y) && (20..80).contains(&x);
            (0.2 + 0.6 * x as f32 / 99.0) * if on { ink } else { 1.0 }
        };
        Plane { width: 100, height: 100, values: (0..10_000).map(of).collect() }
    }

    #[test]
    fn ink_is_told_from_paper_whichever_is_darker() {
        assert!(ink_is_dark(&cross(0.4)));
        assert!(!ink_is_dark(&cross(1.24)));
        let inverted = |plane: Plane| Plane { values: plane.values.iter().map(|value| 1.0 - value).collect(), ..plane };
        assert!(!ink_is_dark(&inverted(cross(0.4))));
    }

    #[test]
    fn light_becomes_even() {
        let even = evened(&cross(0.4));
        for (x, y) in [(10, 10), (90, 10), (10, 90), (90, 90)] {
            assert!(even.values[y * 100 + x] > 0.9, "{x} {y}: {}", even.values[y * 100 + x]);
        }
        for (x, y) in [(25, 48), (75, 48), (48, 30)] {
            assert!((even.values[y * 100 + x] - 0.4).abs() < 0.05, "{x} {y}: {}", even.values[y * 100 + x]);
        }
    }
}
