//! What the matrix figures share: coloured cells with numbers, nested group labels, separators, a colour bar.

use image::RgbImage;

use crate::canvas::{Area, Canvas};
use crate::colour_bar::ColourBar;
use crate::error::same_length;
use crate::heading::Heading;
use crate::levels::Levels;
use crate::text::{Across, Down, Style};
use crate::theme::{Colour, HAIR, INK, LABEL, MARGIN, SMALLEST};
use crate::{Error, Result};

const NAME: Style = Style::new(LABEL);
/// Distance between labels and matrix, and between levels of labels.
pub(crate) const GAP: f32 = 12.0;

/// Neighbouring rows or columns under one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its label; may be empty.
    pub label: String,
    /// How many rows or columns it spans.
    pub len: usize,
}

impl Group {
    /// Groups of equal length, such as `Group::each(["shallow", "deep"], 50)`.
    pub fn each(labels: impl IntoIterator<Item = impl ToString>, len: usize) -> Vec<Self> {
        labels.into_iter().map(|label| Self { label: label.to_string(), len }).collect()
    }

    /// One label for each row or column, the whole list `times` times over.
    pub fn repeated<T: ToString>(labels: &[T], times: usize) -> Vec<Self> {
        let all = std::iter::repeat_n(labels, times).flatten();
        all.map(|label| Self { label: label.to_string(), len: 1 }).collect()
    }
}

/// A matrix ready to be drawn.
pub(crate) struct Matrix<'a> {
    pub(crate) what: &'static str,
    pub(crate) title: &'a str,
    pub(crate) note: &'a str,
    /// Rows and columns.
    pub(crate) shape: (usize, usize),
    /// Side of a cell.
    pub(crate) cell: f32,
    pub(crate) fill: &'a dyn Fn(usize, usize) -> Colour,
    /// Numbers row by row, faint or not; none at all if they do not fit.
    pub(crate) numbers: Option<Vec<(String, bool)>>,
    /// Levels of labels from the outermost.
    pub(crate) rows: &'a [Vec<Group>],
    /// Levels of labels from the outermost.
    pub(crate) columns: &'a [Vec<Group>],
    pub(crate) row_name: &'a str,
    pub(crate) column_name: &'a str,
    pub(crate) bar: ColourBar,
    pub(crate) map: fn(f32) -> Colour,
}

impl Matrix<'_> {
    pub(crate) fn draw(&self) -> Result<RgbImage> {
        let (what, (n_rows, n_columns)) = (self.what, self.shape);
        if n_rows == 0 || n_columns == 0 {
            return Err(Error::Empty { what: what.to_owned() });
        }
        for (side, levels, count) in [("rows", self.rows, n_rows), ("columns", self.columns, n_columns)] {
            for (index, level) in levels.iter().enumerate() {
                let got = level.iter().map(|group| group.len).sum();
                same_length(|| format!("{what}: {side}, labels of level {index}"), count, got)?;
            }
        }
        let (left, below) = (Levels::new(self.rows, self.cell, false), Levels::new(self.columns, self.cell, true));
        let name = |name: &str| {
            if name.is_empty() { 0.0 } else { (NAME.height(1) + GAP).ceil() }
        };
        let (row_name, column_name) = (name(self.row_name), name(self.column_name));
        let size = (n_columns as f32 * self.cell, n_rows as f32 * self.cell);
        let bar_height = self.bar.height(size.1);
        let (left_width, bar_width) = (row_name + left.depth(), self.bar.width() + 3.0 * GAP);
        let heading = Heading::new(self.title, self.note, left_width + size.0 + bar_width);
        let content = (size.1 + below.depth() + column_name).max(bar_height + 20.0);
        let mut canvas = Canvas::new(what, heading.width + 2.0 * MARGIN, heading.height + content + 2.0 * MARGIN)?;
        heading.draw(&mut canvas);

        let area = Area::new(MARGIN + left_width, MARGIN + heading.height, size.0, size.1);
        self.draw_cells(&mut canvas, area);
        separators(&mut canvas, area, self.rows, self.cell, false);
        separators(&mut canvas, area, self.columns, self.cell, true);
        canvas.frame(area, INK, HAIR);
        left.draw(&mut canvas, (area.x - GAP, area.y));
        below.draw(&mut canvas, (area.x, area.bottom() + GAP));
        let (middle_x, middle_y) = area.centre();
        let row_name = NAME.fit(self.row_name, size.1.max(240.0));
        canvas.text(&row_name, (MARGIN, middle_y), &NAME.upwards().at(Across::Centre, Down::Top));
        let column_name = NAME.fit(self.column_name, left_width + size.0);
        let column_x = middle_x.min(area.right() - NAME.width(&column_name) / 2.0);
        let bottom = area.bottom() + below.depth() + GAP;
        canvas.text(&column_name, (column_x, bottom), &NAME.at(Across::Centre, Down::Top));
        let bar = Area::new(area.right() + 3.0 * GAP, area.y, self.bar.width(), bar_height);
        self.bar.draw(&mut canvas, bar, self.map);
        Ok(canvas.finish())
    }

    fn draw_cells(&self, canvas: &mut Canvas, area: Area) {
        let widest = |style: Style| {
            let numbers = self.numbers.as_deref().unwrap_or_default();
            style.widest(numbers.iter().map(|(text, _)| &text[..]))
        };
        let base = Style::new((self.cell * 0.3).clamp(SMALLEST, 26.0)).at(Across::Centre, Down::Middle);
        let style = base.shrunk(widest(base), self.cell * 0.82, SMALLEST);
        for row in 0..self.shape.0 {
            for column in 0..self.shape.1 {
                let (x, y) = (area.x + column as f32 * self.cell, area.y + row as f32 * self.cell);
                let colour = (self.fill)(row, column);
                canvas.fill(Area::new(x, y, self.cell, self.cell), colour, 1.0);
                if let Some((text, faint)) = self.numbers.as_ref().map(|all| &all[row * self.shape.1 + column]) {
                    let ink = if *faint { Colour::rgb(170, 170, 170) } else { colour.ink() };
                    canvas.text(text, (x + self.cell / 2.0, y + self.cell / 2.0), &style.colour(ink));
                }
            }
        }
    }
}

/// Whether numbers of this width can be read in cells of this side.
pub(crate) fn fits(text: &str, cell: f32) -> bool {
    Style::new(SMALLEST).width(text) <= cell * 0.82
}

/// Lines between groups: the outer the thicker. Groups of single cells are not parted.
fn separators(canvas: &mut Canvas, area: Area, levels: &[Vec<Group>], cell: f32, across: bool) {
    for (depth, level) in levels.iter().enumerate().rev().filter(|(_, level)| level.iter().any(|group| group.len > 1)) {
        let width = if depth == 0 { 2.0 * HAIR } else { HAIR };
        let mut at = 0;
        for group in &level[..level.len() - 1] {
            at += group.len;
            let offset = at as f32 * cell - width / 2.0;
            let line = if across {
                Area::new(area.x + offset, area.y, width, area.height)
            } else {
                Area::new(area.x, area.y + offset, area.width, width)
            };
            canvas.fill(line, INK, 1.0);
        }
    }
}
