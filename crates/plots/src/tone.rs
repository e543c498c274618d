//! Values to colours.

use image::{Rgb, RgbImage};

use crate::picture::Picture;
use crate::theme;

/// How a picture's values become colours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Tones {
    /// 0 is black, 1 is white, and what lies outside is clipped.
    #[default]
    Clipped,
    /// Each picture's smallest value is black and its largest white, so that faint patterns show.
    Stretched,
    /// Signed values of one channel, blue below 0, white at 0, red above, with a colour bar.
    Signed {
        /// The value at full red; unset takes the largest absolute value of the whole figure.
        limit: Option<f32>,
    },
}

impl Tones {
    /// Colours of a checked picture; `limit` is only read for signed values.
    pub(crate) fn render(self, picture: &Picture<'_>, limit: f32) -> RgbImage {
        let [channels, height, width] = picture.shape;
        let stretched;
        let values = match self {
            Self::Stretched => {
                stretched = stretch(&picture.values);
                &stretched[..]
            }
            _ => &picture.values[..],
        };
        let plane = height * width;
        RgbImage::from_fn(width as u32, height as u32, |x, y| {
            let at = y as usize * width + x as usize;
            match (self, channels) {
                (Self::Signed { .. }, _) => Rgb(theme::diverging(values[at] / limit).parts()),
                (_, 1) => Rgb([byte(values[at]); 3]),
                _ => Rgb([byte(values[at]), byte(values[plane + at]), byte(values[2 * plane + at])]),
            }
        })
    }
}

/// The values moved and scaled so that the smallest is 0 and the largest 1; all 0.5 if they are equal. NaN stays NaN.
pub fn stretch(values: &[f32]) -> Vec<f32> {
    let low = values.iter().copied().fold(f32::INFINITY, f32::min);
    let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let span = f64::from(high) - f64::from(low);
    let scale = |value: f32| ((f64::from(value) - f64::from(low)) / span) as f32;
    values.iter().map(|&value| if span > 0.0 || value.is_nan() { scale(value) } else { 0.5 }).collect()
}

fn byte(value: f32) -> u8 {
    (255.0 * value.clamp(0.0, 1.0)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretching_fills_the_range_and_survives_equal_and_extreme_values() {
        assert_eq!(stretch(&[2.0, 4.0, 3.0]), [0.0, 1.0, 0.5]);
        assert_eq!(stretch(&[7.0, 7.0]), [0.5, 0.5]);
        assert_eq!(stretch(&[f32::MIN, f32::MAX]), [0.0, 1.0]);
        assert!(stretch(&[0.0, f32::NAN, 1.0])[1].is_nan());
        assert!(stretch(&[]).is_empty());
    }

    #[test]
    fn values_are_clipped_and_rounded() {
        assert_eq!([byte(-1.0), byte(0.5), byte(2.0)], [0, 128, 255]);
    }

    #[test]
    fn channels_are_planes() {
        let picture = Picture::new(vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0], [3, 1, 2]);
        let image = Tones::Clipped.render(&picture, 1.0);
        assert_eq!((image.get_pixel(0, 0).0, image.get_pixel(1, 0).0), ([255, 0, 0], [0, 255, 0]));
    }
}
