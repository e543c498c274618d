//! What `advlab norms` measures, as flags or a file say it.

use std::path::PathBuf;

use advlab_core::{Device, InputShape, ScoreKind};
use advlab_model_zoo::Foreign;
use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inputs::Input;
use crate::model::{ModelChoice, default_model, default_seed};

/// Which layers to measure, and at which pictures the whole net.
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
    /// Layers to measure, by name; empty takes all, and the whole net as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
    /// The pictures at which the whole net is measured; unset takes 100 test pictures of the set that the net was made for, where
    /// that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Input>,
    /// Whether convolutions are measured on a torus alone, and not with zeros around the maps as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub torus_only: bool,
    /// Steps of the search for the smallest change of each picture; 0 searches for none.
    #[serde(default = "steps")]
    #[schemars(range(max = 100_000))]
    pub steps: u32,
    /// Every random draw comes from it.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

const fn steps() -> u32 {
    Spec::STEPS
}

impl Spec {
    /// Test pictures of a set, unless told otherwise.
    pub const PICTURES_OF_SET: usize = 100;

    /// Steps of a search for a smallest change, unless told otherwise.
    pub const STEPS: u32 = 100;

    pub(super) fn choice(&self) -> ModelChoice {
        let foreign = Foreign { input_shape: self.input_shape, classes: self.classes.clone(), scores: self.scores };
        ModelChoice { model: self.model.clone(), foreign, device: self.device }
    }

    /// Settings that do not depend on the net.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub fn check(&self) -> Result<()> {
        if self.steps > 100_000 {
            bail!("`steps` must be at most 100000, got {}", self.steps);
        }
        if !self.layers.is_empty() && self.input.is_some() {
            bail!("`input` is for the whole net, and `layers` names some layers of it; leave out one of them");
        }
        self.input.as_ref().map_or(Ok(()), Input::check)
    }
}
