//! A finished picture.

use std::path::Path;

use image::{ImageBuffer, ImageError, Rgb};

use crate::prepare::Raster;
use crate::{Error, Result};

/// A picture of 16 bits a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Micrograph {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `height × width × 3` values, row by row, red, green and blue of a pixel side by side; 65 535 is full scale.
    pub pixels: Vec<u16>,
}

impl Micrograph {
    /// Values of a pixel: red, green, blue.
    pub const CHANNELS: usize = 3;

    /// One of the `n` by `n` tiles that it is cut into; what is left over at the right and below is not seen.
    pub(super) fn tile(&self, column: usize, row: usize, n: usize) -> Raster {
        let (width, height) = (self.width / n, self.height / n);
        let mut levels = Vec::with_capacity(Self::CHANNELS * width * height);
        for channel in 0..Self::CHANNELS {
            for y in row * height..(row + 1) * height {
                let line = &self.pixels[(y * self.width + column * width) * Self::CHANNELS..][..width * Self::CHANNELS];
                levels.extend(line.iter().skip(channel).step_by(Self::CHANNELS).map(|level| f32::from(*level)));
            }
        }
        Raster::new(width, height, Self::CHANNELS, 65_535.0, levels)
    }

    /// Writes the picture with 16 bits a channel, in the format that the name ends in: `.png` or `.tif`.
    ///
    /// # Errors
    /// [`Error::Write`] if the file cannot be written, or the name ends in no format that holds 16 bits.
    pub fn save(&self, path: &Path) -> Result<()> {
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let picture =
            ImageBuffer::<Rgb<u16>, &[u16]>::from_raw(self.width as u32, self.height as u32, self.pixels.as_slice())
                .ok_or_else(|| failed(std::io::Error::other("its pixels are fewer than its size says")))?;
        picture.save(path).map_err(|error| {
            failed(match error {
                ImageError::IoError(source) => source,
                other => std::io::Error::other(other),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_hold_all_sixteen_bits() {
        let folder = tempfile::tempdir().unwrap();
        let pixels: Vec<u16> = (0..5 * 4 * 3).map(|i| i * 1091 + 7).collect();
        let micrograph = Micrograph { width: 5, height: 4, pixels };
        for name in ["a.png", "a.tif"] {
            let path = folder.path().join(name);
            micrograph.save(&path).unwrap();
            let read = image::open(&path).unwrap();
            assert_eq!(read.as_rgb16().unwrap().as_raw(), &micrograph.pixels, "{name}");
        }
        for name in ["none/a.png", "a.jpg", "a"] {
            let path = folder.path().join(name);
            let message = micrograph.save(&path).unwrap_err().to_string();
            assert!(message.contains(&path.display().to_string()), "{message}");
        }
    }
}
