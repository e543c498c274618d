//! What a study of learning and memorising consists of, as its file says it.

use advlab_core::Device;
use advlab_datasets::Colour;
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::recipes;
use crate::study::checks::{at_least, distinct, word};

/// A study: two tasks, one with a clear sign and one with next to none, and the same nets trained on both again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `learning`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// Side of the square pictures that the nets take.
    #[schemars(range(min = 8, max = 4096))]
    pub size: i64,
    /// How often each net is trained, where a condition does not say otherwise; trainings of one number begin alike.
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// Epochs of each training; unset takes those of the net's recipe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub epochs: Option<u32>,
    /// Where what was published stands.
    pub source: String,
    /// What is to be told apart: the clear task, then the unclear one.
    pub tasks: [Task; 2],
    /// The nets and controls; the first is the one that the others are held against.
    #[schemars(length(min = 1))]
    pub conditions: Vec<Condition>,
    /// What the attacks are tried on; unset leaves them out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attacks: Option<Attacks>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// Pictures of two or more classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Task {
    /// What it is called: a word.
    pub name: String,
    /// As tables write it.
    pub title: String,
    /// The pictures.
    pub data: DataSpec,
    /// Share that a person labels right, published or measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub person: Option<f64>,
}

/// A net, and what is done to the pictures before it sees them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Condition {
    /// What it is called: a word.
    pub name: String,
    /// As tables write it.
    pub title: String,
    /// The net: the name of a recipe, such as `cells-cnn`.
    pub net: String,
    /// How often it is trained on each task; unset takes the study's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub trainings: Option<usize>,
    /// Whether both tasks have as many training pictures as the smaller one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub matched: bool,
    /// The one colour that is left of the pictures; unset leaves all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
}

/// How the first net of each task is attacked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Attacks {
    /// Examples of each class made out of noise.
    #[schemars(range(min = 1))]
    pub noise: usize,
    /// Test pictures for which the smallest change to another class is searched.
    #[schemars(range(min = 1))]
    pub perturb: usize,
    /// Random directions beside the units of the last hidden layer.
    #[schemars(range(min = 1))]
    pub directions: usize,
}

impl Spec {
    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("trainings", 1, self.trainings as u64)?;
        at_least("conditions: number of conditions", 1, self.conditions.len() as u64)?;
        if !(8..=4096).contains(&self.size) {
            bail!("`size` must be from 8 to 4096 pixels, got {}", self.size);
        }
        if let Some(epochs) = self.epochs {
            at_least("epochs", 1, epochs.into())?;
        }
        distinct("tasks", self.tasks.iter().map(|task| task.name.clone()))?;
        distinct("conditions", self.conditions.iter().map(|condition| condition.name.clone()))?;
        for (index, task) in self.tasks.iter().enumerate() {
            let at = || format!("tasks[{index}] (`{}`)", task.name);
            word(&task.name).with_context(at)?;
            if let Some(person) = task.person.filter(|person| !(0.0..=1.0).contains(person)) {
                bail!("{}: `person` must be from 0 to 1, got {person}", at());
            }
        }
        for (index, condition) in self.conditions.iter().enumerate() {
            let at = || format!("conditions[{index}] (`{}`)", condition.name);
            word(&condition.name).with_context(at)?;
            recipes::find(&condition.net).with_context(at)?;
            at_least("trainings", 1, self.trainings_of(condition) as u64).with_context(at)?;
        }
        if let Some(attacks) = &self.attacks {
            at_least("attacks: noise", 1, attacks.noise as u64)?;
            at_least("attacks: perturb", 1, attacks.perturb as u64)?;
            at_least("attacks: directions", 1, attacks.directions as u64)?;
        }
        Ok(())
    }

    /// How often a condition is trained on each task.
    pub(super) fn trainings_of(&self, condition: &Condition) -> usize {
        condition.trainings.unwrap_or(self.trainings)
    }
}
