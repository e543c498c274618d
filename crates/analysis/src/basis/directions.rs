//! Unit vectors in the space of a layer's values.

use advlab_core::Seed;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use super::haar;
use crate::{Error, Result};

/// Where directions come from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectionKind {
    /// Single units.
    Natural,
    /// Uniform on the sphere, each drawn by itself.
    Sphere,
    /// The first vectors of a random orthonormal basis.
    Orthonormal,
    /// Units that have been turned by an angle towards a random basis, in degrees.
    Rotated(f64),
}

/// Unit vectors in the space of a layer's values.
#[derive(Debug)]
pub struct Directions {
    kind: DirectionKind,
    matrix: Tensor,
    units: Vec<usize>,
}

impl Directions {
    /// Single units `e_i`: their values are those of the layer itself.
    ///
    /// # Errors
    /// [`Error::NoUnit`] for a number that is `width` or more, [`Error::Empty`] if there is none.
    pub fn natural(units: &[usize], width: usize) -> Result<Self> {
        let units = checked(units, width)?;
        let numbers: Vec<i64> = units.iter().map(|unit| *unit as i64).collect();
        let matrix = Tensor::f_zeros([units.len() as i64, width as i64], (Kind::Float, tch::Device::Cpu))?;
        let at = Tensor::f_from_slice(&numbers)?.f_unsqueeze(1)?;
        let matrix = matrix.f_scatter_value(1, &at, 1.0)?;
        Ok(Self { kind: DirectionKind::Natural, matrix, units })
    }

    /// `m` directions uniform on the sphere: normal numbers, scaled to length 1.
    ///
    /// Direction `i` is drawn from child `i` of the seed, so that it does not depend on how many there are.
    ///
    /// # Errors
    /// [`Error::Empty`] if `m` or `width` is 0.
    pub fn on_sphere(m: usize, width: usize, seed: Seed) -> Result<Self> {
        if m == 0 || width == 0 {
            return Err(Error::Empty { directions: m, width });
        }
        let mut values = Vec::with_capacity(m * width);
        for i in 0..m {
            let vector = haar::normals(width, seed.index(i as u64));
            let length = vector.iter().map(|value| value * value).sum::<f64>().sqrt();
            values.extend(vector.iter().map(|value| (value / length) as f32));
        }
        let matrix = Tensor::f_from_slice(&values)?.f_reshape([m as i64, width as i64])?;
        Ok(Self { kind: DirectionKind::Sphere, matrix, units: Vec::new() })
    }

    /// The first `m` vectors of a whole random orthonormal basis, uniform after Haar (Mezzadri 2007).
    ///
    /// What is compared with all units of a layer is best a whole basis: both then split the same space into the same number
    /// of parts.
    ///
    /// # Errors
    /// [`Error::TooMany`] if `m` is larger than `width`, [`Error::Empty`] if either is 0.
    pub fn orthonormal(m: usize, width: usize, seed: Seed) -> Result<Self> {
        let matrix = haar::orthonormal(m, width, seed)?.f_tr()?.f_to_kind(Kind::Float)?.f_contiguous()?;
        Ok(Self { kind: DirectionKind::Orthonormal, matrix, units: Vec::new() })
    }

    /// Those of a [`Rotation`](super::Rotation): `matrix` is `Float` `[units, width]`.
    pub(super) fn rotated(degrees: f64, matrix: Tensor, units: Vec<usize>) -> Self {
        Self { kind: DirectionKind::Rotated(degrees), matrix, units }
    }

    /// Where they come from.
    pub const fn kind(&self) -> DirectionKind {
        self.kind
    }

    /// `Float` `[M, D]` on the CPU, a direction in each row.
    pub const fn matrix(&self) -> &Tensor {
        &self.matrix
    }

    /// Numbers of the units that they are, or come from; empty for random ones.
    pub fn units(&self) -> &[usize] {
        &self.units
    }

    /// Number of directions.
    pub fn len(&self) -> usize {
        self.matrix.size()[0] as usize
    }

    /// Whether there is none; the constructors see to it that there is one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Units of the layer.
    pub fn width(&self) -> usize {
        self.matrix.size()[1] as usize
    }
}

/// The units, after a look at whether the layer has them.
pub(super) fn checked(units: &[usize], width: usize) -> Result<Vec<usize>> {
    if units.is_empty() || width == 0 {
        return Err(Error::Empty { directions: units.len(), width });
    }
    match units.iter().find(|unit| **unit >= width) {
        Some(&unit) => Err(Error::NoUnit { unit, width }),
        None => Ok(units.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(tensor: &Tensor) -> Vec<f32> {
        Vec::try_from(tensor.reshape([-1])).unwrap()
    }

    #[test]
    fn natural_directions_are_units() {
        let directions = Directions::natural(&[2, 0], 3).unwrap();
        assert_eq!(rows(directions.matrix()), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
        assert_eq!((directions.units(), directions.len(), directions.width()), (&[2, 0][..], 2, 3));
        let text = Directions::natural(&[3], 3).unwrap_err().to_string();
        assert_eq!(text, "there is no unit 3: the layer has 3, numbered from 0");
    }

    #[test]
    fn a_direction_does_not_depend_on_how_many_there_are() {
        let (few, many) = (Directions::on_sphere(3, 20, Seed::new(1)), Directions::on_sphere(9, 20, Seed::new(1)));
        let (few, many) = (few.unwrap(), many.unwrap());
        assert_eq!(rows(few.matrix()), rows(&many.matrix().narrow(0, 0, 3)));
    }

    #[test]
    fn directions_on_the_sphere_prefer_no_side() {
        let (m, width) = (4000, 10);
        let matrix = Directions::on_sphere(m, width, Seed::new(3)).unwrap().matrix().to_kind(Kind::Double);
        let lengths = matrix.square().sum_dim_intlist(1, false, None::<Kind>);
        assert!((lengths - 1.0).abs().max().double_value(&[]) < 1e-6);
        // The second moment of uniform unit vectors is the identity over D.
        let moment = matrix.tr().matmul(&matrix) / m as f64;
        let off = (moment - Tensor::eye(width as i64, (Kind::Double, tch::Device::Cpu)) / width as f64).abs().max();
        assert!(off.double_value(&[]) < 0.012, "{off:?}");
        let mean = matrix.mean_dim(0, false, None::<Kind>).abs().max();
        assert!(mean.double_value(&[]) < 0.025, "{mean:?}");
    }

    #[test]
    fn a_basis_has_as_many_vectors_as_the_layer_has_units() {
        let basis = Directions::orthonormal(12, 12, Seed::new(1)).unwrap();
        let gram = basis.matrix().matmul(&basis.matrix().tr());
        assert!((gram - Tensor::eye(12, (Kind::Float, tch::Device::Cpu))).abs().max().double_value(&[]) < 1e-5);
        let text = Directions::orthonormal(13, 12, Seed::new(1)).unwrap_err().to_string();
        assert_eq!(text, "13 directions are more than make an orthonormal basis: the layer has 12 units");
    }
}
