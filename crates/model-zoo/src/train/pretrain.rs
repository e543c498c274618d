//! Training the first hidden layer on its own, without labels, before the rest of the net.

use advlab_core::{Activation, Classifier as _, Seed};
use rand::Rng as _;
use rand_distr::StandardNormal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor, no_grad};

use super::penalty::penalty;
use crate::net::Net;
use crate::{Error, Result};

/// Epochs before those of the training proper, in which the first hidden layer learns to rebuild the picture.
///
/// A second layer of sigmoids, the decoder, turns the hidden units `h` back into a picture `x̂`. What is minimised is
/// `½‖x̂ − x‖²` (the mean over a batch) `+ β Σ_j KL(ρ ‖ mean h_j) + λ·Σw²/k` of both layers, so that a unit is active for a
/// share `ρ` of the pictures. The decoder is then thrown away.
///
/// Source: Ng, *Sparse autoencoder* (CS294A lecture notes, 2011).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pretrain {
    /// What the layer learns.
    pub kind: PretrainKind,
    /// Passes over the training pictures, in addition to those of the training.
    #[schemars(range(min = 1))]
    pub epochs: u32,
    /// Step size.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub rate: f64,
    /// Share `ρ` of the pictures that a unit shall be active for.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub sparsity: f64,
    /// Weight `β` of that wish.
    #[schemars(range(min = 0))]
    pub weight: f64,
    /// Weight decay `λ` of both layers.
    #[schemars(range(min = 0))]
    pub penalty: f64,
    /// What becomes of the layer when the rest of the net is trained.
    pub afterwards: Afterwards,
}

/// What a layer can learn without labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PretrainKind {
    /// To rebuild the picture from few active units.
    SparseAutoencoder,
}

/// What becomes of a pretrained layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Afterwards {
    /// It stays as it is.
    Frozen,
    /// It is trained with the others.
    Tuned,
}

impl Pretrain {
    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |field, want, got: f64| Err(Error::Param { field, want, got: got.to_string() });
        let above = |value: f64| value.is_finite() && value > 0.0;
        let not_below = |value: f64| value.is_finite() && value >= 0.0;
        if self.epochs == 0 {
            return refuse("pretrain.epochs", "at least 1", 0.0);
        }
        if !above(self.rate) {
            return refuse("pretrain.rate", "a number above 0", self.rate);
        }
        if !(above(self.sparsity) && self.sparsity < 1.0) {
            return refuse("pretrain.sparsity", "above 0 and below 1", self.sparsity);
        }
        if !not_below(self.weight) {
            return refuse("pretrain.weight", "0 or a number above", self.weight);
        }
        if !not_below(self.penalty) {
            return refuse("pretrain.penalty", "0 or a number above", self.penalty);
        }
        Ok(())
    }

    /// Whether the first hidden layer of this net can be pretrained.
    pub(crate) fn fits(&self, net: &Net) -> Result<()> {
        let sigmoid = net.spec().activation == Activation::Sigmoid;
        let dense = net.dense().is_some_and(|dense| dense.layers.len() > 1);
        if sigmoid && dense {
            return Ok(());
        }
        let why = "pretraining a sparse autoencoder needs a dense hidden layer of sigmoids; leave `pretrain` out, or take \
                   `hidden` and activation sigmoid";
        Err(Error::Misfit { net: net.name().to_owned(), why: why.to_owned() })
    }
}

/// The decoder of an autoencoder whose encoder is a net's first layer.
#[derive(Debug)]
pub(super) struct Autoencoder {
    /// `[D, H]`.
    weights: Tensor,
    /// `[D]`.
    bias: Tensor,
}

impl Autoencoder {
    /// A decoder with random weights, normal with standard deviation `4 / √H` as in [`Net::random`]; biases zero.
    pub(super) fn random(net: &Net, seed: Seed, device: Device) -> Self {
        let (units, values) = (net.tensors()[0].1.size()[0], net.input().len() as i64);
        let (sd, mut rng) = (4.0 / (units as f32).sqrt(), seed.child("decoder").rng());
        let numbers: Vec<f32> = (0..units * values).map(|_| sd * rng.sample::<f32, _>(StandardNormal)).collect();
        let weights = Tensor::from_slice(&numbers).reshape([values, units]).to_device(device).set_requires_grad(true);
        let bias = Tensor::zeros([values], (Kind::Float, device)).set_requires_grad(true);
        Self { weights, bias }
    }

    /// Its tensors, by name.
    pub(super) fn tensors(&self) -> [(String, &Tensor); 2] {
        [("decoder.weight".to_owned(), &self.weights), ("decoder.bias".to_owned(), &self.bias)]
    }

    /// What a batch costs without the weight decay, the weight decay, and the scores of the net as it is.
    ///
    /// # Shapes
    /// - `pictures`: `[N, C, H, W]`
    /// - returns: two single numbers, and `[N, K]`
    pub(super) fn cost(
        &self,
        net: &Net,
        pictures: &Tensor,
        spec: &Pretrain,
    ) -> Result<(Tensor, Option<Tensor>, Tensor)> {
        let encoder = net.first_layer().expect("checked when the training was laid out");
        let x = pictures.f_flatten(1, -1)?;
        let sums = x.f_linear(encoder.weights, Some(encoder.bias))?;
        let hidden = sums.f_sigmoid()?;
        let gap = hidden.f_linear(&self.weights, Some(&self.bias))?.f_sigmoid()? - &x;
        let rebuilding = gap.f_square()?.f_sum(Kind::Float)? * (0.5 / x.size()[0] as f64);
        let cost = rebuilding + divergence(&hidden, spec.sparsity)? * spec.weight;
        let both = [encoder.weights.shallow_clone(), self.weights.shallow_clone()];
        let decay = penalty(&[spec.penalty; 2], &both)?;
        let scores = no_grad(|| (encoder.rest)(&sums));
        Ok((cost, decay, scores))
    }
}

/// `Σ_j KL(ρ ‖ ρ̂_j)`, where `ρ̂_j` is the mean of unit `j` over the batch.
fn divergence(hidden: &Tensor, rho: f64) -> Result<Tensor> {
    // A unit that is 0 for the whole batch would cost infinitely much.
    let seen = hidden.f_mean_dim(0_i64, false, Kind::Float)?.f_clamp(1e-6, 1.0 - 1e-6)?;
    let cross = seen.f_log()? * rho + (-&seen + 1.0).f_log()? * (1.0 - rho);
    let own = rho * rho.ln() + (1.0 - rho) * (1.0 - rho).ln();
    Ok(own * hidden.size()[1] as f64 - cross.f_sum(Kind::Float)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_divergence_is_zero_where_every_unit_is_as_active_as_it_shall_be() {
        let hidden = Tensor::from_slice(&[0.1_f32, 0.3, 0.5, 0.1]).reshape([2, 2]); // means 0.3 and 0.2
        let at = |rho: f64| divergence(&hidden, rho).unwrap().double_value(&[]);
        let kl = |rho: f64, seen: f64| rho * (rho / seen).ln() + (1.0 - rho) * ((1.0 - rho) / (1.0 - seen)).ln();
        assert!((at(0.1) - kl(0.1, 0.3) - kl(0.1, 0.2)).abs() < 1e-6, "{}", at(0.1));
        let even = Tensor::full([4, 3], 0.25, tch::kind::FLOAT_CPU);
        assert!(divergence(&even, 0.25).unwrap().double_value(&[]).abs() < 1e-6);
    }
}
