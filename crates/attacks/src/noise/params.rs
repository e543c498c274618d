//! The settings of an attack from noise.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Noise;
use crate::{Error, Result};

/// Key of this attack in files and messages.
pub const KEY: &str = "noise";

/// What the examples start from. Every value is drawn on its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "start-noise", "pattern" = "^(normal|uniform)(:.*)?$"))]
pub enum Start {
    /// Normal with this mean and standard deviation; written `normal:0.5,0.3`.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Uniform between the two; written `uniform` for [0, 1], or `uniform:0.2,0.8`.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal { mean, sd } => write!(f, "normal:{mean},{sd}"),
            Self::Uniform { low, high } => write!(f, "uniform:{low},{high}"),
        }
    }
}

impl FromStr for Start {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::Text {
            what: "a start noise",
            want: "`normal:MEAN,SD` (such as `normal:0.5,0.3`), `uniform` or `uniform:LOW,HIGH`",
            got: text.to_owned(),
        };
        let (name, numbers) = text.split_once(':').unwrap_or((text, ""));
        let numbers = numbers
            .split(',')
            .filter(|part| !part.is_empty())
            .map(|part| part.trim().parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(bad))
            .collect::<Result<Vec<_>>>()?;
        match (name, &numbers[..]) {
            ("normal", []) => Ok(Self::Normal { mean: 0.5, sd: 0.3 }),
            ("normal", &[mean, sd]) if sd >= 0.0 => Ok(Self::Normal { mean, sd }),
            ("uniform", []) => Ok(Self::Uniform { low: 0.0, high: 1.0 }),
            ("uniform", &[low, high]) if low < high => Ok(Self::Uniform { low, high }),
            _ => Err(bad()),
        }
    }
}

impl TryFrom<String> for Start {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Start> for String {
    fn from(start: Start) -> Self {
        start.to_string()
    }
}

/// What descends. `o` are the net's confidences, `z` its scores, `t` the wanted class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// `½‖o − onehot(t)‖²`: the cost of the published recipe. It goes flat where the outputs saturate.
    Quadratic,
    /// `−ln o_t` under softmax; under sigmoids `−ln o_t − Σ_{k≠t} ln(1 − o_k)`.
    CrossEntropy,
    /// `max_{k≠t} z_k − z_t`: negative exactly where the label is the wanted one, and never flat at the output.
    Margin,
}

impl Loss {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 3] = ["quadratic", "cross-entropy", "margin"];
}

/// How a step follows from the gradient `g`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Optimizer {
    /// `x ← x − rate·g`.
    Plain,
    /// `v ← 0.9·v − rate·g`, `x ← x + v`.
    Momentum,
    /// Adam with β = (0.9, 0.999), a count of steps for each example (Kingma and Ba 2015, algorithm 1).
    Adam,
    /// `x ← x − rate·√D·g/‖g‖₂` over the `D` pixels: every step changes them by `rate` in the root mean square, however
    /// flat the net is.
    Normalised,
}

impl Optimizer {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 4] = ["plain", "momentum", "adam", "normalised"];
}

/// Settings of [`Noise`] as a person writes them; [`check`](Self::check) makes them runnable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct NoiseParams {
    /// Start noise.
    pub start: Start,
    /// What descends.
    pub loss: Loss,
    /// How a step follows from the gradient.
    pub optimizer: Optimizer,
    /// Step size. For [`Optimizer::Normalised`] it is the root mean square change of a pixel, white being 1.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub rate: f64,
    /// Most steps for one attempt.
    #[schemars(range(min = 1))]
    pub steps: u32,
    /// Whether every step, and the start, is clipped to [0, 1].
    pub clip: bool,
    /// Confidence to be reached besides the label, in the net's own terms; unset stops at the label alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub confidence: Option<f64>,
    /// Whether an attempt ends as soon as it has what is wanted; otherwise it takes all steps and is judged at the end.
    pub early_stop: bool,
}

impl Default for NoiseParams {
    /// Large steps of equal length along the margin's gradient, inside [0, 1]. Most neurons of a sigmoid net are saturated on
    /// noise, so that its gradient is tiny and holds close by only: the length makes up for the first, large steps for the
    /// second.
    fn default() -> Self {
        Self {
            start: Start::Uniform { low: 0.0, high: 1.0 },
            loss: Loss::Margin,
            optimizer: Optimizer::Normalised,
            rate: 0.15,
            steps: 1000,
            clip: true,
            confidence: None,
            early_stop: true,
        }
    }
}

impl NoiseParams {
    /// The published recipe: `x ~ N(0.5, 0.3)`, quadratic cost on the outputs, plain steps of size 1, up to 1000 of them,
    /// no clipping.
    pub fn published() -> Self {
        Self {
            start: Start::Normal { mean: 0.5, sd: 0.3 },
            loss: Loss::Quadratic,
            optimizer: Optimizer::Plain,
            rate: 1.0,
            clip: false,
            ..Self::default()
        }
    }

    /// The recipe of this name, or none.
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "default" => Some(Self::default()),
            "published" => Some(Self::published()),
            _ => None,
        }
    }

    /// The names that [`preset`](Self::preset) knows.
    pub const PRESETS: [&'static str; 2] = ["default", "published"];

    /// Makes the settings runnable.
    ///
    /// # Errors
    /// [`Error::Param`] names the first setting that the attack cannot use.
    pub fn check(self) -> Result<Noise> {
        let refuse = |field, want, got: String| Err(Error::Param { attack: KEY, field, want, got });
        let usable = self.rate.is_finite() && self.rate > 0.0;
        if !usable {
            return refuse("rate", "a number above 0", self.rate.to_string());
        }
        if self.steps == 0 {
            return refuse("steps", "at least 1", self.steps.to_string());
        }
        if let Some(confidence) = self.confidence {
            let usable = 0.0 < confidence && confidence < 1.0; // false for NaN too
            if !usable {
                return refuse("confidence", "above 0 and below 1 (99.6 % is 0.996)", confidence.to_string());
            }
        }
        if self.clip {
            let inside = match self.start {
                Start::Normal { mean, .. } => (0.0..=1.0).contains(&mean),
                Start::Uniform { low, high } => low >= 0.0 && high <= 1.0,
            };
            if !inside {
                return refuse("start", "inside [0, 1] when pictures are clipped", self.start.to_string());
            }
        }
        Ok(Noise(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_read_as_they_print() {
        for text in ["normal:0.5,0.3", "uniform:0,1", "uniform:0.2,0.8"] {
            assert_eq!(text.parse::<Start>().unwrap().to_string(), text);
        }
        for text in ["", "gauss", "normal:1", "normal:0.5,-1", "uniform:1,0", "normal:a,b", "uniform:0,1,2"] {
            assert!(text.parse::<Start>().is_err(), "{text}");
        }
    }

    #[test]
    fn settings_that_cannot_run_are_named() {
        let with = |change: fn(&mut NoiseParams)| {
            let mut params = NoiseParams::default();
            change(&mut params);
            params.check().unwrap_err().to_string()
        };
        for (text, field) in [
            (with(|p| p.rate = 0.0), "rate"),
            (with(|p| p.rate = f64::NAN), "rate"),
            (with(|p| p.steps = 0), "steps"),
            (with(|p| p.confidence = Some(1.0)), "confidence"),
            (with(|p| p.confidence = Some(99.6)), "confidence"),
            (with(|p| p.start = Start::Uniform { low: -1.0, high: 1.0 }), "start"),
        ] {
            assert!(text.contains(&format!("`{field}`")), "{text}");
        }
    }
}
