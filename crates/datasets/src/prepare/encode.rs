//! Pictures to PNG files.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _, ImageResult};

use super::{Bits, Raster};

impl Raster {
    /// The picture as a PNG file, grey or RGB, each level rounded to the nearest of 256 or 65536.
    ///
    /// Compression is the library's quick one, which fits filtered photographs; files are a few percent larger than zlib's usual ones and take a
    /// hundredth of the time.
    ///
    /// # Errors
    /// The encoder's complaint.
    pub fn png(&self, bits: Bits) -> ImageResult<Vec<u8>> {
        let plane = self.width * self.height;
        let mut bytes = Vec::with_capacity(self.levels.len() + 1024);
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
        let (most, kinds) = match bits {
            Bits::Eight => (255.0, [ExtendedColorType::L8, ExtendedColorType::Rgb8]),
            Bits::Sixteen => (65_535.0, [ExtendedColorType::L16, ExtendedColorType::Rgb16]),
        };
        let kind = kinds[usize::from(self.channels == 3)];
        let factor = most / self.white;
        let level = |value: f32| value * factor + 0.5;
        // The library wants words as this machine has them.
        let pixels: Vec<u8> = match bits {
            Bits::Eight => self.interleaved(plane, |value| [level(value) as u8]),
            Bits::Sixteen => self.interleaved(plane, |value| (level(value) as u16).to_ne_bytes()),
        };
        encoder.write_image(&pixels, self.width as u32, self.height as u32, kind)?;
        Ok(bytes)
    }

    /// Pixel by pixel, with so many bytes for each value.
    fn interleaved<const N: usize>(&self, plane: usize, bytes: impl Fn(f32) -> [u8; N]) -> Vec<u8> {
        let mut pixels = vec![0; N * self.levels.len()];
        if self.channels == 1 {
            for (pixel, value) in pixels.chunks_exact_mut(N).zip(&self.levels) {
                pixel.copy_from_slice(&bytes(*value));
            }
            return pixels;
        }
        let (red, rest) = self.levels.split_at(plane);
        let (green, blue) = rest.split_at(plane);
        for (at, pixel) in pixels.chunks_exact_mut(3 * N).enumerate() {
            for (part, value) in pixel.chunks_exact_mut(N).zip([red[at], green[at], blue[at]]) {
                part.copy_from_slice(&bytes(value));
            }
        }
        pixels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let bytes = |bits, white: f32, channels| {
            let levels = (0..channels * 70).map(|i| (i as f32 * 911.0) % (white + 1.0)).collect();
            let raster = Raster::new(10, 7, channels, white, levels);
            (image::load_from_memory(&raster.png(bits).unwrap()).unwrap(), raster)
        };
        for channels in [1, 3] {
            for (bits, white) in [(Bits::Eight, 255.0), (Bits::Sixteen, 65_535.0)] {
                let (image, raster) = bytes(bits, white, channels);
                let words: Vec<f32> = match image {
                    image::DynamicImage::ImageLuma8(image) => image.iter().map(|v| f32::from(*v)).collect(),
                    image::DynamicImage::ImageRgb8(image) => image.iter().map(|v| f32::from(*v)).collect(),
                    image::DynamicImage::ImageLuma16(image) => image.iter().map(|v| f32::from(*v)).collect(),
                    image::DynamicImage::ImageRgb16(image) => image.iter().map(|v| f32::from(*v)).collect(),
                    other => panic!("{:?}", other.color()),
                };
                let planes: Vec<f32> =
                    (0..channels).flat_map(|c| words.iter().skip(c).step_by(channels).copied()).collect();
                assert_eq!(planes, raster.levels, "{channels} channels, {bits:?}");
            }
        }
        // Both ends and the middle of the other depth.
        let raster = Raster::new(4, 1, 1, 65_535.0, vec![0.0, 128.0, 129.0, 65_535.0]);
        let image = image::load_from_memory(&raster.png(Bits::Eight).unwrap()).unwrap();
        assert_eq!(image.as_bytes(), [0, 0, 1, 255], "levels of 257 round to the nearest");
    }
}
