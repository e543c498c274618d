//! A picture file to the bytes of a net's shape.

use std::path::Path;

use advlab_core::InputShape;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{ColorType, DynamicImage};

use crate::photo::{Fit, MAX_PIXELS, decode, grey, opaque};
use crate::{Error, Result};

/// Reads a picture as one of five kinds, at its own size: grey or RGB of 8 or 16 bit, or RGB of floating point.
pub(super) fn read(path: &Path) -> Result<DynamicImage> {
    let image = decode(path, MAX_PIXELS)?;
    match image.color() {
        ColorType::L8 | ColorType::L16 | ColorType::Rgb8 | ColorType::Rgb16 => Ok(image),
        _ => {
            let rgb = opaque(image).map_err(|fault| Error::Photo { path: path.to_owned(), fault })?;
            Ok(rgb.into())
        }
    }
}

/// Whether a file's picture has colours; reads all of it, so that damage shows.
pub(super) fn has_colours(path: &Path) -> Result<bool> {
    let image = decode(path, MAX_PIXELS)?;
    let colours = image.color().has_color();
    if matches!(image.color(), ColorType::Rgb32F | ColorType::Rgba32F) {
        opaque(image).map_err(|fault| Error::Photo { path: path.to_owned(), fault })?; // refuses what is no number
    }
    Ok(colours)
}

/// Writes a picture that [`read`] returned as `[C, H, W]`: cut to the shape's proportions or stretched, and scaled, as
/// [`Photo::fit`](crate::photo::Photo::fit) does it, and rounded to whole grey levels. A picture of the shape's own size that
/// has 8 bits passes as it is.
///
/// # Panics
/// If there is not as much room as the shape takes.
pub(super) fn place(image: &DynamicImage, shape: InputShape, fit: Fit, room: &mut [u8]) {
    let (width, height) = (shape.width as u32, shape.height as u32);
    let scaled;
    let image = if (image.width(), image.height()) == (width, height) {
        image
    } else {
        scaled = scale(image, width, height, fit);
        &scaled
    };
    match image {
        DynamicImage::ImageLuma8(image) => spread_grey(image.as_raw(), room, |k| k),
        DynamicImage::ImageLuma16(image) => spread_grey(image.as_raw(), room, of_word),
        DynamicImage::ImageRgb8(image) => spread(image.as_raw(), shape, room, |k| k, |k| f32::from(k) / 255.0),
        DynamicImage::ImageRgb16(image) => spread(image.as_raw(), shape, room, of_word, |k| f32::from(k) / 65_535.0),
        DynamicImage::ImageRgb32F(image) => spread(image.as_raw(), shape, room, of_value, |value| value),
        _ => unreachable!("`read` returns five kinds"),
    }
}

fn scale(image: &DynamicImage, width: u32, height: u32, fit: Fit) -> DynamicImage {
    let part = fit.region([image.width(), image.height()].map(|n| n as usize), [width, height].map(|n| n as usize));
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).crop(
        part.x as f64,
        part.y as f64,
        part.width as f64,
        part.height as f64,
    );
    let mut scaled = DynamicImage::new(width, height, image.color());
    Resizer::new()
        .resize(image, &mut scaled, &options)
        .expect("the part lies in the picture, and both are of one kind");
    scaled
}

/// One channel into as many as there is room for.
fn spread_grey<T: Copy>(pixels: &[T], room: &mut [u8], level: impl Fn(T) -> u8) {
    for channel in room.chunks_exact_mut(pixels.len()) {
        channel.iter_mut().zip(pixels).for_each(|(place, &value)| *place = level(value));
    }
}

/// Three channels, pixel by pixel, into three channels one after the other, or into their brightness.
fn spread<T: Copy>(
    pixels: &[T],
    shape: InputShape,
    room: &mut [u8],
    level: impl Fn(T) -> u8,
    value: impl Fn(T) -> f32,
) {
    let (pixels, _) = pixels.as_chunks::<3>();
    if shape.channels == 1 {
        room.iter_mut().zip(pixels).for_each(|(place, pixel)| *place = of_value(grey(pixel.map(&value))));
        return;
    }
    let (red, rest) = room.split_at_mut(pixels.len());
    let (green, blue) = rest.split_at_mut(pixels.len());
    for (((pixel, red), green), blue) in pixels.iter().zip(red).zip(green).zip(blue) {
        [*red, *green, *blue] = pixel.map(&level);
    }
}

fn of_word(word: u16) -> u8 {
    ((u32::from(word) * 255 + 32_767) / 65_535) as u8
}

fn of_value(value: f32) -> u8 {
    (255.0 * value).round() as u8
}
