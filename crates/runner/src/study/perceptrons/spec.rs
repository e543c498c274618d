//! What a study of perceptrons consists of, as its file says it.

use advlab_analysis::perceptron::{MOST_PARITY, ThresholdTraining};
use advlab_core::Device;
use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::study::checks::{at_least, distinct};

/// A study: boolean functions, parity, and a region that four lines bound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `perceptrons`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// Where what was published stands.
    pub source: String,
    /// Samples and trainings of each net.
    #[schemars(range(min = 2))]
    pub repeats: usize,
    /// Numbers of inputs of parity, whose nets have as many hidden neurons.
    #[schemars(length(min = 1))]
    pub parities: Vec<usize>,
    /// The region in the plane.
    pub lines: Lines,
    /// How nets with hidden neurons learn.
    #[serde(default)]
    pub training: ThresholdTraining,
    /// Where to run: a CPU, whatever is said here.
    #[serde(default)]
    pub device: Device,
}

/// The region that four lines bound, and the nets that learn it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "FourLines")]
pub struct Lines {
    /// Hidden neurons of the net that is large enough.
    #[schemars(range(min = 2))]
    pub few: usize,
    /// Hidden neurons of the one that has too many.
    pub many: usize,
    /// Points to learn from.
    #[schemars(range(min = 2))]
    pub train: usize,
    /// Fresh points to test on.
    #[schemars(range(min = 1))]
    pub test: usize,
    /// Standard deviation of the noise that moves points in the second half of the study; in the first there is none.
    pub noise: f64,
}

impl Spec {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used, by its name.
    pub fn check(&self) -> Result<()> {
        at_least("repeats", 2, self.repeats as u64)?;
        at_least("parities: number of them", 1, self.parities.len() as u64)?;
        distinct("parities", self.parities.iter().map(ToString::to_string))?;
        if let Some(inputs) = self.parities.iter().find(|inputs| !(3..=MOST_PARITY).contains(*inputs)) {
            bail!("`parities` must be from 3 to {MOST_PARITY}, got {inputs}");
        }
        at_least("lines: few", 2, self.lines.few as u64)?;
        if self.lines.many <= self.lines.few {
            bail!("`lines: many` must be above `few` ({}), got {}", self.lines.few, self.lines.many);
        }
        at_least("lines: train", 2, self.lines.train as u64)?;
        at_least("lines: test", 1, self.lines.test as u64)?;
        let usable = self.lines.noise.is_finite() && self.lines.noise > 0.0;
        if !usable {
            bail!("`lines: noise` must be above 0, got {}", self.lines.noise);
        }
        Ok(self.training.check()?)
    }

    /// Number of its cells.
    pub(crate) fn cells(&self) -> usize {
        super::cell::cells(self).len()
    }
}
