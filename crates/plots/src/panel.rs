//! Pictures with what a net said about them.

use std::path::Path;

use image::RgbImage;

use crate::Result;
use crate::contact_sheet::ContactSheet;
use crate::error::finite;
use crate::picture::{Picture, Tile, Verdict};
use crate::text::percent;

/// One judged picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged<'a> {
    /// The picture.
    pub picture: Picture<'a>,
    /// Name of the true class.
    pub truth: String,
    /// Name of the class that the net sees.
    pub prediction: String,
    /// The net's confidence in that class, in [0, 1].
    pub confidence: f64,
}

impl Judged<'_> {
    /// Right if the two names are the same.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.truth, &self.prediction)
    }
}

/// A sheet for an evaluation: below each picture a mark, the net's class with its confidence, and the true class; the frame
/// is green where the net is right and red where it is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel<'a> {
    /// Title on top; may be empty.
    pub title: String,
    /// The line below the title; unset counts the right answers.
    pub note: Option<String>,
    /// The pictures, in reading order.
    pub items: Vec<Judged<'a>>,
    /// Pictures in a row; unset makes the sheet about square.
    pub columns: Option<usize>,
    /// Pixels of the file for each pixel of a picture; unset makes small pictures large enough to see.
    pub magnify: Option<usize>,
}

impl<'a> Panel<'a> {
    /// A panel about as wide as high.
    pub fn new(title: impl Into<String>, items: Vec<Judged<'a>>) -> Self {
        Self { title: title.into(), note: None, items, columns: None, magnify: None }
    }

    /// Draws the panel.
    ///
    /// # Errors
    /// Those of [`ContactSheet::draw`], and [`Error::NotFinite`](crate::Error::NotFinite) for a confidence that is no number.
    pub fn draw(&self) -> Result<RgbImage> {
        let confidences: Vec<f64> = self.items.iter().map(|item| item.confidence).collect();
        finite(&confidences, || "panel: confidence".to_owned())?;
        let right = self.items.iter().filter(|item| item.verdict() == Verdict::Right).count();
        let tiles = self.items.iter().map(|item| {
            let (verdict, confidence) = (item.verdict(), percent(item.confidence));
            let caption = format!("{} {} · {confidence}\ntrue: {}", verdict.mark(), item.prediction, item.truth);
            Tile::new(Picture::new(&item.picture.values[..], item.picture.shape), caption).framed(verdict)
        });
        let mut sheet = ContactSheet::new(&self.title[..], tiles.collect());
        let count = || format!("{right} of {} right", self.items.len());
        sheet.note = self.note.clone().unwrap_or_else(count);
        (sheet.columns, sheet.magnify) = (self.columns, self.magnify);
        sheet.draw()
    }

    /// Draws the panel and writes it as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`](crate::Error::Write).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }
}
