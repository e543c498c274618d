//! What a study of bases consists of, as its file says it.

use std::path::PathBuf;

use advlab_analysis::basis::Reading;
use advlab_core::Device;
use advlab_datasets::photo::Fit;
use advlab_model_zoo::{ModelSpec, TrainSpec};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::study::checks::{at_least, distinct, word};
use crate::study::known::KnownNet;

/// A study: layers of nets, and whether their units mean more than random directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `bases`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// What nets are trained on; its test pictures are the held-out ones. In place of `photos`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataSpec>,
    /// A folder with photographs, for nets that are known; where it is looked for, [`Search`](crate::study::Search) says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<PathBuf>,
    /// Which part of a photograph the nets see.
    #[serde(default)]
    pub fit: Fit,
    /// Views of each photograph: the whole, and parts cut out at random.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub views: usize,
    /// How often each net is trained.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// What a unit of a layer of maps is.
    #[serde(default)]
    pub map: Reading,
    /// Pictures for each direction.
    #[schemars(range(min = 1))]
    pub top: usize,
    /// Pictures that go through a net together.
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// Directions of each kind that the figures show.
    #[schemars(range(min = 1))]
    pub shown: usize,
    /// Nets to train.
    #[serde(default)]
    pub nets: Vec<NetSpec>,
    /// Nets to take as they are.
    #[serde(default)]
    pub known: Vec<Known>,
    /// Layers for whose units, and for as many random directions, pictures are made from noise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synthesize: Vec<Synthesis>,
    /// Where what was published stands.
    pub source: String,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

const fn one() -> usize {
    1
}

/// A net and how it is trained. All its hidden layers are looked at, and its scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NetSpec {
    /// What it is called: a word.
    pub name: String,
    /// Its architecture.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
}

/// A net to take as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Known {
    /// The net.
    pub net: KnownNet,
    /// Its layers that are looked at, by name; its scores are as well.
    #[schemars(length(min = 1))]
    pub layers: Vec<String>,
}

/// A layer to make pictures for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Synthesis {
    /// The net, by the name that it has in the study; of several trainings the first.
    pub net: String,
    /// The layer.
    pub layer: String,
    /// Settings that differ from the usual ones for pictures of this size.
    #[serde(default)]
    #[schemars(schema_with = "crate::basis::synthesis_schema")]
    pub settings: serde_json::Map<String, serde_json::Value>,
}

impl Spec {
    /// Names of the nets, those to train first.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        let known = self.known.iter().map(|known| &known.net.name);
        self.nets.iter().map(|net| &net.name).chain(known)
    }

    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        for (field, value) in [
            ("views", self.views),
            ("trainings", self.trainings),
            ("top", self.top),
            ("batch", self.batch),
            ("shown", self.shown),
            ("nets and known: number of nets", self.names().count()),
        ] {
            at_least(field, 1, value as u64)?;
        }
        distinct("nets and known", self.names().cloned())?;
        for (index, net) in self.nets.iter().enumerate() {
            let at = || format!("nets[{index}] (`{}`)", net.name);
            word(&net.name).with_context(at)?;
            net.training.check().with_context(at)?;
        }
        for (index, known) in self.known.iter().enumerate() {
            let at = || format!("known[{index}] (`{}`)", known.net.name);
            word(&known.net.name).with_context(at)?;
            distinct("layers", known.layers.iter().cloned()).with_context(at)?;
            at_least("layers: number of layers", 1, known.layers.len() as u64).with_context(at)?;
        }
        for (index, wanted) in self.synthesize.iter().enumerate() {
            if !self.names().any(|name| *name == wanted.net) {
                let names: Vec<&str> = self.names().map(String::as_str).collect();
                bail!("synthesize[{index}]: no net `{}`; there are {}", wanted.net, names.join(", "));
            }
        }
        match (&self.data, &self.photos) {
            (Some(_), Some(_)) => bail!("give `data` or `photos`, not both"),
            (None, None) => bail!("give `data`, a set, or `photos`, a folder"),
            (Some(_), None) if self.views > 1 => bail!("`views` are of `photos`"),
            (None, Some(_)) if !self.nets.is_empty() => {
                bail!("`nets` are trained on `data`, and there are `photos` alone")
            }
            _ => Ok(()),
        }
    }
}
