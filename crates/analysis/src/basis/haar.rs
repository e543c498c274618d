//! Random orthonormal vectors, every position of them as likely as every other.

use advlab_core::Seed;
use rand_distr::{Distribution as _, StandardNormal};
use tch::{Kind, Tensor};

use crate::{Error, Result};

/// Standard normal numbers of one seed.
pub(crate) fn normals(count: usize, seed: Seed) -> Vec<f64> {
    let mut rng = seed.rng();
    (0..count).map(|_| StandardNormal.sample(&mut rng)).collect()
}

/// The first `m` vectors of a whole random orthonormal basis, uniform after Haar: `Double`, `[width, m]`, a vector in each column.
///
/// The QR decomposition of a matrix of normal numbers alone is not uniform: its signs follow a convention of the library's.
/// With the signs of R's diagonal moved into Q it is (Mezzadri 2007, <https://arxiv.org/abs/math-ph/0609050>, section 5).
/// Column `i` is drawn from child `i` of the seed and depends on the columns before it only.
///
/// # Errors
/// [`Error::TooMany`] if `m` is larger than `width`, [`Error::Empty`] if either is 0.
pub(super) fn orthonormal(m: usize, width: usize, seed: Seed) -> Result<Tensor> {
    if m == 0 || width == 0 {
        return Err(Error::Empty { directions: m, width });
    }
    if m > width {
        return Err(Error::TooMany { wanted: m, width });
    }
    let columns: Vec<f64> = (0..m).flat_map(|i| normals(width, seed.index(i as u64))).collect();
    let gaussian = Tensor::f_from_slice(&columns)?.f_reshape([m as i64, width as i64])?.f_tr()?;
    let (q, r) = Tensor::f_linalg_qr(&gaussian, "reduced")?;
    debug_assert_eq!(q.kind(), Kind::Double);
    Ok(q.f_mul(&r.f_diagonal(0, 0, 1)?.f_sign()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_are_orthonormal() {
        for (m, width) in [(1, 1), (3, 7), (40, 40)] {
            let q = orthonormal(m, width, Seed::new(1)).unwrap();
            assert_eq!(q.size(), [width as i64, m as i64]);
            let off = (q.tr().matmul(&q) - Tensor::eye(m as i64, (Kind::Double, tch::Device::Cpu))).abs().max();
            assert!(off.double_value(&[]) < 1e-12, "{m} of {width}");
        }
    }

    #[test]
    fn no_sign_is_preferred() {
        // Householder's reflections leave the first entry of the first column negative in every draw, and lean elsewhere;
        // uniform ones have a mean of 0 and a variance of 1/D in every entry.
        let (width, draws) = (8, 2000);
        let mut sum = Tensor::zeros([width, width], (Kind::Double, tch::Device::Cpu));
        let mut squares = sum.zeros_like();
        for draw in 0..draws {
            let q = orthonormal(width as usize, width as usize, Seed::new(1).index(draw)).unwrap();
            sum += &q;
            squares += q.square();
        }
        // Five standard errors of a mean are 5·√(1/8/2000) = 0.04; the square of an entry has a deviation below 0.16.
        let mean = (sum / draws as f64).abs().max().double_value(&[]);
        let variance = (squares / draws as f64 - 1.0 / width as f64).abs().max().double_value(&[]);
        assert!(mean < 0.04, "mean of an entry: {mean}");
        assert!(variance < 0.018, "variance of an entry: off by {variance}");
    }

    #[test]
    fn a_vector_does_not_depend_on_how_many_there_are() {
        let (few, many) = (orthonormal(3, 9, Seed::new(2)).unwrap(), orthonormal(9, 9, Seed::new(2)).unwrap());
        assert!((few - many.narrow(1, 0, 3)).abs().max().double_value(&[]) < 1e-12);
    }
}
