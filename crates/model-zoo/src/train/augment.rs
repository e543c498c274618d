//! Random changes of training pictures.

use advlab_core::Seed;
use rand::Rng;
use serde::{Deserialize, Serialize};
use tch::Tensor;

use crate::{Error, Result};

/// Small affine changes, each drawn uniformly between minus and plus its range, for every picture on its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Augment {
    /// Shift along each axis, in pixels.
    #[serde(default)]
    pub shift: f64,
    /// Rotation, in degrees.
    #[serde(default)]
    pub rotate: f64,
    /// Change of scale: 0.1 is from 0.9 to 1.1.
    #[serde(default)]
    pub scale: f64,
}

impl Augment {
    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |field, want, got: f64| Err(Error::Param { field, want, got: got.to_string() });
        let (shift, rotate, scale) = (self.shift.is_finite() && self.shift >= 0.0, self.rotate, self.scale);
        if !shift {
            return refuse("augment.shift", "0 or a number of pixels above", self.shift);
        }
        if !(0.0..=180.0).contains(&rotate) {
            return refuse("augment.rotate", "from 0 to 180 degrees", rotate);
        }
        if !(0.0..1.0).contains(&scale) {
            return refuse("augment.scale", "at least 0 and below 1", scale);
        }
        Ok(())
    }

    /// Changes a batch `[N, C, H, W]`; what comes in from outside is black.
    pub(crate) fn apply(&self, pictures: &Tensor, seed: Seed) -> Result<Tensor> {
        let (n, _, height, width) = pictures.size4()?;
        let mut rng = seed.rng();
        let mut draw = |range: f64| if range > 0.0 { rng.random_range(-range..=range) } else { 0.0 };
        let mut theta = Vec::with_capacity(6 * n as usize);
        for _ in 0..n {
            let (sin, cos) = draw(self.rotate).to_radians().sin_cos();
            let scale = 1.0 / (1.0 + draw(self.scale));
            // Coordinates run from -1 to 1, so a pixel is 2 / width wide.
            let (dx, dy) = (draw(self.shift) * 2.0 / width as f64, draw(self.shift) * 2.0 / height as f64);
            theta.extend([scale * cos, -scale * sin, dx, scale * sin, scale * cos, dy].map(|v| v as f32));
        }
        let theta = Tensor::from_slice(&theta).reshape([n, 2, 3]).to_device(pictures.device());
        let grid = Tensor::f_affine_grid_generator(&theta, pictures.size(), false)?;
        let (bilinear, zeros) = (0, 0); // libtorch's numbers for the interpolation and for the border
        Ok(pictures.f_grid_sampler(&grid, bilinear, zeros, false)?)
    }
}
