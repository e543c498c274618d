//! A picture file to the bytes of a net's shape.

use std::path::Path;

use advlab_core::InputShape;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{ColorType, DynamicImage};

use crate::photo::{Fit, MAX_PIXELS, Region, decode, grey, opaque};
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
    if (image.width(), image.height()) != (shape.width as u32, shape.height as u32) {
        return place_scaled(&scale(image, shape, fit), room);
    }
    match image {
        DynamicImage::ImageLuma8(image) => spread_grey(image.as_raw(), room, |k| k),
        DynamicImage::ImageLuma16(image) => spread_grey(image.as_raw(), room, of_word),
        DynamicImage::ImageRgb8(image) => spread(image.as_raw(), shape, room, |k| k, of_level),
        DynamicImage::ImageRgb16(image) => spread(image.as_raw(), shape, room, of_word, of_level16),
        DynamicImage::ImageRgb32F(image) => spread(image.as_raw(), shape, room, of_value, |value| value),
        _ => unreachable!("`read` returns five kinds"),
    }
}

/// The part of a picture that is seen, scaled: one or three channels of values in [0, 1].
fn scale(image: &DynamicImage, shape: InputShape, fit: Fit) -> Vec<TypedImage<'static, F32>> {
    let own = [image.width(), image.height()].map(|n| n as usize);
    let part = fit.region(own, [shape.width, shape.height].map(|n| n as usize));
    let channels = match image {
        DynamicImage::ImageLuma8(image) => planes::<_, 1>(image.as_raw(), own[0], part, of_level),
        DynamicImage::ImageLuma16(image) => planes::<_, 1>(image.as_raw(), own[0], part, of_level16),
        DynamicImage::ImageRgb8(image) => planes::<_, 3>(image.as_raw(), own[0], part, of_level),
        DynamicImage::ImageRgb16(image) => planes::<_, 3>(image.as_raw(), own[0], part, of_level16),
        DynamicImage::ImageRgb32F(image) => planes::<_, 3>(image.as_raw(), own[0], part, |value| value),
        _ => unreachable!("`read` returns five kinds"),
    };
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    let (mut resizer, fits) = (Resizer::new(), "the channels were cut to this size");
    let scaled = channels.into_iter().map(|values| {
        let whole = TypedImageRef::new(part.width as u32, part.height as u32, &values).expect(fits);
        let mut scaled = TypedImage::new(shape.width as u32, shape.height as u32);
        resizer.resize_typed(&whole, &mut scaled, &options).expect(fits);
        scaled
    });
    scaled.collect()
}

/// A part cut out of pixels in rows of `width`, channel by channel.
fn planes<T: Copy, const N: usize>(
    pixels: &[T],
    width: usize,
    part: Region,
    value: impl Fn(T) -> f32,
) -> Vec<Vec<F32>> {
    let (pixels, _) = pixels.as_chunks::<N>();
    let mut planes = vec![vec![F32::new(0.0); part.width * part.height]; N];
    for (y, row) in pixels.chunks_exact(width).skip(part.y).take(part.height).enumerate() {
        let row = &row[part.x..][..part.width];
        for (channel, plane) in planes.iter_mut().enumerate() {
            let places = &mut plane[y * part.width..][..part.width];
            places.iter_mut().zip(row).for_each(|(place, pixel)| *place = F32::new(value(pixel[channel])));
        }
    }
    planes
}

/// Scaled channels into as many as there is room for, or into their brightness.
fn place_scaled(channels: &[TypedImage<'_, F32>], room: &mut [u8]) {
    let n = channels[0].pixels().len();
    match channels {
        [red, green, blue] if room.len() == n => {
            let pixels = red.pixels().iter().zip(green.pixels()).zip(blue.pixels());
            room.iter_mut()
                .zip(pixels)
                .for_each(|(place, ((red, green), blue))| *place = of_value(grey([red.0, green.0, blue.0])));
        }
        _ => {
            for (place, channel) in room.chunks_exact_mut(n).zip(channels.iter().cycle()) {
                place.iter_mut().zip(channel.pixels()).for_each(|(place, value)| *place = of_value(value.0));
            }
        }
    }
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

fn of_level(k: u8) -> f32 {
    f32::from(k) / 255.0
}

fn of_level16(k: u16) -> f32 {
    f32::from(k) / 65_535.0
}

fn of_value(value: f32) -> u8 {
    (255.0 * value).round() as u8
}
