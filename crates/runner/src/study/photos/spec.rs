//! What a study of changed photographs consists of, as its file says it.

use std::path::PathBuf;

use advlab_attacks::perturb::PerturbParams;
use advlab_core::Device;
use advlab_datasets::photo::Fit;
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::study::checks::{at_least, distinct, word};
use crate::study::known::KnownNet;

/// The target that stands for another class for each photograph.
pub(super) const RANDOM: &str = "random";

/// A study: photographs, nets, and what each photograph is to become for each net.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `photos`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// The folder with the photographs; where it is looked for, [`Search`](crate::study::Search) says.
    pub photos: PathBuf,
    /// Which part of a photograph the nets see.
    pub fit: Fit,
    /// The photograph of claim M7, by its file's name.
    pub car: String,
    /// What the photographs are to become: classes by name, or `random` for one drawn for each. Verdicts are on the first.
    #[schemars(length(min = 1))]
    pub targets: Vec<String>,
    /// How the smallest change is searched for.
    pub attack: PerturbParams,
    /// Photographs that go through a net together, and are done or not done together.
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// The nets.
    #[schemars(length(min = 1))]
    pub nets: Vec<KnownNet>,
    /// What was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Published {
    /// Where.
    pub source: String,
    /// Mean distortion over the photographs of the paper.
    pub distortion: f64,
}

impl Spec {
    /// Checks every setting that does not depend on files.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("batch", 1, self.batch as u64)?;
        at_least("targets: number of targets", 1, self.targets.len() as u64)?;
        at_least("nets: number of nets", 1, self.nets.len() as u64)?;
        distinct("targets", self.targets.iter().cloned())?;
        distinct("nets", self.nets.iter().map(|net| net.name.clone()))?;
        self.attack.clone().check().context("attack")?;
        if self.attack.bits != 8 {
            bail!("attack: `bits` must be 8, what the files that are written can hold, got {}", self.attack.bits);
        }
        for (index, net) in self.nets.iter().enumerate() {
            word(&net.name).with_context(|| format!("nets[{index}] (`{}`)", net.name))?;
        }
        Ok(())
    }
}
