//! Single points by category.

use std::path::Path;

use image::RgbImage;

#[cfg(doc)]
use crate::Error;
use crate::Result;
use crate::axis::{Axis, Scale};
use crate::bars::error_bar;
use crate::chart::{Frame, category_height, frame};
use crate::curves::ends;
use crate::error::{finite, not_empty, same_length};
use crate::legend::{Sample, legend, more_height, rows};
use crate::panels::panels;
use crate::theme::{self, INK, LINE};

/// The points of one series in one category.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StripGroup {
    /// The points, such as one for each training; may be empty.
    pub points: Vec<f64>,
    /// `(lower, upper)` around the mean.
    pub interval: Option<(f64, f64)>,
}

impl StripGroup {
    /// Points without an interval.
    pub fn new(points: impl Into<Vec<f64>>) -> Self {
        Self { points: points.into(), interval: None }
    }

    /// Points with an interval around their mean.
    pub fn with_interval(points: impl Into<Vec<f64>>, lower: f64, upper: f64) -> Self {
        Self { points: points.into(), interval: Some((lower, upper)) }
    }
}

/// The points of one colour, such as those of one net.
#[derive(Clone, Debug, PartialEq)]
pub struct StripSeries {
    /// Name in the legend.
    pub name: String,
    /// One group for each category.
    pub groups: Vec<StripGroup>,
}

/// Single points by category, where a box plot would hide how few they are: each training a dot, the mean a line, and an
/// error bar around it. Dots are spread sideways so that equal ones can be told apart; that place means nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; may be empty.
    pub note: String,
    /// Name of the axis of categories.
    pub x_label: String,
    /// The axis of the values.
    pub y: Axis,
    /// What line and error bar are, for the legend: `mean and 95 % interval`.
    pub mean_label: String,
    /// Names of the categories, from the left.
    pub categories: Vec<String>,
    /// The series, side by side within each category.
    pub series: Vec<StripSeries>,
}

impl Strip {
    /// A figure from its parts.
    pub fn new(
        title: impl Into<String>,
        x_label: impl Into<String>,
        y: Axis,
        categories: impl IntoIterator<Item = impl ToString>,
        series: Vec<StripSeries>,
    ) -> Self {
        let intervals = series.iter().flat_map(|series| &series.groups).any(|group| group.interval.is_some());
        Self {
            title: title.into(),
            note: String::new(),
            x_label: x_label.into(),
            y,
            mean_label: if intervals { "mean and interval" } else { "mean" }.to_owned(),
            categories: categories.into_iter().map(|label| label.to_string()).collect(),
            series,
        }
    }

    /// Draws the points.
    ///
    /// # Errors
    /// [`Error::Empty`] without categories, series or a single point, [`Error::Length`] if a series has another number of
    /// groups, [`Error::NotFinite`] with the names of series and category, [`Error::Setting`] for ends that cannot be used.
    pub fn draw(&self) -> Result<RgbImage> {
        self.check()?;
        let (n_categories, n_series) = (self.categories.len(), self.series.len());
        let width = (n_categories as f32 * (n_series as f32 * 46.0 + 24.0) + 140.0).clamp(1300.0, 4000.0);
        let mut entries: Vec<_> = Vec::new();
        for (index, series) in self.series.iter().enumerate() {
            entries.push((&series.name[..], theme::series(index), Sample::Dot));
        }
        entries.push((&self.mean_label[..], INK, Sample::Line(&[])));
        let height = 800.0 + category_height(&self.categories, width - 140.0) + more_height(rows(width, &entries));
        let (mut canvas, areas) = panels("strip", &self.title, &self.note, 1, (width, height))?;
        let area = legend(&mut canvas, areas[0], &entries, 0);

        let groups = || self.series.iter().flat_map(|series| &series.groups);
        let all = groups().flat_map(|group| &group.points).copied();
        let intervals = groups().filter_map(|group| group.interval).flat_map(|(lower, upper)| [lower, upper]);
        let intervals = intervals.filter(|&value| !self.y.log || value > 0.0);
        let y = self.y.scale(ends(all.chain(intervals)), (0.06, 0.06), 6)?;
        let around = Frame {
            x: Scale::categories(n_categories),
            y: y.clone(),
            x_label: &self.x_label,
            y_label: &self.y.label,
            categories: Some(&self.categories),
        };
        let plot = frame(&mut canvas, area, &around)?;
        let slot = 0.8 / n_series as f64;
        let room = plot.area.width / n_categories as f32 * 0.8 / n_series as f32;
        canvas.clip(Some(plot.clip()));
        for (index, series) in self.series.iter().enumerate() {
            for (category, group) in series.groups.iter().enumerate().filter(|(_, group)| !group.points.is_empty()) {
                let middle = category as f64 - 0.4 + slot * (index as f64 + 0.5);
                let crowded = group.points.len() > 60;
                let radius = (room * 0.12).clamp(2.0, if crowded { 4.0 } else { 7.0 });
                let opacity = if crowded { 0.35 } else { 0.75 };
                for (number, &value) in group.points.iter().enumerate() {
                    let (x, y) = plot.at(middle, y.place(value));
                    canvas.disc((x + sideways(number) * room * 0.34, y), radius, theme::series(index), opacity);
                }
                let mean = group.points.iter().map(|value| value / group.points.len() as f64).sum::<f64>();
                let (x, at) = plot.at(middle, y.place(mean));
                let half = (room * 0.42).max(2.0);
                let line = [(x - half, at), (x + half, at)];
                if let Some((lower, upper)) = group.interval {
                    let span = (plot.at(middle, y.place(lower)).1, plot.at(middle, y.place(upper)).1);
                    error_bar(&mut canvas, x, span, (room * 0.2).clamp(2.0, 12.0));
                }
                canvas.line(&line, INK, 1.0, LINE, &[]);
            }
        }
        canvas.clip(None);
        Ok(canvas.finish())
    }

    /// Draws the points and writes them as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }

    fn check(&self) -> Result<()> {
        not_empty(|| "strip: categories".to_owned(), self.categories.len())?;
        not_empty(|| "strip: series".to_owned(), self.series.len())?;
        for series in &self.series {
            let name = || format!("strip `{}`", series.name);
            same_length(name, self.categories.len(), series.groups.len())?;
            for (category, group) in self.categories.iter().zip(&series.groups) {
                let place = || format!("{}, category `{category}`", name());
                finite(&group.points, place)?;
                if let Some((lower, upper)) = group.interval {
                    finite(&[lower, upper], || format!("{}: interval", place()))?;
                }
            }
        }
        let n_points = self.series.iter().flat_map(|series| &series.groups).map(|group| group.points.len()).sum();
        not_empty(|| "strip: points".to_owned(), n_points)
    }
}

/// A place in [-1, 1] for point number `index`, spread evenly and always the same.
pub(crate) fn sideways(index: usize) -> f32 {
    // Multiples of the golden ratio leave the largest gaps between any first few.
    ((index as f64 * 0.618_033_988_75 + 0.5).fract() * 2.0 - 1.0) as f32
}
