//! Whether two trainings' layers share a space, and whether they share its units.

use advlab_core::Seed;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use super::matching::mean;
use super::subspace::{Subspace, centred};
use super::{Matching, haar};
use crate::Result;

/// Share of the variance that the components of SVCCA hold.
const HELD: f64 = 0.99;

/// How alike two layers are, by their values on the same pictures.
///
/// The first numbers do not change when either layer's space is turned: they ask whether the *space* is the same. Those of
/// the matching do, and ask whether the *units* are. Between them stands `control`: what the matching gives if the space is the
/// same and its units mean nothing. A layer whose values never change is like no other: all its numbers are 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// Linear centred kernel alignment `‖AᵀB‖² / (‖AᵀA‖·‖BᵀB‖)` of centred values, in [0, 1] (Kornblith et al. 2019, section 3,
    /// <https://arxiv.org/abs/1905.00414>).
    pub cka: f64,
    /// Canonical correlations, largest first: cosines of the principal angles between the spaces that the units' values span
    /// (Björck and Golub 1973). As many as the smaller of the two ranks. They mean something only with many more pictures than
    /// units: any two layers with as many units as pictures span the same space.
    pub canonical: Vec<f64>,
    /// Mean of their squares.
    pub mean_squared_canonical: f64,
    /// Mean canonical correlation of the principal components that hold 99 % of each layer's variance (SVCCA, Raghu et al. 2017,
    /// <https://arxiv.org/abs/1706.05806>).
    pub svcca: f64,
    /// How many components those are.
    pub components: (usize, usize),
    /// Units of the one with units of the other.
    pub matching: Matching,
    /// The same after the second layer's values were turned by a random orthonormal basis.
    pub control: Matching,
}

impl Likeness {
    /// Of two layers; the seed draws the basis of the control. In double precision on the CPU.
    ///
    /// # Shapes
    /// - `a`: `[N, D1]`, values of one layer's units on N pictures
    /// - `b`: `[N, D2]`, those of the other's on the same pictures
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) for other shapes, or different numbers of pictures;
    /// [`Error::NotFinite`](crate::Error::NotFinite) if a value is NaN or infinite.
    pub fn of(a: &Tensor, b: &Tensor, seed: Seed) -> Result<Self> {
        let (a, b) = (centred(a)?, centred(b)?);
        if a.size()[0] != b.size()[0] {
            let wanted = format!("values of the same {} pictures", a.size()[0]);
            return Err(crate::Error::Shape { wanted, got: b.size() });
        }
        let width = b.size()[1] as usize;
        let turned = b.f_matmul(&haar::orthonormal(width, width, seed)?)?;
        let (space_a, space_b) = (Subspace::new(&a)?, Subspace::new(&b)?);
        let canonical = space_a.cosines(&space_b)?;
        let (held_a, held_b) = (space_a.holding(HELD), space_b.holding(HELD));
        Ok(Self {
            cka: cka(&a, &b)?,
            mean_squared_canonical: mean(&canonical.iter().map(|cosine| cosine * cosine).collect::<Vec<_>>()),
            canonical,
            svcca: mean(&held_a.cosines(&held_b)?),
            components: (held_a.singular.len(), held_b.singular.len()),
            matching: Matching::of(&a, &b)?,
            control: Matching::of(&a, &turned)?,
        })
    }
}

/// Of centred values.
fn cka(a: &Tensor, b: &Tensor) -> Result<f64> {
    let squared = |a: &Tensor, b: &Tensor| -> Result<f64> {
        Ok(a.f_tr()?.f_matmul(b)?.f_square()?.f_sum(Kind::Double)?.f_double_value(&[])?)
    };
    let norms = (squared(a, a)? * squared(b, b)?).sqrt();
    Ok(if norms > 0.0 { squared(a, b)? / norms } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(n: usize, width: usize, seed: u64) -> Tensor {
        let rows = Tensor::from_slice(&haar::normals(n * width, Seed::new(seed))).reshape([n as i64, width as i64]);
        // Units of different spread, so that components differ in size.
        rows * (Tensor::arange(width as i64, (Kind::Double, tch::Device::Cpu)) + 1.0)
    }

    #[test]
    fn units_in_another_order_and_scale_are_the_same_units() {
        let a = values(300, 12, 1);
        // CKA depends on the spread of single units, so the scale is common to all.
        let b = a.flip([1]) * -2.5 + 3.0;
        let likeness = Likeness::of(&a, &b, Seed::new(1)).unwrap();
        let near = |value: f64| assert!((value - 1.0).abs() < 1e-9, "{likeness:?}");
        [likeness.cka, likeness.mean_squared_canonical, likeness.svcca, likeness.matching.mean]
            .into_iter()
            .for_each(near);
        assert_eq!(likeness.matching.pairs, (0..12).map(|unit| (unit, 11 - unit)).collect::<Vec<_>>());
        // Scaled one by one they are still the same units of the same space.
        let b = b / (Tensor::arange(12, (Kind::Double, tch::Device::Cpu)) + 0.5);
        let likeness = Likeness::of(&a, &b, Seed::new(1)).unwrap();
        [likeness.mean_squared_canonical, likeness.matching.mean].into_iter().for_each(near);
    }

    #[test]
    fn a_turned_space_is_the_same_space_with_other_units() {
        let a = values(2000, 40, 1);
        let b = a.matmul(&haar::orthonormal(40, 40, Seed::new(7)).unwrap());
        let likeness = Likeness::of(&a, &b, Seed::new(1)).unwrap();
        let near = |value: f64| assert!((value - 1.0).abs() < 1e-9, "{likeness:?}");
        [likeness.cka, likeness.canonical[39], likeness.svcca].into_iter().for_each(near);
        assert!(likeness.matching.mean < 0.5, "{}", likeness.matching.mean);
        assert!((likeness.matching.mean - likeness.control.mean).abs() < 0.05, "{likeness:?}");
    }

    #[test]
    fn independent_layers_are_alike_in_nothing() {
        let likeness = Likeness::of(&values(4000, 10, 1), &values(4000, 10, 2), Seed::new(1)).unwrap();
        assert!(likeness.cka < 0.01 && likeness.mean_squared_canonical < 0.01, "{likeness:?}");
        assert!(likeness.matching.mean < 0.06, "{likeness:?}");
    }

    #[test]
    fn a_known_value() {
        // Centred columns (1, -1, 0, 0) and (0, 0, 1, -1) of a, (1, -1, 1, -1) of b: AᵀB = (2, 2), squared 8;
        // ‖AᵀA‖² = 4 + 4, ‖BᵀB‖² = 16: 8 / √128. b lies in the space of a; the units correlate by 2/√(2·4).
        let a = Tensor::from_slice(&[1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0]).reshape([4, 2]);
        let b = Tensor::from_slice(&[1.0, -1.0, 1.0, -1.0]).reshape([4, 1]);
        let likeness = Likeness::of(&a, &b, Seed::new(1)).unwrap();
        let near = |value: f64, want: f64| assert!((value - want).abs() < 1e-12, "{likeness:?}");
        near(likeness.cka, 0.5_f64.sqrt());
        near(likeness.canonical[0], 1.0);
        near(likeness.matching.mean, 0.5_f64.sqrt());
        assert_eq!((likeness.canonical.len(), likeness.components), (1, (2, 1)));
    }

    #[test]
    fn a_layer_that_never_changes_is_like_no_other() {
        let still = Tensor::ones([50, 3], (Kind::Float, tch::Device::Cpu));
        let likeness = Likeness::of(&still, &values(50, 3, 1), Seed::new(1)).unwrap();
        assert_eq!((likeness.cka, likeness.mean_squared_canonical, likeness.matching.mean), (0.0, 0.0, 0.0));
        assert!(Likeness::of(&still, &values(51, 3, 1), Seed::new(1)).is_err());
    }
}
