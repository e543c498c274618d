//! What a study of training sets consists of, as its file says it.

use std::fmt;

use advlab_core::Device;
use advlab_model_zoo::{ModelSpec, TrainSpec};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::study::checks::{at_least, distinct, word};

/// Levels of a byte.
const LEVELS: f64 = 255.0;

/// A study: one net, trained again and again on data sets that are nearly alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `training-sets`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw of the trainings and changes comes from it; data drawn by formula have seeds of their own.
    pub seed: u64,
    /// How often the net is trained on each set; trainings of one number begin with the same weights and take the places of a
    /// set in the same order.
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// The net; its classes are called as the data call them.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
    /// Where what was published stands.
    pub source: String,
    /// The data sets. The first is the one that is changed.
    #[schemars(length(min = 2))]
    pub sets: Vec<SetSpec>,
    /// What is changed of the first.
    #[serde(default)]
    pub changes: Vec<ChangeSpec>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// A data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetSpec {
    /// What it is called: a word.
    pub name: String,
    /// As tables write it.
    pub title: String,
    /// The pictures; both halves are held in memory, in the net's shape.
    pub data: DataSpec,
}

/// A way of changing the first data set, by more and more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChangeSpec {
    /// What is changed.
    pub kind: Kind,
    /// How much, in the unit of the kind, from little to much.
    #[schemars(length(min = 1), inner(range(min = 0)))]
    pub levels: Vec<f64>,
    /// Name of the set that pictures come from, if they are `swapped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// Steps along the gradient of each picture, if they are `adversarial`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub steps: Option<u32>,
}

/// Kinds of change. Labels stay with their pictures, and everything else of a training stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A share of the pictures gives way to those of another set, of the same class and place in the order.
    Swapped,
    /// Gaussian noise on all pictures; its standard deviation, in levels of 255.
    Noise,
    /// So many pictures are left out, and in the place of each stands the next one of its class, which is there twice.
    LeftOut,
    /// All pictures are moved away from their classes, along the gradient of a net trained on the set, by at most so many
    /// levels of 255 at each value.
    Adversarial,
    /// A share of the pictures, with their labels, change places with each other: the same set in another order.
    Reordered,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Swapped => "swapped",
            Self::Noise => "noise",
            Self::LeftOut => "left-out",
            Self::Adversarial => "adversarial",
            Self::Reordered => "reordered",
        })
    }
}

impl ChangeSpec {
    /// A word for it, as files have it.
    pub(super) fn key(&self) -> String {
        match &self.with {
            Some(with) => format!("{}-{with}", self.kind),
            None => self.kind.to_string(),
        }
    }

    /// As people read one of its levels.
    pub(super) fn level_text(&self, level: f64) -> String {
        match self.kind {
            Kind::Swapped | Kind::Reordered => {
                let text = format!("{:.2}", 100.0 * level);
                format!("{}\u{a0}%", text.trim_end_matches('0').trim_end_matches('.'))
            }
            Kind::Noise | Kind::Adversarial => format!("{level}/255"),
            Kind::LeftOut if level > 1.0 => format!("{level} pictures"),
            Kind::LeftOut => "1 picture".to_owned(),
        }
    }

    /// What its levels are, for an axis.
    pub(super) const fn axis(&self) -> &'static str {
        match self.kind {
            Kind::Swapped => "share of the pictures swapped",
            Kind::Noise => "standard deviation of the noise (levels of 255)",
            Kind::LeftOut => "pictures left out",
            Kind::Adversarial => "largest change of a value (levels of 255)",
            Kind::Reordered => "share of the pictures in other places",
        }
    }

    fn check(&self, sets: &[SetSpec]) -> Result<()> {
        at_least("levels: number of levels", 1, self.levels.len() as u64)?;
        let (fits, wanted): (fn(f64) -> bool, _) = match self.kind {
            Kind::Swapped | Kind::Reordered => (|level| level <= 1.0, "shares above 0 and up to 1"),
            Kind::Noise => (|level| level <= LEVELS, "above 0 and up to 255"),
            Kind::LeftOut => (|level| level.fract() == 0.0, "whole numbers from 1"),
            Kind::Adversarial => (|level| level.fract() == 0.0 && level <= LEVELS, "whole numbers from 1 to 255"),
        };
        if let Some(level) = self.levels.iter().find(|level| !(**level > 0.0 && fits(**level))) {
            bail!("`levels` must be {wanted}, got {level}");
        }
        if let Some(pair) = self.levels.windows(2).find(|pair| pair[0] >= pair[1]) {
            bail!("`levels` must go from little to much, got {} before {}", pair[0], pair[1]);
        }
        match (&self.with, self.kind) {
            (None, Kind::Swapped) => bail!("`with` must name the set that pictures come from"),
            (Some(with), Kind::Swapped) if sets[1..].iter().all(|set| set.name != *with) => {
                let names: Vec<String> = sets[1..].iter().map(|set| set.name.clone()).collect();
                bail!("`with` must be another set than the first, {}; got `{with}`", names.join(" or "))
            }
            (Some(_), kind) if kind != Kind::Swapped => bail!("`with` is for pictures that are swapped; leave it out"),
            _ => {}
        }
        match (self.steps, self.kind) {
            (Some(steps), Kind::Adversarial) => at_least("steps", 1, u64::from(steps)),
            (None, Kind::Adversarial) => bail!("`steps` must say how many steps along the gradient are taken"),
            (Some(_), _) => bail!("`steps` is for adversarial changes; leave it out"),
            (None, _) => Ok(()),
        }
    }
}

impl Spec {
    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("trainings", 1, self.trainings as u64)?;
        at_least("sets: number of sets", 2, self.sets.len() as u64)?;
        for (index, set) in self.sets.iter().enumerate() {
            word(&set.name).with_context(|| format!("sets[{index}] (`{}`)", set.name))?;
        }
        distinct("sets", self.sets.iter().map(|set| set.name.clone()))?;
        self.training.check()?;
        if self.training.early_stop.is_some() || self.training.pretrain.is_some() {
            bail!(
                "training: must be without `early-stop` and `pretrain`: nets are compared epoch by epoch, all weights of them"
            );
        }
        for (index, change) in self.changes.iter().enumerate() {
            change.check(&self.sets).with_context(|| format!("changes[{index}] (`{}`)", change.kind))?;
        }
        distinct("changes", self.changes.iter().map(ChangeSpec::key))
    }

    /// A change as tables write it.
    pub(super) fn title_of(&self, change: &ChangeSpec) -> String {
        let title = match change.kind {
            Kind::Swapped => {
                let with = self.sets.iter().find(|set| Some(&set.name) == change.with.as_ref());
                return format!("pictures of {}", with.map_or("", |set| &set.title));
            }
            Kind::Noise => "noise",
            Kind::LeftOut => "pictures left out",
            Kind::Adversarial => "adversarial changes",
            Kind::Reordered => "another order",
        };
        title.to_owned()
    }
}
