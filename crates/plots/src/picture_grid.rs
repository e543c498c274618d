//! Pictures in labelled rows and columns.

use std::path::Path;

use image::RgbImage;

use crate::Result;
use crate::canvas::{Area, Canvas};
use crate::colour_bar::ColourBar;
use crate::error::{not_empty, same_length};
use crate::heading::Heading;
use crate::picture::Tile;
use crate::text::{Across, Down, Style};
use crate::theme::{self, LABEL, MARGIN};
use crate::tiles::Tiles;
use crate::tone::Tones;

const GAP: (f32, f32) = (18.0, 22.0);
const COLUMN_LABEL: Style = Style::new(LABEL).at(Across::Centre, Down::Bottom);
const ROW_LABEL: Style = Style::new(LABEL).at(Across::Right, Down::Middle);
/// Row labels wider than this are broken.
const WIDEST_ROW_LABEL: f32 = 300.0;
/// Distance between a label and its row or column.
const LABEL_GAP: f32 = 14.0;

/// Pictures by row and column, such as nets × digits, with row labels at left, column labels on top and a caption below each
/// picture. A cell may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureGrid<'a> {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; may be empty.
    pub note: String,
    /// A label for each row, from the top.
    pub rows: Vec<String>,
    /// A label for each column, from the left.
    pub columns: Vec<String>,
    /// The cells row by row, `rows.len() * columns.len()` of them.
    pub cells: Vec<Option<Tile<'a>>>,
    /// How values become colours.
    pub tones: Tones,
    /// Name of the colour bar of signed values.
    pub bar_label: String,
    /// Pixels of the file for each pixel of a picture; unset makes small pictures large enough to see.
    pub magnify: Option<usize>,
}

impl<'a> PictureGrid<'a> {
    /// A grid of filled cells, row by row.
    pub fn new(
        title: impl Into<String>,
        rows: impl IntoIterator<Item = impl ToString>,
        columns: impl IntoIterator<Item = impl ToString>,
        cells: impl IntoIterator<Item = Tile<'a>>,
        tones: Tones,
    ) -> Self {
        Self {
            title: title.into(),
            note: String::new(),
            rows: rows.into_iter().map(|label| label.to_string()).collect(),
            columns: columns.into_iter().map(|label| label.to_string()).collect(),
            cells: cells.into_iter().map(Some).collect(),
            tones,
            bar_label: String::new(),
            magnify: None,
        }
    }

    /// Draws the grid.
    ///
    /// # Errors
    /// [`Error::Empty`](crate::Error::Empty) without a filled cell, [`Error::Length`](crate::Error::Length) if the number of
    /// cells is not rows times columns, and those of [`ContactSheet::draw`](crate::ContactSheet::draw).
    pub fn draw(&self) -> Result<RgbImage> {
        let what = "picture grid";
        let (n_rows, n_columns) = (self.rows.len(), self.columns.len());
        let wanted = || format!("{what}: cells for {n_rows} rows and {n_columns} columns");
        same_length(wanted, n_rows * n_columns, self.cells.len())?;
        let filled = self.cells.iter().enumerate().filter_map(|(index, cell)| cell.as_ref().map(|tile| (index, tile)));
        let filled: Vec<_> = filled.collect();
        not_empty(|| what.to_owned(), filled.len())?;
        let mut cells = Tiles::measure(what, &filled, n_columns, self.magnify, self.tones)?;

        let words = self.columns.iter().flat_map(|label| label.split_whitespace());
        cells.width = cells.width.max(COLUMN_LABEL.widest(words).min(260.0).ceil());
        let rows: Vec<_> = self.rows.iter().map(|label| ROW_LABEL.wrap(label, WIDEST_ROW_LABEL, 4)).collect();
        let columns: Vec<_> = self.columns.iter().map(|label| COLUMN_LABEL.wrap(label, cells.width, 3)).collect();
        let left = match ROW_LABEL.widest(rows.iter().flatten().map(String::as_str)) {
            0.0 => 0.0,
            width => width.ceil() + LABEL_GAP,
        };
        let top = match columns.iter().map(Vec::len).max().unwrap_or(0) {
            0 => 0.0,
            n_lines => COLUMN_LABEL.height(n_lines).ceil() + LABEL_GAP,
        };
        let heights: Vec<_> = self.cells.chunks(n_columns).map(|row| cells.height(row.iter().flatten())).collect();
        let grid = (
            n_columns as f32 * (cells.width + GAP.0) - GAP.0,
            heights.iter().map(|height| height + GAP.1).sum::<f32>() - GAP.1,
        );
        let bar = match self.tones {
            Tones::Signed { .. } => Some(ColourBar::signed(f64::from(cells.limit), &self.bar_label)?),
            _ => None,
        };
        let bar_height = bar.as_ref().map_or(0.0, |bar| bar.height(grid.1) + 12.0);
        let right = bar.as_ref().map_or(0.0, |bar| bar.width() + 2.0 * GAP.0);
        let heading = Heading::new(&self.title, &self.note, left + grid.0 + right);
        let size = (heading.width + 2.0 * MARGIN, heading.height + top + grid.1.max(bar_height) + 2.0 * MARGIN);
        let mut canvas = Canvas::new(what, size.0, size.1)?;
        heading.draw(&mut canvas);

        let corner = (MARGIN + left, MARGIN + heading.height + top);
        for (index, label) in columns.iter().enumerate() {
            let x = corner.0 + index as f32 * (cells.width + GAP.0) + cells.width / 2.0;
            canvas.text(&label.join("\n"), (x, corner.1 - LABEL_GAP + 4.0), &COLUMN_LABEL);
        }
        let mut y = corner.1;
        for ((row, label), height) in self.cells.chunks(n_columns).zip(&rows).zip(heights) {
            canvas.text(&label.join("\n"), (corner.0 - LABEL_GAP, y + cells.middle()), &ROW_LABEL);
            for (column, tile) in row.iter().enumerate() {
                if let Some(tile) = tile {
                    cells.draw(&mut canvas, tile, (corner.0 + column as f32 * (cells.width + GAP.0), y));
                }
            }
            y += height + GAP.1;
        }
        if let Some(bar) = bar {
            let area = Area::new(corner.0 + grid.0 + 2.0 * GAP.0, corner.1, bar.width(), bar_height - 12.0);
            bar.draw(&mut canvas, area, theme::diverging);
        }
        Ok(canvas.finish())
    }

    /// Draws the grid and writes it as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`](crate::Error::Write).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }
}
