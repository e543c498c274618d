//! What a study of examples that fool other nets consists of, as its file says it.

use advlab_attacks::perturb::PerturbParams;
use advlab_core::Device;
use advlab_datasets::Split;
use advlab_model_zoo::{ModelSpec, TrainSpec};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::Change;
use crate::data::DataSpec;
use crate::study::checks::{at_least, distinct, word};

/// A study: nets, each trained several times, examples made for each, and what the others say of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `transfer`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// The claims to judge.
    #[schemars(length(min = 1))]
    pub claims: Vec<Claim>,
    /// What the nets are trained on.
    pub data: DataSpec,
    /// How often all is done, each time with other start weights, other pictures and other targets.
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// The pictures that are changed: `train` or `test`.
    pub pictures: Split,
    /// How many of them, drawn anew for each training.
    #[schemars(range(min = 1))]
    pub n: usize,
    /// What the nets are to say of them.
    pub targets: Targets,
    /// How the smallest change is searched for.
    pub attack: PerturbParams,
    /// Another way of searching for it, on the same pictures, to be held beside: only its distortions count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<PerturbParams>,
    /// Pictures that go through a net together.
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// Standard deviations of the Gaussian noise that serves as a control.
    #[schemars(inner(range(min = 0)))]
    pub noise: Vec<f64>,
    /// Distortions that the changes are stretched to.
    #[serde(default)]
    #[schemars(inner(range(min = 0)))]
    pub amplified: Vec<f64>,
    /// Whether what noise and stretching bring out of [0, 1] is cut off. The changes themselves never leave it.
    pub clip: bool,
    /// The nets.
    #[schemars(length(min = 2))]
    pub nets: Vec<NetSpec>,
    /// What was published of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// A claim that such a study can judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Claim {
    /// Small changes fool every net, however strongly it is decayed.
    S3,
    /// Examples made for one net fool others.
    S4,
    /// And nets that were trained on other pictures.
    S5,
}

/// What a net is to say of a changed picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Targets {
    /// A wrong label, drawn for each picture.
    Random,
    /// Any wrong label.
    Any,
}

/// The training pictures of a net.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// All.
    #[default]
    All,
    /// The first of two halves drawn at random.
    P1,
    /// The second.
    P2,
}

/// A net and how to train it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NetSpec {
    /// What it is called: a word.
    pub name: String,
    /// As tables write it, such as `FC10(1e-4)`.
    pub title: String,
    /// Which training pictures it learns from.
    #[serde(default)]
    pub part: Part,
    /// Its architecture.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
    /// What was published of it.
    #[serde(default)]
    pub published: PublishedNet,
}

/// What was published of a net; shares are of 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PublishedNet {
    /// Share of the training pictures that it gets wrong.
    pub train_error: Option<f64>,
    /// Share of the test pictures that it gets wrong.
    pub test_error: Option<f64>,
    /// Mean minimum distortion.
    pub distortion: Option<f64>,
}

/// What was published of errors on changed pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Published {
    /// Where.
    pub source: String,
    /// How many pictures its shares are of.
    pub pictures: u64,
    /// The table.
    pub rows: Vec<PublishedRow>,
}

/// A row of it: examples made for a net, perhaps stretched to a distortion, or noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PublishedRow {
    /// Name of the net that the examples were made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_for: Option<String>,
    /// The distortion that they were stretched to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amplified: Option<f64>,
    /// Standard deviation of the noise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<f64>,
    /// Share of wrong labels by net, in the order of the nets.
    pub errors: Vec<f64>,
}

impl PublishedRow {
    /// What was changed; none for a row that says nothing or too much.
    pub(super) fn change(&self) -> Option<Change> {
        match (&self.made_for, self.amplified, self.noise) {
            (Some(net), None, None) => Some(Change::Made { net: net.clone() }),
            (Some(net), Some(rms), None) => Some(Change::Amplified { net: net.clone(), rms }),
            (None, None, Some(sd)) => Some(Change::Noise { sd }),
            _ => None,
        }
    }
}

impl Spec {
    /// Whether nets learn from halves of the training pictures.
    pub(super) fn has_halves(&self) -> bool {
        self.nets.iter().any(|net| net.part != Part::All)
    }

    /// Everything that is done to the pictures, in the order of tables.
    pub(super) fn changes(&self) -> Vec<Change> {
        let names = || self.nets.iter().map(|net| net.name.clone());
        let mut changes = vec![Change::None];
        changes.extend(names().map(|net| Change::Made { net }));
        for rms in &self.amplified {
            changes.extend(names().map(|net| Change::Amplified { net, rms: *rms }));
        }
        changes.extend(self.noise.iter().map(|sd| Change::Noise { sd: *sd }));
        changes
    }

    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("trainings", 1, self.trainings as u64)?;
        at_least("n", 1, self.n as u64)?;
        at_least("batch", 1, self.batch as u64)?;
        at_least("claims: number of claims", 1, self.claims.len() as u64)?;
        at_least("nets: number of nets", 2, self.nets.len() as u64)?;
        distinct("claims", self.claims.iter().map(|claim| format!("{claim:?}")))?;
        distinct("nets", self.nets.iter().map(|net| net.name.clone()))?;
        self.attack.clone().check().context("attack")?;
        self.beside.clone().map(PerturbParams::check).transpose().context("beside")?;
        let sizes = [("noise", &self.noise), ("amplified", &self.amplified)];
        for (field, values) in sizes {
            distinct(field, values.iter().map(ToString::to_string))?;
            if let Some(bad) = values.iter().find(|value| !(value.is_finite() && **value > 0.0)) {
                bail!("`{field}` must be numbers above 0, in pixel units, got {bad}");
            }
        }
        for (index, net) in self.nets.iter().enumerate() {
            let at = || format!("nets[{index}] (`{}`)", net.name);
            word(&net.name).with_context(at)?;
            net.training.check().with_context(at)?;
            if net.model.input != self.nets[0].model.input || net.model.classes != self.nets[0].model.classes {
                bail!("{}: must take the same pictures and tell the same classes as nets[0]", at());
            }
        }
        if self.claims.contains(&Claim::S5) && self.nets.iter().all(|net| net.part == self.nets[0].part) {
            bail!("`claims` names S5, which needs nets of both halves; give `part = \"p1\"` and `part = \"p2\"`");
        }
        if self.claims.contains(&Claim::S4) && self.noise.is_empty() {
            bail!("`claims` names S4, which needs Gaussian noise to hold against; give `noise = [0.1]`");
        }
        let rows = self.published.iter().flat_map(|published| &published.rows);
        for (index, row) in rows.enumerate() {
            let known = row.change().is_some_and(|change| self.changes().contains(&change));
            if !known {
                bail!(
                    "published.rows[{index}]: must be of examples `made-for` one of the nets, `amplified` as the study \
                     does or not at all, or of `noise` of the study"
                );
            }
            if row.errors.len() != self.nets.len() {
                bail!(
                    "published.rows[{index}]: `errors` must be one for each of {} nets, got {}",
                    self.nets.len(),
                    row.errors.len()
                );
            }
        }
        Ok(())
    }
}
