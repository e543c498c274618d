//! A class for each cell of a rectangle.

use ndarray::Array2;

use crate::error::{not_empty, same_length};
use crate::theme::{Colour, WHITE, class};
use crate::{Error, Result};

/// Share of a class's colour at the least confidence, and at confidence 1.
const TINTS: (f32, f32) = (0.12, 0.80);
/// Share of a class's colour where there are no confidences.
const PLAIN: f32 = 0.45;

/// Decisions over a rectangle: a class for each of `rows × columns` cells, and how confident the net is there.
///
/// Row 0 is the lowest, as on the axis. Each class has its colour, see [`theme::class`](crate::theme::class); the less confident,
/// the paler.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassMap {
    /// Left and right end of the rectangle.
    pub x: (f64, f64),
    /// Lower and upper end of the rectangle.
    pub y: (f64, f64),
    /// Number of the class, `[row, column]`.
    pub labels: Array2<usize>,
    /// Confidence in it, `[row, column]`, in [0, 1]; NaN is a cell without a decision. Unset draws all cells alike.
    pub confidence: Option<Array2<f64>>,
    /// Confidence that is drawn palest, such as 1/K of K classes; what is below is as pale.
    pub least: f64,
    /// Names of the classes. Those that the map shows are listed above the panels.
    pub names: Vec<String>,
    /// Whether those that it does not show are listed, too: for maps one after another, whose legend shall not move.
    pub every_name: bool,
}

impl ClassMap {
    /// A map of labels alone.
    pub fn new(
        x: (f64, f64),
        y: (f64, f64),
        labels: Array2<usize>,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        Self { x, y, labels, confidence: None, least: 1.0 / names.len().max(1) as f64, names, every_name: false }
    }

    /// The same with a confidence for each cell.
    #[must_use]
    pub fn confident(self, confidence: Array2<f64>) -> Self {
        Self { confidence: Some(confidence), ..self }
    }

    /// Whether labels, names and confidences fit.
    pub(crate) fn check(&self, what: &str) -> Result<()> {
        not_empty(|| what.to_owned(), self.labels.len())?;
        if let Some(confidence) = &self.confidence {
            same_length(|| format!("{what}: rows of confidences"), self.labels.nrows(), confidence.nrows())?;
            same_length(|| format!("{what}: columns of confidences"), self.labels.ncols(), confidence.ncols())?;
        }
        match self.labels.iter().max() {
            Some(&label) if label >= self.names.len() => Err(Error::Setting {
                what: format!("{what}: class"),
                wanted: "one of the names of classes, counted from 0",
                got: format!("{label} of {} names", self.names.len()),
            }),
            _ => Ok(()),
        }
    }

    /// The colour of a cell; `None` without a decision.
    pub(crate) fn colour(&self, cell: (usize, usize)) -> Option<Colour> {
        let share = match &self.confidence {
            None => PLAIN,
            Some(confidence) if confidence[cell].is_nan() => return None,
            Some(confidence) => {
                let above = ((confidence[cell] - self.least) / (1.0 - self.least).max(1e-9)).clamp(0.0, 1.0) as f32;
                TINTS.0 + (TINTS.1 - TINTS.0) * above
            }
        };
        Some(WHITE.towards(class(self.labels[cell]), share))
    }

    /// Name and colour of each class that is listed.
    pub(crate) fn shown(&self) -> Vec<(&str, Colour)> {
        let mut seen = vec![self.every_name; self.names.len()];
        self.labels.iter().for_each(|&label| seen[label] = true);
        let share = if self.confidence.is_some() { TINTS.1 } else { PLAIN };
        let entry = |label: usize| (&self.names[label][..], WHITE.towards(class(label), share));
        (0..self.names.len()).filter(|&label| seen[label]).map(entry).collect()
    }
}
