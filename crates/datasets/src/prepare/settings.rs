//! What is to be done with the wide-field pictures.

use serde::{Deserialize, Serialize};

use super::{Angles, Border, Grid, Interpolation, Size, Trouble};
use crate::photo::MAX_PIXELS;

/// Everything that a prepared folder depends on besides its input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// How each picture is cut.
    pub tiles: Grid,
    /// Whether what the tiles leave over is cut off, half at each side.
    pub trim: bool,
    /// How each tile is rotated.
    pub angles: Angles,
    /// Whether each of these comes in all four whole turns.
    pub turns: bool,
    /// What a rotation brings in from outside the tile.
    pub border: Border,
    /// How values between pixels come about.
    pub interpolation: Interpolation,
    /// Size of what is written; unset leaves tiles as large as they are.
    pub size: Option<Size>,
    /// Whether the size may have another form than the tiles.
    pub stretch: bool,
    /// Bits of each value that is written.
    pub bits: Bits,
    /// The level of 16-bit pictures that becomes white; unset is 65535.
    pub white: Option<u16>,
    /// Whether colour stays.
    pub channels: Channels,
    /// The two halves, if there are to be any.
    pub split: Option<SplitSettings>,
    /// Whether broken files are left out.
    pub skip_broken: bool,
    /// Most pixels of a picture.
    pub max_pixels: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tiles: Grid::WHOLE,
            trim: false,
            angles: Angles::none(),
            turns: false,
            border: Border::Reflect,
            interpolation: Interpolation::Bicubic,
            size: None,
            stretch: false,
            bits: Bits::Eight,
            white: None,
            channels: Channels::Keep,
            split: None,
            skip_broken: false,
            max_pixels: MAX_PIXELS,
        }
    }
}

impl Settings {
    /// All angles, and that the settings make sense together.
    pub(super) fn check(&self) -> Result<Vec<f64>, Trouble> {
        if let Some(split) = self.split
            && !(split.share > 0.0 && split.share < 1.0)
        {
            let got = split.share;
            return Err(Trouble::Setting(format!(
                "`test` must be a share above 0 and below 1, got {got}; a fifth is 0.2"
            )));
        }
        if self.white == Some(0) {
            return Err(Trouble::Setting("`white` must be a level from 1 to 65535, got 0".to_owned()));
        }
        self.angles.with_turns(self.turns)
    }
}

/// Bits of each value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "u8")]
pub enum Bits {
    /// 256 levels.
    Eight,
    /// 65536 levels.
    Sixteen,
}

impl From<Bits> for u8 {
    fn from(bits: Bits) -> Self {
        match bits {
            Bits::Eight => 8,
            Bits::Sixteen => 16,
        }
    }
}

/// What becomes of colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channels {
    /// Grey stays grey, colour stays colour; all must be of one kind.
    Keep,
    /// All become grey: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).
    Grey,
    /// All become colour; grey in three equal channels.
    Colour,
}

/// How pictures are dealt out to the two halves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SplitSettings {
    /// Share of each class that is for testing, above 0 and below 1.
    pub share: f64,
    /// What stays together.
    pub by: SplitBy,
    /// Where chance comes from.
    pub seed: u64,
}

/// What is never on both sides of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitBy {
    /// All tiles of a wide-field picture.
    Picture,
    /// All rotations of a tile.
    Tile,
}

impl SplitBy {
    /// How it is written.
    pub const NAMES: [&'static str; 2] = ["picture", "tile"];
}
