//! Adam, uphill.

use tch::Tensor;

use crate::Result;

/// Share of its first moment that a step keeps.
const BETA1: f64 = 0.9;
/// Share of its second moment that a step keeps.
const BETA2: f64 = 0.999;
/// Keeps the quotient finite. The gradients that come here are sums over a picture of gradients of unit size; of what is far below 1 in
/// them, rounding is a good part, and the usual 1e-8 would make steps of it as large as any.
const EPSILON: f64 = 1e-3;

/// The two moments of Adam (Kingma and Ba 2015, algorithm 1), of the same shape as what it moves.
#[derive(Debug)]
pub(super) struct Adam {
    rate: f64,
    steps: i32,
    first: Tensor,
    second: Tensor,
}

impl Adam {
    pub(super) fn new(like: &Tensor, rate: f64) -> Self {
        Self { rate, steps: 0, first: like.zeros_like(), second: like.zeros_like() }
    }

    /// Moves `point` along the gradient. A step is divided by `slowness`, which has the shape of one of the batch.
    pub(super) fn step(&mut self, point: &mut Tensor, gradient: &Tensor, slowness: &Tensor) -> Result<()> {
        self.steps += 1;
        let _ = self.first.f_lerp_(gradient, 1.0 - BETA1)?;
        let _ = self.second.f_lerp_(&gradient.f_mul(gradient)?, 1.0 - BETA2)?;
        // `rate·(m/c₁)/(√(v/c₂) + ε)`, with the numbers gathered in the slowness, which is small, and in ε.
        let (c1, c2) = (1.0 - BETA1.powi(self.steps), 1.0 - BETA2.powi(self.steps));
        let slowness = slowness.f_mul_scalar(c1 / self.rate / c2.sqrt())?;
        let mut divisor = self.second.f_sqrt()?;
        let _ = divisor.f_add_scalar_(EPSILON * c2.sqrt())?.f_mul_(&slowness)?;
        let _ = point.f_addcdiv_(&self.first, &divisor)?;
        Ok(())
    }
}
