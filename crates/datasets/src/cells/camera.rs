//! The camera: photons are counted, the amplifier adds its noise, and what is too bright is cut off.

use advlab_core::Seed;
use rand::{Rng, RngCore};
use rand_chacha::ChaCha8Rng;

use super::micrograph::Micrograph;
use super::plane::Plane;
use super::slide::log_normal;

/// A camera as it was set for one slide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Camera {
    /// Photons counted at full scale.
    photons: f32,
    /// Standard deviation of the amplifier's noise, in photons.
    read_noise: f32,
    /// What it shows in the dark, as a share of full scale, so that noise is not cut off at 0.
    offset: f32,
}

impl Camera {
    pub(super) fn draw(rng: &mut ChaCha8Rng) -> Self {
        Self {
            photons: 600.0 * log_normal(rng, 0.35),
            read_noise: 2.0 + 2.0 * rng.random::<f32>(),
            offset: 0.012 + 0.008 * rng.random::<f32>(),
        }
    }

    /// Takes the picture: `light` is red, green and blue in shares of full scale.
    ///
    /// The count of a pixel is (√m + z/2)² − 1/4 for a mean of m photons and a normal z: its mean is m, its variance m + 1/8,
    /// and it is skewed to the right as Poisson's is. Source: Anscombe 1948, "The transformation of Poisson, binomial and
    /// negative-binomial data", read backwards. A pixel takes the same draws however bright it is.
    pub(super) fn expose(&self, light: &[Plane; 3], seed: Seed) -> Micrograph {
        let side = light[0].side;
        let mut rng = seed.rng();
        let scale = f32::from(u16::MAX) / self.photons;
        let mut pixels = Vec::with_capacity(3 * side * side);
        for i in 0..side * side {
            for plane in light {
                let [shot, read] = two_normals(&mut rng);
                let root = (plane.values[i].max(0.0) * self.photons).sqrt() + 0.5 * shot;
                let count = root.max(0.0) * root - 0.25 + self.read_noise * read;
                // Rust's conversion cuts off at both ends.
                pixels.push((scale * count + self.offset * f32::from(u16::MAX)).round() as u16);
            }
        }
        Micrograph { width: side, height: side, pixels }
    }
}

/// Two draws, about normal: each the sum of four bytes.
fn two_normals(rng: &mut ChaCha8Rng) -> [f32; 2] {
    let bits = rng.next_u64();
    const EVERY_OTHER: u64 = 0x00FF_00FF_00FF_00FF;
    let pairs = (bits & EVERY_OTHER) + ((bits >> 8) & EVERY_OTHER);
    let sums = pairs + (pairs >> 16);
    [sums & 0x7FF, (sums >> 32) & 0x7FF].map(|sum| (sum as f32 - 510.0) / 147.8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_variance_grows_with_the_light() {
        let camera = Camera { photons: 1000.0, read_noise: 3.0, offset: 0.02 };
        for light in [0.01, 0.1, 0.4, 0.8] {
            let plane = Plane { side: 200, values: vec![light; 40_000] };
            let picture = camera.expose(&[plane.clone(), plane.clone(), plane], Seed::new(1));
            let photons = picture.pixels.iter().map(|&v| (f64::from(v) / 65_535.0 - 0.02) * 1000.0);
            let n = picture.pixels.len() as f64;
            let mean = photons.clone().sum::<f64>() / n;
            let variance = photons.map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
            let wanted = f64::from(light) * 1000.0;
            assert!((mean - wanted).abs() < 0.01 * wanted + 0.2, "{light}: mean {mean}");
            assert!((variance / (wanted + 9.1) - 1.0).abs() < 0.04, "{light}: variance {variance}");
        }
    }

    #[test]
    fn too_much_light_saturates() {
        let camera = Camera { photons: 1000.0, read_noise: 3.0, offset: 0.02 };
        let plane = Plane { side: 8, values: vec![3.0; 64] };
        let picture = camera.expose(&[plane.clone(), plane.clone(), plane], Seed::new(1));
        assert!(picture.pixels.iter().all(|&v| v == u16::MAX));
    }
}
