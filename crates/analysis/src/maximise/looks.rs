//! The small changes under which a picture is looked at: a net that sees it a little shifted, turned and scaled each time
//! cannot be pleased by a pattern of single pixels.
//!
//! Source: Olah, Mordvintsev and Schubert 2017, "Transformation Robustness"; Mahendran and Vedaldi 2015, section 3 (jitter).

use advlab_core::Seed;
use rand::Rng as _;
use tch::Tensor;

use super::MaximiseParams;
use crate::Result;

/// Bilinear, as libtorch numbers its ways of sampling.
const BILINEAR: i64 = 0;
/// Zeros beyond the border, as libtorch numbers its ways of padding.
const NOTHING: i64 = 0;
/// The picture mirrored beyond the border.
const MIRRORED: i64 = 2;

/// How the pictures are looked at in one step. All pictures share it, so that a picture does not depend on its company.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// Pixels down and to the right.
    shift: (i64, i64),
    /// How many times larger, and radians by which it is turned; none where the settings ask for neither.
    turn: Option<(f64, f64)>,
}

impl Look {
    /// The look of a step.
    pub(super) fn draw(params: &MaximiseParams, seed: Seed, step: u32) -> Self {
        let mut rng = seed.child("look").index(u64::from(step)).rng();
        let most = i64::from(params.jitter);
        let shift = (rng.random_range(-most..=most), rng.random_range(-most..=most));
        let turns = params.scale > 0.0 || params.rotate > 0.0;
        let mut within = |most: f64| most * rng.random_range(-1.0..=1.0);
        let turn = turns.then(|| (1.0 + within(params.scale), within(params.rotate.to_radians())));
        Self { shift, turn }
    }

    /// The pictures `[N, C, H, W]` as they look.
    pub(super) fn at(self, pictures: &Tensor) -> Result<Tensor> {
        match self.turn {
            None => rolled(pictures, self.shift),
            Some(turn) => sampled(pictures, &self.places(turn, pictures), MIRRORED),
        }
    }

    /// Gradients by what was seen, each times its factor `[N, 1, 1, 1]`, brought back to where the pictures have them.
    ///
    /// Of a turn this is the gradient seen through the inverse turn, not the transpose of sampling: that takes twice as long in
    /// libtorch, and differs from it by how it weighs neighbouring pixels.
    pub(super) fn back(self, gradients: &Tensor, factors: &Tensor) -> Result<Tensor> {
        let Some(turn) = self.turn else {
            let size = gradients.size();
            let (rows, factors) = (gradients.f_flatten(2, 3)?, factors.f_squeeze_dim(3)?);
            let pixels = size[2] * size[3];
            let first = raster(self.shift, size[3]).rem_euclid(pixels);
            // Shifted and multiplied at once, in two pieces.
            let back = rows.f_empty_like()?;
            for (from, to, len) in [(first, 0, pixels - first), (0, pixels - first, first)] {
                if len > 0 {
                    let _ = rows.f_narrow(2, from, len)?.f_mul_out(&back.f_narrow(2, to, len)?, &factors)?;
                }
            }
            return Ok(back.f_view(size.as_slice())?);
        };
        Ok(sampled(gradients, &inverse(self.places(turn, gradients)), NOTHING)?.f_mul_(factors)?)
    }

    /// For each pixel that is seen, where in the picture it lies: a matrix and what is added, row by row. Libtorch's coordinates
    /// span 2 from border to border.
    fn places(self, (scale, angle): (f64, f64), pictures: &Tensor) -> [[f64; 3]; 2] {
        let size = pictures.size();
        let (height, width) = (size[2] as f64, size[3] as f64);
        let (down, right) = (self.shift.0 as f64, self.shift.1 as f64);
        let (sin, cos) = angle.sin_cos();
        [
            [cos / scale, -sin / scale * height / width, -2.0 * right / width],
            [sin / scale * width / height, cos / scale, -2.0 * down / height],
        ]
    }
}

/// By how many pixels a shift moves each one, in the order of rows.
const fn raster((down, right): (i64, i64), width: i64) -> i64 {
    down * width + right
}

/// Pictures shifted in the order of their pixels: what leaves at one border comes in at the other. One copy; shifting rows and columns
/// each on their own is several times as slow.
fn rolled(pictures: &Tensor, shift: (i64, i64)) -> Result<Tensor> {
    let size = pictures.size();
    let shift = raster(shift, size[3]);
    if shift == 0 {
        return Ok(pictures.shallow_clone());
    }
    Ok(pictures.f_flatten(2, 3)?.f_roll([shift], [2])?.f_view(size.as_slice())?)
}

fn sampled(pictures: &Tensor, places: &[[f64; 3]; 2], beyond: i64) -> Result<Tensor> {
    let size = pictures.size();
    let places = Tensor::from_slice(places.as_flattened()).reshape([1, 2, 3]);
    let places = places.to_kind(pictures.kind()).to_device(pictures.device());
    let grid = Tensor::f_affine_grid_generator(&places, [1, size[1], size[2], size[3]], false)?;
    let grid = grid.f_expand([size[0], size[2], size[3], 2], false)?;
    Ok(pictures.f_grid_sampler_2d(&grid, BILINEAR, beyond, false)?)
}

/// The affine map that undoes this one.
fn inverse([[a, b, x], [c, d, y]]: [[f64; 3]; 2]) -> [[f64; 3]; 2] {
    let determinant = a * d - b * c; // 1/scale², so not 0
    let [a, b, c, d] = [d / determinant, -b / determinant, -c / determinant, a / determinant];
    [[a, b, -(a * x + b * y)], [c, d, -(c * x + d * y)]]
}

#[cfg(test)]
mod tests {
    use advlab_core::InputShape;
    use tch::{Device, Kind};

    use super::*;

    /// A smooth spot away from the middle, `[1, 1, 40, 60]`.
    fn spot(down: f64, right: f64) -> Tensor {
        let rows = (Tensor::arange(40, (Kind::Float, Device::Cpu)) - down).square().unsqueeze(1);
        let columns = (Tensor::arange(60, (Kind::Float, Device::Cpu)) - right).square();
        ((rows + columns) / -18.0).exp().reshape([1, 1, 40, 60])
    }

    fn place(picture: &Tensor) -> (i64, i64) {
        let at = picture.flatten(0, -1).argmax(0, false).int64_value(&[]);
        (at / 60, at % 60)
    }

    #[test]
    fn looks_shift_turn_and_scale() {
        let look = |shift, turn| Look { shift, turn }.at(&spot(20.0, 40.0)).unwrap();
        assert_eq!(place(&look((3, -5), None)), (23, 35));
        assert_eq!(place(&look((3, -5), Some((1.0, 0.0)))), (23, 35));
        // The middle is at (19.5, 29.5): 10.5 columns to the right of it become 10.5 rows, or 21 columns.
        let quarter = place(&look((0, 0), Some((1.0, std::f64::consts::FRAC_PI_2))));
        assert!(quarter == (9, 30) || quarter == (30, 29), "{quarter:?}");
        assert!((place(&look((0, 0), Some((2.0, 0.0)))).1 - 50).abs() <= 1);
    }

    #[test]
    fn what_is_brought_back_lies_where_it_was() {
        let before = spot(18.0, 33.0);
        for turn in [None, Some((1.2, 0.3)), Some((0.8, -0.2))] {
            let look = Look { shift: (2, -3), turn };
            let factor = Tensor::full([1, 1, 1, 1], 0.5, (Kind::Float, Device::Cpu));
            let after = look.back(&look.at(&before).unwrap(), &factor).unwrap();
            let off = (after * 2.0 - &before).abs().max().double_value(&[]);
            assert!(off < 0.05, "{turn:?}: {off}");
        }
    }

    #[test]
    fn a_step_has_a_look_of_its_own_within_the_bounds() {
        let params = MaximiseParams::for_input(InputShape { channels: 3, height: 224, width: 224 });
        let looks: Vec<Look> = (0..200).map(|step| Look::draw(&params, Seed::new(1), step)).collect();
        assert_eq!(looks[7], Look::draw(&params, Seed::new(1), 7));
        assert_ne!(looks[7], looks[8]);
        let most = i64::from(params.jitter);
        assert_eq!(looks.iter().map(|look| look.shift.0).max(), Some(most));
        assert_eq!(looks.iter().map(|look| look.shift.1).min(), Some(-most));
        let (scales, turns): (Vec<f64>, Vec<f64>) = looks.iter().filter_map(|look| look.turn).unzip();
        assert!(
            scales.iter().all(|scale| (scale - 1.0).abs() <= params.scale) && scales.iter().any(|scale| *scale < 0.85)
        );
        assert!(turns.iter().all(|turn| turn.to_degrees().abs() <= params.rotate));
    }
}
