//! Lines over epochs, steps or sizes.

use std::path::Path;

use image::RgbImage;

#[cfg(doc)]
use crate::Error;
use crate::Result;
use crate::axis::Axis;
use crate::canvas::{Area, Canvas};
use crate::chart::{Frame, Plot, frame, subtitle};
use crate::error::{finite, not_empty, same_length};
use crate::legend::{Entry, Sample, THIN, dash, legend, more_height, rows};
use crate::line_style::LineStyle;
use crate::panels::panels;
use crate::theme::{self, HAIR, LINE};

/// A line with up to this many points shows them as dots.
const DOTTED: usize = 25;
/// Opacity of dots that may lie on one another.
const SEEN_THROUGH: f32 = 0.75;
/// Opacity of bands.
const BAND: f32 = 0.18;

/// One series: a line, and if wanted a band around it and thin lines for single runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Name in the legend; an empty one is not listed.
    pub name: String,
    /// The line's points `(x, y)`, from left to right; may be empty if there are runs.
    pub points: Vec<(f64, f64)>,
    /// `(lower, upper)` for each point, such as a 95 % interval; empty for none.
    pub band: Vec<(f64, f64)>,
    /// Single runs, drawn thin in the same colour.
    pub runs: Vec<Vec<(f64, f64)>>,
    /// Whether the points stand alone, as dots that no line joins; they need no order then.
    pub scattered: bool,
    /// Colour and dashes; unset takes those of the curve's place in its panel.
    pub style: Option<LineStyle>,
}

impl Curve {
    /// A line alone.
    pub fn new(name: impl Into<String>, points: impl Into<Vec<(f64, f64)>>) -> Self {
        Self { name: name.into(), points: points.into(), ..Self::default() }
    }

    /// A line through values at 1, 2, …, such as one for each epoch.
    pub fn by_epoch(name: impl Into<String>, values: &[f64]) -> Self {
        let points: Vec<_> = values.iter().enumerate().map(|(index, &value)| ((index + 1) as f64, value)).collect();
        Self::new(name, points)
    }

    /// How number `index` of a panel is drawn.
    fn style(&self, index: usize) -> LineStyle {
        self.style.unwrap_or(LineStyle { colour: index, dash: index })
    }
}

/// One panel of curves.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePanel {
    /// Title of the panel; may be empty.
    pub title: String,
    /// The axis along the bottom, such as epochs.
    pub x: Axis,
    /// The axis at left, such as loss or accuracy.
    pub y: Axis,
    /// The series. Colours and dashes follow their order.
    pub curves: Vec<Curve>,
}

impl CurvePanel {
    /// A panel from its parts.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis, curves: Vec<Curve>) -> Self {
        Self { title: title.into(), x, y, curves }
    }
}

/// Lines over epochs: loss, accuracy, success over budget. Each panel has a legend above it that hides no data.
#[derive(Clone, Debug, PartialEq)]
pub struct Curves {
    /// Title on top; may be empty.
    pub title: String,
    /// A smaller line below the title, such as what the bands are; may be empty.
    pub note: String,
    /// The panels, two in a row.
    pub panels: Vec<CurvePanel>,
}

impl Curves {
    /// A figure with these panels.
    pub fn new(title: impl Into<String>, panels: Vec<CurvePanel>) -> Self {
        Self { title: title.into(), note: String::new(), panels }
    }

    /// Draws the panels.
    ///
    /// # Errors
    /// [`Error::Empty`] without panels, series or points, [`Error::Length`] if a band does not fit its line,
    /// [`Error::NotFinite`] with the name of the series, [`Error::Setting`] for ends that cannot be used, among them values
    /// not above 0 on a logarithmic axis.
    pub fn draw(&self) -> Result<RgbImage> {
        let what = "curves";
        not_empty(|| what.to_owned(), self.panels.len())?;
        let size = if self.panels.len() == 1 { (1300.0, 840.0) } else { (1040.0, 780.0) };
        let titles: Vec<&str> = self.panels.iter().map(|panel| &panel.title[..]).collect();
        let n_rows = self.panels.iter().map(|panel| rows(size.0, &panel.legend())).max().unwrap_or(0);
        let size = (size.0, size.1 + more_height(n_rows));
        let (mut canvas, areas) = panels(what, &self.title, &self.note, self.panels.len(), size)?;
        for (index, (panel, area)) in self.panels.iter().zip(areas).enumerate() {
            let area = subtitle(&mut canvas, area, &titles, index);
            let area = legend(&mut canvas, area, &panel.legend(), n_rows);
            panel.draw(&mut canvas, area)?;
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

impl CurvePanel {
    fn check(&self) -> Result<()> {
        not_empty(|| format!("curves `{}`", self.title), self.curves.len())?;
        for curve in &self.curves {
            let name = || format!("curve `{}`", curve.name);
            not_empty(name, curve.points.len() + curve.runs.iter().map(Vec::len).sum::<usize>())?;
            for points in std::iter::once(&curve.points).chain(&curve.runs) {
                finite(&points.iter().map(|point| point.0).collect::<Vec<_>>(), || format!("{}, x", name()))?;
                finite(&points.iter().map(|point| point.1).collect::<Vec<_>>(), name)?;
            }
            if !curve.band.is_empty() {
                same_length(|| format!("{}: band", name()), curve.points.len(), curve.band.len())?;
                let ends: Vec<f64> = curve.band.iter().flat_map(|&(lower, upper)| [lower, upper]).collect();
                finite(&ends, || format!("{}: band", name()))?;
            }
        }
        Ok(())
    }

    fn legend(&self) -> Vec<Entry<'_>> {
        let entry = |(index, curve): (usize, _)| {
            let Curve { name, points, scattered, .. }: &Curve = curve;
            let style = curve.style(index);
            let sample = match (scattered, points.is_empty()) {
                (true, _) => Sample::Dot,
                (_, true) => Sample::Thin,
                _ => Sample::Line(dash(style.dash)),
            };
            (&name[..], theme::series(style.colour), sample)
        };
        self.curves.iter().enumerate().map(entry).collect()
    }

    fn draw(&self, canvas: &mut Canvas, area: Area) -> Result<()> {
        self.check()?;
        let lines = || self.curves.iter().flat_map(|curve| std::iter::once(&curve.points).chain(&curve.runs)).flatten();
        let x = self.x.scale(ends(lines().map(|point| point.0)), (0.0, 0.0), 7)?;
        let whole = lines().all(|point| point.0.fract() == 0.0);
        // A band may reach below 0 where the line itself does not; a logarithmic axis then cuts it off.
        let bands = self.curves.iter().flat_map(|curve| &curve.band).flat_map(|&(lower, upper)| [lower, upper]);
        let bands = bands.filter(|&value| !self.y.log || value > 0.0);
        let y = self.y.scale(ends(lines().map(|point| point.1).chain(bands)), (0.05, 0.05), 6)?;

        let around = Frame {
            x: if whole { x.clone().whole() } else { x.clone() },
            y: y.clone(),
            x_label: &self.x.label,
            y_label: &self.y.label,
            categories: None,
        };
        let plot = frame(canvas, area, &around)?;
        let place = |&(at, value): &(f64, f64)| plot.at(x.place(at), y.place(value));
        for (index, curve) in self.curves.iter().enumerate() {
            let at = |(point, value): (&(f64, f64), f64)| place(&(point.0, value));
            let upper = curve.points.iter().zip(curve.band.iter().map(|band| band.1)).map(at);
            let lower = curve.points.iter().zip(curve.band.iter().map(|band| band.0)).map(at);
            let band: Vec<_> = upper.chain(lower.collect::<Vec<_>>().into_iter().rev()).collect();
            canvas.clip(Some(plot.clip()));
            let style = curve.style(index);
            canvas.polygon(&band, theme::series(style.colour), BAND);
            canvas.clip(None);
            for run in &curve.runs {
                draw_line(canvas, &plot, run.iter().map(place).collect(), style, true);
            }
        }
        for (index, curve) in self.curves.iter().enumerate() {
            let style = curve.style(index);
            if curve.scattered {
                let dots = curve.points.iter().map(place).filter(|&point| plot.clip().holds(point));
                dots.for_each(|point| canvas.disc(point, LINE * 2.0, theme::series(style.colour), SEEN_THROUGH));
                continue;
            }
            draw_line(canvas, &plot, curve.points.iter().map(place).collect(), style, false);
        }
        Ok(())
    }
}

fn draw_line(canvas: &mut Canvas, plot: &Plot, points: Vec<(f32, f32)>, style: LineStyle, thin: bool) {
    let colour = theme::series(style.colour);
    let (width, opacity, dashes) = if thin { (HAIR, THIN, &[][..]) } else { (LINE, 1.0, dash(style.dash)) };
    if points.len() > 1 {
        canvas.clip(Some(plot.clip()));
        canvas.line(&points, colour, opacity, width, dashes);
        canvas.clip(None);
    }
    if points.len() == 1 || (points.len() <= DOTTED && !thin) {
        // Dots on an axis stay whole; those beyond it are left out.
        points.iter().filter(|&&point| plot.clip().holds(point)).for_each(|&point| {
            canvas.disc(point, width * 1.7, colour, opacity);
        });
    }
}

/// Smallest and largest value.
pub(crate) fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}
