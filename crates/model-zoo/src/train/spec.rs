//! How a net is trained, as a person writes it.

use std::f64::consts::PI;

use advlab_core::ScoreKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use super::augment::Augment;
use super::early_stop::EarlyStop;
use super::pretrain::Pretrain;
use crate::{Error, Result};

/// What a training minimises; the mean over a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// `½‖o − onehot‖²` on the confidences `o`.
    Quadratic,
    /// Under softmax `−ln o_t`; under sigmoids the sum of the binary cross-entropies of all classes.
    CrossEntropy,
    /// `½‖s − t‖²` on the raw scores `s`, with `t = +1` for the label's class and `−1` for the others.
    Signs,
}

impl Cost {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 3] = ["quadratic", "cross-entropy", "signs"];

    /// The cost of a batch.
    ///
    /// # Shapes
    /// - `scores`: `[N, K]`, raw scores of this `kind`
    /// - `labels`: `[N]`, `Int64`
    /// - returns: a single number
    pub(crate) fn of(self, scores: &Tensor, labels: &Tensor, kind: ScoreKind) -> Tensor {
        let (n, n_classes) = scores.size2().expect("scores are two-dimensional");
        let goal = || labels.one_hot(n_classes).to_kind(scores.kind());
        match (self, kind) {
            (Self::Quadratic, _) => {
                let gap = kind.confidences(scores) - goal();
                (&gap * &gap).sum(None::<Kind>) * (0.5 / n as f64)
            }
            (Self::Signs, _) => {
                let gap = scores - (goal() * 2.0 - 1.0);
                (&gap * &gap).sum(None::<Kind>) * (0.5 / n as f64)
            }
            (Self::CrossEntropy, ScoreKind::Sigmoid) => {
                (scores.softplus() - scores * goal()).sum(None::<Kind>) / n as f64
            }
            (Self::CrossEntropy, _) => scores.cross_entropy_for_logits(labels),
        }
    }
}

/// How a training steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrainOptimizer {
    /// Plain stochastic gradient descent.
    Sgd,
    /// With a velocity that keeps 0.9 of itself.
    Momentum,
    /// Adam with β = (0.9, 0.999) and decoupled weight decay (Loshchilov and Hutter 2019).
    Adam,
}

impl TrainOptimizer {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 3] = ["sgd", "momentum", "adam"];
}

/// How the rate changes from the first step to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Not at all.
    Constant,
    /// Down to zero along half a cosine.
    Cosine,
    /// Up from a twenty-fifth over the first 30 % of the steps, then down to next to nothing, both along half a cosine
    /// (Smith and Topin 2019).
    OneCycle,
}

impl Schedule {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 3] = ["constant", "cosine", "one-cycle"];

    /// Factor on the rate when this share of the steps, from 0 to 1, is done.
    pub(crate) fn factor(self, done: f64) -> f64 {
        let ease = |from: f64, to: f64, share: f64| to + (from - to) * 0.5 * (1.0 + (PI * share).cos());
        match self {
            Self::Constant => 1.0,
            Self::Cosine => ease(1.0, 0.0, done),
            Self::OneCycle if done < 0.3 => ease(0.04, 1.0, done / 0.3),
            Self::OneCycle => ease(1.0, 4e-6, (done - 0.3) / 0.7),
        }
    }
}

/// Settings of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TrainSpec {
    /// Passes over the training pictures.
    #[schemars(range(min = 1))]
    pub epochs: u32,
    /// Pictures a step.
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// What is minimised.
    pub cost: Cost,
    /// How it steps.
    pub optimizer: TrainOptimizer,
    /// Step size.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub rate: f64,
    /// How the step size changes.
    pub schedule: Schedule,
    /// Weight decay: each step takes `rate · decay` of every weight away (not of biases).
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub decay: f64,
    /// Weight decay as a term of what is minimised, one `λ` for each layer that has weights: `λ·Σw²/k`, where `k` is the number
    /// of the layer's units (Szegedy et al. 2013, section 4.2). None where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(range(min = 0)))]
    pub penalty: Vec<f64>,
    /// Weight decay as a term of what is minimised, `λ·Σw²` over the weights of all layers; biases are left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 0))]
    pub l2: f64,
    /// Standard deviation of all start weights and biases, in place of one that suits each layer's width: 1 is how the first
    /// nets of Nielsen's book begin (*Neural Networks and Deep Learning*, 2015, chapter 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub start_sd: Option<f64>,
    /// Random changes of the training pictures, drawn anew in every epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub augment: Option<Augment>,
    /// What the first hidden layer learns beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretrain: Option<Pretrain>,
    /// Whether the training may end before the last epoch, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_stop: Option<EarlyStop>,
    /// Layers in half precision where that does no harm, on CUDA alone (Micikevicius et al. 2018).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mixed_precision: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

impl TrainSpec {
    /// Passes over the training pictures, those of the pretraining included.
    pub fn all_epochs(&self) -> u32 {
        self.pretraining_epochs() + self.epochs
    }

    /// Passes that only the first hidden layer learns from.
    pub fn pretraining_epochs(&self) -> u32 {
        self.pretrain.map_or(0, |pretrain| pretrain.epochs)
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`Error::Param`] names the first that the training cannot use.
    pub fn check(&self) -> Result<()> {
        let refuse = |field, want, got: String| Err(Error::Param { field, want, got });
        if self.epochs == 0 {
            return refuse("epochs", "at least 1", self.epochs.to_string());
        }
        if self.batch == 0 {
            return refuse("batch", "at least 1", self.batch.to_string());
        }
        let usable = self.rate.is_finite() && self.rate > 0.0;
        if !usable {
            return refuse("rate", "a number above 0", self.rate.to_string());
        }
        let usable = self.decay.is_finite() && self.decay >= 0.0;
        if !usable {
            return refuse("decay", "0 or a number above", self.decay.to_string());
        }
        let usable = self.l2.is_finite() && self.l2 >= 0.0;
        if !usable {
            return refuse("l2", "0 or a number above", self.l2.to_string());
        }
        if let Some(sd) = self.start_sd {
            let usable = sd.is_finite() && sd > 0.0;
            if !usable {
                return refuse("start-sd", "a number above 0", sd.to_string());
            }
        }
        if let Some(lambda) = self.penalty.iter().find(|lambda| !(lambda.is_finite() && **lambda >= 0.0)) {
            return refuse("penalty", "numbers, each 0 or above", lambda.to_string());
        }
        self.pretrain.as_ref().map_or(Ok(()), Pretrain::check)?;
        self.early_stop.as_ref().map_or(Ok(()), EarlyStop::check)?;
        self.augment.as_ref().map_or(Ok(()), Augment::check)
    }
}
