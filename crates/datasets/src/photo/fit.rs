//! A picture cut and scaled to what a net takes.

use std::str::FromStr;

use advlab_core::{InputShape, Pictures};
use image::imageops::{FilterType, crop_imm, resize};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::read::{Photo, planes};
use crate::{Error, Result};

/// Which part of a picture a net sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// The largest part in the middle that has the net's proportions: the shorter side is whole, the longer is cut.
    #[default]
    Crop,
    /// The middle seven eighths of that, as nets for ImageNet are commonly tested: 224 of 256 pixels.
    Inner,
    /// All of it; the proportions change.
    Stretch,
}

impl Fit {
    /// The names that a flag or a file may use.
    pub const NAMES: [&'static str; 3] = ["crop", "inner", "stretch"];
}

impl FromStr for Fit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "crop" => Ok(Self::Crop),
            "inner" => Ok(Self::Inner),
            "stretch" => Ok(Self::Stretch),
            _ => Err(Error::UnknownFit(text.to_owned())),
        }
    }
}

/// A part of a picture, in its own pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Columns to the left of it.
    pub x: usize,
    /// Rows above it.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// A picture at a net's size, and where in the whole it lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    values: Vec<f32>,
    shape: InputShape,
    region: Region,
}

impl Photo {
    /// Cuts and scales to what a net takes; a grey net gets the brightness of the colours (ITU-R BT.601, as most
    /// picture libraries have it).
    ///
    /// Scaling averages over triangles as wide as two pixels of the smaller grid, so that nothing flickers when a
    /// picture gets smaller. A picture that is just as large as the net wants passes as it is, to the bit, whatever
    /// `fit` says.
    ///
    /// # Errors
    /// [`advlab_core::Error::Shape`] if the net takes neither grey nor RGB pictures.
    pub fn fit(&self, shape: InputShape, fit: Fit) -> Result<Fitted> {
        self.fit_region(shape, self.region(shape.width as usize, shape.height as usize, fit))
    }

    /// The same for a region of one's own; what of it lies outside the picture is left out.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_region(&self, shape: InputShape, region: Region) -> Result<Fitted> {
        if !matches!(shape.channels, 1 | 3) {
            let (wanted, got) = (shape.to_string(), "a picture, which has 1 or 3 channels".to_owned());
            return Err(advlab_core::Error::Shape { who: "net".to_owned(), wanted, got }.into());
        }
        let part = crop_imm(self.image(), region.x as u32, region.y as u32, region.width as u32, region.height as u32);
        let image = resize(&*part, shape.width as u32, shape.height as u32, FilterType::Triangle);
        let values =
            if shape.channels == 3 { planes(&image) } else { image.pixels().map(|pixel| grey(pixel.0)).collect() };
        Ok(Fitted { values, shape, region })
    }

    fn region(&self, width: usize, height: usize, fit: Fit) -> Region {
        fit.region([self.width(), self.height()], [width, height])
    }
}

impl Fit {
    /// The part that is seen of a picture with its `own` columns and rows, where so many are `wanted`.
    pub(crate) fn region(self, own: [usize; 2], wanted: [usize; 2]) -> Region {
        let ([own_width, own_height], [width, height]) = (own, wanted);
        let whole = Region { x: 0, y: 0, width: own_width, height: own_height };
        if own == wanted {
            return whole;
        }
        let middle = |width: f64, height: f64| {
            let (width, height) = ((width.round() as usize).max(1), (height.round() as usize).max(1));
            Region { x: (own_width - width) / 2, y: (own_height - height) / 2, width, height }
        };
        let scale = (own_width as f64 / width as f64).min(own_height as f64 / height as f64);
        let (width, height) = (scale * width as f64, scale * height as f64);
        match self {
            Self::Crop => middle(width, height),
            Self::Inner => middle(width * 7.0 / 8.0, height * 7.0 / 8.0),
            Self::Stretch => whole,
        }
    }
}

/// Brightness of a colour; that of a grey is its value to the bit.
pub(crate) fn grey([red, green, blue]: [f32; 3]) -> f32 {
    if red == green && green == blue { red } else { (0.299 * red + 0.587 * green + 0.114 * blue).clamp(0.0, 1.0) }
}

impl Fitted {
    /// The values in [0, 1], `[C, H, W]` in order.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The net's shape.
    pub const fn shape(&self) -> InputShape {
        self.shape
    }

    /// The part of the picture that the net sees.
    pub const fn region(&self) -> Region {
        self.region
    }

    /// The values as a batch of one, `Float` `[1, C, H, W]`.
    ///
    /// # Errors
    /// [`Error::Core`] if there is no memory for it.
    pub fn pictures(&self) -> Result<Pictures> {
        let tensor = Tensor::f_from_slice(&self.values).and_then(|flat| flat.f_reshape(self.shape.batch(1)));
        Ok(Pictures::new(tensor.map_err(advlab_core::Error::from)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb32FImage;

    #[test]
    fn regions_lie_in_the_middle() {
        let photo = Photo::new(Rgb32FImage::new(400, 300));
        let region = |shape: [usize; 2], fit| {
            let Region { x, y, width, height } = photo.region(shape[0], shape[1], fit);
            [x, y, width, height]
        };
        assert_eq!(region([224, 224], Fit::Crop), [50, 0, 300, 300]);
        assert_eq!(region([224, 224], Fit::Inner), [68, 18, 263, 263]);
        assert_eq!(region([224, 224], Fit::Stretch), [0, 0, 400, 300]);
        assert_eq!(region([100, 200], Fit::Crop), [125, 0, 150, 300]);
        assert_eq!(region([400, 100], Fit::Crop), [0, 100, 400, 100]);
        assert_eq!(region([400, 300], Fit::Inner), [0, 0, 400, 300]);
        assert_eq!(region([100_000, 1], Fit::Crop), [0, 149, 400, 1]);
    }

    #[test]
    fn fits_read_as_files_spell_them() {
        for (name, fit) in Fit::NAMES.into_iter().zip([Fit::Crop, Fit::Inner, Fit::Stretch]) {
            assert_eq!(name.parse::<Fit>().unwrap(), fit);
        }
        let text = "square".parse::<Fit>().unwrap_err().to_string();
        assert_eq!(text, "unknown fit `square`; use `crop`, `inner` or `stretch`");
    }

    #[test]
    fn grey_stays_grey() {
        for k in 0..=255_u8 {
            let value = f32::from(k) / 255.0;
            assert_eq!(grey([value; 3]).to_bits(), value.to_bits());
        }
        assert!((grey([1.0, 0.0, 0.0]) - 0.299).abs() < 1e-6);
    }
}
