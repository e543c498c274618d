//! What a study of examples from noise consists of, as its file says it.

use advlab_attacks::noise::{Loss, NoiseParams, Optimizer, Start};
use advlab_core::{Activation, Device};
use advlab_model_zoo::{ModelSpec, TrainSpec};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::study::checks::{at_least, distinct, word};

/// A study: nets, each trained several times, recipes for examples, and variants of both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `noise`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// What the nets are trained on.
    pub data: DataSpec,
    /// The digits to make.
    #[schemars(length(min = 2))]
    pub digits: Vec<i64>,
    /// How often each net is trained, each time from other start weights.
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// Successful examples of each digit, for each training and recipe.
    #[schemars(range(min = 1))]
    pub n: usize,
    /// Attempts at each digit, at most.
    #[schemars(range(min = 1))]
    pub max_attempts: u64,
    /// Attempts that go through the net together.
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// Permutations of each test.
    #[schemars(range(min = 100))]
    pub permutations: u32,
    /// The nets.
    #[schemars(length(min = 1))]
    pub nets: Vec<NetSpec>,
    /// The recipes; verdicts are on the first.
    #[schemars(length(min = 1))]
    pub recipes: Vec<RecipeSpec>,
    /// Other ways to train the nets, for variants.
    #[serde(default)]
    pub retrained: Vec<Retrained>,
    /// Variants of recipes and nets, on fewer trainings and examples.
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// A net and how to train it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NetSpec {
    /// What it is called.
    pub name: String,
    /// Its architecture.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
}

/// A recipe for examples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecipeSpec {
    /// What it is called.
    pub name: String,
    /// Its settings.
    pub noise: NoiseParams,
}

/// The nets of the study with another activation, or trained in another way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Retrained {
    /// What they are called.
    pub name: String,
    /// Activation in place of each net's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// Training in place of each net's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainSpec>,
}

/// A recipe with some of its settings changed, or used on nets that are trained in another way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variant {
    /// What it is called.
    pub name: String,
    /// The recipe that it changes.
    pub of: String,
    /// What it changes in the recipe.
    #[serde(default)]
    pub noise: NoiseChange,
    /// Name of the retrained nets to use in place of the study's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nets: Option<String>,
    /// How many trainings of each net.
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// Successful examples of each digit.
    #[schemars(range(min = 1))]
    pub n: usize,
    /// Attempts at each digit, at most.
    #[schemars(range(min = 1))]
    pub max_attempts: u64,
}

/// Settings of a recipe to change; those left out stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct NoiseChange {
    /// Start noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// What descends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<Loss>,
    /// How a step follows from the gradient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimizer: Option<Optimizer>,
    /// Step size.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub rate: Option<f64>,
    /// Most steps for one attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub steps: Option<u32>,
    /// Whether values are clipped to [0, 1].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip: Option<bool>,
    /// Confidence to be reached besides the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub confidence: Option<f64>,
    /// Whether an attempt ends as soon as it has what is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stop: Option<bool>,
}

impl NoiseChange {
    /// The recipe with the changes made.
    pub fn applied(&self, to: &NoiseParams) -> NoiseParams {
        NoiseParams {
            start: self.start.unwrap_or(to.start),
            loss: self.loss.unwrap_or(to.loss),
            optimizer: self.optimizer.unwrap_or(to.optimizer),
            rate: self.rate.unwrap_or(to.rate),
            steps: self.steps.unwrap_or(to.steps),
            clip: self.clip.unwrap_or(to.clip),
            confidence: self.confidence.or(to.confidence),
            early_stop: self.early_stop.unwrap_or(to.early_stop),
        }
    }
}

/// A recipe or a variant of one: a way of making examples, and how many.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) noise: NoiseParams,
    /// The recipe that a variant is held against.
    pub(super) of: Option<String>,
    /// The retrained nets that it uses.
    pub(super) nets: Option<String>,
    pub(super) trainings: usize,
    pub(super) n: usize,
    pub(super) max_attempts: u64,
}

impl Spec {
    /// The recipes, then the variants.
    pub(super) fn groups(&self) -> Vec<Group> {
        let recipes = self.recipes.iter().map(|recipe| Group {
            name: recipe.name.clone(),
            noise: recipe.noise.clone(),
            of: None,
            nets: None,
            trainings: self.trainings,
            n: self.n,
            max_attempts: self.max_attempts,
        });
        let base = |name: &str| self.recipes.iter().find(|recipe| recipe.name == name).map(|recipe| &recipe.noise);
        let variants = self.variants.iter().filter_map(|variant| {
            Some(Group {
                name: variant.name.clone(),
                noise: variant.noise.applied(base(&variant.of)?),
                of: Some(variant.of.clone()),
                nets: variant.nets.clone(),
                trainings: variant.trainings,
                n: variant.n,
                max_attempts: variant.max_attempts,
            })
        });
        recipes.chain(variants).collect()
    }

    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("batch", 1, self.batch as u64)?;
        at_least("permutations", 100, u64::from(self.permutations))?;
        at_least("digits: number of digits", 2, self.digits.len() as u64)?;
        at_least("nets: number of nets", 1, self.nets.len() as u64)?;
        at_least("recipes: number of recipes", 1, self.recipes.len() as u64)?;
        distinct("digits", self.digits.iter().map(ToString::to_string))?;
        distinct("nets", self.nets.iter().map(|net| net.name.clone()))?;
        let groups = self.recipes.iter().map(|recipe| recipe.name.clone());
        distinct("recipes and variants", groups.chain(self.variants.iter().map(|variant| variant.name.clone())))?;
        for (index, net) in self.nets.iter().enumerate() {
            let at = || format!("nets[{index}] (`{}`)", net.name);
            word(&net.name).with_context(at)?;
            net.training.check().with_context(at)?;
            if let Some(digit) = self.digits.iter().find(|digit| !(0..net.model.classes.len() as i64).contains(digit)) {
                bail!("{}: `digits` names {digit}, and the net has {} classes", at(), net.model.classes.len());
            }
            if net.model.input != self.nets[0].model.input || net.model.classes != self.nets[0].model.classes {
                bail!("{}: must take the same pictures and tell the same classes as nets[0]", at());
            }
        }
        distinct("retrained", self.retrained.iter().map(|retrained| retrained.name.clone()))?;
        for (index, retrained) in self.retrained.iter().enumerate() {
            let at = || format!("retrained[{index}] (`{}`)", retrained.name);
            word(&retrained.name).with_context(at)?;
            retrained.training.as_ref().map_or(Ok(()), TrainSpec::check).with_context(at)?;
        }
        for (index, variant) in self.variants.iter().enumerate() {
            let at = || format!("variants[{index}] (`{}`)", variant.name);
            if !self.recipes.iter().any(|recipe| recipe.name == variant.of) {
                bail!("{}: `of` must name a recipe, got `{}`", at(), variant.of);
            }
            let known = |name: &String| self.retrained.iter().any(|retrained| retrained.name == *name);
            if let Some(name) = variant.nets.as_ref().filter(|name| !known(name)) {
                bail!("{}: `nets` must name retrained nets, got `{name}`", at());
            }
            if variant.nets.is_none() && variant.trainings > self.trainings {
                bail!("{}: `trainings` must be at most {}, got {}", at(), self.trainings, variant.trainings);
            }
        }
        for group in self.groups() {
            let at = || format!("`{}`", group.name);
            word(&group.name).with_context(at)?;
            group.noise.clone().check().with_context(at)?;
            at_least("trainings", 1, group.trainings as u64).with_context(at)?;
            at_least("n", 1, group.n as u64).with_context(at)?;
            at_least("max-attempts", group.n as u64, group.max_attempts).with_context(at)?;
        }
        Ok(())
    }
}
