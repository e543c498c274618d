//! The layout that sheets and grids share: a picture in its frame, with a caption below.

use crate::canvas::{Area, Canvas};
use crate::output::magnification;
use crate::picture::Tile;
use crate::text::{Across, Down, Style};
use crate::theme::{FAINT, HAIR, TICK};
use crate::tone::Tones;
use crate::{Error, Result};

/// Style of captions.
pub(crate) const CAPTION: Style = Style::new(TICK).at(Across::Centre, Down::Top);
/// Width of a verdict's frame.
const FRAME: f32 = 6.0;
/// Captions wider than this, and than their picture, are broken.
const WIDEST_CAPTION: f32 = 230.0;
/// Lines that a caption may take.
const CAPTION_LINES: usize = 4;
/// Distance between a frame and its caption.
const CAPTION_GAP: f32 = 6.0;

/// Sizes that hold for all tiles of a figure, so that they stand in rows and columns.
#[derive(Debug)]
pub(crate) struct Tiles {
    magnify: u32,
    /// Room for the largest picture.
    picture: (f32, f32),
    edge: f32,
    /// Width of one cell.
    pub(crate) width: f32,
    /// Full value of signed tones.
    pub(crate) limit: f32,
    tones: Tones,
}

impl Tiles {
    /// Checks all tiles and measures them; `columns` of them stand side by side.
    pub(crate) fn measure(
        what: &str,
        tiles: &[(usize, &Tile<'_>)],
        columns: usize,
        magnify: Option<usize>,
        tones: Tones,
    ) -> Result<Self> {
        let mut limit = 0.0f32;
        for &(index, tile) in tiles {
            tile.picture.check(|| format!("{what}: picture {index}"))?;
            if let Tones::Signed { .. } = tones {
                if tile.picture.shape[0] != 1 {
                    let (what, wanted) = (format!("{what}: picture {index}"), "one channel for signed values");
                    return Err(Error::Shape { what, wanted, got: tile.picture.shape.to_vec() });
                }
                limit = tile.picture.values.iter().fold(limit, |limit, value| limit.max(value.abs()));
            }
        }
        if let Tones::Signed { limit: Some(fixed) } = tones {
            let usable = fixed.is_finite() && fixed > 0.0;
            if !usable {
                let (what, got) = (format!("{what}: limit of signed values"), fixed.to_string());
                return Err(Error::Setting { what, wanted: "above 0", got });
            }
            limit = fixed;
        }
        let largest = |side: usize| tiles.iter().map(|(_, tile)| tile.picture.shape[side]).max().unwrap_or(1);
        let (height, width) = (largest(1), largest(2));
        let magnify = match magnify {
            Some(factor) => magnification(what, factor)?,
            None => ((1500 / columns.max(1)).clamp(112, 336) / height.max(width)).max(1) as u32,
        };
        let picture = (width as f32 * magnify as f32, height as f32 * magnify as f32);
        let edge = if tiles.iter().any(|(_, tile)| tile.frame.is_some()) { FRAME } else { HAIR };
        let widest = CAPTION.widest(tiles.iter().map(|(_, tile)| &tile.caption[..])).min(WIDEST_CAPTION);
        Ok(Self {
            magnify,
            picture,
            edge,
            width: (picture.0 + 2.0 * edge).max(widest).ceil(),
            limit: if limit > 0.0 { limit } else { 1.0 },
            tones,
        })
    }

    /// Height of a row of cells, with the longest of their captions.
    pub(crate) fn height<'t>(&self, row: impl IntoIterator<Item = &'t Tile<'t>>) -> f32 {
        let n_lines = row.into_iter().map(|tile| self.caption(tile).len()).max().unwrap_or(0);
        let caption = if n_lines > 0 { CAPTION_GAP + CAPTION.height(n_lines) } else { 0.0 };
        (self.picture.1 + 2.0 * self.edge + caption).ceil()
    }

    /// Middle of the picture, from the top of the cell.
    pub(crate) fn middle(&self) -> f32 {
        self.edge + self.picture.1 / 2.0
    }

    /// Draws one tile with the upper left corner of its cell at a point.
    pub(crate) fn draw(&self, canvas: &mut Canvas, tile: &Tile<'_>, at: (f32, f32)) {
        let [_, height, width] = tile.picture.shape;
        let (width, height) = ((width as u32 * self.magnify) as f32, (height as u32 * self.magnify) as f32);
        let centre = (at.0 + self.width / 2.0, at.1 + self.middle());
        let (left, top) = ((centre.0 - width / 2.0).round(), (centre.1 - height / 2.0).round());
        let area = Area::new(left, top, width, height);
        match tile.frame {
            Some(verdict) => canvas.frame(area, verdict.colour(), FRAME),
            None => canvas.frame(area, FAINT, HAIR),
        }
        canvas.picture(&self.tones.render(&tile.picture, self.limit), left, top, self.magnify);
        let caption = self.caption(tile).join("\n");
        canvas.text(&caption, (centre.0, top + height + self.edge + CAPTION_GAP), &CAPTION);
    }

    fn caption(&self, tile: &Tile<'_>) -> Vec<String> {
        // A line that is too wide breaks at its dot first, and the dot goes: neither half needs it.
        let broken = tile
            .caption
            .lines()
            .map(|line| if CAPTION.width(line) <= self.width { line.to_owned() } else { line.replace(" · ", "\n") });
        CAPTION.wrap(&broken.collect::<Vec<_>>().join("\n"), self.width, CAPTION_LINES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Picture;

    #[test]
    fn no_line_of_a_caption_begins_with_a_dot() {
        let tile = |caption: &str| Tile::new(Picture::new(vec![0.0; 16], [1, 4, 4]), caption);
        let long = tile("rhinoceros beetle · 58.19\u{a0}%\ntrue: cab");
        let cells = Tiles::measure("test", &[(0, &long)], 1, Some(40), Tones::Clipped).unwrap();
        assert_eq!(cells.caption(&long), ["rhinoceros beetle", "58.19\u{a0}%", "true: cab"]);
        let short = tile("cab · 58.19\u{a0}%");
        assert_eq!(cells.caption(&short), [&short.caption[..]], "what fits stays as it is");
    }
}
