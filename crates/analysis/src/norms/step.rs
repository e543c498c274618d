//! The norm of a step of a net, whatever it is.

use advlab_core::{Convolution, Seed, Step};
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use super::{Stretch, dense, max_pool, periodic, room, zero_padded};
use crate::Result;

/// How far a step can stretch a difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepNorm {
    /// No difference is stretched by more than this: a matrix's largest singular value, a convolution's on a torus with room for
    /// the zeros around its maps, the Lipschitz constant of other steps.
    pub norm: f64,
    /// What the residual leaves open, relative to the norm; 0 where it is exact.
    pub residual: f64,
    /// For convolutions: the largest singular value with zeros around the maps, found from below.
    pub zero_padded: Option<Stretch>,
}

/// Measures a step; the seed starts the iterations. `check` asks for convolutions with zeros around the maps too, which takes longer.
///
/// # Errors
/// Weights of another shape than the step says, or that are not numbers; libtorch's.
pub fn step_norm(step: &Step, check: bool, seed: Seed) -> Result<StepNorm> {
    let exact = |norm: f64| StepNorm { norm, residual: 0.0, zero_padded: None };
    Ok(match step {
        Step::Dense(weights) => {
            let found = dense(weights, seed)?;
            StepNorm { norm: found.norm, residual: found.residual, zero_padded: None }
        }
        Step::Convolution(convolution) => {
            let found = periodic(convolution, room(convolution), seed)?;
            let zero_padded = check.then(|| zero_padded(convolution, seed)).transpose()?;
            StepNorm { norm: found.norm, residual: found.residual, zero_padded }
        }
        Step::Scale(factors) => exact(factors.iter().fold(0.0, |largest, factor| largest.max(factor.abs()))),
        Step::MaxPool { size, stride } => exact(max_pool(*size, *stride)),
        Step::MeanPool { size, stride } => {
            let share = 1.0 / (size[0] * size[1]) as f64;
            let weights = Tensor::full([1, 1, size[0], size[1]], share, (Kind::Double, tch::Device::Cpu));
            // A map of a few windows: its norm does not exceed that of the frequency 0, which every map has.
            let input = [0, 1].map(|side| size[side] + stride[side]);
            let (padding, dilation) = ([0; 2], [1; 2]);
            let mean = Convolution { weights, stride: *stride, padding, dilation, groups: 1, input };
            exact(periodic(&mean, room(&mean), seed)?.norm)
        }
        Step::Activation { slope, .. } => exact(*slope),
    })
}
