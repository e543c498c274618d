//! Box plots with the single values drawn on them.

use std::path::Path;

use image::RgbImage;

#[cfg(doc)]
use crate::Error;
use crate::Result;
use crate::axis::{Axis, Scale};
use crate::box_numbers::Numbers;
use crate::canvas::{Area, Canvas};
use crate::chart::{Frame, Plot, category_height, frame};
use crate::curves::ends;
use crate::error::{finite, not_empty, same_length};
use crate::legend::{Sample, legend, more_height, rows};
use crate::panels::panels;
use crate::strip::sideways;
use crate::text::{Across, Down, Style};
use crate::theme::{self, Colour, HAIR, INK, LINE, TICK, WHITE};

/// What the note says unless another is given.
const NOTE: &str = "boxes: quartiles and median; whiskers: to the furthest value within 1.5 times the box's height; dots: single values";
/// Dashes of reference lines.
const REFERENCE: &[f32] = &[12.0, 8.0];
const NAME: Style = Style::new(TICK);
/// Share of its place that a box takes, and its widest.
const BOX: f32 = 0.62;
const WIDEST: f32 = 130.0;
/// Opacity of a box.
const FILL: f32 = 0.22;

/// The values of one colour, such as those on test pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxSeries {
    /// Name in the legend.
    pub name: String,
    /// The values of each category, such as one for each training; may be empty.
    pub groups: Vec<Vec<f64>>,
}

impl BoxSeries {
    /// A series from its parts.
    pub fn new(name: impl Into<String>, groups: Vec<Vec<f64>>) -> Self {
        Self { name: name.into(), groups }
    }
}

/// A value to compare with, such as what a person reaches, drawn as a dashed line with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The value.
    pub value: f64,
    /// Its name, such as `person 93 %`.
    pub label: String,
    /// The category that it belongs to, from 0; unset draws it across all.
    pub category: Option<usize>,
}

impl Reference {
    /// A value for all categories.
    pub fn new(value: f64, label: impl Into<String>) -> Self {
        Self { value, label: label.into(), category: None }
    }

    /// The same for one category alone.
    #[must_use]
    pub fn of_category(self, category: usize) -> Self {
        Self { category: Some(category), ..self }
    }
}

/// Box plots by category, one or a few series side by side, with the single values on them: many trainings with the same data.
///
/// Quartiles lie between neighbours by straight lines (type 7 of Hyndman and Fan 1996, NumPy's and R's own rule); whiskers reach
/// the furthest value within 1.5 times the box's height (Tukey 1977). Dots are spread sideways so that equal ones can be
/// told apart; that place means nothing, and is the same every time.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxPlots {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title; says what boxes and whiskers are unless it is changed.
    pub note: String,
    /// Name of the axis of categories.
    pub x_label: String,
    /// The axis of the values.
    pub y: Axis,
    /// Names of the categories, from the left.
    pub categories: Vec<String>,
    /// The series, side by side within each category.
    pub series: Vec<BoxSeries>,
    /// Values to compare with.
    pub references: Vec<Reference>,
}

impl BoxPlots {
    /// A figure from its parts, without references.
    pub fn new(
        title: impl Into<String>,
        x_label: impl Into<String>,
        y: Axis,
        categories: impl IntoIterator<Item = impl ToString>,
        series: Vec<BoxSeries>,
    ) -> Self {
        Self {
            title: title.into(),
            note: NOTE.to_owned(),
            x_label: x_label.into(),
            y,
            categories: categories.into_iter().map(|label| label.to_string()).collect(),
            series,
            references: Vec::new(),
        }
    }

    /// Draws the boxes.
    ///
    /// # Errors
    /// [`Error::Empty`] without categories, series or a single value, [`Error::Length`] if a series has another number of
    /// groups, [`Error::NotFinite`] with the names of series and category, [`Error::Setting`] for ends that cannot be used and a
    /// reference of a category that there is not.
    pub fn draw(&self) -> Result<RgbImage> {
        self.check()?;
        let (n_categories, n_series) = (self.categories.len(), self.series.len());
        let width = (n_categories as f32 * (n_series as f32 * 100.0 + 40.0) + 140.0).clamp(1300.0, 4000.0);
        let entries = self.series.iter().enumerate();
        let entries: Vec<_> =
            entries.map(|(index, series)| (&series.name[..], theme::series(index), Sample::Fill)).collect();
        let height = 840.0 + category_height(&self.categories, width - 140.0) + more_height(rows(width, &entries));
        let (mut canvas, areas) = panels("box plots", &self.title, &self.note, 1, (width, height))?;
        let area = legend(&mut canvas, areas[0], &entries, 0);

        let values = self.series.iter().flat_map(|series| series.groups.iter().flatten()).copied();
        let references = self.references.iter().map(|reference| reference.value);
        let mut y = self.y.scale(ends(values.chain(references)), (0.06, 0.06), 6)?;
        // Boxes at the very end of a fixed axis keep their dots whole.
        if self.y.range.is_some() {
            let span = y.high - y.low;
            (y.low, y.high) = (y.low - 0.02 * span, y.high + 0.02 * span);
        }
        let around = Frame {
            x: Scale::categories(n_categories),
            y: y.clone(),
            x_label: &self.x_label,
            y_label: &self.y.label,
            categories: Some(&self.categories),
        };
        let plot = frame(&mut canvas, area, &around)?;
        self.draw_lines(&mut canvas, &plot, &y);
        let slot = 0.84 / n_series as f64;
        let room = plot.area.width / n_categories as f32 * slot as f32;
        let mut taken = Vec::new();
        canvas.clip(Some(plot.clip()));
        for (index, series) in self.series.iter().enumerate() {
            for (category, values) in series.groups.iter().enumerate() {
                let middle = category as f64 - 0.42 + slot * (index as f64 + 0.5);
                let half = (room * BOX).min(WIDEST) / 2.0;
                let (low, high) = ends(values.iter().map(|value| y.place(*value)));
                let ((x, top), (_, bottom)) = (plot.at(middle, high), plot.at(middle, low));
                taken.push(Area::new(x - half, top - 8.0, 2.0 * half, bottom - top + 16.0));
                draw_box(&mut canvas, &plot, &y, (middle, half), values, theme::series(index));
            }
        }
        canvas.clip(None);
        self.draw_names(&mut canvas, &plot, &y, &taken);
        Ok(canvas.finish())
    }

    /// Draws the boxes and writes them as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }

    /// References that lie on the axis, with the ends of their lines.
    fn lines(&self, plot: &Plot, y: &Scale) -> impl Iterator<Item = (&Reference, f32, (f32, f32))> {
        let plot = *plot;
        let y = y.clone();
        self.references.iter().filter_map(move |reference| {
            let place = y.place(reference.value);
            let (from, to) = match reference.category {
                Some(category) => (category as f64 - 0.46, category as f64 + 0.46),
                None => (-0.5, self.categories.len() as f64 - 0.5),
            };
            let ((left, at), (right, _)) = (plot.at(from, place), plot.at(to, place));
            (y.low..=y.high).contains(&place).then_some((reference, at, (left, right)))
        })
    }

    fn draw_lines(&self, canvas: &mut Canvas, plot: &Plot, y: &Scale) {
        for (_, at, (left, right)) in self.lines(plot, y) {
            canvas.line(&[(left + 2.0, at), (right - 2.0, at)], INK, 1.0, LINE - 1.0, REFERENCE);
        }
    }

    /// The names stand above or below their lines, where they hide the least.
    fn draw_names(&self, canvas: &mut Canvas, plot: &Plot, y: &Scale, taken: &[Area]) {
        for (reference, at, (left, right)) in self.lines(plot, y) {
            let name = NAME.fit(&reference.label, right - left - 20.0);
            let (wide, high) = (NAME.width(&name) + 8.0, NAME.height(1));
            let last = ((right - left - wide - 8.0) / wide).max(1.0) as usize;
            let places = (0..=last).rev().flat_map(|place| {
                let x = left + 4.0 + (right - left - wide - 8.0) * place as f32 / last as f32;
                [at - high - 5.0, at + 5.0].map(|y| Area::new(x, y, wide, high))
            });
            let within = |area: &Area| area.y >= plot.area.y && area.bottom() <= plot.area.bottom();
            let hidden = |area: &Area| taken.iter().map(|other| common(*area, *other)).sum::<f32>();
            let places = places.filter(within);
            let Some(area) = places.min_by(|a, b| hidden(a).total_cmp(&hidden(b))) else { continue };
            canvas.fill(area, WHITE, 0.85);
            canvas.text(&name, (area.x + 4.0, area.y), &NAME.at(Across::Left, Down::Top));
        }
    }

    fn check(&self) -> Result<()> {
        not_empty(|| "box plots: categories".to_owned(), self.categories.len())?;
        not_empty(|| "box plots: series".to_owned(), self.series.len())?;
        for series in &self.series {
            let name = || format!("box plots `{}`", series.name);
            same_length(name, self.categories.len(), series.groups.len())?;
            for (category, group) in self.categories.iter().zip(&series.groups) {
                finite(group, || format!("{}, category `{category}`", name()))?;
            }
        }
        let n_values = self.series.iter().flat_map(|series| &series.groups).map(Vec::len).sum();
        not_empty(|| "box plots: values".to_owned(), n_values)?;
        for Reference { value, label, category } in &self.references {
            finite(&[*value], || format!("box plots: reference `{label}`"))?;
            if let Some(category) = category.filter(|category| *category >= self.categories.len()) {
                let what = format!("box plots: reference `{label}`: category");
                return Err(crate::Error::Setting { what, wanted: "one of the figure's", got: category.to_string() });
            }
        }
        Ok(())
    }
}

/// Pixels that two areas share.
fn common(a: Area, b: Area) -> f32 {
    let wide = a.right().min(b.right()) - a.x.max(b.x);
    let high = a.bottom().min(b.bottom()) - a.y.max(b.y);
    wide.max(0.0) * high.max(0.0)
}

/// One box around `middle`, and its values; of fewer than three values the dots and the median alone.
fn draw_box(canvas: &mut Canvas, plot: &Plot, y: &Scale, (middle, half): (f64, f32), values: &[f64], colour: Colour) {
    let Some(numbers) = Numbers::of(values) else { return };
    let (x, _) = plot.at(middle, 0.0);
    let at = |value: f64| plot.at(middle, y.place(value)).1;
    if values.len() > 2 {
        let (top, bottom) = (at(numbers.upper), at(numbers.lower));
        for (edge, end) in [(top, at(numbers.whiskers.1)), (bottom, at(numbers.whiskers.0))] {
            canvas.line(&[(x, edge), (x, end)], INK, 1.0, HAIR, &[]);
            canvas.line(&[(x - half * 0.4, end), (x + half * 0.4, end)], INK, 1.0, HAIR, &[]);
        }
        let inner = Area::new(x - half, top, 2.0 * half, bottom - top);
        canvas.fill(inner, WHITE, 1.0);
        canvas.fill(inner, colour, FILL);
        let corners = [(x - half, top), (x + half, top), (x + half, bottom), (x - half, bottom), (x - half, top)];
        canvas.line(&corners, colour, 1.0, LINE - 1.0, &[]);
    }
    let crowded = values.len() > 60;
    let (radius, opacity) =
        if crowded { ((half * 0.1).clamp(2.0, 4.0), 0.4) } else { ((half * 0.16).clamp(2.5, 7.5), 0.8) };
    for (number, &value) in values.iter().enumerate() {
        canvas.disc((x + sideways(number) * half * 0.72, at(value)), radius, colour, opacity);
    }
    let median = at(numbers.median);
    canvas.line(&[(x - half, median), (x + half, median)], INK, 1.0, LINE, &[]);
}
