//! The space that the values of a layer's units span over a set of pictures.

use tch::{IndexOp as _, Kind, Tensor};

use crate::{Error, Result};

/// Directions whose singular value is below this share of the largest one are rounding.
const RANK: f64 = 1e-6;

/// The column space of centred values.
#[derive(Debug)]
pub(super) struct Subspace {
    /// Orthonormal columns, in the order of their variance: `Double` `[N, r]`.
    pub(super) basis: Tensor,
    /// Singular values, largest first.
    pub(super) singular: Vec<f64>,
}

/// Values of units on pictures, each unit's mean taken away: `Double` `[N, D]` on the CPU.
///
/// # Errors
/// [`Error::Shape`] for another shape, [`Error::NotFinite`] if a value is NaN or infinite.
pub(super) fn centred(values: &Tensor) -> Result<Tensor> {
    let got = values.size();
    if got.len() != 2 || got[0] < 2 || got[1] < 1 {
        return Err(Error::Shape { wanted: "values [N, D] of at least two pictures".to_owned(), got });
    }
    let values = values.f_detach()?.f_to_device(tch::Device::Cpu)?.f_to_kind(Kind::Double)?;
    let count = values.f_isfinite()?.f_logical_not()?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if count > 0 {
        return Err(Error::NotFinite { count, of: values.numel() });
    }
    Ok(values.f_sub(&values.f_mean_dim(0, true, None::<Kind>)?)?)
}

impl Subspace {
    /// Of centred values `[N, D]`: QR, then the singular values of the small factor.
    pub(super) fn new(centred: &Tensor) -> Result<Self> {
        let (q, r) = Tensor::f_linalg_qr(centred, "reduced")?;
        let (u, s, _) = r.f_svd(true, true)?;
        let mut singular = Vec::<f64>::try_from(s)?;
        let largest = singular.first().copied().unwrap_or(0.0);
        singular.retain(|value| largest > 0.0 && *value > RANK * largest);
        let basis = q.f_matmul(&u.i((.., ..singular.len() as i64)))?;
        Ok(Self { basis, singular })
    }

    /// Its first principal components, as many as hold this share of the variance.
    pub(super) fn holding(&self, share: f64) -> Self {
        let total: f64 = self.singular.iter().map(|value| value * value).sum();
        let mut held = 0.0;
        let enough = self.singular.iter().position(|value| {
            held += value * value;
            held >= share * total
        });
        let rank = enough.map_or(self.singular.len(), |at| at + 1);
        Self { basis: self.basis.narrow(1, 0, rank as i64), singular: self.singular[..rank].to_vec() }
    }

    /// Cosines of the principal angles between two subspaces, largest first (Björck and Golub 1973, section 2): of centred
    /// values they are the canonical correlations.
    pub(super) fn cosines(&self, other: &Self) -> Result<Vec<f64>> {
        if self.singular.is_empty() || other.singular.is_empty() {
            return Ok(Vec::new());
        }
        let cross = self.basis.f_tr()?.f_matmul(&other.basis)?;
        let cosines = Vec::<f64>::try_from(cross.f_svd(true, true)?.1)?;
        // Rounding may carry them a little beyond 1.
        Ok(cosines.into_iter().map(|cosine| cosine.clamp(0.0, 1.0)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(columns: &[&[f64]]) -> Tensor {
        Tensor::from_slice(&columns.concat()).reshape([columns.len() as i64, -1]).tr()
    }

    #[test]
    fn an_angle_by_hand() {
        // One shared line, and two at 60 degrees in the plane beside it.
        let half = 0.75_f64.sqrt();
        let a = Subspace::new(&columns(&[&[1.0, 0.0, 0.0, 0.0], &[0.0, 1.0, 0.0, 0.0]])).unwrap();
        let b = Subspace::new(&columns(&[&[3.0, 0.0, 0.0, 0.0], &[5.0, 0.5, half, 0.0]])).unwrap();
        let cosines = a.cosines(&b).unwrap();
        assert!((cosines[0] - 1.0).abs() < 1e-12 && (cosines[1] - 0.5).abs() < 1e-12, "{cosines:?}");
    }

    #[test]
    fn what_is_said_twice_counts_once() {
        let space = Subspace::new(&columns(&[&[1.0, 0.0, 0.0], &[2.0, 0.0, 0.0], &[0.0, 1e-9, 0.0]])).unwrap();
        assert_eq!((space.singular.len(), space.basis.size()), (1, vec![3, 1]));
        let nothing = Subspace::new(&columns(&[&[0.0, 0.0, 0.0]])).unwrap();
        assert!(nothing.singular.is_empty() && nothing.cosines(&space).unwrap().is_empty());
    }

    #[test]
    fn components_that_hold_a_share() {
        let space = Subspace::new(&columns(&[&[10.0, 0.0, 0.0], &[0.0, 1.0, 0.0], &[0.0, 0.0, 0.1]])).unwrap();
        let held = [0.5, 0.995, 1.0].map(|share| space.holding(share).singular.len());
        assert_eq!(held, [1, 2, 3]);
    }
}
