//! What a study of digits of one's own consists of, as its file says it.

use std::path::PathBuf;

use advlab_core::{Device, InputShape};
use advlab_datasets::own_digits::Processing;
use advlab_model_zoo::{ModelSpec, Output, TrainSpec};
use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::study::checks::{at_least, distinct, word};

/// A study: one net, trained several times on each of a few data sets, and shown digits of other distributions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `own-digits`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// What the nets are trained on, each set on its own, and tested on; the claims are about the first.
    #[schemars(length(min = 1))]
    pub sets: Vec<DataSpec>,
    /// Nets trained on each set; together they are an ensemble.
    #[schemars(range(min = 2))]
    pub trainings: usize,
    /// The net.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
    /// Photographs of digits that are drawn by formula.
    #[schemars(range(min = 10))]
    pub photographs: usize,
    /// How photographs are made into pictures, each way on its own; the last is the one that the claims are about.
    #[serde(default = "all")]
    #[schemars(length(min = 1))]
    pub processing: Vec<Processing>,
    /// A folder with photographs of digits of one's own, as [`advlab_datasets::own_digits::list`] reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<PathBuf>,
    /// Where what was published stands.
    pub source: String,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

fn all() -> Vec<Processing> {
    Processing::ALL.to_vec()
}

impl Spec {
    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("sets: number of sets", 1, self.sets.len() as u64)?;
        distinct("sets", self.sets.iter().map(|data| data.set.clone()))?;
        self.sets.iter().try_for_each(|data| word(&data.set))?;
        at_least("trainings: disagreement takes two; `trainings`", 2, self.trainings as u64)?;
        at_least("photographs", 10, self.photographs as u64)?;
        at_least("processing: number of ways", 1, self.processing.len() as u64)?;
        distinct("processing", self.processing.iter().map(|processing| processing.name().to_owned()))?;
        self.training.check()?;
        if self.model.output != Output::Softmax {
            bail!("model: `output` must be softmax: disagreement is measured on probabilities that add up to 1");
        }
        if self.model.input != InputShape::MNIST || self.model.classes.len() != 10 {
            bail!("model: must take pictures of {} and tell ten digits apart", InputShape::MNIST);
        }
        Ok(())
    }
}
