//! The sheet of pixels that everything is drawn on: anti-aliased shapes, magnified pictures, text.

use image::RgbImage;
use tiny_skia::{FillRule, LineCap, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

use crate::text::{ASCENT, Across, CAPITAL, DESCENT, Down, LEADING, Style};
use crate::theme::Colour;
use crate::{Error, Result};

/// Longest side that is drawn.
const LONGEST: u64 = 30_000;
/// Most pixels that are drawn.
const MOST: u64 = 200_000_000;

/// A part of the canvas, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Area {
    pub(crate) const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    pub(crate) const fn right(self) -> f32 {
        self.x + self.width
    }

    pub(crate) const fn bottom(self) -> f32 {
        self.y + self.height
    }

    pub(crate) const fn centre(self) -> (f32, f32) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Whether a point lies within.
    pub(crate) fn holds(self, (x, y): (f32, f32)) -> bool {
        (self.x..=self.right()).contains(&x) && (self.y..=self.bottom()).contains(&y)
    }

    /// The area without its first `height` rows.
    pub(crate) const fn below(self, height: f32) -> Self {
        Self { y: self.y + height, height: self.height - height, ..self }
    }
}

/// Opaque pixels, white at first.
#[derive(Debug)]
pub(crate) struct Canvas {
    pixels: Pixmap,
    /// The last area that shapes were restricted to.
    mask: Option<(Area, Mask)>,
    clipped: bool,
}

impl Canvas {
    /// A white sheet; sizes are rounded up. `what` names the figure should it be too large.
    pub(crate) fn new(what: &str, width: f32, height: f32) -> Result<Self> {
        let (wide, high) = (width.ceil().max(1.0) as u64, height.ceil().max(1.0) as u64);
        let too_large = || Error::TooLarge { what: what.to_owned(), width: wide, height: high };
        if wide > LONGEST || high > LONGEST || wide * high > MOST {
            return Err(too_large());
        }
        let mut pixels = Pixmap::new(wide as u32, high as u32).ok_or_else(too_large)?;
        pixels.fill(tiny_skia::Color::WHITE);
        Ok(Self { pixels, mask: None, clipped: false })
    }

    pub(crate) fn width(&self) -> f32 {
        self.pixels.width() as f32
    }

    pub(crate) fn height(&self) -> f32 {
        self.pixels.height() as f32
    }

    /// Restricts the shapes drawn from now on, not text and pictures, to an area; `None` lifts it.
    pub(crate) fn clip(&mut self, area: Option<Area>) {
        self.clipped = area.is_some();
        // The mask of the last area is kept, since figures switch between clipped shapes and text for each bar.
        if let Some(area) = area.filter(|area| self.mask.as_ref().is_none_or(|(last, _)| last != area)) {
            self.mask = rect(area).and_then(|rect| {
                let mut mask = Mask::new(self.pixels.width(), self.pixels.height())?;
                mask.fill_path(&PathBuilder::from_rect(rect), FillRule::Winding, false, Transform::identity());
                Some((area, mask))
            });
        }
    }

    /// Fills an area.
    pub(crate) fn fill(&mut self, area: Area, colour: Colour, opacity: f32) {
        if let Some(rect) = rect(area) {
            self.pixels.fill_rect(
                rect,
                &paint(colour, opacity),
                Transform::identity(),
                self.mask.as_ref().filter(|_| self.clipped).map(|(_, mask)| mask),
            );
        }
    }

    /// Draws a frame just outside an area.
    pub(crate) fn frame(&mut self, area: Area, colour: Colour, width: f32) {
        let Area { x, y, width: wide, height: high } = area;
        self.fill(Area::new(x - width, y - width, wide + 2.0 * width, width), colour, 1.0);
        self.fill(Area::new(x - width, y + high, wide + 2.0 * width, width), colour, 1.0);
        self.fill(Area::new(x - width, y, width, high), colour, 1.0);
        self.fill(Area::new(x + wide, y, width, high), colour, 1.0);
    }

    /// Draws a line through points; dashes are lengths on and off, none for a solid line.
    pub(crate) fn line(&mut self, points: &[(f32, f32)], colour: Colour, opacity: f32, width: f32, dash: &[f32]) {
        if let Some(path) = path(points, false) {
            let stroke = Stroke {
                width,
                line_cap: if dash.is_empty() { LineCap::Square } else { LineCap::Butt },
                line_join: LineJoin::Round,
                dash: tiny_skia::StrokeDash::new(dash.to_vec(), 0.0),
                ..Stroke::default()
            };
            let (paint, clip) =
                (paint(colour, opacity), self.mask.as_ref().filter(|_| self.clipped).map(|(_, mask)| mask));
            self.pixels.stroke_path(&path, &paint, &stroke, Transform::identity(), clip);
        }
    }

    /// Fills the polygon with these corners.
    pub(crate) fn polygon(&mut self, corners: &[(f32, f32)], colour: Colour, opacity: f32) {
        if let Some(path) = path(corners, true) {
            self.fill_path(&path, colour, opacity);
        }
    }

    /// Fills a circle.
    pub(crate) fn disc(&mut self, centre: (f32, f32), radius: f32, colour: Colour, opacity: f32) {
        if let Some(path) = PathBuilder::from_circle(centre.0, centre.1, radius) {
            self.fill_path(&path, colour, opacity);
        }
    }

    fn fill_path(&mut self, path: &Path, colour: Colour, opacity: f32) {
        let (paint, clip) = (paint(colour, opacity), self.mask.as_ref().filter(|_| self.clipped).map(|(_, mask)| mask));
        self.pixels.fill_path(path, &paint, FillRule::Winding, Transform::identity(), clip);
    }

    /// Copies a picture, each of its pixels as a square of `magnify` pixels; parts outside are left out.
    pub(crate) fn picture(&mut self, picture: &RgbImage, x: f32, y: f32, magnify: u32) {
        let (x, y) = (x.round() as i64, y.round() as i64);
        let (wide, high) = (i64::from(self.pixels.width()), i64::from(self.pixels.height()));
        let (width, height) = (i64::from(picture.width() * magnify), i64::from(picture.height() * magnify));
        let columns = (-x).clamp(0, width)..(wide - x).clamp(0, width);
        let data = self.pixels.data_mut();
        for row in (-y).clamp(0, height)..(high - y).clamp(0, height) {
            for column in columns.clone() {
                let pixel = picture.get_pixel(column as u32 / magnify, row as u32 / magnify);
                let at = (((y + row) * wide + x + column) * 4) as usize;
                data[at..at + 3].copy_from_slice(&pixel.0);
            }
        }
    }

    /// Writes text, which may have several lines, at a point.
    pub(crate) fn text(&mut self, text: &str, at: (f32, f32), style: &Style) {
        let lines: Vec<&str> = text.lines().collect();
        let below = style.size * LEADING * lines.len().saturating_sub(1) as f32;
        let first = match style.down {
            Down::Top => style.size * ASCENT,
            Down::Middle => (style.size * CAPITAL - below) / 2.0,
            Down::Bottom => -style.size * DESCENT - below,
        };
        for (index, line) in lines.iter().enumerate() {
            let left = match style.across {
                Across::Left => 0.0,
                Across::Centre => -style.width(line) / 2.0,
                Across::Right => -style.width(line),
            };
            // Baselines sit on whole pixels, so that letters get crisp feet.
            let baseline = (first + style.size * LEADING * index as f32).round();
            self.line_of_text(line, at, (left, baseline), style);
        }
    }

    /// Writes one line; `offset` is the start of its baseline, measured from the point along the reading direction.
    fn line_of_text(&mut self, line: &str, at: (f32, f32), offset: (f32, f32), style: &Style) {
        let (wide, high) = (self.pixels.width() as i32, self.pixels.height() as i32);
        let data = self.pixels.data_mut();
        let mut blend = |x: i32, y: i32, coverage: f32| {
            if (0..wide).contains(&x) && (0..high).contains(&y) {
                let at = (y as usize * wide as usize + x as usize) * 4;
                for (byte, ink) in data[at..at + 3].iter_mut().zip(style.colour.parts()) {
                    let (old, new) = (f32::from(*byte), f32::from(ink));
                    *byte = (old + (new - old) * coverage.clamp(0.0, 1.0)).round() as u8;
                }
            }
        };
        if style.upwards {
            let (along, column) = (offset.0 - at.1, (at.0 + offset.1).round() as i32);
            let start = along.floor();
            style.ink(line, (along - start, 0.0), |x, y, coverage| blend(column + y, -1 - start as i32 - x, coverage));
        } else {
            let (along, row) = (at.0 + offset.0, (at.1 + offset.1).round() as i32);
            let start = along.floor();
            style.ink(line, (along - start, 0.0), |x, y, coverage| blend(start as i32 + x, row + y, coverage));
        }
    }

    /// The finished picture.
    pub(crate) fn finish(self) -> RgbImage {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        let data = self.pixels.data();
        let mut out = Vec::with_capacity(data.len() / 4 * 3);
        for pixel in data.chunks_exact(4) {
            out.extend_from_slice(&pixel[..3]);
        }
        RgbImage::from_raw(width, height, out).expect("three bytes for each pixel were written")
    }
}

fn rect(area: Area) -> Option<Rect> {
    Rect::from_xywh(area.x, area.y, area.width, area.height)
}

fn paint(colour: Colour, opacity: f32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(colour.red, colour.green, colour.blue, (255.0 * opacity.clamp(0.0, 1.0)).round() as u8);
    paint
}

fn path(points: &[(f32, f32)], close: bool) -> Option<Path> {
    let (&(x, y), rest) = points.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(x, y);
    rest.iter().for_each(|&(x, y)| path.line_to(x, y));
    if close {
        path.close();
    }
    path.finish()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::theme::{INK, SERIES, WHITE};

    #[test]
    fn a_picture_is_magnified_and_cut_at_the_edge() {
        let mut canvas = Canvas::new("test", 10.0, 10.0).unwrap();
        let picture = RgbImage::from_fn(2, 1, |x, _| Rgb([x as u8 * 200, 0, 0]));
        canvas.picture(&picture, 6.0, -1.0, 3);
        let image = canvas.finish();
        assert_eq!(image.get_pixel(8, 1).0, [0, 0, 0]);
        assert_eq!(image.get_pixel(9, 0).0, [200, 0, 0]);
        assert_eq!(image.get_pixel(9, 2).0, WHITE.parts());
    }

    #[test]
    fn text_stays_within_its_measured_box() {
        let style = Style::new(24.0);
        let mut canvas = Canvas::new("test", 300.0, 60.0).unwrap();
        canvas.text("Überg 123", (50.0, 20.0), &style);
        let image = canvas.finish();
        let inked: Vec<_> = image.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] < 128).collect();
        assert!(!inked.is_empty());
        let width = style.width("Überg 123");
        assert!(inked.iter().all(|&(x, y, _)| x >= 50 && (x as f32) < 50.0 + width && (16..46).contains(&y)));
    }

    #[test]
    fn too_many_pixels_are_refused_with_both_sides() {
        let error = Canvas::new("sheet", 40_000.0, 100.0).unwrap_err();
        assert!(error.to_string().contains("40000 x 100"), "{error}");
    }

    #[test]
    fn clipping_keeps_shapes_inside() {
        let mut canvas = Canvas::new("test", 20.0, 20.0).unwrap();
        canvas.clip(Some(Area::new(0.0, 0.0, 10.0, 20.0)));
        canvas.line(&[(0.0, 5.0), (20.0, 5.0)], SERIES[0], 1.0, 4.0, &[]);
        canvas.clip(None);
        canvas.fill(Area::new(15.0, 15.0, 5.0, 5.0), INK, 1.0);
        let image = canvas.finish();
        assert_eq!(image.get_pixel(5, 5).0, SERIES[0].parts());
        assert_eq!(image.get_pixel(12, 5).0, WHITE.parts());
        assert_eq!(image.get_pixel(17, 17).0, INK.parts());
    }
}
