//! What a study of operator norms consists of, as its file says it.

use std::path::PathBuf;

use advlab_attacks::perturb::PerturbParams;
use advlab_core::Device;
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::study::checks::{at_least, distinct, word};
use crate::study::known::KnownNet;

/// A study: nets whose layers are measured one by one, and pictures at which the nets are measured as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `operator-norms`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// How the smallest change of a picture's label is searched for.
    pub attack: PerturbParams,
    /// Where what was published stands.
    pub source: String,
    /// The nets.
    #[schemars(length(min = 1))]
    pub nets: Vec<NetSpec>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// A net, and pictures for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "MeasuredNet")]
pub struct NetSpec {
    /// The net.
    pub net: KnownNet,
    /// Test pictures of a set at which it is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataSpec>,
    /// A folder of photographs at which it is measured, in place of `data`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<PathBuf>,
    /// Whether the study does without it where it is not on this machine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Published norms of its layers with weights, in the order of computation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<f64>,
}

impl Spec {
    /// Checks every setting that does not depend on files.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("nets: number of nets", 1, self.nets.len() as u64)?;
        distinct("nets", self.nets.iter().map(|net| net.net.name.clone()))?;
        self.attack.clone().check().context("attack")?;
        for (index, net) in self.nets.iter().enumerate() {
            let at = || format!("nets[{index}] (`{}`)", net.net.name);
            word(&net.net.name).with_context(at)?;
            if net.data.is_some() && net.photos.is_some() {
                bail!("{}: names both `data` and `photos`; leave out one of them", at());
            }
            if let Some(norm) = net.published.iter().find(|norm| !(norm.is_finite() && **norm > 0.0)) {
                bail!("{}: `published` must be numbers above 0, got {norm}", at());
            }
        }
        Ok(())
    }
}
