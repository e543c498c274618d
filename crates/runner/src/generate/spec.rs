//! What `advlab generate` makes, as flags or a file say it.

use advlab_attacks::noise::NoiseParams;
use advlab_core::{Classifier, Device, InputShape, ScoreKind};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::labels;
use crate::model::{ModelChoice, default_model, default_seed};

/// No device has the memory for more, and nothing would go faster by it.
const MOST_IN_BATCH: usize = 1 << 20;

/// Settings of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// The net: a name of the zoo, or a file.
    #[serde(default = "default_model")]
    pub model: String,
    /// Shape of a TorchScript net's pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_shape: Option<InputShape>,
    /// File with the class names of a TorchScript net.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<std::path::PathBuf>,
    /// What a TorchScript net puts out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<ScoreKind>,
    /// The classes to make: names, numbers, or `all`.
    #[schemars(length(min = 1))]
    pub targets: Vec<String>,
    /// Successful examples of each class.
    #[serde(default = "examples")]
    #[schemars(range(min = 1))]
    pub n: usize,
    /// How they are made.
    #[serde(default)]
    pub noise: NoiseParams,
    /// Attempts at each class, at most.
    #[schemars(range(min = 1))]
    pub max_attempts: u64,
    /// Every random draw comes from it.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Attempts that go through the net together.
    #[serde(default = "batch")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub batch: usize,
    /// Single pictures written as PNG, for each class.
    #[serde(default = "pictures")]
    pub pictures: usize,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

const fn examples() -> usize {
    Spec::N
}

const fn batch() -> usize {
    Spec::BATCH
}

const fn pictures() -> usize {
    Spec::PICTURES
}

impl Spec {
    /// Successful examples of each class, unless told otherwise.
    pub const N: usize = 1000;

    /// Attempts that go through the net together, unless told otherwise.
    pub const BATCH: usize = 256;

    /// Single pictures of each class, unless told otherwise.
    pub const PICTURES: usize = 100;

    /// Attempts at each class, at most, for so many examples, unless told otherwise: 20 for each.
    pub const fn attempts_for(n: usize) -> u64 {
        (n as u64).saturating_mul(20)
    }

    pub(super) fn choice(&self) -> ModelChoice {
        let (input_shape, classes, scores) = (self.input_shape, self.classes.clone(), self.scores);
        let foreign = advlab_model_zoo::Foreign { input_shape, classes, scores };
        ModelChoice { model: self.model.clone(), foreign, device: self.device }
    }

    /// Settings that do not depend on the net.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub fn check(&self) -> Result<()> {
        self.noise.clone().check().context("noise")?;
        if self.n == 0 {
            bail!("`n` must be at least 1, got 0");
        }
        if self.max_attempts < self.n as u64 {
            bail!("`max-attempts` must be at least `n`, which is {}, got {}", self.n, self.max_attempts);
        }
        if !(1..=MOST_IN_BATCH).contains(&self.batch) {
            bail!("`batch` must be from 1 to {MOST_IN_BATCH}, got {}", self.batch);
        }
        Ok(())
    }
}

/// The numbers of the classes that a user asked for, in order, each once.
pub(super) fn targets(asked: &[String], net: &dyn Classifier) -> Result<Vec<i64>> {
    let classes = net.classes();
    let mut found = Vec::new();
    for text in asked {
        if text == "all" {
            found.extend(0..classes.len() as i64);
            continue;
        }
        let class = labels::find(text, classes, net.name())?;
        found.push(class as i64);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|class| seen.insert(*class));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_found_by_name_and_number() {
        let net = advlab_model_zoo::Net::random(
            "net",
            &advlab_model_zoo::ModelSpec {
                classes: vec!["cat".into(), "dog".into(), "0".into()],
                ..advlab_model_zoo::ModelSpec::sigmoid_mlp(&[3])
            },
            advlab_core::Seed::new(0),
        )
        .unwrap();
        let find = |text: &str| targets(&[text.to_owned()], &net);
        assert_eq!(find("Dog").unwrap(), [1]);
        assert_eq!(find("1").unwrap(), [1]);
        assert_eq!(find("0").unwrap(), [2], "a name goes before a number");
        assert_eq!(find("all").unwrap(), [0, 1, 2]);
        assert_eq!(targets(&["dog".into(), "all".into()], &net).unwrap(), [1, 0, 2]);
        let text = find("horse").unwrap_err().to_string();
        assert!(text.contains("horse") && text.contains("cat, dog"), "{text}");
    }
}
