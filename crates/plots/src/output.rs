//! PNG files, written whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use tempfile::Builder;

use crate::picture::Picture;
use crate::tone::Tones;
use crate::{Error, Result};

/// Writes one picture as an 8-bit PNG, grey or RGB, each pixel as a square of `magnify` pixels; 1 writes it as it is.
///
/// Values are clipped to [0, 1] and rounded to 256 levels.
///
/// # Shapes
/// - `pixels`: `shape[0] * shape[1] * shape[2]` values, channel by channel, row by row
/// - `shape`: `[C, H, W]`, `C` being 1 or 3
///
/// # Errors
/// [`Error::Shape`] and [`Error::Length`] if they do not fit, [`Error::NotFinite`] for NaN, [`Error::Setting`] for a
/// magnification of 0, [`Error::TooLarge`], and [`Error::Write`].
pub fn png(path: impl AsRef<Path>, pixels: &[f32], shape: [usize; 3], magnify: usize) -> Result<()> {
    let picture = Picture::new(pixels, shape);
    picture.check(|| "picture".to_owned())?;
    let factor = magnification("picture", magnify)?;
    let (height, width) = (shape[1] as f32 * factor as f32, shape[2] as f32 * factor as f32);
    let mut canvas = crate::canvas::Canvas::new("picture", width, height)?;
    canvas.picture(&Tones::Clipped.render(&picture, 1.0), 0.0, 0.0, factor);
    write(path.as_ref(), &canvas.finish())
}

/// The factor as pixels; 0 and absurd ones are refused.
pub(crate) fn magnification(what: &str, magnify: usize) -> Result<u32> {
    match u32::try_from(magnify) {
        Ok(factor @ 1..=1000) => Ok(factor),
        _ => {
            Err(Error::Setting { what: format!("{what}: magnify"), wanted: "from 1 to 1000", got: magnify.to_string() })
        }
    }
}

/// Writes a drawn picture; one without colour becomes a grey file of a third of the size.
pub(crate) fn write(path: &Path, image: &RgbImage) -> Result<()> {
    write_bytes(path, encode(image))
}

/// Writes the bytes of a file, whole or not at all.
pub(crate) fn write_bytes(path: &Path, bytes: io::Result<Vec<u8>>) -> Result<()> {
    let failed = |source: io::Error| Error::Write { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".plot-").suffix(".png.tmp");
    // Temporary files are private by default; a figure gets the rights of any other new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    file.write_all(&bytes.map_err(failed)?).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

fn encode(image: &RgbImage) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Up);
    let (width, height) = image.dimensions();
    let written = if image.pixels().all(|pixel| pixel.0[0] == pixel.0[1] && pixel.0[1] == pixel.0[2]) {
        let grey: Vec<u8> = image.pixels().map(|pixel| pixel.0[0]).collect();
        encoder.write_image(&grey, width, height, ExtendedColorType::L8)
    } else {
        encoder.write_image(image.as_raw(), width, height, ExtendedColorType::Rgb8)
    };
    written.map_err(io::Error::other)?;
    Ok(bytes)
}
