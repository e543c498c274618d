//! What `advlab eval` evaluates, as flags or a file say it.

use std::path::PathBuf;

use advlab_core::{Device, InputShape, ScoreKind};
use advlab_datasets::Split;
use advlab_model_zoo::Foreign;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::model::{ModelChoice, default_model, default_seed};
use crate::recipes;

/// What to evaluate, on what.
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
    /// The data.
    pub data: DataSpec,
    /// Which half.
    #[serde(default = "test_half")]
    pub split: Split,
    /// Seed of the pictures on the panel and of the draws behind the calibration error's interval.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

const fn test_half() -> Split {
    Split::Test
}

impl Spec {
    /// The data for this net, unless told otherwise: what it was made for, where that is known, else MNIST.
    pub fn data_for(model: &str) -> DataSpec {
        recipes::own_data(model).unwrap_or_else(|| DataSpec::named("mnist"))
    }

    pub(super) fn choice(&self) -> ModelChoice {
        let foreign = Foreign { input_shape: self.input_shape, classes: self.classes.clone(), scores: self.scores };
        ModelChoice { model: self.model.clone(), foreign, device: self.device }
    }
}
