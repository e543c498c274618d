//! Values by category, as bars.

use std::path::Path;

use image::RgbImage;

#[cfg(doc)]
use crate::Error;
use crate::Result;
use crate::axis::{Axis, Scale, Unit, number};
use crate::canvas::{Area, Canvas};
use crate::chart::{Frame, Plot, category_height, frame};
use crate::curves::ends;
use crate::error::{finite, not_empty, same_length};
use crate::legend::{Sample, legend, more_height, rows};
use crate::panels::panels;
use crate::text::{Across, CAPITAL, Down, Style};
use crate::theme::{self, GREY, HAIR, INK, LABEL, TICK, WHITE};

/// Share of a category's width that its bars fill.
const FILLED: f32 = 0.84;
/// Widest bar.
const WIDEST: f32 = 140.0;
const VALUE: Style = Style::new(TICK - 2.0);
/// The dash of a missing bar.
const NOTHING: Style = Style::new(LABEL).bold().colour(GREY);
/// Height of the figure without its title.
const HEIGHT: f32 = 800.0;

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Where it ends; it starts at 0.
    pub value: f64,
    /// `(lower, upper)` of its error bar.
    pub interval: Option<(f64, f64)>,
}

impl From<f64> for Bar {
    fn from(value: f64) -> Self {
        Self { value, interval: None }
    }
}

/// The bars of one colour, such as those of one net.
#[derive(Clone, Debug, PartialEq)]
pub struct BarSeries {
    /// Name in the legend.
    pub name: String,
    /// One for each category; `None` where there is no value, drawn as a dash.
    pub bars: Vec<Option<Bar>>,
}

impl BarSeries {
    /// A series without gaps.
    pub fn new(name: impl Into<String>, bars: impl IntoIterator<Item = impl Into<Bar>>) -> Self {
        Self { name: name.into(), bars: bars.into_iter().map(|bar| Some(bar.into())).collect() }
    }
}

/// Grouped bars over categories, such as success by digit for two nets, with error bars and the value above each.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title, such as what the error bars are; may be empty.
    pub note: String,
    /// Name of the axis of categories.
    pub x_label: String,
    /// The axis of the values.
    pub y: Axis,
    /// Names of the categories, from the left.
    pub categories: Vec<String>,
    /// The series, side by side within each category.
    pub series: Vec<BarSeries>,
}

impl Bars {
    /// Bars of shares in [0, 1] on an axis from 0 to 100 %.
    pub fn percent(
        title: impl Into<String>,
        x_label: impl Into<String>,
        y_label: impl Into<String>,
        categories: impl IntoIterator<Item = impl ToString>,
        series: Vec<BarSeries>,
    ) -> Self {
        Self {
            title: title.into(),
            note: String::new(),
            x_label: x_label.into(),
            y: Axis::percent(y_label),
            categories: categories.into_iter().map(|label| label.to_string()).collect(),
            series,
        }
    }

    /// Draws the bars.
    ///
    /// # Errors
    /// [`Error::Empty`] without categories or series, [`Error::Length`] if a series has another number of bars,
    /// [`Error::NotFinite`] with the name of the series, [`Error::Setting`] for a logarithmic axis or ends that cannot be used.
    pub fn draw(&self) -> Result<RgbImage> {
        let what = "bars";
        self.check()?;
        let (n_categories, n_series) = (self.categories.len() as f32, self.series.len() as f32);
        let texts = self.series.iter().flat_map(|series| series.bars.iter().flatten()).map(|bar| self.text(bar.value));
        let widest = VALUE.widest(texts.collect::<Vec<_>>().iter().map(String::as_str));
        let by_bar = |width: f32| n_categories * n_series * width / FILLED;
        let upwards = by_bar(widest + 8.0) > 2400.0;
        let bar = if upwards { VALUE.size * 1.15 } else { widest + 8.0 };
        let width = (by_bar(bar) + 140.0).clamp(1300.0, 4000.0);
        // Tall names do not take their room from the plot.
        let entries = self.series.iter().enumerate();
        let entries: Vec<_> =
            entries.map(|(index, series)| (&series.name[..], theme::series(index), Sample::Fill)).collect();
        let legend_height = more_height(rows(width, &entries));
        let height = HEIGHT + category_height(&self.categories, width - 140.0) + legend_height;
        let (mut canvas, areas) = panels(what, &self.title, &self.note, 1, (width, height))?;
        let area = legend(&mut canvas, areas[0], &entries, 0);

        let labels = if upwards { widest + 24.0 } else { VALUE.size + 16.0 };
        let y = self.scale(labels / (HEIGHT - 220.0))?;
        let around = Frame {
            x: Scale::categories(self.categories.len()),
            y: y.clone(),
            x_label: &self.x_label,
            y_label: &self.y.label,
            categories: Some(&self.categories),
        };
        let plot = frame(&mut canvas, area, &around)?;
        let category_width = plot.area.width / n_categories;
        let filled = FILLED.min(WIDEST * n_series / category_width);
        let slot = f64::from(filled / n_series);
        let room = category_width * filled / n_series;
        let labelled = room >= VALUE.size * if upwards { 1.05 } else { 0.5 };
        for (index, series) in self.series.iter().enumerate() {
            for (category, bar) in series.bars.iter().enumerate() {
                let left = category as f64 - f64::from(filled) / 2.0 + slot * index as f64;
                self.draw_bar(&mut canvas, &plot, &y, (left, left + slot), *bar, index, labelled.then_some(upwards));
            }
        }
        if y.low < 0.0 {
            let (_, zero) = plot.at(0.0, 0.0);
            canvas.fill(Area::new(plot.area.x, zero - 1.0, plot.area.width, HAIR), INK, 1.0);
        }
        Ok(canvas.finish())
    }

    /// Draws the bars and writes them as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }

    fn check(&self) -> Result<()> {
        not_empty(|| "bars: categories".to_owned(), self.categories.len())?;
        not_empty(|| "bars: series".to_owned(), self.series.len())?;
        for series in &self.series {
            let name = || format!("bars `{}`", series.name);
            same_length(name, self.categories.len(), series.bars.len())?;
            for (category, bar) in self.categories.iter().zip(&series.bars) {
                if let Some(Bar { value, interval }) = *bar {
                    let (lower, upper) = interval.unwrap_or((value, value));
                    finite(&[value, lower, upper], || format!("{}, category `{category}`", name()))?;
                }
            }
        }
        if self.y.log {
            let (what, got) = ("bars: axis".to_owned(), "a logarithmic one".to_owned());
            return Err(crate::Error::Setting { what, wanted: "linear, since bars start at 0", got });
        }
        Ok(())
    }

    /// The axis of values with room for the numbers: `labels` is their height as a share of the plot's.
    fn scale(&self, labels: f32) -> Result<Scale> {
        let bars = self.series.iter().flat_map(|series| series.bars.iter().flatten());
        let all =
            bars.flat_map(|bar| [bar.value, bar.interval.map_or(0.0, |i| i.0), bar.interval.map_or(0.0, |i| i.1)]);
        let (low, high) = ends(all.chain([0.0]));
        let mut scale = self.y.scale((low, high), (0.0, 0.0), 6)?;
        let (above, below) = (high > 0.0 || low == 0.0, low < 0.0);
        let sides = if above && below { 2.0 } else { 1.0 };
        let room = (scale.high - scale.low) * f64::from(labels / (1.0 - sides * labels));
        if above {
            scale.high += room;
        }
        if below {
            scale.low -= room;
        }
        Ok(scale)
    }

    #[expect(clippy::too_many_arguments, reason = "a private step of one loop, not worth a type")]
    fn draw_bar(
        &self,
        canvas: &mut Canvas,
        plot: &Plot,
        y: &Scale,
        (left, right): (f64, f64),
        bar: Option<Bar>,
        index: usize,
        label: Option<bool>,
    ) {
        let ((x0, zero), x1) = (plot.at(left, 0.0), plot.at(right, 0.0).0);
        let middle = (x0 + x1) / 2.0;
        let Some(Bar { value, interval }) = bar else {
            if label.is_some() {
                canvas.text("–", (middle, zero - 8.0), &NOTHING.at(Across::Centre, Down::Bottom));
            }
            return;
        };
        canvas.clip(Some(plot.clip()));
        let (_, end) = plot.at(left, y.place(value));
        let gap = if x1 - x0 > 8.0 { 1.0 } else { 0.0 };
        let bar = Area::new(x0 + gap, end.min(zero), x1 - x0 - 2.0 * gap, (end - zero).abs() - 1.0);
        canvas.fill(bar, theme::series(index), 1.0);
        let (mut top, mut bottom) = (end.min(zero), end.max(zero));
        if let Some((lower, upper)) = interval {
            let (low, high) = (plot.at(left, y.place(lower)).1, plot.at(left, y.place(upper)).1);
            error_bar(canvas, middle, (low, high), ((x1 - x0) * 0.2).clamp(2.0, 10.0));
            (top, bottom) = (top.min(high), bottom.max(low));
        }
        canvas.clip(None);
        if let Some(upwards) = label {
            let above = value >= 0.0;
            let gap = if upwards { 10.0 } else { 5.0 };
            self.draw_value(canvas, value, (middle, if above { top - gap } else { bottom + gap }), upwards);
        }
    }

    /// Writes a number above the point where its bar ends, or below that of a negative one, on white so that no grid line
    /// runs through it.
    fn draw_value(&self, canvas: &mut Canvas, value: f64, (x, y): (f32, f32), upwards: bool) {
        let (text, above) = (self.text(value), value >= 0.0);
        let (length, height) = (VALUE.width(&text), VALUE.size * CAPITAL);
        let (width, height) = if upwards { (height, length) } else { (length, height + 4.0) };
        canvas.fill(Area::new(x - width / 2.0, if above { y - height } else { y }, width, height), WHITE, 1.0);
        let style = match (upwards, above) {
            (true, true) => VALUE.upwards().at(Across::Left, Down::Middle),
            (true, false) => VALUE.upwards().at(Across::Right, Down::Middle),
            (false, true) => VALUE.at(Across::Centre, Down::Bottom),
            (false, false) => VALUE.at(Across::Centre, Down::Top),
        };
        canvas.text(&text, (x, y), &style);
    }

    /// The number at a bar, with as many decimals as the largest needs for three digits, and at least two digits of its own.
    fn text(&self, value: f64) -> String {
        let shown = self.y.unit.shown(value);
        if self.y.unit == Unit::Percent && shown.abs() < 1e6 {
            let text = format!("{shown:.1}").replace('-', "−");
            return if text == "100.0" { "100".to_owned() } else { text };
        }
        let bars = || self.series.iter().flat_map(|series| series.bars.iter().flatten());
        let largest = bars().fold(0.0f64, |largest, bar| largest.max(bar.value.abs()));
        let whole = largest < 1e6 && bars().all(|bar| bar.value.fract() == 0.0);
        let step = if whole || largest == 0.0 { 1.0 } else { 10f64.powf(largest.log10().floor() - 2.0) };
        // A small bar beside a very large one.
        let own = if whole || value == 0.0 { step } else { 10f64.powf(value.abs().log10().floor() - 1.0) };
        number(shown, step.min(own), largest)
    }
}

/// An upright line with a cap at each end.
pub(crate) fn error_bar(canvas: &mut Canvas, x: f32, (low, high): (f32, f32), cap: f32) {
    canvas.line(&[(x, low), (x, high)], INK, 1.0, HAIR, &[]);
    canvas.line(&[(x - cap, low), (x + cap, low)], INK, 1.0, HAIR, &[]);
    canvas.line(&[(x - cap, high), (x + cap, high)], INK, 1.0, HAIR, &[]);
}
