//! Many pictures on few PNG sheets, row by row.

use anyhow::Result;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};
use serde::Serialize;

use super::archive::Pictures;
use crate::report::figures::url;

/// Longest side of a sheet, in pixels; browsers stop drawing far above it.
const LONGEST: usize = 4096;

/// Sheets as data URLs.
#[derive(Debug, Serialize)]
pub(super) struct Sheets {
    /// Pictures in a row.
    columns: usize,
    /// Pictures on a sheet; the last may hold fewer.
    each: usize,
    urls: Vec<String>,
}

impl Sheets {
    /// Values are clipped to [0, 1] and rounded to 256 levels, as in picture files.
    pub(super) fn of(pictures: &Pictures) -> Result<Self> {
        let [_, channels, height, width] = pictures.shape;
        let square = ((pictures.count * height) as f64 / width as f64).sqrt().ceil() as usize;
        let columns = square.clamp(1, (LONGEST / width).max(1));
        let each = columns * (LONGEST / height).max(1);
        let len = channels * height * width;
        let urls = pictures.values.chunks(each * len).map(|values| {
            let rows = (values.len() / len).div_ceil(columns);
            // The last place of a sheet's last row may be empty.
            let (across, down) = (columns.min(values.len() / len) * width, rows * height);
            let mut bytes = vec![0_u8; across * down * channels];
            for (number, picture) in values.chunks_exact(len).enumerate() {
                let (left, top) = (number % columns * width, number / columns * height);
                for (at, value) in picture.iter().enumerate() {
                    let (channel, y, x) = (at / (height * width), at / width % height, at % width);
                    let level = if value.is_nan() { 0.0 } else { (value.clamp(0.0, 1.0) * 255.0).round() };
                    bytes[((top + y) * across + left + x) * channels + channel] = level as u8;
                }
            }
            let colour = if channels == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
            let mut png = Vec::new();
            PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive).write_image(
                &bytes,
                across as u32,
                down as u32,
                colour,
            )?;
            Ok(url(&png, image::ImageFormat::Png).to_string())
        });
        Ok(Self { columns, each, urls: urls.collect::<Result<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn every_picture_is_where_the_page_looks_for_it() {
        let shape = [200, 3, 128, 160];
        let len = 3 * 128 * 160;
        // Picture i is of the colour (i, 255 - i, 7), with its last pixel white.
        let picture = |i: usize| {
            let mut values: Vec<f32> = (0..len).map(|at| [i, 255 - i, 7][at / (128 * 160)] as f32 / 255.0).collect();
            for channel in 0..3 {
                values[(channel + 1) * 128 * 160 - 1] = 2.0;
            }
            values
        };
        let values: Vec<f32> = (0..200).flat_map(picture).collect();
        let sheets = Sheets::of(&Pictures { shape, count: 200, values }).unwrap();
        let decode = |url: &String| {
            let png = STANDARD.decode(url.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
            image::load_from_memory(&png).unwrap().to_rgb8()
        };
        let decoded: Vec<_> = sheets.urls.iter().map(decode).collect();
        assert!(decoded.iter().all(|sheet| sheet.width() <= 4096 && sheet.height() <= 4096));
        for i in 0..200 {
            let (sheet, place) = (&decoded[i / sheets.each], i % sheets.each);
            let (x, y) = ((place % sheets.columns * 160) as u32, (place / sheets.columns * 128) as u32);
            assert_eq!(sheet.get_pixel(x, y).0, [i as u8, 255 - i as u8, 7], "{i}");
            assert_eq!(sheet.get_pixel(x + 159, y + 127).0, [255; 3], "{i}");
        }
    }
}
