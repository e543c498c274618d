//! The way from single units to a random basis, by angle.

use advlab_core::Seed;
use tch::{IndexOp as _, Kind, Tensor};

use super::directions::checked;
use super::{Directions, haar};
use crate::Result;

/// A random turn of the natural basis: `R(θ) = cos θ · I + sin θ · J`.
///
/// `J = Q Ω Qᵀ` is a random orthogonal complex structure: `Q` is uniform after Haar, `Ω` is made of blocks
/// `[[0, -1], [1, 0]]`, so that `J² = -I` and `J` turns every vector by a right angle. The basis therefore stays orthonormal at
/// every angle, and every unit `e_i` has turned by exactly θ, towards a direction that is uniform among those at right angles
/// to it.
///
/// Spaces of odd dimension have no such `J`. There the last vector `q` of `Q` stays where it is:
/// `R(θ) = cos θ · (I - q qᵀ) + sin θ · J + q qᵀ`, and a unit turns by a little less than θ, `cos θ + (1 - cos θ) q_i²`.
#[derive(Debug)]
pub struct Rotation {
    /// `Double` `[D, D]`.
    quarter: Tensor,
    /// `q`, `Double` `[D, 1]`, where D is odd.
    fixed: Option<Tensor>,
}

impl Rotation {
    /// A random turn in a layer of `width` units.
    ///
    /// # Errors
    /// [`Error::Empty`](crate::Error::Empty) if `width` is 0.
    pub fn new(width: usize, seed: Seed) -> Result<Self> {
        let q = haar::orthonormal(width, width, seed)?;
        let half = width as i64 / 2;
        // Q Ω Qᵀ sums `b aᵀ - a bᵀ` over the pairs (a, b) of columns.
        let (a, b) = (q.i((.., ..half)), q.i((.., half..2 * half)));
        let turned = b.f_matmul(&a.f_tr()?)?;
        let quarter = turned.f_sub(&turned.f_tr()?)?;
        let fixed = (width % 2 == 1).then(|| q.i((.., 2 * half..)));
        Ok(Self { quarter, fixed })
    }

    /// Units of the layer.
    pub fn width(&self) -> usize {
        self.quarter.size()[0] as usize
    }

    /// These units, turned by so many degrees.
    ///
    /// # Errors
    /// [`Error::NoUnit`](crate::Error::NoUnit) for a unit that the layer does not have, [`Error::Empty`](crate::Error::Empty) if there is none.
    pub fn at(&self, degrees: f64, units: &[usize]) -> Result<Directions> {
        let units = checked(units, self.width())?;
        let numbers: Vec<i64> = units.iter().map(|unit| *unit as i64).collect();
        let (sin, cos) = degrees.to_radians().sin_cos();
        let options = (Kind::Double, tch::Device::Cpu);
        let mut turned = Tensor::f_eye(self.width() as i64, options)?.f_mul_scalar(cos)?;
        turned = turned.f_add(&self.quarter.f_mul_scalar(sin)?)?;
        if let Some(q) = &self.fixed {
            turned = turned.f_add(&q.f_matmul(&q.f_tr()?)?.f_mul_scalar(1.0 - cos)?)?;
        }
        // Where e_i goes is column i.
        let rows = turned.f_tr()?.f_index_select(0, &Tensor::f_from_slice(&numbers)?)?;
        Ok(Directions::rotated(degrees, rows.f_to_kind(Kind::Float)?.f_contiguous()?, units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANGLES: [f64; 5] = [0.0, 15.0, 45.0, 90.0, 135.0];

    fn all(rotation: &Rotation, degrees: f64) -> Tensor {
        let units: Vec<usize> = (0..rotation.width()).collect();
        rotation.at(degrees, &units).unwrap().matrix().to_kind(Kind::Double)
    }

    #[test]
    fn the_basis_stays_orthonormal() {
        for width in [1, 2, 9, 30] {
            let rotation = Rotation::new(width, Seed::new(1)).unwrap();
            for degrees in ANGLES {
                let turned = all(&rotation, degrees);
                let off = turned.matmul(&turned.tr()) - Tensor::eye(width as i64, (Kind::Double, tch::Device::Cpu));
                assert!(off.abs().max().double_value(&[]) < 1e-6, "{width} units at {degrees}");
            }
        }
    }

    #[test]
    fn every_unit_turns_by_the_angle() {
        let rotation = Rotation::new(24, Seed::new(1)).unwrap();
        for degrees in ANGLES {
            let cosines = all(&rotation, degrees).diagonal(0, 0, 1);
            let off = (cosines - degrees.to_radians().cos()).abs().max().double_value(&[]);
            assert!(off < 1e-7, "{degrees}: {off}");
        }
    }

    #[test]
    fn one_direction_stays_in_a_space_of_odd_dimension() {
        let rotation = Rotation::new(7, Seed::new(1)).unwrap();
        let q = rotation.fixed.as_ref().unwrap();
        for degrees in ANGLES {
            // Rows are where the units go: the transpose of R.
            let turned = all(&rotation, degrees);
            assert!((turned.tr().matmul(q) - q).abs().max().double_value(&[]) < 1e-6, "{degrees}");
            let cos = degrees.to_radians().cos();
            let wanted = q.square().reshape([-1]) * (1.0 - cos) + cos;
            assert!((turned.diagonal(0, 0, 1) - wanted).abs().max().double_value(&[]) < 1e-6, "{degrees}");
        }
        let still = Rotation::new(1, Seed::new(1)).unwrap();
        assert!((all(&still, 70.0).double_value(&[0, 0]) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn units_turn_towards_any_side() {
        // At a right angle unit 0 lies anywhere at right angles to itself: mean 0, variance 1/(D-1) in every other entry.
        let (width, draws) = (6, 3000);
        let mut sum = Tensor::zeros([width], (Kind::Double, tch::Device::Cpu));
        let mut squares = sum.zeros_like();
        for draw in 0..draws {
            let rotation = Rotation::new(width as usize, Seed::new(4).index(draw)).unwrap();
            let turned = rotation.at(90.0, &[0]).unwrap().matrix().to_kind(Kind::Double).reshape([-1]);
            sum += &turned;
            squares += turned.square();
        }
        let off = |tensor: Tensor| tensor.narrow(0, 1, width - 1).abs().max().double_value(&[]);
        assert!(off(sum / draws as f64) < 0.04);
        assert!(off(squares / draws as f64 - 1.0 / (width - 1) as f64) < 0.02);
    }
}
