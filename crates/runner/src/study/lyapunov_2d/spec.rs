//! What a study of nets that tell a disc from its surroundings consists of, as its file says it.

use advlab_core::{Activation, Device};
use advlab_model_zoo::{ModelSpec, Output, TrainSpec};
use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::study::checks::{at_least, distinct};

/// A study: nets of many widths and depths that learn which points of a square lie in a disc.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// Always `lyapunov-2d`.
    pub kind: String,
    /// What the study is called.
    pub name: String,
    /// Every random draw comes from it.
    pub seed: u64,
    /// How often each net is trained, each time on points of its own.
    #[schemars(range(min = 1))]
    pub trainings: usize,
    /// Points that each training learns from.
    #[schemars(range(min = 10))]
    pub points: usize,
    /// Points that it is tested on.
    #[schemars(range(min = 10))]
    pub test_points: usize,
    /// Widths of the hidden layers, from the narrowest.
    #[schemars(length(min = 2))]
    pub widths: Vec<i64>,
    /// Numbers of hidden layers, from the fewest.
    #[schemars(length(min = 1))]
    pub depths: Vec<usize>,
    /// Widths of the nets whose hidden layers stay as they were drawn, beside trained ones; from the narrowest.
    #[schemars(length(min = 2))]
    pub embedding_widths: Vec<i64>,
    /// Number of hidden layers of those.
    #[schemars(range(min = 1))]
    pub embedding_depth: usize,
    /// How all nets are trained.
    pub training: TrainSpec,
    /// Width for which the rate of `training` is meant: nets of width w learn at the rate times √(this / w), since at one rate the steps of a
    /// wide net change its sums more, until deep ones learn nothing. Unset, all learn at one rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub rate_width: Option<i64>,
    /// Standard deviation of the start biases; start weights are normal with standard deviation `1/√inputs`.
    #[schemars(range(min = 0))]
    pub bias_sd: f64,
    /// Cells along each side of the square on which exponents are computed.
    #[schemars(range(min = 16, max = 1024))]
    pub grid: usize,
    /// Where what was published stands.
    pub source: String,
    /// Where to run: `auto` or `cpu`, since points are learnt on the CPU.
    #[serde(default)]
    pub device: Device,
}

impl Spec {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        at_least("trainings", 1, self.trainings as u64)?;
        at_least("points", 10, self.points as u64)?;
        at_least("test-points", 10, self.test_points as u64)?;
        at_least("embedding-depth", 1, self.embedding_depth as u64)?;
        if !(16..=1024).contains(&self.grid) {
            bail!("`grid` must be from 16 to 1024, got {}", self.grid);
        }
        for (field, least, all) in [
            ("widths", 2, self.widths.clone()),
            ("depths", 1, self.depths.iter().map(|depth| *depth as i64).collect()),
            ("embedding-widths", 2, self.embedding_widths.clone()),
        ] {
            at_least(&format!("{field}: how many"), least, all.len() as u64)?;
            distinct(field, all.iter().map(ToString::to_string))?;
            if all.iter().any(|value| *value < 1) || !all.is_sorted() {
                bail!("`{field}` must be numbers of at least 1, from the smallest up, got {all:?}");
            }
        }
        if let Device::Cuda(_) = self.device {
            bail!("`device` must be auto or cpu, got {}: points are learnt on the CPU", self.device);
        }
        if !(self.bias_sd.is_finite() && self.bias_sd >= 0.0) {
            bail!("`bias-sd` must be 0 or a number above, got {}", self.bias_sd);
        }
        if let Some(width) = self.rate_width {
            at_least("rate-width", 1, width.max(0) as u64)?;
        }
        self.training.check().context("training")?;
        let widest = self.widths.iter().chain(&self.embedding_widths).max().copied().unwrap_or(1);
        let deepest = self.depths.iter().chain([&self.embedding_depth]).max().copied().unwrap_or(1);
        Ok(self.model(widest, deepest).check()?)
    }

    /// How a net of this width is trained.
    pub(super) fn training(&self, width: i64) -> TrainSpec {
        let slower = self.rate_width.map_or(1.0, |own| (own as f64 / width as f64).sqrt());
        TrainSpec { rate: self.training.rate * slower, ..self.training.clone() }
    }

    /// The net of this width and depth: tanh units, and an output for either side that shall be +1 there and −1 elsewhere.
    pub(super) fn model(&self, width: i64, depth: usize) -> ModelSpec {
        ModelSpec {
            input: advlab_core::InputShape { channels: 1, height: 1, width: 2 },
            classes: ["outside", "inside"].map(str::to_owned).to_vec(),
            hidden: vec![width; depth],
            layers: Vec::new(),
            activation: Activation::Tanh,
            output: Output::Softmax,
        }
    }
}
