//! Gradients in half precision without losing the small ones.

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use crate::Result;

const FIRST: f64 = 65_536.0;
const FEWEST: f64 = 1.0;
const MOST: f64 = 16_777_216.0;

/// Steps without an overflow after which the factor is doubled.
const CALM: u32 = 2000;

/// The factor on the loss of a training in mixed precision: halves whose gradients would vanish are kept above the smallest
/// number of half precision. It is halved when a gradient overflows, and that step is left out.
///
/// Source: Micikevicius et al. 2018, section 3.2, <https://arxiv.org/abs/1710.03740>.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LossScale {
    factor: f64,
    calm: u32,
}

impl Default for LossScale {
    fn default() -> Self {
        Self { factor: FIRST, calm: 0 }
    }
}

impl LossScale {
    pub(super) fn scaled(self, loss: &Tensor) -> Result<Tensor> {
        Ok(loss.f_mul_scalar(self.factor)?)
    }

    /// Takes the factor out of the gradients; false if one of them overflowed, and the step is to be left out.
    pub(super) fn undo(&mut self, gradients: &mut [Tensor]) -> Result<bool> {
        let mut sum: Option<Tensor> = None;
        for gradient in gradients.iter_mut() {
            let _ = gradient.f_div_scalar_(self.factor)?;
            let one = gradient.f_isfinite()?.f_all()?.f_to_kind(Kind::Int64)?;
            sum = Some(match sum {
                Some(sum) => sum.f_mul(&one)?,
                None => one,
            });
        }
        let finite = sum.is_none_or(|sum| sum.int64_value(&[]) == 1);
        if !finite {
            (self.factor, self.calm) = ((self.factor / 2.0).max(FEWEST), 0);
        } else if self.calm + 1 == CALM {
            (self.factor, self.calm) = ((self.factor * 2.0).min(MOST), 0);
        } else {
            self.calm += 1;
        }
        Ok(finite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overflow_halves_the_factor_and_a_long_calm_doubles_it() {
        let mut scale = LossScale::default();
        let gradients = |value: f32| vec![Tensor::from_slice(&[1.0_f32, value]), Tensor::from_slice(&[2.0_f32])];
        assert!(!scale.undo(&mut gradients(f32::INFINITY)).unwrap() && !scale.undo(&mut gradients(f32::NAN)).unwrap());
        assert_eq!(scale.factor, FIRST / 4.0);
        for _ in 0..CALM {
            assert!(scale.undo(&mut gradients(3.0)).unwrap());
        }
        assert_eq!(scale.factor, FIRST / 2.0);
        let mut whole = gradients((FIRST / 2.0) as f32);
        scale.undo(&mut whole).unwrap();
        assert_eq!(whole[0].double_value(&[1]), 1.0);
    }
}
