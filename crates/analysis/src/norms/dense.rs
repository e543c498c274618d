//! The norm of a matrix.

use advlab_core::Seed;
use rand_distr::{Distribution as _, StandardNormal};
use tch::{Kind, Tensor, no_grad};

use super::Stretch;
use super::lanczos::{Ends, largest};
use crate::{Error, Result};

/// Multiplications of a full decomposition, `m n min(m, n)`, up to which there is one: some seconds of one core.
const MOST: i64 = 2_000_000_000;

/// Relative error of larger ones, proved by the residual.
const TOLERANCE: f64 = 1e-7;

/// Largest singular value of a matrix `[out, in]`, in double precision: from all singular values, or for very large matrices by
/// Lanczos' method to 1e-7.
///
/// # Errors
/// [`Error::Shape`] for what is no matrix; [`Error::NotFinite`] for weights that are not numbers; libtorch's.
pub fn dense(weights: &Tensor, seed: Seed) -> Result<Stretch> {
    let [rows, columns] = weights.size()[..] else {
        return Err(Error::Shape { wanted: "a matrix [out, in]".to_owned(), got: weights.size() });
    };
    check(weights)?;
    let matrix = no_grad(|| weights.detach().f_to_device(tch::Device::Cpu)?.f_to_kind(Kind::Double))?;
    if rows * columns * rows.min(columns) <= MOST {
        let values = no_grad(|| matrix.f_svd(true, false))?.1;
        return Ok(Stretch { norm: values.f_max()?.f_double_value(&[])?, residual: 0.0 });
    }
    let across = matrix.f_transpose(0, 1)?;
    let (first, second) = if columns <= rows { (&matrix, &across) } else { (&across, &matrix) };
    let mut rng = seed.child("dense").rng();
    let start = (0..rows.min(columns)).map(|_| StandardNormal.sample(&mut rng)).collect();
    let apply = |x: &[f64], out: &mut [f64]| {
        no_grad(|| {
            let product = second.f_mv(&first.f_mv(&Tensor::from_slice(x))?)?;
            product.f_copy_data(out, x.len())
        })
    };
    let ends = Ends { tolerance: TOLERANCE, products: 2000, kept: 100, beaten: 0.0 };
    let found = largest(apply, start, ends)?;
    Ok(Stretch { norm: found.square.sqrt(), residual: found.error() })
}

/// Whether all of a layer's weights are numbers.
pub(super) fn check(weights: &Tensor) -> Result<()> {
    let count = weights.f_isfinite()?.f_logical_not()?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if count > 0 || weights.numel() == 0 {
        return Err(Error::NotFinite { count, of: weights.numel() });
    }
    Ok(())
}
