//! What `advlab doubt` asks, as flags or a file say it.

use std::path::{Path, PathBuf};

use advlab_core::{Device, InputShape, ScoreKind};
use advlab_model_zoo::{Foreign, is_torchscript};
use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::model::{ModelChoice, default_model, default_seed};

/// Which net to doubt, and on which pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// The net: a name of the zoo, or a file.
    #[serde(default = "default_model")]
    pub model: String,
    /// Shape of a TorchScript net's pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_shape: Option<InputShape>,
    /// File with the class names of a TorchScript net.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<PathBuf>,
    /// What a TorchScript net puts out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<ScoreKind>,
    /// Nets for the same task, by name or file, that make an ensemble with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// Test pictures of the kind that the net was made for.
    pub data: DataSpec,
    /// Sets with the same classes whose test pictures are of another distribution.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<DataSpec>,
    /// Pictures of noise.
    #[serde(default = "noise")]
    #[schemars(range(max = 1_000_000))]
    pub noise: usize,
    /// How many times as far as the nearest boundary adversarial pictures go.
    #[serde(default = "factors")]
    pub factors: Vec<f64>,
    /// Steps of the search for the nearest boundary.
    #[serde(default = "steps")]
    #[schemars(range(min = 1, max = 100_000))]
    pub steps: u32,
    /// Every random draw comes from it.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

const fn noise() -> usize {
    Spec::PICTURES
}

pub(crate) fn factors() -> Vec<f64> {
    Spec::FACTORS.to_vec()
}

const fn steps() -> u32 {
    Spec::STEPS
}

/// Checks how far adversarial pictures go.
///
/// # Errors
/// One that does not go beyond the boundary, or two that are the same.
pub(crate) fn check_factors(factors: &[f64]) -> Result<()> {
    for (at, factor) in factors.iter().enumerate() {
        if !(*factor > 1.0 && *factor <= 100.0) {
            bail!("`factors` must be above 1, beyond the boundary, and at most 100, got {factor}");
        }
        if factors[..at].contains(factor) {
            bail!("`factors` names {factor} twice");
        }
    }
    Ok(())
}

impl Spec {
    /// Test pictures of each set, and pictures of noise, unless told otherwise.
    pub const PICTURES: usize = 500;

    /// How far adversarial pictures go, unless told otherwise: just beyond the boundary, and twice as far.
    pub const FACTORS: [f64; 2] = [1.1, 2.0];

    /// Steps of a search for a boundary, unless told otherwise.
    pub const STEPS: u32 = 50;

    pub(super) fn choice(&self, model: &str) -> ModelChoice {
        let own = model == self.model;
        // All take pictures of one shape; what else was said is about the first.
        let input_shape = self.input_shape.filter(|_| own || is_torchscript(Path::new(model)));
        let (classes, scores) = (self.classes.clone().filter(|_| own), self.scores.filter(|_| own));
        let foreign = Foreign { input_shape, classes, scores };
        ModelChoice { model: model.to_owned(), foreign, device: self.device }
    }

    /// Settings that do not depend on net or data.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub fn check(&self) -> Result<()> {
        check_factors(&self.factors)?;
        if !(1..=100_000).contains(&self.steps) {
            bail!("`steps` must be from 1 to 100000, got {}", self.steps);
        }
        if self.noise > 1_000_000 {
            bail!("`noise` must be at most 1000000, got {}", self.noise);
        }
        for (at, data) in self.others.iter().enumerate() {
            let before = std::iter::once(&self.data).chain(&self.others[..at]);
            if before.into_iter().any(|other| other.set == data.set) {
                bail!("`others` names {}, which is shown already; leave it out", data.words());
            }
        }
        Ok(())
    }
}
