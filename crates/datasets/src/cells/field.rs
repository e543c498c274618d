//! Smooth random fields over a picture.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::plane::Plane;

/// A field with mean 0, standard deviation 1 and features of `size` pixels: normal draws on a grid of that pitch, joined by
/// cubic B-splines, so that no edge of the grid shows.
pub(super) fn field(side: usize, size: f32, rng: &mut ChaCha8Rng) -> Plane {
    let nodes = (side as f32 / size).ceil() as usize + 4;
    // A grid that starts at the picture's corner would put the same phase there on every slide.
    let (phase_x, phase_y) = (rng.random::<f32>(), rng.random::<f32>());
    let along: Vec<(usize, [f32; 4])> = (0..side).map(|x| spline(x as f32 / size + phase_x)).collect();
    let mut wide = vec![0.0; nodes * side];
    let mut lattice = vec![0.0_f32; nodes];
    for row in wide.chunks_exact_mut(side) {
        lattice.iter_mut().for_each(|value| *value = rng.sample(StandardNormal));
        for (value, (first, weights)) in row.iter_mut().zip(&along) {
            let knots = &lattice[*first..first + 4];
            *value = weights[0] * knots[0] + weights[1] * knots[1] + weights[2] * knots[2] + weights[3] * knots[3];
        }
    }
    let mut plane = Plane::new(side);
    for (y, row) in plane.values.chunks_exact_mut(side).enumerate() {
        let (first, weights) = spline(y as f32 / size + phase_y);
        let rows: [&[f32]; 4] = std::array::from_fn(|k| &wide[(first + k) * side..(first + k + 1) * side]);
        for (x, value) in row.iter_mut().enumerate() {
            *value =
                weights[0] * rows[0][x] + weights[1] * rows[1][x] + weights[2] * rows[2][x] + weights[3] * rows[3][x];
        }
    }
    plane
}

/// Normal draws through the spline keep 0.4794 of their variance along each axis.
const RESTORE: f32 = 1.444_3;

/// First of the four nodes around `at` and their weights.
fn spline(at: f32) -> (usize, [f32; 4]) {
    let first = at.floor();
    let t = at - first;
    let (t2, t3, rest) = (t * t, t * t * t, 1.0 - t);
    let weights = [rest * rest * rest, 3.0 * t3 - 6.0 * t2 + 4.0, -3.0 * t3 + 3.0 * t2 + 3.0 * t + 1.0, t3];
    (first as usize, weights.map(|weight| RESTORE * weight / 6.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use advlab_core::Seed;

    #[test]
    fn a_field_is_smooth_with_unit_variance() {
        let plane = field(512, 6.0, &mut Seed::new(3).rng());
        let n = plane.values.len() as f32;
        let mean = plane.values.iter().sum::<f32>() / n;
        let variance = plane.values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        let step = plane.values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f32>() / n;
        assert!(step < 0.3, "{step}");
    }
}
