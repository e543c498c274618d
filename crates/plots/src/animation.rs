//! Drawn pictures one after another, as GIF or as animated PNG.

use std::io;
use std::path::Path;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, RgbImage, RgbaImage};

use crate::error::not_empty;
use crate::{Error, Result};

/// Longest time that one picture may stand, in milliseconds: what both formats can say.
const LONGEST: u32 = 60_000;

/// Pictures one after another, over and over: a boundary while it is learnt, a flight through a plane.
///
/// GIF opens everywhere, but has 256 colours in each picture and times in hundredths of a second. Animated PNG keeps all
/// colours; programs that do not know it show its first picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Animation {
    /// The pictures, all of one size.
    pub frames: Vec<RgbImage>,
    /// How long each stands, in milliseconds, from 20 to 60 000.
    pub milliseconds: u32,
    /// How long the last one stands, so that one sees what came out.
    pub last_milliseconds: u32,
}

impl Animation {
    /// Pictures that stand for so many milliseconds each, the last one for two seconds at least.
    pub fn new(frames: Vec<RgbImage>, milliseconds: u32) -> Self {
        Self { frames, milliseconds, last_milliseconds: milliseconds.max(2000) }
    }

    /// Writes it as a file: `.gif` as GIF, `.png` and `.apng` as animated PNG.
    ///
    /// # Errors
    /// [`Error::Empty`] without pictures, [`Error::Shape`] if their sizes differ, [`Error::Setting`] for a time or an ending that
    /// cannot be used, and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        self.check()?;
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let bytes = match &ending[..] {
            "gif" => self.gif(),
            "png" | "apng" => self.apng(),
            _ => {
                let (what, wanted) = ("animation: ending of the file".to_owned(), ".gif, .png or .apng");
                return Err(Error::Setting { what, wanted, got: path.display().to_string() });
            }
        };
        crate::output::write_bytes(path, bytes)
    }

    fn check(&self) -> Result<()> {
        not_empty(|| "animation".to_owned(), self.frames.len())?;
        let size = self.frames[0].dimensions();
        for (index, frame) in self.frames.iter().enumerate() {
            if frame.dimensions() != size || size.0 == 0 || size.1 == 0 || size.0.max(size.1) > 65_535 {
                return Err(Error::Shape {
                    what: format!("animation: picture {index}"),
                    wanted: "the size of the first one, up to 65535 pixels a side",
                    got: vec![frame.height() as usize, frame.width() as usize],
                });
            }
        }
        for (what, time) in [("time of a picture", self.milliseconds), ("time of the last one", self.last_milliseconds)]
        {
            if !(20..=LONGEST).contains(&time) {
                let (what, wanted) = (format!("animation: {what}"), "from 20 to 60000 milliseconds");
                return Err(Error::Setting { what, wanted, got: time.to_string() });
            }
        }
        Ok(())
    }

    /// Each picture with its time.
    fn timed(&self) -> impl Iterator<Item = (&RgbImage, u32)> {
        let last = self.frames.len() - 1;
        let time = move |index| if index == last { self.last_milliseconds } else { self.milliseconds };
        self.frames.iter().enumerate().map(move |(index, frame)| (frame, time(index)))
    }

    fn gif(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 10);
        encoder.set_repeat(Repeat::Infinite).map_err(io::Error::other)?;
        for (picture, time) in self.timed() {
            let opaque = RgbaImage::from_fn(picture.width(), picture.height(), |x, y| {
                let [red, green, blue] = picture.get_pixel(x, y).0;
                [red, green, blue, 255].into()
            });
            let frame = Frame::from_parts(opaque, 0, 0, Delay::from_numer_denom_ms(time, 1));
            encoder.encode_frame(frame).map_err(io::Error::other)?;
        }
        drop(encoder);
        Ok(bytes)
    }

    fn apng(&self) -> io::Result<Vec<u8>> {
        let (width, height) = self.frames[0].dimensions();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_filter(png::Filter::Up);
        // 0 plays: for ever.
        encoder.set_animated(self.frames.len() as u32, 0).map_err(io::Error::other)?;
        let mut writer = encoder.write_header().map_err(io::Error::other)?;
        for (picture, time) in self.timed() {
            writer.set_frame_delay(time as u16, 1000).map_err(io::Error::other)?;
            writer.write_image_data(picture.as_raw()).map_err(io::Error::other)?;
        }
        writer.finish().map_err(io::Error::other)?;
        Ok(bytes)
    }
}
