//! A matrix of values as colours.

use std::path::Path;

use image::RgbImage;
use ndarray::Array2;

#[cfg(doc)]
use crate::Error;
use crate::Result;
use crate::colour_bar::ColourBar;
use crate::error::finite;
use crate::matrix::{Group, Matrix, fits};
use crate::theme::{diverging, sequential};

/// What the colours of a heatmap stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shades {
    /// Blue for `-limit`, white for 0, red for `limit`; values beyond take the colour of the end.
    Signed {
        /// The value at full red.
        limit: f64,
    },
    /// White for 0, dark blue for 1, numbers as percentages.
    Share,
}

/// A square or rectangular matrix as colours: correlations between averages, transfer between nets.
///
/// Rows and columns carry any number of levels of labels, the outermost first: two nets of five trainings of ten digits are
/// `[Group::each(nets, 50), Group::each(trainings, 10), Group::repeated(digits, 10)]`. Groups are parted by lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Heatmap {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; may be empty.
    pub note: String,
    /// The values, `[row, column]`.
    pub values: Array2<f64>,
    /// What the colours stand for.
    pub shades: Shades,
    /// Levels of row labels, the outermost first; may be empty.
    pub rows: Vec<Vec<Group>>,
    /// Levels of column labels, the outermost first; may be empty.
    pub columns: Vec<Vec<Group>>,
    /// Name of the rows, upright at the far left; may be empty.
    pub row_name: String,
    /// Name of the columns, at the bottom; may be empty.
    pub column_name: String,
    /// Name of the colour bar; may be empty.
    pub bar_label: String,
    /// Whether cells that are large enough say their value.
    pub numbers: bool,
}

impl Heatmap {
    /// Values in [-1, 1], with labels for rows and columns.
    pub fn new(title: impl Into<String>, values: Array2<f64>, rows: Vec<Vec<Group>>, columns: Vec<Vec<Group>>) -> Self {
        Self {
            title: title.into(),
            note: String::new(),
            values,
            shades: Shades::Signed { limit: 1.0 },
            rows,
            columns,
            row_name: String::new(),
            column_name: String::new(),
            bar_label: String::new(),
            numbers: true,
        }
    }

    /// A square matrix with the same labels on both sides, such as correlations.
    pub fn square(title: impl Into<String>, values: Array2<f64>, levels: Vec<Vec<Group>>) -> Self {
        Self::new(title, values, levels.clone(), levels)
    }

    /// Draws the matrix.
    ///
    /// # Errors
    /// [`Error::Empty`] without values, [`Error::NotFinite`] for NaN, counted row by row, [`Error::Length`] if a level of
    /// labels spans another number of rows or columns, [`Error::Setting`] for a limit not above 0, [`Error::TooLarge`].
    pub fn draw(&self) -> Result<RgbImage> {
        let what = "heatmap";
        finite(&self.values.iter().copied().collect::<Vec<_>>(), || what.to_owned())?;
        let (bar, map): (_, fn(f32) -> _) = match self.shades {
            Shades::Signed { limit } if limit > 0.0 && limit.is_finite() => {
                (ColourBar::signed(limit, &self.bar_label)?, diverging)
            }
            Shades::Signed { limit } => {
                let (what, got) = (format!("{what}: limit"), limit.to_string());
                return Err(crate::Error::Setting { what, wanted: "above 0", got });
            }
            Shades::Share => (ColourBar::share(&self.bar_label)?, sequential),
        };
        let fill = |row, column| match self.shades {
            Shades::Signed { limit } => diverging((self.values[(row, column)] / limit) as f32),
            Shades::Share => sequential(self.values[(row, column)] as f32),
        };
        let text = |&value: &f64| match self.shades {
            Shades::Signed { .. } => (rounded(value, 2), false),
            Shades::Share => (rounded(100.0 * value, 1), false),
        };
        let longest = self.values.nrows().max(self.values.ncols()).max(1);
        let cell = (1800.0 / longest as f32).floor().clamp(3.0, 90.0);
        let numbers = self.numbers && cell >= 48.0;
        let numbers = numbers.then(|| self.values.iter().map(text).collect::<Vec<_>>());
        Matrix {
            what,
            title: &self.title,
            note: &self.note,
            shape: self.values.dim(),
            cell,
            fill: &fill,
            numbers: numbers.filter(|all| all.iter().all(|(text, _)| fits(text, cell))),
            rows: &self.rows,
            columns: &self.columns,
            row_name: &self.row_name,
            column_name: &self.column_name,
            bar,
            map,
        }
        .draw()
    }

    /// Draws the matrix and writes it as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }
}

/// A number with so many decimals, a true minus sign, and no minus before zero.
fn rounded(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}
