//! Steps on the weights.
//!
//! Libtorch's own optimisers cannot hand out their state through the bindings, and a training that is to go on where it
//! was interrupted needs it; hence these few lines.

use tch::{Tensor, no_grad};

use super::loss_scale::LossScale;
use super::spec::TrainOptimizer;
use crate::Result;

const MOMENTUM: f64 = 0.9;
const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// An optimiser with its state.
#[derive(Debug)]
pub(super) struct Optimizer {
    method: TrainOptimizer,
    decay: f64,
    /// Leaves that require a gradient.
    parameters: Vec<Tensor>,
    /// For each parameter its velocity, or Adam's two moments.
    pub(super) moments: Vec<Tensor>,
    /// Steps taken.
    pub(super) steps: u64,
    /// Of a training in mixed precision.
    pub(super) scale: Option<LossScale>,
}

impl Optimizer {
    pub(super) fn new(method: TrainOptimizer, decay: f64, parameters: Vec<Tensor>) -> Self {
        let copies = match method {
            TrainOptimizer::Sgd => 0,
            TrainOptimizer::Momentum => 1,
            TrainOptimizer::Adam => 2,
        };
        let moments = (0..copies).flat_map(|_| parameters.iter().map(Tensor::zeros_like)).collect();
        Self { method, decay, parameters, moments, steps: 0, scale: None }
    }

    /// One step down the gradient of `loss`.
    pub(super) fn step(&mut self, loss: &Tensor, rate: f64) -> Result<()> {
        let gradients = match &mut self.scale {
            None => Tensor::f_run_backward(&[loss], &self.parameters, false, false)?,
            Some(scale) => {
                let mut gradients = Tensor::f_run_backward(&[scale.scaled(loss)?], &self.parameters, false, false)?;
                if !no_grad(|| scale.undo(&mut gradients))? {
                    return Ok(());
                }
                gradients
            }
        };
        self.steps += 1;
        let n = self.parameters.len();
        no_grad(|| {
            for (i, gradient) in gradients.iter().enumerate() {
                let parameter = &mut self.parameters[i];
                let is_weight = parameter.dim() > 1;
                if self.decay > 0.0 && is_weight {
                    let _ = parameter.f_mul_scalar_(1.0 - rate * self.decay)?;
                }
                match self.method {
                    TrainOptimizer::Sgd => {
                        let _ = parameter.f_add_(&(gradient * -rate))?;
                    }
                    TrainOptimizer::Momentum => {
                        let velocity = &mut self.moments[i];
                        let _ = velocity.f_mul_scalar_(MOMENTUM)?.f_add_(gradient)?;
                        let _ = parameter.f_add_(&(&*velocity * -rate))?;
                    }
                    TrainOptimizer::Adam => {
                        let t = self.steps as f64;
                        let _ = self.moments[i].f_lerp_(gradient, 1.0 - BETA1)?;
                        let square = gradient * gradient;
                        let _ = self.moments[n + i].f_lerp_(&square, 1.0 - BETA2)?;
                        let spread = self.moments[n + i].sqrt() / (1.0 - BETA2.powf(t)).sqrt() + EPSILON;
                        let _ = parameter.f_addcdiv_(&(&self.moments[i] * (-rate / (1.0 - BETA1.powf(t)))), &spread)?;
                    }
                }
            }
            Ok(())
        })
    }
}
