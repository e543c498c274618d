//! The settings of activation maximisation.

use advlab_core::InputShape;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Maximise;
use crate::{Error, Result};

/// Key of this analysis in files and messages.
pub const KEY: &str = "maximise";

/// What the steps are taken on, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Space {
    /// The pixels: `v ← 0.9·v + 0.1·rate·g`, `x ← x + v`, clipped to [0, 1]. Pixels that do not matter stay as they are.
    Pixels,
    /// The picture's spectrum, each frequency scaled by its size in natural pictures, with a sigmoid that keeps pixels in
    /// [0, 1], by Adam (Kingma and Ba 2015, algorithm 1). All frequencies move, and smooth shapes come before fine ones
    /// (Olah, Mordvintsev and Schubert 2017, "Preconditioning").
    Fourier,
}

impl Space {
    /// As flags and files spell them.
    pub const NAMES: [&'static str; 2] = ["pixels", "fourier"];
}

/// Settings of [`Maximise`] as a person writes them; [`check`](Self::check) makes them runnable.
///
/// The objective's gradient at a picture is scaled to a root mean square of 1, for each picture on its own. So a step is as large, and
/// `tv` and `l2` weigh as much, whatever the net and the layer, and however saturated it is. Where the gradient is exactly 0, as at a
/// sigmoid far from its middle or at a ReLU that is off everywhere, there is no way up: a layer's values before its activation,
/// such as `dense1.pre`, are the ones to maximise then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MaximiseParams {
    /// What the steps are taken on.
    pub space: Space,
    /// Whether the steps are on colours that are independent of each other in natural pictures. Only in Fourier space, and without
    /// effect on nets whose pictures have not three channels.
    pub decorrelate: bool,
    /// Number of steps.
    pub steps: u32,
    /// Change of the picture in a step, root mean square over its pixels, at most and about; white is 1.
    pub rate: f64,
    /// Grey value that pictures start from, and that `l2` pulls towards: 0 black, 0.5 grey, 1 white.
    pub background: f64,
    /// Standard deviation of the start noise around it, white being 1.
    pub start_sd: f64,
    /// Pixels by which the picture is shifted before each look at it, at most, in each direction; what leaves at one border comes in
    /// at the other, or mirrored where the look is scaled or turned too.
    pub jitter: u32,
    /// By how much it is made larger or smaller before each look, at most: 0.1 is from 0.9 to 1.1 times.
    pub scale: f64,
    /// Degrees by which it is turned before each look, at most, in each direction.
    pub rotate: f64,
    /// Weight of total variation, `Σ (Δ_x² + Δ_y²)` over neighbours (Mahendran and Vedaldi 2015, section 3, with β = 2).
    pub tv: f64,
    /// Weight of the decay towards the background, `½‖x − background‖²` (Simonyan et al. 2014, section 2).
    pub l2: f64,
    /// Standard deviation of the blur in pixels (Yosinski et al. 2015, section 3); 0 for none.
    pub blur: f64,
    /// Steps from one blur to the next.
    pub blur_every: u32,
}

/// Pictures with sides of fewer pixels are digits and small drawings.
const PHOTOGRAPH: i64 = 96;

impl MaximiseParams {
    /// What gives telling pictures on nets of this input.
    ///
    /// - Small grey pictures: pixels on black. An operation on the whole batch is a noticeable part of a step there, so there are only
    ///   those that a digit needs: shifts, a decay that keeps what does not matter black, and now and then a blur. The noise is strong,
    ///   since fewer ReLUs are off on it.
    /// - Photographs and small colour pictures: the spectrum, from grey, under shifts, scales and turns. A little total variation and
    ///   decay hold the contrast below that of posters, where shapes drown in their edges.
    pub fn for_input(input: InputShape) -> Self {
        let side = input.height.min(input.width);
        if input.channels != 3 && side < PHOTOGRAPH {
            return Self {
                space: Space::Pixels,
                decorrelate: false,
                steps: 128,
                rate: 0.05,
                background: 0.0,
                start_sd: 0.3,
                jitter: 2,
                scale: 0.0,
                rotate: 0.0,
                tv: 0.0,
                l2: 0.2,
                blur: 0.8,
                blur_every: 16,
            };
        }
        let photograph = side >= PHOTOGRAPH;
        Self {
            space: Space::Fourier,
            decorrelate: input.channels == 3,
            steps: 256,
            rate: if photograph { 0.04 } else { 0.03 },
            background: 0.5,
            start_sd: 0.02,
            jitter: (side / 14) as u32, // 16 at 224 pixels
            scale: if photograph { 0.3 } else { 0.2 },
            rotate: 15.0,
            tv: if photograph { 0.6 } else { 2.0 },
            l2: if photograph { 0.1 } else { 0.2 },
            blur: 0.0,
            blur_every: 16,
        }
    }

    /// Makes the settings runnable.
    ///
    /// # Errors
    /// [`Error::Param`] names the first setting that cannot be used.
    pub fn check(self) -> Result<Maximise> {
        let refuse = |field, want, got: String| Err(Error::Param { analysis: KEY, field, want, got });
        if self.decorrelate && self.space == Space::Pixels {
            return refuse("decorrelate", "false where `space` is `pixels`", "true".to_owned());
        }
        if self.steps == 0 {
            return refuse("steps", "at least 1", "0".to_owned());
        }
        let usable = self.rate.is_finite() && self.rate > 0.0;
        if !usable {
            return refuse("rate", "a number above 0", self.rate.to_string());
        }
        let grey = match self.space {
            Space::Pixels => (0.0..=1.0).contains(&self.background),
            Space::Fourier => 0.0 < self.background && self.background < 1.0, // a sigmoid never gets to its ends
        };
        if !grey {
            let want = "in [0, 1], and neither end where `space` is `fourier`";
            return refuse("background", want, self.background.to_string());
        }
        let not_negative = [("start-sd", self.start_sd), ("tv", self.tv), ("l2", self.l2), ("blur", self.blur)];
        for (field, value) in not_negative {
            let usable = value.is_finite() && value >= 0.0;
            if !usable {
                return refuse(field, "a number of at least 0", value.to_string());
            }
        }
        if !(0.0..1.0).contains(&self.scale) {
            return refuse("scale", "at least 0 and below 1", self.scale.to_string());
        }
        if !(0.0..=180.0).contains(&self.rotate) {
            return refuse("rotate", "from 0 to 180 degrees", self.rotate.to_string());
        }
        if self.blur_every == 0 {
            return refuse("blur-every", "at least 1", "0".to_owned());
        }
        Ok(Maximise(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHOTO: InputShape = InputShape { channels: 3, height: 224, width: 224 };

    #[test]
    fn settings_that_cannot_run_are_named() {
        let with = |change: fn(&mut MaximiseParams)| {
            let mut params = MaximiseParams::for_input(PHOTO);
            change(&mut params);
            params.check().unwrap_err().to_string()
        };
        for (text, field) in [
            (with(|p| p.space = Space::Pixels), "decorrelate"),
            (with(|p| p.steps = 0), "steps"),
            (with(|p| p.rate = 0.0), "rate"),
            (with(|p| p.rate = f64::NAN), "rate"),
            (with(|p| p.background = 0.0), "background"),
            (with(|p| p.background = 1.5), "background"),
            (with(|p| p.start_sd = -1.0), "start-sd"),
            (with(|p| p.scale = 1.0), "scale"),
            (with(|p| p.scale = f64::NAN), "scale"),
            (with(|p| p.rotate = 200.0), "rotate"),
            (with(|p| p.tv = f64::INFINITY), "tv"),
            (with(|p| p.l2 = -0.1), "l2"),
            (with(|p| p.blur = f64::NAN), "blur"),
            (with(|p| p.blur_every = 0), "blur-every"),
        ] {
            assert!(text.starts_with("maximise: ") && text.contains(&format!("`{field}`")), "{text}");
        }
    }

    #[test]
    fn defaults_can_run_for_every_input() {
        for (channels, height, width) in
            [(1, 28, 28), (1, 1, 10), (3, 32, 32), (3, 224, 224), (1, 299, 299), (4, 64, 48)]
        {
            let params = MaximiseParams::for_input(InputShape { channels, height, width });
            assert!(params.clone().check().is_ok(), "{params:?}");
        }
    }
}
