//! The frame of a chart: axes, ticks, grid, names. Plotters draws it; the data go on top, placed by [`Plot::at`].

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, ValueFormatter};
use plotters::prelude::*;

use crate::axis::Scale;
use crate::backend::Backend;
use crate::canvas::{Area, Canvas};
use crate::text::{Across, Down, Style};
use crate::theme::{self, Colour, FAINT, HAIR, INK, LABEL, SUBTITLE, TICK};
use crate::{Error, Result};

const TICK_LENGTH: f32 = 8.0;
const TICK_LABEL: Style = Style::new(TICK);
const NAME: Style = Style::new(LABEL);
const SUBTITLE_STYLE: Style = Style::new(SUBTITLE).bold();
/// Free space above the plot, for the upper half of its highest tick label.
const ABOVE: f32 = 12.0;
/// Longest category label that is read upwards.
const LONGEST_UPWARDS: f32 = 280.0;

/// What stands around a plot.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    pub(crate) x_label: &'a str,
    pub(crate) y_label: &'a str,
    /// Names below the x axis in place of numbers.
    pub(crate) categories: Option<&'a [String]>,
}

/// A drawn frame: where the plot is, and how places become pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plot {
    /// Between the axes.
    pub(crate) area: Area,
    x: (f64, f64),
    y: (f64, f64),
}

impl Plot {
    /// The pixel of a place, see [`Scale::place`].
    pub(crate) fn at(&self, x: f64, y: f64) -> (f32, f32) {
        let share = |(low, high): (f64, f64), place: f64| ((place - low) / (high - low)).clamp(-10.0, 10.0) as f32;
        (self.area.x + self.area.width * share(self.x, x), self.area.bottom() - self.area.height * share(self.y, y))
    }

    /// Where data may be drawn: a little beyond the axes, so that lines along the edge keep their width.
    pub(crate) fn clip(&self) -> Area {
        let Area { x, y, width, height } = self.area;
        let more = theme::LINE / 2.0;
        Area::new(x - more, y - more, width + 2.0 * more, height + 2.0 * more)
    }
}

/// Draws the title of panel number `index` into the top of its area; returns what is left below. All panels leave the room
/// of the longest title, so that their plots are level.
pub(crate) fn subtitle(canvas: &mut Canvas, area: Area, titles: &[&str], index: usize) -> Area {
    let lines = |title: &str| SUBTITLE_STYLE.wrap(title, area.width, 2);
    let n_lines = titles.iter().map(|title| lines(title).len()).max().unwrap_or(0);
    if n_lines == 0 {
        return area;
    }
    canvas.text(&lines(titles[index]).join("\n"), (area.x, area.y), &SUBTITLE_STYLE);
    area.below((SUBTITLE_STYLE.height(n_lines) + 14.0).ceil())
}

/// Height that names of categories need beyond one line, on a plot of about this width.
pub(crate) fn category_height(labels: &[String], width: f32) -> f32 {
    Names::new(labels, width).height - TICK_LABEL.height(1)
}

/// Draws the frame into an area.
pub(crate) fn frame(canvas: &mut Canvas, area: Area, frame: &Frame<'_>) -> Result<Plot> {
    let y_ticks = TICK_LABEL.widest(frame.y.ticks.iter().map(|(_, label)| &label[..]));
    let y_name = if frame.y_label.is_empty() { 0.0 } else { NAME.height(1) + 10.0 };
    let left = (y_name + y_ticks + 2.0 * TICK_LENGTH).ceil();
    let right = frame.x.ticks.last().map_or(0.0, |(_, label)| TICK_LABEL.width(label) / 2.0).ceil();
    let width = area.width - left - right;
    let names = frame.categories.map(|labels| Names::new(labels, width));
    let x_ticks = names.as_ref().map_or(TICK_LABEL.height(1), |names| names.height);
    let x_room = if frame.x_label.is_empty() { 0.0 } else { NAME.height(1) + 8.0 };
    let bottom = (2.0 * TICK_LENGTH + x_ticks + x_room).ceil();
    let inner = Area::new(area.x + left, area.y + ABOVE, width, area.height - ABOVE - bottom);

    let (x, y) = (Ticked::new(&frame.x, inner.width, Style::width), Ticked::new(&frame.y, inner.height, |_, _| LABEL));
    let part = Backend(canvas).into_drawing_area();
    let part = part.shrink((area.x as i32, area.y as i32), (area.width as u32, area.height as u32));

    let mut chart = ChartBuilder::on(&part)
        .margin_top(ABOVE as u32)
        .margin_right(right as u32)
        .set_label_area_size(LabelAreaPosition::Left, left as u32)
        .set_label_area_size(LabelAreaPosition::Bottom, bottom as u32)
        .build_cartesian_2d(x, y)
        .map_err(said)?;
    let mut mesh = chart.configure_mesh();
    mesh.bold_line_style(colour(FAINT).stroke_width(HAIR as u32))
        .light_line_style(TRANSPARENT)
        .axis_style(colour(INK).stroke_width(HAIR as u32))
        .label_style(("sans-serif", f64::from(TICK)).into_font().color(&colour(INK)))
        .set_all_tick_mark_size(TICK_LENGTH as u32);
    if names.is_some() {
        mesh.disable_x_mesh();
    }
    mesh.draw().map_err(said)?;
    drop((chart, part));

    // The names of the axes go in the middle of the plot, shortened to its length.
    let (middle_x, middle_y) = inner.centre();
    let x_name = NAME.fit(frame.x_label, area.width);
    // A name longer than the plot moves until it stays within the panel.
    let half = NAME.width(&x_name) / 2.0;
    let x = middle_x.min(area.right() - half).max(area.x + half);
    canvas.text(&x_name, (x, area.bottom()), &NAME.at(Across::Centre, Down::Bottom));
    let y_name = NAME.fit(frame.y_label, area.height - x_room);
    let half = NAME.width(&y_name) / 2.0;
    let y = middle_y.min(area.bottom() - x_room - half).max(area.y + half);
    canvas.text(&y_name, (area.x, y), &NAME.upwards().at(Across::Centre, Down::Top));
    let plot = Plot { area: inner, x: (frame.x.low, frame.x.high), y: (frame.y.low, frame.y.high) };
    if let Some(names) = names {
        names.draw(canvas, &plot);
    }
    Ok(plot)
}

/// An axis as plotters sees it: our places, our ticks, our labels.
struct Ticked(Scale);

impl Ticked {
    /// Takes a scale, leaving out labels that would overlap the one before; `extent` measures a label along the axis of
    /// `length` pixels.
    fn new(scale: &Scale, length: f32, extent: fn(&Style, &str) -> f32) -> Self {
        let mut scale = scale.clone();
        let span = scale.high - scale.low;
        let extents: Vec<(f32, f32)> = (scale.ticks.iter())
            .map(|(place, label)| {
                let (middle, half) = (length * ((place - scale.low) / span) as f32, extent(&TICK_LABEL, label) / 2.0);
                (middle - half, middle + half + 8.0)
            })
            .collect();
        let apart = |every: &usize| {
            let kept: Vec<_> = extents.iter().step_by(*every).collect();
            kept.windows(2).all(|pair| pair[0].1 <= pair[1].0)
        };
        let every = (1..=extents.len()).find(apart).unwrap_or(1);
        for (_, (_, label)) in scale.ticks.iter_mut().enumerate().filter(|(index, _)| index % every != 0) {
            label.clear();
        }
        Self(scale)
    }
}

impl Ranged for Ticked {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, place: &f64, (from, to): (i32, i32)) -> i32 {
        let share = (place - self.0.low) / (self.0.high - self.0.low);
        from + (f64::from(to - from) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.0.ticks.iter().map(|tick| tick.0).collect() }
    }

    fn range(&self) -> Range<f64> {
        self.0.low..self.0.high
    }
}

impl ValueFormatter<f64> for Ticked {
    fn format_ext(&self, place: &f64) -> String {
        self.0.label(*place)
    }
}

fn colour(colour: Colour) -> RGBColor {
    RGBColor(colour.red, colour.green, colour.blue)
}

fn said(error: impl std::fmt::Display) -> Error {
    Error::Plotters(error.to_string())
}

/// Names of categories, in a form that does not overlap: beside each other, broken into lines, or read upwards.
struct Names {
    labels: Vec<String>,
    upwards: bool,
    /// Every how many-th is written.
    every: usize,
    height: f32,
}

impl Names {
    fn new(labels: &[String], width: f32) -> Self {
        let slot = width / labels.len() as f32;
        let room = slot * 0.94;
        let words = labels.iter().flat_map(|label| label.split_whitespace());
        if TICK_LABEL.widest(words) <= room {
            let wrapped: Vec<_> = labels.iter().map(|label| TICK_LABEL.wrap(label, room, 9)).collect();
            let n_lines = wrapped.iter().map(Vec::len).max().unwrap_or(1);
            if n_lines <= 3 {
                let labels = wrapped.iter().map(|lines| lines.join("\n")).collect();
                return Self { labels, upwards: false, every: 1, height: TICK_LABEL.height(n_lines) };
            }
        }
        let labels: Vec<_> = labels.iter().map(|label| TICK_LABEL.fit(label, LONGEST_UPWARDS)).collect();
        let every = (TICK_LABEL.size * 1.1 / slot).ceil().max(1.0) as usize;
        let height = TICK_LABEL.widest(labels.iter().step_by(every).map(String::as_str)).ceil();
        Self { labels, upwards: true, every, height }
    }

    fn draw(&self, canvas: &mut Canvas, plot: &Plot) {
        for (index, label) in self.labels.iter().enumerate().step_by(self.every) {
            let (x, _) = plot.at(index as f64, 0.0);
            let y = plot.area.bottom() + 1.5 * TICK_LENGTH;
            if self.upwards {
                canvas.text(label, (x, y), &TICK_LABEL.upwards().at(Across::Right, Down::Middle));
            } else {
                canvas.text(label, (x, y), &TICK_LABEL.at(Across::Centre, Down::Top));
            }
        }
    }
}
