//! What a study of training with adversarial examples consists of, as its file says it.

use advlab_attacks::perturb::PerturbParams;
use advlab_core::{Activation, Device};
use advlab_model_zoo::{ModelSpec, TrainSpec};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::study::checks::{at_least, distinct, word};

/// A study: one net, trained again and again, without examples and with pools of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `adversarial-training`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// What the nets are trained on.
    pub data: DataSpec,
    /// How often each variant is trained; trainings of one number begin alike and see the pictures in one order.
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// The net.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
    /// Test pictures on which the smallest change that fools the trained nets is measured.
    #[schemars(range(min = 1))]
    pub n: usize,
    /// How it is searched for; the label is a wrong one, drawn for each.
    pub attack: PerturbParams,
    /// Where what was published stands.
    pub source: String,
    /// The variants; the first is the one without a pool that the others are held against.
    #[schemars(length(min = 2))]
    pub variants: Vec<Variant>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// A way of training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variant {
    /// What it is called: a word.
    pub name: String,
    /// As tables write it.
    pub title: String,
    /// Published share of wrong labels on the test pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<f64>,
    /// Whether the pool makes the test error smaller, as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helps: Option<bool>,
    /// The examples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolSpec>,
}

/// Examples that are mixed into the training pictures, a part of them made anew before every epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "ExamplePool")]
pub struct PoolSpec {
    /// What is changed: 0 for the pictures, 1 for what the first hidden layer puts out, and so on; a pool for each.
    #[schemars(length(min = 1))]
    pub below: Vec<usize>,
    /// Examples in each pool, at most. Those that are there are replaced at random.
    #[schemars(range(min = 1))]
    pub size: usize,
    /// Training pictures, drawn at random, that each pool gets examples from before every epoch.
    #[schemars(range(min = 1))]
    pub fresh: usize,
    /// How the smallest change is searched for that gives them any wrong label.
    pub attack: PerturbParams,
}

impl Spec {
    /// Checks every setting that does not depend on data.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("trainings", 1, self.trainings as u64)?;
        at_least("n", 1, self.n as u64)?;
        at_least("variants: number of variants", 2, self.variants.len() as u64)?;
        distinct("variants", self.variants.iter().map(|variant| variant.name.clone()))?;
        self.training.check()?;
        self.attack.clone().check().context("attack")?;
        if self.variants[0].pool.is_some() {
            bail!(
                "variants[0] (`{}`): must be without a `pool`: the others are held against it",
                self.variants[0].name
            );
        }
        for (index, variant) in self.variants.iter().enumerate() {
            let at = || format!("variants[{index}] (`{}`)", variant.name);
            word(&variant.name).with_context(at)?;
            let Some(pool) = &variant.pool else { continue };
            pool.check(&self.model).with_context(at)?;
        }
        Ok(())
    }
}

impl PoolSpec {
    fn check(&self, model: &ModelSpec) -> Result<()> {
        at_least("pool: size", 1, self.size as u64)?;
        at_least("pool: fresh", 1, self.fresh as u64)?;
        at_least("pool: number of layers in `below`", 1, self.below.len() as u64)?;
        distinct("pool: below", self.below.iter().map(ToString::to_string))?;
        self.attack.clone().check().context("pool: attack")?;
        if let Some(layers) = self.below.iter().find(|layers| **layers > model.hidden.len()) {
            bail!("pool: `below` names {layers}, and the net has {} hidden layers", model.hidden.len());
        }
        let within = model.activation == Activation::Sigmoid || self.below.iter().all(|layers| *layers == 0);
        if !within {
            bail!(
                "pool: `below` may name hidden layers of sigmoids only, whose values lie in [0, 1] as those of pictures do"
            );
        }
        Ok(())
    }
}
