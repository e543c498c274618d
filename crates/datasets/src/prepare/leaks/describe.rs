//! What of a picture does not change when it is rotated.
//!
//! The largest disc in the middle of the picture is read along rings, and each ring is written as a Fourier series in the angle. A
//! rotation by θ multiplies the k-th coefficient of every ring with e^(−ikθ), a mirror image conjugates it. So the correlation of two
//! pictures at all angles at once is the Fourier series of one short row of products (after Casasent and Psaltis 1976,
//! "Position, rotation, and scale invariant optical correlation", with rings in place of the logarithm of the radius).

use std::f32::consts::TAU;
use std::sync::LazyLock;

use super::super::rotate::{Rotation, Surrounded};
use super::super::shrink::shrink;
use super::super::{Border, Interpolation, Raster, Size};

/// Side of the square that a picture is brought to.
const SIDE: usize = 96;
/// Rings of the disc.
pub(super) const RINGS: usize = 24;
/// Coefficients of each ring: 0 to 32 waves round it.
pub(super) const WAVES: usize = 33;
/// Points read along each ring.
const POINTS: usize = 256;
/// Radius of the outermost ring in units of half the side: within the disc that every rotation keeps.
const OUTERMOST: f32 = 0.96;
/// Spread of values below which a picture shows nothing: half a level of 256.
const FLAT: f32 = 0.5 / 255.0;

/// One picture as Fourier coefficients of its rings, wave by wave: real and imaginary parts, `[WAVES][RINGS]`.
#[derive(Clone, Debug)]
pub struct Rings {
    pub(super) re: Vec<f32>,
    pub(super) im: Vec<f32>,
}

/// Radius of a ring, in pixels of the square.
pub(super) fn radius(ring: usize) -> f32 {
    (ring as f32 + 0.5) / RINGS as f32 * OUTERMOST * SIDE as f32 / 2.0
}

/// Cosine and sine of every point for every wave, `[WAVES][POINTS]`.
static TABLE: LazyLock<(Vec<f32>, Vec<f32>)> = LazyLock::new(|| {
    let parts = (0..WAVES).flat_map(|wave| (0..POINTS).map(move |point| wave * point % POINTS));
    parts.map(|part| TAU * part as f32 / POINTS as f32).map(|angle| (angle.cos(), angle.sin())).unzip()
});

impl Rings {
    /// Describes a picture by the largest square in its middle, without colour.
    pub fn of(raster: Raster) -> Self {
        let square = square(&raster.grey());
        let (cos, sin) = &*TABLE;
        let mut rings = Self { re: vec![0.0; WAVES * RINGS], im: vec![0.0; WAVES * RINGS] };
        let middle = (SIDE as f32 - 1.0) / 2.0;
        let mut values = [0.0; POINTS];
        for ring in 0..RINGS {
            for (point, value) in values.iter_mut().enumerate() {
                // The second row of the table is one wave: the directions themselves, with rows counted downwards.
                let (x, y) = (cos[POINTS + point], -sin[POINTS + point]);
                *value = bilinear(&square, middle + radius(ring) * x, middle + radius(ring) * y);
            }
            for wave in 0..WAVES {
                let row = wave * POINTS..(wave + 1) * POINTS;
                rings.re[wave * RINGS + ring] = dot(&cos[row.clone()], &values) / POINTS as f32;
                rings.im[wave * RINGS + ring] = -dot(&sin[row], &values) / POINTS as f32;
            }
        }
        rings
    }

    /// Whether the picture shows nothing that could be compared.
    pub fn is_flat(&self) -> bool {
        let weights = (0..RINGS).map(radius);
        let total: f32 = weights.clone().sum();
        let mean: f32 = weights.clone().zip(&self.re).map(|(weight, re)| weight * re).sum::<f32>() / total;
        let mut spread = 0.0;
        for (at, (re, im)) in self.re.iter().zip(&self.im).enumerate() {
            let (re, times) = if at < RINGS { (re - mean, 1.0) } else { (*re, 2.0) };
            spread += times * radius(at % RINGS) * (re * re + im * im);
        }
        spread / total < FLAT * FLAT
    }
}

/// Sums in an order that the compiler may take four at a time.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

/// The square in the middle at its standard size, values in [0, 1].
fn square(raster: &Raster) -> Vec<f32> {
    let side = raster.width.min(raster.height);
    let (left, top) = ((raster.width - side) / 2, (raster.height - side) / 2);
    let rows = (top..top + side).flat_map(|y| &raster.levels[y * raster.width + left..][..side]);
    let levels = rows.map(|level| level / raster.white).collect();
    let cut = Raster { width: side, height: side, channels: 1, white: 1.0, levels };
    let to = Size { width: SIDE as u32, height: SIDE as u32 };
    if side >= SIDE {
        return shrink(cut, to).levels;
    }
    let rotation = Rotation::new(0.0, side, side, to, Interpolation::Bicubic);
    rotation.apply(&Surrounded::new(&cut, rotation.margin(), Border::Reflect)).levels
}

fn bilinear(square: &[f32], x: f32, y: f32) -> f32 {
    let (left, top) = (x as usize, y as usize);
    let (u, v) = (x - left as f32, y - top as f32);
    let row = |top: usize| {
        let pair = &square[top * SIDE + left..][..2];
        pair[0] + u * (pair[1] - pair[0])
    };
    row(top) + v * (row(top + 1) - row(top))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_without_contrast_is_flat() {
        let picture =
            |level: &dyn Fn(usize) -> f32| Rings::of(Raster::new(40, 40, 1, 255.0, (0..1600).map(level).collect()));
        assert!(picture(&|_| 93.0).is_flat());
        assert!(!picture(&|i| 93.0 + 4.0 * (i % 40 / 20) as f32).is_flat());
    }
}
