//! Draws the panels: ground, overlays, outline, ticks, names.

use image::RgbImage;

use super::ground::Shades;
use super::layout::{BEFORE_BAR, Cell, HEADING, Layout, NAME, PANEL_TITLE, TICK_LABEL, TICK_LENGTH};
use super::{Ground, Overlay, Planes, Stroke};
use crate::canvas::{Area, Canvas};
use crate::error::not_empty;
use crate::heading::Heading;
use crate::legend::{Entry, Sample, dash, legend, rows};
use crate::text::{Across, Down};
use crate::theme::{Colour, GREY, HAIR, INK, LABEL, MARGIN, WHITE};
use crate::tone::Tones;
use crate::{Error, Result};

/// Draws the figure, after checking all of it.
pub(super) fn draw(planes: &Planes<'_>) -> Result<RgbImage> {
    let what = "planes";
    not_empty(|| what.to_owned(), planes.panels.len())?;
    if planes.columns == 0 {
        let (what, got) = ("planes: panels in a row".to_owned(), "0".to_owned());
        return Err(Error::Setting { what, wanted: "1 or more", got });
    }
    for (index, panel) in planes.panels.iter().enumerate() {
        let name = format!("planes: panel {index} `{}`", panel.title.replace('\n', " "));
        panel.ground.check(&name)?;
        panel.overlays.iter().try_for_each(|overlay| overlay.check(&name))?;
    }
    let common = match planes.scale.shared {
        true => planes.scale.shades(planes.panels.iter().map(|panel| &panel.ground))?,
        false => None,
    };
    let own = |panel: &super::PlanePanel<'_>| match planes.scale.shared {
        true => Ok(None),
        false => planes.scale.shades(std::iter::once(&panel.ground)),
    };
    let own = planes.panels.iter().map(own).collect::<Result<Vec<_>>>()?;
    let bar = |shades: &Option<Shades>| shades.map(|shades| shades.bar(&planes.scale.label)).transpose();
    let (common_bar, bars) = (bar(&common)?, own.iter().map(bar).collect::<Result<Vec<_>>>()?);

    let layout = Layout::new(planes, &bars)?;
    let aside = common_bar.as_ref().map_or(0.0, |bar| BEFORE_BAR + bar.width());
    let heading = Heading::new(&planes.title, &planes.note, layout.width + aside);
    let entries = entries(planes);
    let legend_height = match rows(heading.width, &entries) {
        0 => 0.0,
        n_rows => n_rows as f32 * LABEL * 1.5 + 10.0,
    };
    let top = MARGIN + heading.height + legend_height;
    let plots = layout.top.last().copied().unwrap_or(0.0) + layout.high.last().copied().unwrap_or(0.0);
    let bar_height = |bar: &crate::colour_bar::ColourBar| bar.height(plots - layout.top[0]);
    let height = layout.height.max(common_bar.as_ref().map_or(0.0, |bar| layout.top[0] + bar_height(bar) + 12.0));
    let mut canvas = Canvas::new(what, heading.width + 2.0 * MARGIN, top + height + MARGIN)?;
    heading.draw(&mut canvas);
    let above = Area::new(MARGIN, MARGIN + heading.height, heading.width, legend_height);
    legend(&mut canvas, above, &entries, 0);

    for (index, panel) in planes.panels.iter().enumerate() {
        let (row, column, cell) = (index / planes.columns, index % planes.columns, &layout.cells[index]);
        let (x, y) = ((MARGIN + layout.left[column]).round(), (top + layout.top[row]).round());
        // Plots of one row stand on one line.
        let area = Area::new(x, y + layout.high[row] - cell.plot.1, cell.plot.0, cell.plot.1);
        let plot = Plot { area, ends: panel.ground.ends() };
        let shades = own[index].as_ref().or(common.as_ref());
        let raster = panel.ground.raster(area.width as u32, area.height as u32, shades);
        canvas.picture(&raster, area.x, area.y, 1);
        canvas.clip(Some(area));
        panel.overlays.iter().for_each(|overlay| plot.overlay(&mut canvas, overlay));
        canvas.clip(None);
        canvas.frame(area, GREY, HAIR);
        plot.ticks(&mut canvas, cell);
        let title = PANEL_TITLE.at(Across::Left, Down::Bottom);
        canvas.text(&cell.title.join("\n"), (area.x, area.y - 8.0), &title);
        if let (Some(bar), Some(shades)) = (&bars[index], shades) {
            let place = Area::new(area.right() + BEFORE_BAR, area.y, bar.width(), area.height);
            bar.draw_values(&mut canvas, place, &|value| shades.colour(value).unwrap_or(WHITE));
        }
    }
    names(&mut canvas, planes, &layout, top);
    if let (Some(bar), Some(shades)) = (&common_bar, &common) {
        let place = Area::new(
            MARGIN + layout.width - 6.0,
            top + layout.top[0],
            bar.width(),
            bar_height(bar).min(plots - layout.top[0]),
        );
        bar.draw_values(&mut canvas, place, &|value| shades.colour(value).unwrap_or(WHITE));
    }
    Ok(canvas.finish())
}

/// Headings of rows and columns, and names of the axes.
fn names(canvas: &mut Canvas, planes: &Planes<'_>, layout: &Layout, top: f32) {
    for (column, name) in planes.column_names.iter().enumerate() {
        let room = layout.wide[column];
        let (x, style) = (MARGIN + layout.left[column] + room / 2.0, HEADING.shrunk(HEADING.width(name), room, LABEL));
        canvas.text(&style.fit(name, room.max(120.0)), (x, top), &style.at(Across::Centre, Down::Top));
    }
    for (row, name) in planes.row_names.iter().enumerate() {
        let room = layout.high[row];
        let (y, style) = (top + layout.top[row] + room / 2.0, HEADING.shrunk(HEADING.width(name), room, LABEL));
        canvas.text(&style.fit(name, room.max(120.0)), (MARGIN, y), &style.upwards().at(Across::Centre, Down::Top));
    }
    let across = (layout.left[0], layout.left.last().copied().unwrap_or(0.0) + layout.wide.last().unwrap_or(&0.0));
    let down = (layout.top[0], layout.top.last().copied().unwrap_or(0.0) + layout.high.last().unwrap_or(&0.0));
    let x_name = NAME.fit(&planes.x_label, across.1);
    let x = MARGIN + ((across.0 + across.1) / 2.0).max(NAME.width(&x_name) / 2.0);
    canvas.text(&x_name, (x, top + layout.height), &NAME.at(Across::Centre, Down::Bottom));
    let y_name = NAME.fit(&planes.y_label, layout.height);
    let y = top + ((down.0 + down.1) / 2.0).max(NAME.width(&y_name) / 2.0);
    let x = MARGIN + if planes.row_names.is_empty() { 0.0 } else { HEADING.height(1) + 12.0 };
    canvas.text(&y_name, (x, y), &NAME.upwards().at(Across::Centre, Down::Top));
}

/// Names of overlays and classes, each once.
fn entries<'p>(planes: &'p Planes<'_>) -> Vec<Entry<'p>> {
    let mut entries: Vec<Entry<'p>> = Vec::new();
    let mut add = |entry: Entry<'p>| {
        if !entries.iter().any(|other| other.0 == entry.0 && same(other.2, entry.2)) {
            entries.push(entry);
        }
    };
    for panel in &planes.panels {
        if let Ground::Classes(map) = &panel.ground {
            map.shown().into_iter().for_each(|(name, colour)| add((name, colour, Sample::Fill)));
        }
    }
    for overlay in planes.panels.iter().flat_map(|panel| &panel.overlays) {
        match overlay {
            Overlay::Lines { name, stroke, .. } | Overlay::Straight { name, stroke, .. } => {
                add((name, stroke.colour, Sample::Line(dash(stroke.dash))));
            }
            Overlay::Segments { name, stroke, .. } => add((name, stroke.colour, Sample::Line(&[]))),
            Overlay::Points { name, marker, colour, .. } => add((name, *colour, Sample::Mark(*marker))),
            Overlay::Picture { .. } => {}
        }
    }
    if planes.panels.iter().any(|panel| panel.ground.has_gaps()) {
        add(("no value", Ground::neutral(), Sample::Fill));
    }
    entries
}

/// Whether two samples are of one kind, for entries of one name.
fn same(one: Sample, other: Sample) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

/// A plot's pixels and the rectangle that they show.
struct Plot {
    area: Area,
    ends: ((f64, f64), (f64, f64)),
}

impl Plot {
    /// The pixel of a point; far beyond the plot, points are kept within reach of the numbers of pixels.
    fn at(&self, (x, y): (f64, f64)) -> (f32, f32) {
        let share = |(low, high): (f64, f64), value: f64| ((value - low) / (high - low)).clamp(-100.0, 100.0) as f32;
        let (x, y) = (share(self.ends.0, x), share(self.ends.1, y));
        (self.area.x + self.area.width * x, self.area.bottom() - self.area.height * y)
    }

    fn ticks(&self, canvas: &mut Canvas, cell: &Cell) {
        for (place, label) in &cell.x.ticks {
            let (x, y) = (self.at((*place, self.ends.1.0)).0.round(), self.area.bottom() + HAIR);
            canvas.fill(Area::new(x - 1.0, y, HAIR, TICK_LENGTH), INK, 1.0);
            if cell.numbers.0 {
                canvas.text(label, (x, y + TICK_LENGTH + 4.0), &TICK_LABEL.at(Across::Centre, Down::Top));
            }
        }
        for (place, label) in &cell.y.ticks {
            let (x, y) = (self.area.x - HAIR - TICK_LENGTH, self.at((self.ends.0.0, *place)).1.round());
            canvas.fill(Area::new(x, y - 1.0, TICK_LENGTH, HAIR), INK, 1.0);
            if cell.numbers.1 {
                canvas.text(label, (x - 6.0, y), &TICK_LABEL.at(Across::Right, Down::Middle));
            }
        }
    }

    fn overlay(&self, canvas: &mut Canvas, overlay: &Overlay<'_>) {
        match overlay {
            Overlay::Lines { lines, stroke, .. } => {
                for line in lines {
                    self.line(canvas, &line.iter().map(|&point| self.at(point)).collect::<Vec<_>>(), stroke);
                }
            }
            Overlay::Straight { normal, offset, stroke, .. } => self.straight(canvas, *normal, *offset, stroke),
            Overlay::Segments { segments, stroke, .. } => {
                for segment in segments {
                    // The direction is one of the plane, the length one of the picture.
                    let (from, to) = (
                        self.at(segment.at),
                        self.at((segment.at.0 + segment.direction.0, segment.at.1 + segment.direction.1)),
                    );
                    let along = (to.0 - from.0, to.1 - from.1);
                    let half = segment.length as f32 * self.area.width.min(self.area.height) / 2.0;
                    let step = half / along.0.hypot(along.1);
                    if step.is_finite() {
                        let end = |sign: f32| (from.0 + sign * step * along.0, from.1 + sign * step * along.1);
                        self.line(canvas, &[end(-1.0), end(1.0)], stroke);
                    }
                }
            }
            Overlay::Points { points, marker, colour, radius, .. } => {
                for &point in points {
                    marker.draw(canvas, self.at(point), *radius, *colour);
                }
            }
            Overlay::Picture { at, picture, magnify, frame } => {
                let [_, height, width] = picture.shape;
                let (width, height) = ((width as u32 * magnify) as f32, (height as u32 * magnify) as f32);
                let (x, y) = self.at(*at);
                let within = |middle: f32, half: f32, low: f32, high: f32| {
                    middle.min(high - half - 6.0).max(low + half + 6.0) - half
                };
                let x = within(x, width / 2.0, self.area.x, self.area.right()).round();
                let y = within(y, height / 2.0, self.area.y, self.area.bottom()).round();
                canvas.picture(&Tones::Clipped.render(picture, 1.0), x, y, *magnify);
                canvas.frame(Area::new(x, y, width, height), *frame, 3.0);
            }
        }
    }

    /// A straight line, from where it enters the rectangle to where it leaves it.
    fn straight(&self, canvas: &mut Canvas, normal: (f64, f64), offset: f64, stroke: &Stroke) {
        let ((left, right), (low, high)) = self.ends;
        let length = normal.0.hypot(normal.1);
        if length == 0.0 {
            return;
        }
        let (normal, offset) = ((normal.0 / length, normal.1 / length), offset / length);
        // From the foot of the rectangle's middle, both ways as far as the rectangle is long.
        let middle = ((left + right) / 2.0, (low + high) / 2.0);
        let away = offset - normal.0 * middle.0 - normal.1 * middle.1;
        let reach = (right - left).hypot(high - low);
        if away.abs() <= reach {
            let foot = (middle.0 + away * normal.0, middle.1 + away * normal.1);
            let end = |sign: f64| self.at((foot.0 - sign * reach * normal.1, foot.1 + sign * reach * normal.0));
            self.line(canvas, &[end(-1.0), end(1.0)], stroke);
        }
    }

    fn line(&self, canvas: &mut Canvas, points: &[(f32, f32)], stroke: &Stroke) {
        let Stroke { colour, width, edged, .. } = *stroke;
        if edged {
            let white: Colour = WHITE;
            canvas.line(points, white, 0.9, width + 3.0, &[]);
        }
        canvas.line(points, colour, 1.0, width, dash(stroke.dash));
    }
}
