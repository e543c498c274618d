//! What a study of nets with a layer of two neurons consists of, as its file says it.

use advlab_core::Device;
use advlab_model_zoo::{ModelSpec, TrainSpec};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::study::checks::{at_least, distinct, word};

/// A study: nets whose pictures all pass through a plane, and where that plane is stretched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `lyapunov-mnist`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// What the nets are trained on.
    pub data: DataSpec,
    /// How often each net is trained.
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// Cells along each side of the plane on which exponents are computed.
    #[schemars(range(min = 16, max = 1024))]
    pub grid: usize,
    /// Where what was published stands.
    pub source: String,
    /// The nets; the verdicts are on the first.
    #[schemars(length(min = 1))]
    pub nets: Vec<NetSpec>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// A net of the study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "BottleneckNet")]
pub struct NetSpec {
    /// What it is called: a word.
    pub name: String,
    /// As tables write it.
    pub title: String,
    /// Its architecture: dense layers, one of them of two neurons, and at least one after that.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
}

impl NetSpec {
    /// Number of hidden layers up to that of two neurons, which is one of them.
    pub(super) fn bottleneck(&self) -> Option<usize> {
        let two: Vec<usize> = (0..self.model.hidden.len()).filter(|at| self.model.hidden[*at] == 2).collect();
        match two[..] {
            [at] if at + 1 < self.model.hidden.len() => Some(at + 1),
            _ => None,
        }
    }
}

impl Spec {
    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("trainings", 1, self.trainings as u64)?;
        at_least("nets: number of nets", 1, self.nets.len() as u64)?;
        if !(16..=1024).contains(&self.grid) {
            bail!("`grid` must be from 16 to 1024, got {}", self.grid);
        }
        distinct("nets", self.nets.iter().map(|net| net.name.clone()))?;
        for (index, net) in self.nets.iter().enumerate() {
            let at = || format!("nets[{index}] (`{}`)", net.name);
            word(&net.name).with_context(at)?;
            net.training.check().with_context(|| format!("{}: training", at()))?;
            if net.bottleneck().is_none() {
                bail!(
                    "{}: model: `hidden` must hold one layer of 2 neurons and at least one layer after it, got {:?}",
                    at(),
                    net.model.hidden
                );
            }
        }
        Ok(())
    }
}
