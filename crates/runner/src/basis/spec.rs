//! What `advlab basis` looks at, as flags or a file say it.

use advlab_analysis::basis::Reading;
use advlab_analysis::maximise::MaximiseParams;
use advlab_core::{Device, InputShape, ScoreKind};
use advlab_model_zoo::Foreign;
use anyhow::{Result, bail};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::inputs::Input;
use crate::model::{ModelChoice, default_model, default_seed};

/// Most pictures in a row.
const MOST_TOP: usize = 1000;

/// Most directions of each kind.
const MOST_DIRECTIONS: usize = 1 << 20;

/// No device has the memory for more, and nothing would go faster by it.
const MOST_IN_BATCH: usize = 1 << 20;

/// Values of pictures that go through the net together, where nobody says how many pictures.
const VALUES_IN_BATCH: usize = 2 << 20;

/// Pictures that go through the net together at most, where nobody says how many.
const PICTURES_IN_BATCH: usize = 1000;

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
    /// The layer, by its name or a part of it; unset takes the last hidden one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// What a unit of a layer of maps is.
    #[serde(default)]
    pub map: Reading,
    /// The held-out pictures; unset takes those that the net was made for, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Input>,
    /// Views of each photograph.
    #[serde(default = "one_view")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub views: usize,
    /// Which directions.
    #[serde(default)]
    pub bases: Bases,
    /// Whether random directions are a whole random orthonormal basis, and not each on its own.
    #[serde(default)]
    pub orthonormal: bool,
    /// Units to show, by number (for the scores also by class); empty draws them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// Directions of each kind to show.
    #[serde(default = "directions")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub directions: usize,
    /// Pictures for each direction.
    #[serde(default = "top")]
    #[schemars(range(min = 1, max = 1000))]
    pub top: usize,
    /// Another net, whose layer of the same name is held beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Whether the natural basis is turned into a random one step by step.
    #[serde(default)]
    pub sweep: bool,
    /// Settings that differ from [`MaximiseParams::for_input`](advlab_analysis::maximise::MaximiseParams::for_input), if pictures are to be made from noise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "synthesis_schema")]
    pub synthesize: Option<serde_json::Map<String, serde_json::Value>>,
    /// Every random draw comes from it.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Pictures that go through the net together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub batch: Option<usize>,
    /// Bytes of activations that are kept in memory; more go to a file.
    #[serde(default = "memory")]
    pub memory: u64,
    /// Where to run.
    #[serde(default)]
    pub device: Device,
}

/// Which directions of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bases {
    /// Both kinds, side by side.
    #[default]
    Both,
    /// Single units.
    Natural,
    /// Random directions.
    Random,
}

impl Bases {
    /// Whether single units are among them.
    pub const fn natural(self) -> bool {
        matches!(self, Self::Both | Self::Natural)
    }

    /// Whether random directions are among them.
    pub const fn random(self) -> bool {
        matches!(self, Self::Both | Self::Random)
    }
}

/// Settings of [`MaximiseParams`], any of them.
pub(crate) fn synthesis_schema(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = MaximiseParams::json_schema(generator);
    schema.remove("required");
    schema
}

const fn one_view() -> usize {
    Spec::VIEWS
}

const fn directions() -> usize {
    Spec::DIRECTIONS
}

const fn top() -> usize {
    Spec::TOP
}

const fn memory() -> u64 {
    Spec::MEMORY
}

impl Spec {
    /// Views of each photograph, unless told otherwise.
    pub const VIEWS: usize = 1;

    /// Directions of each kind that are shown, unless told otherwise.
    pub const DIRECTIONS: usize = 16;

    /// Pictures for each direction, unless told otherwise.
    pub const TOP: usize = 8;

    /// Bytes of activations that are kept in memory unless told otherwise.
    pub const MEMORY: u64 = 1 << 30;

    pub(super) fn choice(&self) -> ModelChoice {
        let foreign = Foreign { input_shape: self.input_shape, classes: self.classes.clone(), scores: self.scores };
        ModelChoice { model: self.model.clone(), foreign, device: self.device }
    }

    /// Settings that do not depend on the net.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub fn check(&self) -> Result<()> {
        let within = |name: &str, value: usize, most: usize| {
            if (1..=most).contains(&value) { Ok(()) } else { bail!("`{name}` must be from 1 to {most}, got {value}") }
        };
        within("directions", self.directions, MOST_DIRECTIONS)?;
        within("top", self.top, MOST_TOP)?;
        within("views", self.views, 1 << 20)?;
        within("batch", self.batch.unwrap_or(1), MOST_IN_BATCH)?;
        if self.orthonormal && !self.bases.random() {
            bail!("`orthonormal` is for random directions, and none are asked for");
        }
        if !self.units.is_empty() && !self.bases.natural() {
            bail!("`units` names single units, and random directions alone are asked for");
        }
        if self.sweep && self.bases != Bases::Both {
            bail!("`sweep` turns single units into random directions, so it needs both kinds");
        }
        self.input.as_ref().map_or(Ok(()), Input::check)
    }

    /// Pictures that go through a net together.
    pub(super) fn batch_for(&self, shape: InputShape) -> usize {
        self.batch.unwrap_or((VALUES_IN_BATCH / shape.len().max(1)).clamp(1, PICTURES_IN_BATCH))
    }
}
