//! What a net takes each class for.

use std::path::Path;

use image::RgbImage;
use ndarray::Array2;

#[cfg(doc)]
use crate::Error;
use crate::Result;
use crate::axis::count;
use crate::colour_bar::ColourBar;
use crate::error::{not_empty, same_length};
use crate::matrix::{Group, Matrix, fits};
use crate::text::percent;
use crate::theme::sequential;

/// Counts of predicted classes (columns) for each true class (rows). Each cell is shaded by its share of its row, so that
/// rare classes show as well as common ones, and says its count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// Title on top; may be empty. A line below it says how many are right.
    pub title: String,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Counts, `[true class, predicted class]`.
    pub counts: Array2<u64>,
}

impl ConfusionMatrix {
    /// A matrix from its parts.
    pub fn new(
        title: impl Into<String>,
        classes: impl IntoIterator<Item = impl ToString>,
        counts: Array2<u64>,
    ) -> Self {
        Self { title: title.into(), classes: classes.into_iter().map(|label| label.to_string()).collect(), counts }
    }

    /// Draws the matrix.
    ///
    /// # Errors
    /// [`Error::Empty`] without classes, [`Error::Length`] if the counts are not classes × classes, [`Error::TooLarge`].
    pub fn draw(&self) -> Result<RgbImage> {
        let (what, n_classes) = ("confusion matrix", self.classes.len());
        not_empty(|| what.to_owned(), n_classes)?;
        same_length(|| format!("{what}: rows"), n_classes, self.counts.nrows())?;
        same_length(|| format!("{what}: columns"), n_classes, self.counts.ncols())?;
        let sums: Vec<f64> = self.counts.rows().into_iter().map(|row| row.iter().map(|&n| n as f64).sum()).collect();
        let fill = |row: usize, column: usize| match sums[row] {
            0.0 => sequential(0.0),
            sum => sequential((self.counts[(row, column)] as f64 / sum) as f32),
        };
        let cell = match n_classes {
            ..=4 => 170.0,
            5..=8 => 112.0,
            9..=12 => 84.0,
            13..=26 => 64.0,
            _ => 50.0,
        };
        // Either all counts are shortened or none.
        let long = self.counts.iter().any(|&n| !fits(&count(n), cell));
        let text = |&n: &u64| match n {
            // In a large matrix empty cells say more than a field of zeros.
            0 => (if n_classes > 20 { String::new() } else { "0".to_owned() }, true),
            n => (if long { short(n) } else { count(n) }, false),
        };
        let all: f64 = sums.iter().sum();
        let right: f64 = self.counts.diag().iter().map(|&n| n as f64).sum();
        let note =
            if all > 0.0 { format!("{} of {} right", percent(right / all), count(all as u64)) } else { String::new() };
        let labels = [Group::each(&self.classes[..], 1)];
        Matrix {
            what,
            title: &self.title,
            note: &note,
            shape: self.counts.dim(),
            cell,
            fill: &fill,
            numbers: Some(self.counts.iter().map(text).collect()),
            rows: &labels,
            columns: &labels,
            row_name: "true class",
            column_name: "predicted class",
            bar: ColourBar::share("share of the row (%)")?,
            map: sequential,
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

/// A large count in few characters: `12k`, `3.4M`, `2e15`.
fn short(n: u64) -> String {
    let value = n as f64;
    match n {
        ..1000 => n.to_string(),
        1000..10_000 => format!("{:.1}k", value / 1e3),
        10_000..999_500 => format!("{:.0}k", value / 1e3),
        999_500..9_950_000 => format!("{:.1}M", value / 1e6),
        9_950_000..999_500_000 => format!("{:.0}M", value / 1e6),
        _ => format!("{value:.0e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_become_short() {
        assert_eq!(
            [999, 1234, 56_789, 999_999, 1_234_567, u64::MAX].map(short),
            ["999", "1.2k", "57k", "1.0M", "1.2M", "2e19"]
        );
    }
}
