//! A change found at a net's size, given back at the picture's own.

use image::imageops::{FilterType, resize};
use image::{Rgb, Rgb32FImage};

use super::fit::{Fitted, Region};
use super::read::Photo;
use crate::{Error, Result};

impl Fitted {
    /// Adds a change to the whole picture: scaled to the part that the net saw, the rest as it was, the sum cut to [0,
    /// 1]. That of a grey net is added to all three colours. `photo` is the picture that this one was fitted from.
    ///
    /// Scaled up and seen by the net again it is a little weaker and smoother than it was.
    ///
    /// # Shapes
    /// - `change`: the net's `[C, H, W]` in order, each value in [-1, 1]: the difference of two pictures
    ///
    /// # Errors
    /// [`Error::Change`] if it has another length, or a value outside [-1, 1] or NaN; [`Error::OtherPhoto`] if the part
    /// that the net saw reaches beyond `photo`.
    pub fn give_back(&self, photo: &Photo, change: &[f32]) -> Result<Photo> {
        let shape = self.shape();
        let bad = change.iter().find(|value| !(-1.0..=1.0).contains(*value));
        if change.len() != shape.len() || bad.is_some() {
            let got = match bad {
                Some(value) => format!("a value of {value}"),
                None => format!("{} values", change.len()),
            };
            return Err(Error::Change { shape: shape.to_string(), got });
        }
        let Region { x, y, width, height } = self.region();
        let (own_width, own_height) = (photo.width(), photo.height());
        if x + width > own_width || y + height > own_height {
            let wanted = format!("at least {} x {}", x + width, y + height);
            return Err(Error::OtherPhoto { wanted, got: format!("{own_width} x {own_height}") });
        }
        let (rows, columns) = (shape.height as usize, shape.width as usize);
        let plane = rows * columns;
        let second = if shape.channels == 3 { plane } else { 0 };
        // The resizing cuts what is negative, so both signs go through it on their own; that leaves zeros zero.
        let scaled = |sign: f32| {
            let part = Rgb32FImage::from_fn(columns as u32, rows as u32, |x, y| {
                let at = y as usize * columns + x as usize;
                Rgb([0, second, 2 * second].map(|channel| (sign * change[at + channel]).max(0.0)))
            });
            resize(&part, width as u32, height as u32, FilterType::Triangle)
        };
        let (up, down) = (scaled(1.0), scaled(-1.0));
        let mut image = photo.image().clone();
        for (column, row, up) in up.enumerate_pixels() {
            let down = down.get_pixel(column, row);
            let pixel = image.get_pixel_mut(x as u32 + column, y as u32 + row);
            for (channel, value) in pixel.0.iter_mut().enumerate() {
                *value = (*value + (up.0[channel] - down.0[channel])).clamp(0.0, 1.0);
            }
        }
        Ok(Photo::new(image))
    }
}
