//! What `advlab lyapunov` looks at, as flags or a file say it.

use std::path::PathBuf;
use std::str::FromStr;

use advlab_core::{Device, InputShape, ScoreKind};
use advlab_datasets::Split;
use advlab_model_zoo::Foreign;
use anyhow::bail;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::DataSpec;
use crate::model::{ModelChoice, default_model, default_seed};

/// How much a net stretches what lies around the pictures of a data set.
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
    /// The pictures.
    pub data: DataSpec,
    /// Which half.
    #[serde(default = "test_half")]
    pub split: Split,
    /// Layer where the way begins, by its name or a part of it; unset for the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Layer where it ends; unset for the last hidden one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Every exponent, and not the largest alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// A plane that is mapped: three pictures, by their numbers from 0, through which it is laid; `pca` for that of the pictures' first two
    /// principal components; or a hidden layer of two neurons, from which the map's exponents then lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plane: Option<PlaneSpec>,
    /// Cells along each side of the map.
    #[serde(default = "cells")]
    #[schemars(range(min = 16, max = 1024))]
    pub grid: usize,
    /// Seed of the random moves that ridges are held against.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// Which plane is mapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PlaneSpec {
    /// That through three pictures, by their numbers from 0.
    Pictures([usize; 3]),
    /// `pca`, or the name of a layer.
    Named(String),
}

impl PlaneSpec {
    /// The plane of two principal components.
    pub const PRINCIPAL: &str = "pca";
}

impl FromStr for PlaneSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let told = || {
            format!("write three numbers of pictures such as 0,1,2, or pca, or a layer of two neurons, got `{text}`")
        };
        let named = !text.trim().is_empty() && !text.contains(',') && text.trim().parse::<i64>().is_err();
        if named {
            return Ok(Self::Named(text.trim().to_owned()));
        }
        let numbers: Result<Vec<usize>, _> = text.split(',').map(|number| number.trim().parse()).collect();
        numbers.map_err(|_| told())?.try_into().map(Self::Pictures).map_err(|_| told())
    }
}

const fn test_half() -> Split {
    Split::Test
}

const fn cells() -> usize {
    Spec::GRID
}

impl Spec {
    /// Cells along each side of a map, unless told otherwise.
    pub const GRID: usize = 96;

    /// Checks every setting that does not depend on net or data.
    ///
    /// # Errors
    /// The first that cannot be used.
    pub fn check(&self) -> anyhow::Result<()> {
        if !(16..=1024).contains(&self.grid) {
            bail!("`grid` must be from 16 to 1024, got {}", self.grid);
        }
        if let Some(PlaneSpec::Pictures([a, b, c])) = self.plane
            && (a == b || a == c || b == c)
        {
            bail!("`plane` must name three different pictures, got {a}, {b} and {c}");
        }
        Ok(())
    }

    pub(super) fn choice(&self) -> ModelChoice {
        let foreign = Foreign { input_shape: self.input_shape, classes: self.classes.clone(), scores: self.scores };
        ModelChoice { model: self.model.clone(), foreign, device: self.device }
    }
}
