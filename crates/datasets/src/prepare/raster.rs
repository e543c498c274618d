//! Pictures in memory at the precision of their files.

use std::path::Path;

use image::DynamicImage;

use super::settings::Channels;
use crate::photo::{Fault, decode};
use crate::{Error, Result};

/// A rectangle of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Column of its left edge.
    pub x: usize,
    /// Row of its upper edge.
    pub y: usize,
    /// Pixels along a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// A picture: grey or colour, in the levels of its file (0 to 255 or to 65535), which `f32` holds exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    /// 1 or 3.
    pub(super) channels: usize,
    /// The level that is white.
    pub(super) white: f32,
    /// Channel by channel, row by row.
    pub(super) levels: Vec<f32>,
}

impl Raster {
    /// A picture from its levels, `channels * height * width` of them, channel by channel, row by row; `white` is 255 or 65535.
    ///
    /// # Panics
    /// If the number of levels is another, or the channels are not 1 or 3.
    pub fn new(width: usize, height: usize, channels: usize, white: f32, levels: Vec<f32>) -> Self {
        assert!(channels == 1 || channels == 3, "{channels} channels are neither grey nor colour");
        assert_eq!(levels.len(), channels * height * width, "levels for {channels}x{height}x{width}");
        Self { width, height, channels, white, levels }
    }

    /// Reads a whole picture.
    ///
    /// # Errors
    /// Those of [`Photo::read`](crate::photo::Photo::read).
    pub fn read(path: &Path, max_pixels: u64) -> Result<Self> {
        let wide = Wide::read(path, max_pixels)?;
        let area = Area { x: 0, y: 0, width: wide.width(), height: wide.height() };
        Ok(wide.area(area, Channels::Keep))
    }

    /// Pixels along a row.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// 1 for grey, 3 for colour.
    pub const fn channels(&self) -> usize {
        self.channels
    }

    /// The level that is white: 255 or 65535.
    pub const fn white(&self) -> f32 {
        self.white
    }

    /// The levels, channel by channel, row by row.
    pub fn levels(&self) -> &[f32] {
        &self.levels
    }

    /// The same without colour, by the weights of ITU-R BT.601.
    #[must_use]
    pub fn grey(self) -> Self {
        if self.channels == 1 {
            return self;
        }
        let plane = self.width * self.height;
        let (red, rest) = self.levels.split_at(plane);
        let (green, blue) = rest.split_at(plane);
        let levels = red.iter().zip(green).zip(blue).map(|((red, green), blue)| luma(*red, *green, *blue)).collect();
        Self { channels: 1, levels, ..self }
    }

    /// Mirrored left to right.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let levels = self.levels.chunks_exact(self.width).flat_map(|row| row.iter().rev().copied()).collect();
        Self { levels, ..*self }
    }

    /// Turned by 90 degrees counter-clockwise so many times; exact.
    #[must_use]
    pub fn turned(&self, quarters: usize) -> Self {
        if quarters.is_multiple_of(4) {
            return self.clone();
        }
        let (width, height) = (self.width, self.height);
        let (to_width, to_height) = if quarters % 2 == 1 { (height, width) } else { (width, height) };
        let mut levels = Vec::with_capacity(self.levels.len());
        for plane in self.levels.chunks_exact(width * height) {
            for y in 0..to_height {
                for x in 0..to_width {
                    let (from_x, from_y) = match quarters % 4 {
                        1 => (width - 1 - y, x),
                        2 => (width - 1 - x, height - 1 - y),
                        _ => (y, height - 1 - x),
                    };
                    levels.push(plane[from_y * width + from_x]);
                }
            }
        }
        Self { width: to_width, height: to_height, levels, ..*self }
    }
}

/// A wide-field picture as its decoder left it, of which parts become [`Raster`]s: whole ones would be four times as large.
#[derive(Debug)]
pub(super) struct Wide(DynamicImage);

impl Wide {
    pub(super) fn read(path: &Path, max_pixels: u64) -> Result<Self> {
        let image = decode(path, max_pixels)?;
        let numbers = match &image {
            DynamicImage::ImageRgb32F(image) => image.iter().all(|value| value.is_finite()),
            DynamicImage::ImageRgba32F(image) => image.iter().all(|value| value.is_finite()),
            _ => true,
        };
        if !numbers {
            return Err(Error::Photo { path: path.to_owned(), fault: Fault::NotFinite });
        }
        Ok(Self(image))
    }

    pub(super) fn width(&self) -> usize {
        self.0.width() as usize
    }

    pub(super) fn height(&self) -> usize {
        self.0.height() as usize
    }

    pub(super) fn is_grey(&self) -> bool {
        !self.0.color().has_color()
    }

    /// The largest level of a picture of 16 bit; `None` for others.
    pub(super) fn brightest(&self) -> Option<u16> {
        match &self.0 {
            DynamicImage::ImageLuma16(image) => image.iter().max().copied(),
            DynamicImage::ImageRgb16(image) => image.iter().max().copied(),
            _ => None,
        }
    }

    /// A part of it. What is transparent lies on white; floating-point values get 65536 levels.
    pub(super) fn area(&self, area: Area, channels: Channels) -> Raster {
        let (byte, word, unit) = (f32::from as fn(u8) -> f32, f32::from as fn(u16) -> f32, float as fn(f32) -> f32);
        let width = self.width();
        let part = |of: &dyn Fn(usize, usize) -> Vec<f32>, n: usize, white: f32| {
            let mut levels = of(n, width);
            let plane = area.width * area.height;
            if n.is_multiple_of(2) {
                on_white(&mut levels, plane, white);
            }
            Raster { width: area.width, height: area.height, channels: if n > 2 { 3 } else { 1 }, white, levels }
        };
        let raster = match &self.0 {
            DynamicImage::ImageLuma8(image) => part(&|n, w| planes(image.as_raw(), n, w, area, byte), 1, BYTE),
            DynamicImage::ImageLumaA8(image) => part(&|n, w| planes(image.as_raw(), n, w, area, byte), 2, BYTE),
            DynamicImage::ImageRgb8(image) => part(&|n, w| planes(image.as_raw(), n, w, area, byte), 3, BYTE),
            DynamicImage::ImageRgba8(image) => part(&|n, w| planes(image.as_raw(), n, w, area, byte), 4, BYTE),
            DynamicImage::ImageLuma16(image) => part(&|n, w| planes(image.as_raw(), n, w, area, word), 1, WORD),
            DynamicImage::ImageLumaA16(image) => part(&|n, w| planes(image.as_raw(), n, w, area, word), 2, WORD),
            DynamicImage::ImageRgb16(image) => part(&|n, w| planes(image.as_raw(), n, w, area, word), 3, WORD),
            DynamicImage::ImageRgba16(image) => part(&|n, w| planes(image.as_raw(), n, w, area, word), 4, WORD),
            DynamicImage::ImageRgba32F(image) => part(&|n, w| planes(image.as_raw(), n, w, area, unit), 4, WORD),
            other => {
                let image = other.to_rgb32f();
                part(&|n, w| planes(image.as_raw(), n, w, area, unit), 3, WORD)
            }
        };
        match channels {
            Channels::Keep => raster,
            Channels::Grey => raster.grey(),
            Channels::Colour if raster.channels == 1 => {
                Raster { channels: 3, levels: raster.levels.repeat(3), ..raster }
            }
            Channels::Colour => raster,
        }
    }
}

const BYTE: f32 = 255.0;
const WORD: f32 = 65_535.0;

fn float(value: f32) -> f32 {
    value.clamp(0.0, 1.0) * WORD
}

fn luma(red: f32, green: f32, blue: f32) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// `n` planes of a part of a picture whose pixels hold `n` values each.
fn planes<S: Copy>(raw: &[S], n: usize, width: usize, area: Area, level: fn(S) -> f32) -> Vec<f32> {
    let mut levels = Vec::with_capacity(n * area.width * area.height);
    for channel in 0..n {
        for y in area.y..area.y + area.height {
            let row = &raw[n * (y * width + area.x)..][..n * area.width];
            levels.extend(row.iter().skip(channel).step_by(n).map(|value| level(*value)));
        }
    }
    levels
}

/// Lays a picture whose last plane is its opacity on white, and takes that plane away.
fn on_white(levels: &mut Vec<f32>, plane: usize, white: f32) {
    let alpha = levels.split_off(levels.len() - plane);
    for channel in levels.chunks_exact_mut(plane) {
        for (value, alpha) in channel.iter_mut().zip(&alpha) {
            if *alpha < white {
                let alpha = alpha / white;
                *value = alpha * *value + (1.0 - alpha) * white;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_add_up_to_none() {
        let raster = Raster::new(3, 2, 1, 255.0, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let once = raster.turned(1);
        assert_eq!((once.width, once.height), (2, 3));
        assert_eq!(once.levels, [3.0, 6.0, 2.0, 5.0, 1.0, 4.0], "counter-clockwise: the right column is the upper row");
        for (twice, turned) in [(once.turned(1), 2), (once.turned(2), 3), (once.turned(3), 4)] {
            assert_eq!(twice, raster.turned(turned));
        }
        assert_eq!(raster.turned(4), raster);
    }
}
