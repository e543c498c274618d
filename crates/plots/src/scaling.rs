//! Pictures brought to about a wanted size: small ones by a whole factor, so that their pixels stay squares; large ones
//! scaled down smoothly.

use image::RgbImage;
use image::imageops::{FilterType, resize};

use crate::canvas::Canvas;
use crate::picture::Picture;
use crate::tone::Tones;

/// What happens to all pictures of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scaling {
    /// Each pixel becomes a square of so many.
    Up(u32),
    /// Each side becomes this share of itself, below 1.
    Down(f32),
}

impl Scaling {
    /// The scaling at which the longest side of all pictures is at most `side`, or as near below as whole factors allow.
    pub(crate) fn new(longest: usize, side: usize) -> Self {
        if longest <= side {
            Self::Up((side / longest.max(1)).max(1) as u32)
        } else {
            Self::Down(side as f32 / longest as f32)
        }
    }

    /// Pixels of the file for so many of a picture.
    pub(crate) fn length(self, pixels: usize) -> u32 {
        match self {
            Self::Up(factor) => pixels as u32 * factor,
            Self::Down(share) => ((pixels as f32 * share).round() as u32).max(1),
        }
    }

    /// Draws a checked picture, clipped to [0, 1].
    pub(crate) fn draw(self, canvas: &mut Canvas, picture: &Picture<'_>, (x, y): (f32, f32)) {
        let pixels: RgbImage = Tones::Clipped.render(picture, 1.0);
        match self {
            Self::Up(factor) => canvas.picture(&pixels, x, y, factor),
            Self::Down(_) => {
                let [_, height, width] = picture.shape.map(|side| self.length(side));
                canvas.picture(&resize(&pixels, width, height, FilterType::CatmullRom), x, y, 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pictures_grow_by_whole_factors_and_large_ones_shrink_to_fit() {
        assert_eq!((Scaling::new(28, 96), Scaling::new(28, 96).length(28)), (Scaling::Up(3), 84));
        assert_eq!(Scaling::new(96, 96), Scaling::Up(1));
        let down = Scaling::new(224, 96);
        assert_eq!([224, 112, 1].map(|side| down.length(side)), [96, 48, 1]);
    }
}
