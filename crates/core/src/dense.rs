//! A net of nothing but dense layers, as plain numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// What a neuron does with the sum of its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `1 / (1 + exp(−z))`.
    Sigmoid,
    /// Hyperbolic tangent.
    Tanh,
    /// `max(z, 0)`.
    Relu,
}

impl Activation {
    /// Applies it to every element.
    pub fn apply(self, z: &Tensor) -> Tensor {
        match self {
            Self::Sigmoid => z.sigmoid(),
            Self::Tanh => z.tanh(),
            Self::Relu => z.relu(),
        }
    }
}

/// Weights and biases of one dense layer `z = W a + b`.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseLayer {
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs.
    pub outputs: usize,
    /// `outputs × inputs`, row by row.
    pub weights: Vec<f32>,
    /// One for each output.
    pub biases: Vec<f32>,
}

/// A net of dense layers with one activation between them; the last layer's sums are the scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    /// From the picture to the scores; at least one.
    pub layers: Vec<DenseLayer>,
    /// Between any two layers.
    pub activation: Activation,
}
