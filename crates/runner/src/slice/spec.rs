//! What `advlab slice` shows, as flags or a file say it.

use std::path::PathBuf;

use advlab_attacks::perturb::{Perturb, PerturbParams};
use advlab_core::{Device, InputShape, ScoreKind};
use advlab_model_zoo::Foreign;
use anyhow::{Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inputs::Input;
use crate::model::{ModelChoice, default_model, default_seed};
use crate::perturb::Wish;

/// Values of pictures that go through the net together.
const VALUES: usize = 600 << 10;
/// Pictures that go through the net together at most.
const PICTURES: usize = 512;

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
    pub classes: Option<PathBuf>,
    /// What a TorchScript net puts out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<ScoreKind>,
    /// The pictures; the plane goes through one of them.
    pub input: Input,
    /// Number of that picture, from 0.
    #[serde(default)]
    pub index: usize,
    /// Another picture, through which the plane goes in place of a counterpart that is searched for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<PathBuf>,
    /// What the net shall say of the counterpart.
    #[serde(default = "anything_else")]
    pub wish: Wish,
    /// How it is searched for.
    #[serde(default)]
    pub attack: PerturbParams,
    /// Points of the map along each side.
    #[serde(default = "cells")]
    #[schemars(range(min = 2, max = 2000))]
    pub cells: usize,
    /// How far the map reaches from the middle between the two pictures, in multiples of their distance.
    #[serde(default = "reach")]
    pub reach: f64,
    /// Every random draw comes from it.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Pictures that go through the net together; unset takes as many as make up 600 thousand values, and at most 512.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub batch: Option<usize>,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

const fn anything_else() -> Wish {
    Wish::Untargeted
}

const fn cells() -> usize {
    101
}

const fn reach() -> f64 {
    2.0
}

impl Spec {
    /// Points along a side, and reach, unless told otherwise.
    pub const DEFAULTS: (usize, f64) = (cells(), reach());

    pub(super) fn choice(&self) -> ModelChoice {
        let foreign = Foreign { input_shape: self.input_shape, classes: self.classes.clone(), scores: self.scores };
        ModelChoice { model: self.model.clone(), foreign, device: self.device }
    }

    /// Checks every setting that does not depend on the net.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub fn check(&self) -> Result<Perturb> {
        self.input.check()?;
        if !(2..=2000).contains(&self.cells) {
            bail!("`cells` must be from 2 to 2000, got {}", self.cells);
        }
        let usable = self.reach > 0.5 && self.reach <= 1e6;
        if !usable {
            bail!("`reach` must be above 0.5, so that both pictures are shown, got {}", self.reach);
        }
        if self.batch == Some(0) {
            bail!("`batch` must be 1 or more, got 0");
        }
        Ok(self.attack.clone().check()?)
    }

    pub(super) fn batch_for(&self, shape: InputShape) -> usize {
        self.batch.unwrap_or_else(|| (VALUES / shape.len().max(1)).clamp(1, PICTURES))
    }
}
