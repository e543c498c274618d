//! Random changes of training pictures.

use advlab_core::Seed;
use rand::Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::Tensor;

use crate::{Error, Result};

/// Small affine changes, each drawn uniformly between minus and plus its range, for every picture on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Left and right changed over, for every other picture.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mirror: bool,
    /// A whole turn of 0, 90, 180 or 270 degrees; of square pictures alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turn: bool,
    /// What is seen where the picture has ended.
    #[serde(default, skip_serializing_if = "Border::is_black")]
    pub border: Border,
}

/// What a changed picture shows where the picture itself has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Border {
    /// Nothing.
    #[default]
    Black,
    /// The picture again, mirrored at its edge.
    Reflect,
}

impl Border {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 2] = ["black", "reflect"];

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_black(&self) -> bool {
        *self == Self::Black
    }
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

    /// Changes a batch `[N, C, H, W]`.
    pub(crate) fn apply(&self, pictures: &Tensor, seed: Seed) -> Result<Tensor> {
        let (n, _, height, width) = pictures.size4()?;
        let mut rng = seed.rng();
        let mut theta = Vec::with_capacity(6 * n as usize);
        for _ in 0..n {
            let mut draw = |range: f64| if range > 0.0 { rng.random_range(-range..=range) } else { 0.0 };
            let angle = draw(self.rotate);
            let scale = 1.0 / (1.0 + draw(self.scale));
            // Coordinates run from -1 to 1, so a pixel is 2 / width wide.
            let (dx, dy) = (draw(self.shift) * 2.0 / width as f64, draw(self.shift) * 2.0 / height as f64);
            let turns = if self.turn { f64::from(rng.random_range(0..4)) } else { 0.0 };
            let mirrored = if self.mirror && rng.random() { -1.0 } else { 1.0 };
            let (sin, cos) = (angle + 90.0 * turns).to_radians().sin_cos();
            let row = |x: f64, y: f64, d: f64| [mirrored * scale * x, scale * y, d];
            theta.extend([row(cos, -sin, dx), row(sin, cos, dy)].as_flattened().iter().map(|v| *v as f32));
        }
        let theta = Tensor::f_from_slice(&theta)?.f_reshape([n, 2, 3])?.f_to_device(pictures.device())?;
        let grid = Tensor::f_affine_grid_generator(&theta, pictures.size(), false)?;
        let (bilinear, border) = (0, if self.border == Border::Reflect { 2 } else { 0 }); // libtorch's numbers
        Ok(pictures.f_grid_sampler(&grid, bilinear, border, false)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Tensor {
        Tensor::linspace(0.0, 1.0, 2 * 64, tch::kind::FLOAT_CPU).reshape([2, 1, 8, 8])
    }

    fn apart(a: &Tensor, b: &Tensor) -> f64 {
        (a - b).abs().max().double_value(&[])
    }

    #[test]
    fn mirrors_and_whole_turns_move_pixels_and_nothing_else() {
        let x = ramp();
        let (mut seen, turned) = (Vec::new(), Augment { mirror: true, turn: true, ..Augment::default() });
        for seed in 0..40 {
            let y = turned.apply(&x, Seed::new(seed)).unwrap().select(0, 0);
            let x = x.select(0, 0);
            let forms: Vec<Tensor> = (0..4).flat_map(|k| [x.rot90(k, [1, 2]), x.flip([2]).rot90(k, [1, 2])]).collect();
            let which = forms.iter().position(|form| apart(form, &y) < 1e-4).expect("one of the eight");
            seen.push(which);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 8, "all of them come up");
    }

    #[test]
    fn what_comes_in_from_outside_is_black_or_the_picture_again() {
        let x = Tensor::ones([3, 2, 16, 16], tch::kind::FLOAT_CPU);
        let shifted =
            |border| Augment { shift: 6.0, rotate: 20.0, border, ..Augment::default() }.apply(&x, Seed::new(1));
        assert!(apart(&shifted(Border::Reflect).unwrap(), &x) < 1e-5);
        assert!(shifted(Border::Black).unwrap().min().double_value(&[]) < 0.1);
    }
}
