//! What was changed in a picture: before, the change made large enough to be seen, after.

use std::path::Path;

use image::RgbImage;

use crate::amplify::{amplified, change, common, factor, text};
use crate::canvas::Canvas;
use crate::error::not_empty;
use crate::heading::Heading;
use crate::picture::{Picture, Tile, Verdict};
use crate::text::{Across, Down, Style};
use crate::theme::{GREY, LABEL, MARGIN, TICK};
use crate::tiles::Tiles;
use crate::tone::Tones;
use crate::{Error, Result};

/// What stands above the columns.
const COLUMNS: [&str; 3] = ["original", "change", "result"];
const COLUMN: Style = Style::new(LABEL).at(Across::Centre, Down::Bottom);
/// What stands above a triptych of its own.
const NAME: Style = Style::new(TICK).colour(GREY).at(Across::Left, Down::Bottom);
/// Distance between the three pictures, and between one triptych and the next, across and down.
const GAP: f32 = 18.0;
const BETWEEN: (f32, f32) = (60.0, 26.0);
/// Distance between the name of a column or of a triptych and what it names.
const COLUMN_GAP: f32 = 12.0;
const NAME_GAP: f32 = 8.0;
/// Longest side that a single picture is magnified to at most, and of several pictures at least.
const SIDE: (usize, usize) = (448, 150);

/// One changed picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Triptych<'a> {
    /// Text above the three, such as the name of the file; may be empty.
    pub name: String,
    /// The picture as it was.
    pub before: Picture<'a>,
    /// The changed picture, of the same shape.
    pub after: Picture<'a>,
    /// Text below each of the three; the factor stands before that of the change. Each may be empty.
    pub captions: [String; 3],
    /// Frame of the changed picture.
    pub frame: Option<Verdict>,
}

/// One triptych or a sheet of them: each is the original, the change times a factor around grey, and the result.
///
/// Changes of about one size get one factor, so that they can be compared, others one each; a sheet says which, and the factor
/// stands below the change. Grey is no change, and the largest changes are clipped.
#[derive(Clone, Debug, PartialEq)]
pub struct Triptychs<'a> {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; may be empty.
    pub note: String,
    /// The changed pictures, in reading order.
    pub items: Vec<Triptych<'a>>,
    /// Triptychs in a row; unset makes the sheet about square.
    pub columns: Option<usize>,
    /// Pixels of the file for each pixel of a picture, along each side; unset makes small pictures large enough to see.
    pub magnify: Option<usize>,
}

impl<'a> Triptychs<'a> {
    /// A sheet about as wide as high.
    pub fn new(title: impl Into<String>, items: Vec<Triptych<'a>>) -> Self {
        Self { title: title.into(), note: String::new(), items, columns: None, magnify: None }
    }

    /// Draws all of them.
    ///
    /// # Errors
    /// [`Error::Empty`] without pictures, [`Error::Shape`] for two pictures of different shapes, [`Error::Setting`] for 0
    /// columns, and those of [`ContactSheet::draw`](crate::ContactSheet::draw).
    pub fn draw(&self) -> Result<RgbImage> {
        let what = "triptychs";
        not_empty(|| what.to_owned(), self.items.len())?;
        let changes = self.items.iter().enumerate().map(|(i, item)| item.change(i)).collect::<Result<Vec<_>>>()?;
        let factors: Vec<Option<f64>> = changes.iter().map(|change| factor(change)).collect();
        let shared = common(&factors.iter().copied().flatten().collect::<Vec<_>>());
        let amplified = |(change, own): (&Vec<f32>, &Option<f64>)| {
            let factor = shared.or(*own).unwrap_or(1.0);
            (amplified(change, factor), factor)
        };
        let tiles: Vec<[Tile<'_>; 3]> = (self.items.iter().zip(changes.iter().zip(&factors).map(amplified)))
            .map(|(item, (values, factor))| item.tiles(values, factor))
            .collect();
        let all: Vec<(usize, &Tile<'_>)> =
            tiles.iter().enumerate().flat_map(|(index, three)| three.iter().map(move |tile| (index, tile))).collect();
        let mut cells = Tiles::measure(what, &all, 3, Some(self.magnification()), Tones::Clipped)?;
        cells.width = cells.width.max(COLUMN.widest(COLUMNS).ceil());
        let width = 3.0 * cells.width + 2.0 * GAP;
        let named = self.items.iter().any(|item| !item.name.is_empty());
        let name = if named { NAME.height(1).ceil() + NAME_GAP } else { 0.0 };
        let header = COLUMN.height(1).ceil() + COLUMN_GAP;
        let columns = self.columns(name + cells.height(&tiles[0]) + BETWEEN.1, width + BETWEEN.0)?;
        let rows: Vec<f32> = tiles.chunks(columns).map(|row| name + cells.height(row.iter().flatten())).collect();
        let content = (
            columns as f32 * (width + BETWEEN.0) - BETWEEN.0,
            header + rows.iter().map(|row| row + BETWEEN.1).sum::<f32>() - BETWEEN.1,
        );
        let heading = Heading::new(&self.title, &self.whole_note(shared), content.0);
        let size = (heading.width + 2.0 * MARGIN, heading.height + content.1 + 2.0 * MARGIN);
        let mut canvas = Canvas::new(what, size.0, size.1)?;
        heading.draw(&mut canvas);

        let left = |column: usize, third: usize| {
            MARGIN + column as f32 * (width + BETWEEN.0) + third as f32 * (cells.width + GAP)
        };
        let mut y = MARGIN + heading.height + header;
        for column in 0..columns {
            for (third, name) in COLUMNS.into_iter().enumerate() {
                canvas.text(name, (left(column, third) + cells.width / 2.0, y - COLUMN_GAP), &COLUMN);
            }
        }
        for ((items, row), height) in self.items.chunks(columns).zip(tiles.chunks(columns)).zip(rows) {
            for (column, (item, three)) in items.iter().zip(row).enumerate() {
                canvas.text(&NAME.fit(&item.name, width), (left(column, 0), y + name - NAME_GAP), &NAME);
                for (third, tile) in three.iter().enumerate() {
                    cells.draw(&mut canvas, tile, (left(column, third), y + name));
                }
            }
            y += height + BETWEEN.1;
        }
        Ok(canvas.finish())
    }

    /// The note, and on a sheet how its changes were amplified.
    fn whole_note(&self, shared: Option<f64>) -> String {
        let how = match shared {
            _ if self.items.len() == 1 => return self.note.clone(),
            Some(factor) => format!("changes: all {}, grey is none", text(factor)),
            None => "changes: each times the factor below it, grey is none".to_owned(),
        };
        if self.note.is_empty() { how } else { format!("{}; {how}", self.note) }
    }

    /// Draws all of them and writes a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }

    fn magnification(&self) -> usize {
        let sides = self.items.iter().flat_map(|item| [item.before.shape[1], item.before.shape[2]]);
        let largest = sides.max().unwrap_or(1).max(1);
        let fitting = if self.items.len() == 1 { (SIDE.0 / largest).max(1) } else { SIDE.1.div_ceil(largest) };
        self.magnify.unwrap_or(fitting)
    }

    fn columns(&self, height: f32, width: f32) -> Result<usize> {
        let n_items = self.items.len();
        match self.columns {
            Some(0) => {
                let (what, got) = ("triptychs: columns".to_owned(), "0".to_owned());
                Err(Error::Setting { what, wanted: "at least 1", got })
            }
            Some(columns) => Ok(columns.min(n_items)),
            None => Ok(((n_items as f32 * height / width).sqrt().round() as usize).clamp(1, n_items)),
        }
    }
}

impl Triptych<'_> {
    fn change(&self, index: usize) -> Result<Vec<f32>> {
        if self.before.shape != self.after.shape || self.before.values.len() != self.after.values.len() {
            let (what, wanted) = (format!("triptychs: result {index}"), "the shape of its original");
            return Err(Error::Shape { what, wanted, got: self.after.shape.to_vec() });
        }
        Ok(change(&self.before.values, &self.after.values))
    }

    fn tiles(&self, amplified: Vec<f32>, factor: f64) -> [Tile<'_>; 3] {
        let [before, change, after] = &self.captions;
        let change = format!("amplified {}\n{change}", text(factor)).trim_end().to_owned();
        let shape = self.before.shape;
        [
            Tile::new(Picture::new(&self.before.values[..], shape), before.clone()),
            Tile::new(Picture::new(amplified, shape), change),
            Tile { frame: self.frame, ..Tile::new(Picture::new(&self.after.values[..], shape), after.clone()) },
        ]
    }
}
