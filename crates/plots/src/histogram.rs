//! How often each value occurs.

use std::path::Path;

use image::RgbImage;

#[cfg(doc)]
use crate::Error;
use crate::Result;
use crate::axis::{self, Axis, Scale, Unit, number};
use crate::bins::Bins;
use crate::canvas::{Area, Canvas};
use crate::chart::{Frame, frame, subtitle};
use crate::error::{finite, not_empty};
use crate::panels::panels;
use crate::text::{Across, Down, Style};
use crate::theme::{self, LINE, TICK, WHITE};

/// One panel: values counted in bins of equal width, with a dashed line at the median.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Title of the panel; may be empty.
    pub title: String,
    /// The axis of the values. Values outside fixed ends are left out, and the figure says how many.
    pub axis: Axis,
    /// The values, in any order.
    pub values: Vec<f64>,
    /// Number of bins; unset takes a round width after Freedman and Diaconis. Bins of whole numbers hold whole numbers.
    pub bins: Option<usize>,
}

impl Histogram {
    /// A panel whose bins follow from the data.
    pub fn new(title: impl Into<String>, axis: Axis, values: impl Into<Vec<f64>>) -> Self {
        Self { title: title.into(), axis, values: values.into(), bins: None }
    }
}

/// Histograms side by side: steps and confidence, or one net and another.
#[derive(Clone, Debug, PartialEq)]
pub struct Histograms {
    /// Title on top; may be empty.
    pub title: String,
    /// Name of the axis of counts.
    pub count_label: String,
    /// The panels, two in a row.
    pub panels: Vec<Histogram>,
}

impl Histograms {
    /// A figure with these panels.
    pub fn new(title: impl Into<String>, panels: Vec<Histogram>) -> Self {
        Self { title: title.into(), count_label: "examples".to_owned(), panels }
    }

    /// Draws the panels.
    ///
    /// # Errors
    /// [`Error::Empty`] without panels or for a panel without values, [`Error::NotFinite`] for NaN, [`Error::Setting`] for 0
    /// bins or ends that cannot be used.
    pub fn draw(&self) -> Result<RgbImage> {
        let what = "histogram";
        not_empty(|| what.to_owned(), self.panels.len())?;
        let size = if self.panels.len() == 1 { (1300.0, 780.0) } else { (1040.0, 720.0) };
        let (mut canvas, areas) = panels(what, &self.title, "", self.panels.len(), size)?;
        let titles: Vec<&str> = self.panels.iter().map(|panel| &panel.title[..]).collect();
        for (index, (panel, area)) in self.panels.iter().zip(areas).enumerate() {
            let area = subtitle(&mut canvas, area, &titles, index);
            panel.draw(&mut canvas, area, &self.count_label)?;
        }
        Ok(canvas.finish())
    }

    /// Draws the panels and writes them as a PNG file.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw), and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::output::write(path.as_ref(), &self.draw()?)
    }
}

impl Histogram {
    fn draw(&self, canvas: &mut Canvas, area: Area, count_label: &str) -> Result<()> {
        let name = || format!("histogram `{}`", self.title);
        not_empty(name, self.values.len())?;
        finite(&self.values, name)?;
        let mut values = self.values.clone();
        values.sort_by(f64::total_cmp);
        let (low, high) = (values[0], values[values.len() - 1]);
        let mut x = self.axis.scale((low, high), (0.0, 0.0), 6)?;
        let places: Vec<f64> = values.iter().map(|&value| x.place(value)).collect();
        let bins = Bins::new(&places, &x, self.axis.range.is_some(), self.bins, name)?;
        if self.axis.range.is_none() {
            (x.low, x.high) = (bins.first, bins.first + bins.width * bins.count as f64);
            if bins.whole && bins.count < 5 {
                // A single bar gets some air.
                let air = bins.width * (5 - bins.count) as f64 / 2.0;
                (x.low, x.high) = (x.low - air, x.high + air);
            }
            x = x.with_ticks(6);
            if bins.whole {
                x = x.whole();
            }
        }
        let (counts, outside) = bins.fill(&places);

        let most = counts.iter().copied().max().unwrap_or(0).max(1);
        let y = Axis::plain(count_label).within(0.0, most as f64 * 1.16).scale((0.0, 0.0), (0.0, 0.0), 6)?.whole();
        let around = Frame { x: x.clone(), y, x_label: &self.axis.label, y_label: count_label, categories: None };
        let plot = frame(canvas, area, &around)?;
        canvas.clip(Some(plot.clip()));
        for (index, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let left = bins.first + bins.width * index as f64;
            let (x0, y0) = plot.at(left, count as f64);
            let (x1, y1) = plot.at(left + bins.width, 0.0);
            // A white gap between bars, while they are wide enough to spare it.
            let gap = if x1 - x0 > 8.0 { 1.0 } else { 0.0 };
            let bar = Area::new(x0 + gap, y0.min(y1 - 2.0), (x1 - x0 - 2.0 * gap).max(0.5), (y1 - y0).max(2.0) - 1.0);
            canvas.fill(bar, theme::series(0), 1.0);
        }
        canvas.clip(None);
        self.draw_median(canvas, &plot, &x, median(&values), outside);
        Ok(())
    }

    fn draw_median(&self, canvas: &mut Canvas, plot: &crate::chart::Plot, x: &Scale, median: f64, outside: usize) {
        let shown = self.axis.unit.shown(median);
        let text = match (self.axis.unit, shown.abs()) {
            (Unit::Percent, ..1e6) => format!("median {shown:.2}\u{a0}%"),
            (_, 0.0) => "median 0".to_owned(),
            (_, size) => {
                let digits =
                    if median.fract() == 0.0 && size < 1e6 { 1.0 } else { 10f64.powf(size.log10().floor() - 2.0) };
                format!("median {}", number(shown, digits, size))
            }
        };
        let mut text = format!("{text}, n = {}", axis::count(self.values.len() as u64));
        if outside > 0 {
            text += &format!(" ({} beyond the axis)", axis::count(outside as u64));
        }
        let place = x.place(median);
        let (at, top) = (plot.at(place, 0.0).0, plot.area.y);
        let visible = (x.low..=x.high).contains(&place);
        if visible {
            let line = [(at, plot.area.bottom() - 2.0), (at, top)];
            canvas.line(&line, theme::WRONG, 1.0, LINE, &[14.0, 8.0]);
        }
        let style = Style::new(TICK);
        let text = style.fit(&text, plot.area.width - 40.0);
        let (width, gap) = (style.width(&text), 14.0);
        let leftwards = at + gap + width > plot.area.right();
        let across = if leftwards { Across::Right } else { Across::Left };
        let from =
            if leftwards { (at - gap).max(plot.area.x + width + 4.0) } else { (at + gap).max(plot.area.x + gap) };
        let start = if leftwards { from - width } else { from };
        canvas.fill(Area::new(start - 4.0, top + 4.0, width + 8.0, style.height(1)), WHITE, 0.9);
        canvas.text(&text, (from, top + 6.0), &style.at(across, Down::Top));
    }
}

/// The middle value of sorted values, or the mean of the two in the middle.
fn median(sorted: &[f64]) -> f64 {
    let (half, len) = (sorted.len() / 2, sorted.len());
    if len % 2 == 1 { sorted[half] } else { sorted[half - 1] / 2.0 + sorted[half] / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!([median(&[1.0, 2.0, 9.0]), median(&[1.0, 2.0])], [2.0, 1.5]);
    }
}
