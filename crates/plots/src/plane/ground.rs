//! What a panel shows as colours.

use image::{Rgb, RgbImage};

use super::{ClassMap, Field};
use crate::colour_bar::ColourBar;
use crate::error::not_empty;
use crate::theme::{Colour, WHITE, diverging, sequential};
use crate::{Error, Result};

/// Colour of cells without a value.
const NEUTRAL: Colour = Colour::rgb(196, 196, 196);

/// What a panel shows as colours.
#[derive(Clone, Debug, PartialEq)]
pub enum Ground {
    /// Values, by the figure's [`FieldScale`].
    Values(Field),
    /// Classes.
    Classes(ClassMap),
    /// White paper: for lines and points alone.
    Blank {
        /// Left and right end.
        x: (f64, f64),
        /// Lower and upper end.
        y: (f64, f64),
    },
}

impl From<Field> for Ground {
    fn from(field: Field) -> Self {
        Self::Values(field)
    }
}

impl From<ClassMap> for Ground {
    fn from(map: ClassMap) -> Self {
        Self::Classes(map)
    }
}

impl Ground {
    /// The rectangle: ends along x, ends along y.
    pub const fn ends(&self) -> ((f64, f64), (f64, f64)) {
        match self {
            Self::Values(field) => (field.x, field.y),
            Self::Classes(map) => (map.x, map.y),
            Self::Blank { x, y } => (*x, *y),
        }
    }

    /// Whether it can be drawn; `what` names the panel.
    pub(crate) fn check(&self, what: &str) -> Result<()> {
        let (x, y) = self.ends();
        for (name, (low, high)) in [("x", x), ("y", y)] {
            let usable = low.is_finite() && high.is_finite() && low < high && (high - low).is_finite();
            if !usable {
                let (what, got) = (format!("{what}: ends along {name}"), format!("{low} to {high}"));
                return Err(Error::Setting { what, wanted: "finite, from low to high", got });
            }
        }
        match self {
            Self::Values(field) => not_empty(|| format!("{what}: field"), field.values.len()),
            Self::Classes(map) => map.check(what),
            Self::Blank { .. } => Ok(()),
        }
    }

    /// Its cells as a picture of `width × height` pixels, each pixel in the colour of the cell that holds its middle.
    pub(crate) fn raster(&self, width: u32, height: u32, shades: Option<&Shades>) -> RgbImage {
        let (rows, columns) = match self {
            Self::Values(field) => field.values.dim(),
            Self::Classes(map) => map.labels.dim(),
            Self::Blank { .. } => (1, 1),
        };
        let colour = |cell: (usize, usize)| match self {
            Self::Values(field) => shades.and_then(|shades| shades.colour(field.values[cell])).unwrap_or(NEUTRAL),
            Self::Classes(map) => map.colour(cell).unwrap_or(NEUTRAL),
            Self::Blank { .. } => WHITE,
        };
        let cell = |pixel: u32, pixels: u32, count: usize| {
            ((f64::from(pixel) + 0.5) / f64::from(pixels) * count as f64).min(count as f64 - 1.0) as usize
        };
        RgbImage::from_fn(width, height, |x, y| {
            Rgb(colour((cell(height - 1 - y, height, rows), cell(x, width, columns))).parts())
        })
    }

    /// Whether a cell has no value, and its neutral colour is to be explained.
    pub(crate) fn has_gaps(&self) -> bool {
        match self {
            Self::Values(field) => field.values.iter().any(|value| !value.is_finite()),
            Self::Classes(map) => map.confidence.iter().flatten().any(|value| value.is_nan()),
            Self::Blank { .. } => false,
        }
    }

    /// The legend's colour for cells without a value.
    pub(crate) const fn neutral() -> Colour {
        NEUTRAL
    }
}

/// Which colours values take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ramp {
    /// From white at the lower end to dark blue at the upper one.
    #[default]
    Sequential,
    /// Blue below 0, white at 0, red above, equally strong at equal distances.
    Diverging,
}

/// How the values of fields become colours.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldScale {
    /// The colours.
    pub ramp: Ramp,
    /// Values at the ends of the colours; unset takes the smallest and the largest. Values beyond take the colour of the end.
    pub range: Option<(f64, f64)>,
    /// Whether all panels share one scale, and one colour bar; else each has its own.
    pub shared: bool,
    /// Name beside the colour bar; may be empty.
    pub label: String,
}

impl Default for FieldScale {
    fn default() -> Self {
        Self { ramp: Ramp::Sequential, range: None, shared: true, label: String::new() }
    }
}

impl FieldScale {
    /// White to dark blue.
    pub fn sequential(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// Blue over white at 0 to red.
    pub fn diverging(label: impl Into<String>) -> Self {
        Self { ramp: Ramp::Diverging, ..Self::sequential(label) }
    }

    /// The same with fixed ends.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { range: Some((low, high)), ..self }
    }

    /// The same with a scale and a colour bar for each panel.
    #[must_use]
    pub fn each(self) -> Self {
        Self { shared: false, ..self }
    }

    /// The scale for these grounds; `None` if none of them is a field.
    pub(crate) fn shades<'g>(&self, grounds: impl Iterator<Item = &'g Ground>) -> Result<Option<Shades>> {
        let (mut low, mut high, mut any) = (f64::INFINITY, f64::NEG_INFINITY, false);
        for ground in grounds {
            if let Ground::Values(field) = ground {
                any = true;
                for &value in field.values.iter().filter(|value| value.is_finite()) {
                    (low, high) = (low.min(value), high.max(value));
                }
            }
        }
        if !any {
            return Ok(None);
        }
        not_empty(|| "planes: field with a number".to_owned(), usize::from(low <= high || self.range.is_some()))?;
        let (low, high) = self.range.unwrap_or((low, high));
        if !(low.is_finite() && high.is_finite() && (low < high || self.range.is_none())) {
            let (what, got) = ("planes: range of values".to_owned(), format!("{low} to {high}"));
            return Err(Error::Setting { what, wanted: "finite, from low to high", got });
        }
        // A field of one value everywhere gets a range around it.
        let around = if low < high { 0.0 } else { (low.abs() * 0.1).max(0.5) };
        Ok(Some(Shades { ramp: self.ramp, low: low - around, high: high + around }))
    }
}

/// A scale with its ends settled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shades {
    ramp: Ramp,
    low: f64,
    high: f64,
}

impl Shades {
    /// The colour of a value; `None` for NaN and infinities.
    pub(crate) fn colour(&self, value: f64) -> Option<Colour> {
        value.is_finite().then(|| match self.ramp {
            Ramp::Sequential => sequential(((value - self.low) / (self.high - self.low)) as f32),
            Ramp::Diverging => diverging((value / self.low.abs().max(self.high.abs())) as f32),
        })
    }

    /// The key of the scale.
    pub(crate) fn bar(&self, label: &str) -> Result<ColourBar> {
        ColourBar::between(self.low, self.high, label)
    }
}
