//! What a study of doubts consists of, as its file says it.

use advlab_core::Device;
use advlab_model_zoo::{ModelSpec, TrainSpec};
use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::doubt::{check_factors, factors};
use crate::study::checks::{at_least, distinct, word};

/// A study: one net, trained several times, shown pictures of several kinds, and doubted in several ways.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `doubts`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// What the nets are trained on.
    pub data: DataSpec,
    /// Sets with the same classes whose test pictures are of another distribution.
    #[schemars(length(min = 1))]
    pub others: Vec<DataSpec>,
    /// Nets that are trained; together they are an ensemble.
    #[schemars(range(min = 2))]
    pub trainings: usize,
    /// The net.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
    /// Test pictures of each set that are shown, and pictures of noise.
    #[schemars(range(min = 10))]
    pub n: usize,
    /// How many times as far as the nearest boundary adversarial pictures go.
    #[serde(default = "factors")]
    #[schemars(length(min = 1))]
    pub factors: Vec<f64>,
    /// Steps of the search for the nearest boundary.
    #[schemars(range(min = 1))]
    pub steps: u32,
    /// Where what was published stands.
    pub source: String,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

impl Spec {
    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("others: number of sets", 1, self.others.len() as u64)?;
        distinct("data and others", std::iter::once(&self.data).chain(&self.others).map(|data| data.set.clone()))?;
        self.others.iter().try_for_each(|data| word(&data.set))?;
        at_least("trainings: disagreement takes two; `trainings`", 2, self.trainings as u64)?;
        at_least("n", 10, self.n as u64)?;
        at_least("steps", 1, self.steps.into())?;
        if self.factors.is_empty() {
            bail!("`factors` must name at least one, such as 2");
        }
        check_factors(&self.factors)?;
        self.training.check()?;
        Ok(())
    }
}
