//! Files to pictures.

use std::fs::File;
use std::io::{self, Cursor, Read as _};
use std::path::Path;

use image::metadata::Orientation;
use image::{
    DynamicImage, ImageBuffer, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Pixel, Rgb, Rgb32FImage,
};

use super::blocks::{frames, is_whole, pages};
use super::fault::Fault;
use crate::{Error, Result};

/// Most pixels that are read unless told otherwise: 600 MB in memory.
pub const MAX_PIXELS: u64 = 50_000_000;

/// Fewest pixels on each side.
pub const LEAST_SIDE: u64 = 8;

/// Most bytes of a file for each pixel: four channels of 16 bit hardly compressed.
const BYTES_PER_PIXEL: u64 = 16;

/// What headers, previews and notes may take besides.
const BYTES_BESIDES: u64 = 64_000_000;

/// A picture as it is meant to be seen: RGB, upright, at its own size, `f32` in [0, 1] at the precision of its file.
///
/// Values are the file's own, between 0 and its largest: an 8-bit `k` is `k / 255`, a 16-bit one `k / 65535`. Colour
/// profiles are not applied.
#[derive(Clone, Debug)]
pub struct Photo(Rgb32FImage);

impl Photo {
    /// Reads a file: PNG, JPEG, WebP, GIF, BMP, TIFF or PNM, told by its content; grey, colour or palette, 8 or 16 bit
    /// or floating point (cut to [0, 1]).
    ///
    /// What is transparent is laid on white. A photograph that its camera noted as turned is turned upright.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Photo`] if it holds no picture, several, one with more than `max_pixels` (this is
    /// found before it is decoded), one with less than [`LEAST_SIDE`] on a side, or a damaged one.
    pub fn read(path: &Path, max_pixels: u64) -> Result<Self> {
        opaque(decode(path, max_pixels)?).map(Self).map_err(|fault| Error::Photo { path: path.to_owned(), fault })
    }

    /// A picture from values in [0, 1].
    pub(crate) const fn new(image: Rgb32FImage) -> Self {
        Self(image)
    }

    /// Pixels along a row.
    pub fn width(&self) -> usize {
        self.0.width() as usize
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.0.height() as usize
    }

    /// All values in [0, 1], `[3, H, W]` in order: red, then green, then blue, each row by row.
    pub fn values(&self) -> Vec<f32> {
        planes(&self.0)
    }

    pub(super) const fn image(&self) -> &Rgb32FImage {
        &self.0
    }
}

/// What a file says of its picture before any pixel of it is decoded; upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) grey: bool,
}

/// A file's picture as its decoder gives it, upright.
///
/// # Errors
/// Those of [`Photo::read`] but [`Fault::NotFinite`].
pub(crate) fn decode(path: &Path, max_pixels: u64) -> Result<DynamicImage> {
    let bytes = bytes(path, max_pixels)?;
    decode_bytes(&bytes, max_pixels).map_err(|fault| Error::Photo { path: path.to_owned(), fault })
}

fn decode_bytes(bytes: &[u8], max_pixels: u64) -> Result<DynamicImage, Fault> {
    let (kind, mut decoder) = open(bytes, max_pixels)?;
    let refused = |error: ImageError| fault(kind, &error, bytes.len() as u64);
    let orientation = decoder.orientation().map_err(refused)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    image.apply_orientation(orientation);
    Ok(image)
}

impl Header {
    /// Reads a file and looks at its headers.
    ///
    /// # Errors
    /// Those of [`Photo::read`] but for what only decoding brings to light.
    pub(crate) fn read(path: &Path, max_pixels: u64) -> Result<Self> {
        let bytes = bytes(path, max_pixels)?;
        Self::parse(&bytes, max_pixels).map_err(|fault| Error::Photo { path: path.to_owned(), fault })
    }

    fn parse(bytes: &[u8], max_pixels: u64) -> Result<Self, Fault> {
        let (kind, mut decoder) = open(bytes, max_pixels)?;
        let orientation = decoder.orientation().map_err(|error| fault(kind, &error, bytes.len() as u64))?;
        let (mut width, mut height) = decoder.dimensions();
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        if matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH) {
            (width, height) = (height, width);
        }
        Ok(Self { width, height, grey: !decoder.color_type().has_color() })
    }
}

/// All bytes of a file, unless there are more than a picture within the limit can have.
fn bytes(path: &Path, max_pixels: u64) -> Result<Vec<u8>> {
    let fail = |fault: Fault| Error::Photo { path: path.to_owned(), fault };
    if path.is_dir() {
        return Err(fail(Fault::Folder));
    }
    let most = max_pixels.saturating_mul(BYTES_PER_PIXEL).saturating_add(BYTES_BESIDES);
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(Error::read(path))?;
    if bytes.len() as u64 > most {
        return Err(fail(Fault::TooLong { most, limit: max_pixels }));
    }
    Ok(bytes)
}

/// The name of the file's kind and a decoder that has read its headers, once those show a picture that is wanted.
fn open(bytes: &[u8], max_pixels: u64) -> Result<(&'static str, impl ImageDecoder + '_), Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    let format = image::guess_format(bytes).map_err(|_| Fault::Foreign { begins: beginning(bytes) })?;
    let kind = kind(format).ok_or_else(|| Fault::Kind { kind: format!("{format:?}") })?;
    let frames = frames(format, bytes);
    if frames > 1 {
        return Err(Fault::Animated { frames });
    }
    let pages = pages(format, bytes);
    if pages > 1 {
        return Err(Fault::Pages { pages });
    }
    let refused = |error: ImageError| fault(kind, &error, bytes.len() as u64);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.no_limits(); // until the size is known: a decoder's own word on memory would tell a user less
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (u64::from(width), u64::from(height));
    if width * height > max_pixels {
        return Err(Fault::TooLarge { width, height, limit: max_pixels });
    }
    if width.min(height) < LEAST_SIDE {
        return Err(Fault::TooSmall { width, height, least: LEAST_SIDE });
    }
    if !is_whole(format, bytes) {
        return Err(Fault::Truncated { bytes: bytes.len() as u64 });
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(max_pixels.saturating_mul(BYTES_PER_PIXEL).saturating_add(BYTES_BESIDES));
    decoder.set_limits(limits).map_err(refused)?;
    Ok((kind, decoder))
}

/// Values channel by channel.
pub(super) fn planes(image: &Rgb32FImage) -> Vec<f32> {
    (0..3).flat_map(|channel| image.pixels().map(move |pixel| pixel.0[channel])).collect()
}

/// Lays a picture on white, as `f32` in [0, 1].
///
/// The library's own conversions go through matrices of colour spaces: greys would come out a little coloured.
pub(crate) fn opaque(image: DynamicImage) -> Result<Rgb32FImage, Fault> {
    let (byte, word) = (|k: u8| f32::from(k) / 255.0, |k: u16| f32::from(k) / 65_535.0);
    let mut flat = match image {
        DynamicImage::ImageLuma8(image) => laid(&image, byte),
        DynamicImage::ImageLumaA8(image) => laid(&image, byte),
        DynamicImage::ImageRgb8(image) => laid(&image, byte),
        DynamicImage::ImageRgba8(image) => laid(&image, byte),
        DynamicImage::ImageLuma16(image) => laid(&image, word),
        DynamicImage::ImageLumaA16(image) => laid(&image, word),
        DynamicImage::ImageRgb16(image) => laid(&image, word),
        DynamicImage::ImageRgba16(image) => laid(&image, word),
        DynamicImage::ImageRgba32F(image) => laid(&image, |value| value),
        other => other.into_rgb32f(),
    };
    if !flat.iter().all(|value| value.is_finite()) {
        return Err(Fault::NotFinite);
    }
    flat.iter_mut().for_each(|value| *value = value.clamp(0.0, 1.0));
    Ok(flat)
}

fn laid<P: Pixel>(image: &ImageBuffer<P, Vec<P::Subpixel>>, level: impl Fn(P::Subpixel) -> f32) -> Rgb32FImage {
    let on_white = |value: f32, alpha: f32| if alpha >= 1.0 { value } else { alpha * value + (1.0 - alpha) };
    Rgb32FImage::from_fn(image.width(), image.height(), |x, y| {
        let values = image.get_pixel(x, y).channels();
        Rgb(match *values {
            [grey] => [level(grey); 3],
            [grey, alpha] => [on_white(level(grey), level(alpha)); 3],
            [red, green, blue] => [red, green, blue].map(&level),
            [red, green, blue, alpha] => [red, green, blue].map(|value| on_white(level(value), level(alpha))),
            _ => unreachable!("pixels have one to four channels"),
        })
    })
}

/// The name of a kind that is read.
const fn kind(format: ImageFormat) -> Option<&'static str> {
    Some(match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Gif => "GIF",
        ImageFormat::Bmp => "BMP",
        ImageFormat::Tiff => "TIFF",
        ImageFormat::Pnm => "PNM",
        _ => return None,
    })
}

/// The decoder's complaint in our words; in its own where it is about the content.
fn fault(kind: &'static str, error: &ImageError, bytes: u64) -> Fault {
    let text = error.to_string();
    let short = {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        let mut short = false;
        while let Some(inner) = cause {
            let end = inner.downcast_ref::<io::Error>().map(io::Error::kind);
            short |= end == Some(io::ErrorKind::UnexpectedEof);
            cause = inner.source();
        }
        // Some decoders say it in words alone.
        short || ["nexpected end", "nexpected EOF", "fill whole buffer"].iter().any(|words| text.contains(words))
    };
    if short {
        return Fault::Truncated { bytes };
    }
    let why = text.lines().collect::<Vec<_>>().join(" ");
    Fault::Damaged { kind, why: why.trim_end_matches('.').to_owned() }
}

/// The first bytes, readable where they are text.
fn beginning(bytes: &[u8]) -> String {
    let first = &bytes[..bytes.len().min(8)];
    if first.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')) {
        format!("`{}`", first.escape_ascii())
    } else {
        first.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
    }
}
