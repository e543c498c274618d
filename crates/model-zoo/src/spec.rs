//! What a net looks like, as a person writes it.

use advlab_core::{Activation, InputShape, ScoreKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Architecture of a net. Any sigmoid MLP, and convolutional nets layer by layer:
///
/// ```
/// # use advlab_model_zoo::ModelSpec;
/// let shallow: ModelSpec = toml::from_str("
/// hidden = [30]
/// activation = 'sigmoid'
/// output = 'sigmoid'
/// ").unwrap();
/// let cnn: ModelSpec = toml::from_str("
/// layers = [{ conv = { filters = 16, size = 5 } }, { pool = 2 }, { dense = 128 }, { dropout = 0.5 }]
/// activation = 'relu'
/// output = 'softmax'
/// ").unwrap();
/// assert_eq!(shallow.text(), "784-30-10 sigmoid");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ModelSpec {
    /// Shape of a picture; MNIST's unless it says otherwise.
    #[serde(default = "mnist_input")]
    pub input: InputShape,
    /// Names of the classes; the ten digits unless it says otherwise.
    #[serde(default = "digits")]
    #[schemars(length(min = 2))]
    pub classes: Vec<String>,
    /// Widths of the hidden layers of a net of dense layers; in place of `layers`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(range(min = 1, max = 1_048_576)))]
    pub hidden: Vec<i64>,
    /// Hidden layers of any kind, in order; in place of `hidden`. The output layer follows by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayerSpec>,
    /// Between layers.
    pub activation: Activation,
    /// What the last layer's sums become.
    pub output: Output,
}

fn mnist_input() -> InputShape {
    InputShape::MNIST
}

fn digits() -> Vec<String> {
    (0..10).map(|digit: i32| digit.to_string()).collect()
}

/// What the last layer's sums become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// A sigmoid for each class, on its own.
    Sigmoid,
    /// Softmax over all classes.
    Softmax,
}

impl Output {
    /// What the net's scores are.
    pub const fn score_kind(self) -> ScoreKind {
        match self {
            Self::Sigmoid => ScoreKind::Sigmoid,
            Self::Softmax => ScoreKind::Logits,
        }
    }
}

/// One hidden layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum LayerSpec {
    /// Convolution and activation.
    Conv(ConvSpec),
    /// Largest value of each square.
    Pool(PoolSpec),
    /// Dense layer of this width and activation.
    Dense(i64),
    /// Drops this share of its inputs while training, scaling the others up.
    Dropout(f64),
}

/// A convolution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConvSpec {
    /// Output channels.
    #[schemars(range(min = 1, max = 65536))]
    pub filters: i64,
    /// Side of the square kernel.
    #[schemars(range(min = 1, max = 65536))]
    pub size: i64,
    /// Step between two positions.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 65536))]
    pub stride: i64,
    /// Zeros added on each side.
    #[serde(default)]
    #[schemars(range(min = 0, max = 65536))]
    pub padding: i64,
}

/// A pooling: `2` for squares of side 2 beside one another, or `{ size = 3, stride = 2 }` for ones that overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "PoolText", into = "PoolText")]
pub struct PoolSpec {
    /// Side of a square.
    pub size: i64,
    /// Step between two squares.
    pub stride: i64,
}

/// The two ways of writing a pooling.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "wanted a side, such as 2, or { size = 3, stride = 2 }")]
enum PoolText {
    Side(i64),
    Window { size: i64, stride: i64 },
}

impl From<PoolText> for PoolSpec {
    fn from(text: PoolText) -> Self {
        match text {
            PoolText::Side(size) => Self { size, stride: size },
            PoolText::Window { size, stride } => Self { size, stride },
        }
    }
}

impl From<PoolSpec> for PoolText {
    fn from(PoolSpec { size, stride }: PoolSpec) -> Self {
        if size == stride { Self::Side(size) } else { Self::Window { size, stride } }
    }
}

impl PoolSpec {
    /// Shape of the map that is left of a map, if a square fits into it.
    pub(crate) fn of(self, map: InputShape) -> Option<InputShape> {
        let side = |len: i64| (len >= self.size).then(|| (len - self.size) / self.stride + 1);
        Some(InputShape { height: side(map.height)?, width: side(map.width)?, ..map })
    }

    fn is_sane(self) -> bool {
        (2..=1 << 16).contains(&self.size) && (1..=1 << 16).contains(&self.stride)
    }
}

impl ConvSpec {
    /// Shape of the map that is made of a map, if the kernel fits into it.
    pub(crate) fn of(&self, map: InputShape) -> Option<InputShape> {
        let side = |len: i64| {
            let room = len + 2 * self.padding;
            (room >= self.size).then(|| (room - self.size) / self.stride + 1)
        };
        Some(InputShape { channels: self.filters, height: side(map.height)?, width: side(map.width)? })
    }

    fn is_sane(&self) -> bool {
        let most = 1 << 16;
        [self.filters, self.size, self.stride].iter().all(|n| (1..=most).contains(n))
            && (0..=most).contains(&self.padding)
    }
}

const fn one() -> i64 {
    1
}

impl ModelSpec {
    /// A net of dense sigmoid layers with sigmoid outputs, for MNIST.
    pub fn sigmoid_mlp(hidden: &[i64]) -> Self {
        Self {
            input: InputShape::MNIST,
            classes: digits(),
            hidden: hidden.to_vec(),
            layers: Vec::new(),
            activation: Activation::Sigmoid,
            output: Output::Sigmoid,
        }
    }

    /// Whether its classes are those that a file is taken to mean if it names none: the ten digits.
    pub fn names_no_classes(&self) -> bool {
        self.classes == digits()
    }

    /// The architecture in a line, such as `784-30-10 sigmoid`.
    pub fn text(&self) -> String {
        let activation = match self.activation {
            Activation::Sigmoid => "sigmoid",
            Activation::Tanh => "tanh",
            Activation::Relu => "relu",
        };
        let softmax = if self.output == Output::Softmax { ", softmax" } else { "" };
        if self.layers.is_empty() {
            let widths = self.hidden.iter().map(|width| format!("-{width}")).collect::<String>();
            return format!("{}{widths}-{} {activation}{softmax}", self.input.len(), self.classes.len());
        }
        let layers = self.layers.iter().map(|layer| match layer {
            LayerSpec::Conv(conv) => format!("conv {}@{}x{}", conv.filters, conv.size, conv.size),
            LayerSpec::Pool(PoolSpec { size, stride }) if size == stride => format!("pool {size}"),
            LayerSpec::Pool(PoolSpec { size, stride }) => format!("pool {size}/{stride}"),
            LayerSpec::Dense(width) => format!("dense {width}"),
            LayerSpec::Dropout(share) => format!("dropout {share}"),
        });
        let layers = layers.collect::<Vec<_>>().join(", ");
        format!("{}, {layers}, dense {} {activation}{softmax}", self.input, self.classes.len())
    }

    /// The same layers for pictures of another shape. Poolings for which too little is left of the maps are left out, so that
    /// a net for large pictures serves small ones as well.
    #[must_use]
    pub fn for_input(&self, input: InputShape) -> Self {
        let mut map = input;
        let mut layers = Vec::new();
        for layer in &self.layers {
            let next = match layer {
                LayerSpec::Conv(conv) => conv.of(map),
                LayerSpec::Pool(pool) => match pool.of(map) {
                    None => continue,
                    fits => fits,
                },
                LayerSpec::Dense(_) | LayerSpec::Dropout(_) => None,
            };
            map = next.unwrap_or(map);
            layers.push(layer.clone());
        }
        Self { input, layers, ..self.clone() }
    }

    /// Checks what does not depend on the shape of maps: whether its layers can be built.
    ///
    /// # Errors
    /// [`Error::Spec`] says what cannot be built.
    pub fn check(&self) -> Result<()> {
        self.hidden_layers().map(drop)
    }

    /// The hidden layers, whichever way they are written.
    ///
    /// # Errors
    /// [`Error::Spec`] says what cannot be built.
    pub(crate) fn hidden_layers(&self) -> Result<Vec<LayerSpec>> {
        if !self.hidden.is_empty() && !self.layers.is_empty() {
            return Err(Error::Spec("give `hidden` or `layers`, not both".to_owned()));
        }
        if self.classes.len() < 2 {
            return Err(Error::Spec(format!("a classifier needs at least 2 classes, got {}", self.classes.len())));
        }
        let layers: Vec<LayerSpec> = if self.layers.is_empty() {
            self.hidden.iter().copied().map(LayerSpec::Dense).collect()
        } else {
            self.layers.clone()
        };
        for layer in &layers {
            let fault = match layer {
                LayerSpec::Conv(conv) if !conv.is_sane() => {
                    "a convolution's filters, size and stride must be from 1 to 65536, its padding from 0 to 65536"
                }
                LayerSpec::Pool(pool) if !pool.is_sane() => {
                    "a pool's side must be from 2 to 65536, its stride from 1 to 65536"
                }
                LayerSpec::Dense(width) if !(1..=1 << 20).contains(width) => {
                    "a layer's width must be from 1 to 1048576"
                }
                LayerSpec::Dropout(share) if !(0.0..1.0).contains(share) => "a dropout must be at least 0 and below 1",
                _ => continue,
            };
            return Err(Error::Spec(format!("{fault}, got {layer:?}")));
        }
        Ok(layers)
    }
}
