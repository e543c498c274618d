//! Many small pictures with captions.

use std::path::Path;

use image::RgbImage;

use crate::canvas::Canvas;
use crate::error::not_empty;
use crate::heading::Heading;
use crate::picture::Tile;
use crate::theme::MARGIN;
use crate::tiles::Tiles;
use crate::tone::Tones;
use crate::{Error, Result};

/// Distance between tiles.
const GAP: f32 = 18.0;

/// A sheet of small pictures in reading order, each magnified by the same whole factor, with captions and frames.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactSheet<'a> {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; may be empty.
    pub note: String,
    /// The pictures. They may differ in size and channels.
    pub tiles: Vec<Tile<'a>>,
    /// Pictures in a row; unset makes the sheet about square.
    pub columns: Option<usize>,
    /// Pixels of the file for each pixel of a picture, along each side; unset makes small pictures large enough to see.
    pub magnify: Option<usize>,
    /// How values become colours.
    pub tones: Tones,
}

impl<'a> ContactSheet<'a> {
    /// A sheet about as wide as high, values clipped to [0, 1].
    pub fn new(title: impl Into<String>, tiles: Vec<Tile<'a>>) -> Self {
        Self { title: title.into(), note: String::new(), tiles, columns: None, magnify: None, tones: Tones::Clipped }
    }

    /// Draws the sheet.
    ///
    /// # Errors
    /// [`Error::Empty`] without pictures, [`Error::Length`], [`Error::Shape`] or [`Error::NotFinite`] with the number of the
    /// picture that cannot be drawn, [`Error::Setting`] for 0 columns or a magnification of 0, [`Error::TooLarge`].
    pub fn draw(&self) -> Result<RgbImage> {
        let what = "contact sheet";
        not_empty(|| what.to_owned(), self.tiles.len())?;
        let n_tiles = self.tiles.len();
        let columns = match self.columns {
            Some(0) => {
                let (what, got) = (format!("{what}: columns"), "0".to_owned());
                return Err(Error::Setting { what, wanted: "at least 1", got });
            }
            Some(columns) => columns.min(n_tiles),
            None => (n_tiles as f64).sqrt().ceil() as usize,
        };
        let tiles: Vec<_> = self.tiles.iter().enumerate().collect();
        let cells = Tiles::measure(what, &tiles, columns, self.magnify, self.tones)?;
        let rows: Vec<_> = self.tiles.chunks(columns).map(|row| cells.height(row)).collect();
        let width = columns as f32 * (cells.width + GAP) - GAP;
        let height = rows.iter().map(|row| row + GAP).sum::<f32>() - GAP;
        let heading = Heading::new(&self.title, &self.note, width);
        let size = (heading.width + 2.0 * MARGIN, heading.height + height + 2.0 * MARGIN);
        let mut canvas = Canvas::new(what, size.0, size.1)?;
        heading.draw(&mut canvas);
        let mut y = MARGIN + heading.height;
        for (row, height) in self.tiles.chunks(columns).zip(rows) {
            for (column, tile) in row.iter().enumerate() {
                cells.draw(&mut canvas, tile, (MARGIN + column as f32 * (cells.width + GAP), y));
            }
            y += height + GAP;
        }
        Ok(canvas.finish())
    }

    /// Draws the sheet and writes it as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }
}
