//! What keeps a picture smooth: total variation and blur.

use tch::{Device, Kind, Tensor};

use crate::Result;

/// Subtracts `weight` times the gradient of total variation, `Σ (Δ_x² + Δ_y²)` over neighbours, from a gradient.
///
/// In closed form, without a graph: each difference pulls its two pixels towards each other.
pub(super) fn subtract_variation(gradient: &Tensor, pictures: &Tensor, weight: f64) -> Result<()> {
    for dim in [2, 3] {
        let last = pictures.size()[dim as usize] - 1;
        let (earlier, later) = (pictures.f_narrow(dim, 0, last)?, pictures.f_narrow(dim, 1, last)?);
        let pull = later.f_sub(&earlier)?.f_mul_scalar_(2.0 * weight)?;
        let _ = gradient.f_narrow(dim, 1, last)?.f_sub_(&pull)?;
        let _ = gradient.f_narrow(dim, 0, last)?.f_add_(&pull)?;
    }
    Ok(())
}

/// A Gaussian blur of rows and columns, as two matrix products: for pictures of this size they are quicker than convolutions.
#[derive(Debug)]
pub(super) struct Blur {
    /// `[H, H]`, for columns.
    down: Tensor,
    /// `[W, W]`, for rows.
    right: Tensor,
}

impl Blur {
    /// With this standard deviation in pixels.
    pub(super) fn new(sigma: f64, (height, width): (i64, i64), options: (Kind, Device)) -> Self {
        let matrix = |n: i64| {
            let weight = |row: i64, column: i64| (-0.5 * ((row - column) as f64 / sigma).powi(2)).exp();
            let weights: Vec<f64> = (0..n).flat_map(|row| (0..n).map(move |column| weight(row, column))).collect();
            let weights = Tensor::from_slice(&weights).reshape([n, n]);
            // Near the border a pixel has fewer neighbours, and the ones that it has weigh more.
            let sums = weights.sum_dim_intlist(1, true, None::<Kind>);
            (weights / sums).to_kind(options.0).to_device(options.1)
        };
        let [down, right] = [height, width].map(|side| matrix(side).tr().contiguous());
        Self { down, right }
    }

    /// Pictures `[N, C, H, W]`, blurred.
    pub(super) fn of(&self, pictures: &Tensor) -> Result<Tensor> {
        // Rows of all pictures in one product, then columns: libtorch is slow at many small products.
        let turned = along_rows(pictures, &self.right)?;
        along_rows(&turned, &self.down)
    }
}

/// Every row of `[N, C, H, W]` times a matrix `[W, W]`, then rows and columns exchanged: `[N, C, W, H]`.
fn along_rows(pictures: &Tensor, matrix: &Tensor) -> Result<Tensor> {
    let size = pictures.size();
    let rows = pictures.f_reshape([-1, size[3]])?.f_mm(matrix)?;
    Ok(rows.f_view(size.as_slice())?.f_transpose(2, 3)?.f_contiguous()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPU: (Kind, Device) = (Kind::Double, Device::Cpu);

    fn picture(size: [i64; 4]) -> Tensor {
        (Tensor::arange(size.iter().product::<i64>(), CPU) * 2.7).sin().reshape(size)
    }

    #[test]
    fn the_gradient_of_variation_is_that_of_differences() {
        let x = picture([2, 2, 4, 5]).set_requires_grad(true);
        let squares = |d: Tensor| (&d * &d).sum(None::<Kind>);
        let variation = squares(x.narrow(2, 1, 3) - x.narrow(2, 0, 3)) + squares(x.narrow(3, 1, 4) - x.narrow(3, 0, 4));
        let wanted = Tensor::run_backward(&[variation], &[&x], false, false).remove(0) * -0.7;
        let gradient = x.zeros_like();
        subtract_variation(&gradient, &x.detach(), 0.7).unwrap();
        assert!((gradient - wanted).abs().max().double_value(&[]) < 1e-12);
        // A single row has no neighbours above and below.
        let row = picture([1, 1, 1, 3]);
        subtract_variation(&row.zeros_like(), &row, 1.0).unwrap();
    }

    #[test]
    fn a_blur_spreads_a_point_and_leaves_what_is_even() {
        let blur = Blur::new(1.5, (21, 31), CPU);
        let even = Tensor::full([1, 3, 21, 31], 0.3, CPU);
        assert!((blur.of(&even).unwrap() - &even).abs().max().double_value(&[]) < 1e-12);
        let point = Tensor::zeros([1, 1, 21, 31], CPU);
        let _ = point.narrow(2, 10, 1).narrow(3, 15, 1).fill_(1.0);
        let spread = blur.of(&point).unwrap();
        let columns = (Tensor::arange(31, CPU) - 15.0).square();
        assert!((spread.sum(None::<Kind>).double_value(&[]) - 1.0).abs() < 1e-4);
        assert!(((spread * columns).sum(None::<Kind>).double_value(&[]) - 2.25).abs() < 1e-2);
    }
}
