//! Names of series beside a sample of each, in rows above a plot, where they hide no data.

use crate::canvas::{Area, Canvas};
use crate::marker::Marker;
use crate::text::{Across, Down, Style};
use crate::theme::{Colour, LABEL, LINE};

const NAME: Style = Style::new(LABEL).at(Across::Left, Down::Middle);
const SAMPLE: f32 = 48.0;
const GAP: f32 = 12.0;
const BETWEEN: f32 = 36.0;
const ROW: f32 = LABEL * 1.5;

/// The sample beside a name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sample {
    /// A line with its dashes.
    Line(&'static [f32]),
    /// A thin, paler line.
    Thin,
    /// A filled box.
    Fill,
    /// A point.
    Dot,
    /// A point of this shape.
    Mark(Marker),
}

impl Sample {
    const fn width(self) -> f32 {
        match self {
            Self::Line(_) | Self::Thin => SAMPLE,
            Self::Fill | Self::Dot | Self::Mark(_) => SAMPLE / 2.0,
        }
    }
}

/// Dashes of series number `index`, so that lines can be told apart without colour.
pub(crate) const fn dash(index: usize) -> &'static [f32] {
    const DASHES: [&[f32]; 4] = [&[], &[18.0, 8.0], &[5.0, 6.0], &[20.0, 7.0, 5.0, 7.0]];
    DASHES[index % DASHES.len()]
}

/// A name, its colour and its sample.
pub(crate) type Entry<'a> = (&'a str, Colour, Sample);

/// Number of rows that the entries take; 0 if none has a name.
pub(crate) fn rows(width: f32, entries: &[Entry<'_>]) -> usize {
    places(width, entries).last().map_or(0, |place| place.row + 1)
}

/// Height of all rows but the first, by which a figure grows so that a long legend leaves the plot its room.
pub(crate) fn more_height(n_rows: usize) -> f32 {
    n_rows.saturating_sub(1) as f32 * ROW
}

/// Draws the entries into the top of an area; returns what is left below, after at least `least` rows.
pub(crate) fn legend(canvas: &mut Canvas, area: Area, entries: &[Entry<'_>], least: usize) -> Area {
    let n_rows = rows(area.width, entries).max(least);
    for Place { x, row, entry: (_, colour, sample), name } in places(area.width, entries) {
        let (x, y) = (area.x + x, area.y + ROW * (row as f32 + 0.5));
        match sample {
            Sample::Line(dash) => canvas.line(&[(x + 2.0, y), (x + SAMPLE - 2.0, y)], colour, 1.0, LINE, dash),
            Sample::Thin => canvas.line(&[(x, y), (x + SAMPLE, y)], colour, THIN, 2.0, &[]),
            Sample::Fill => canvas.fill(Area::new(x, (y - 12.0).round(), 24.0, 24.0), colour, 1.0),
            Sample::Dot => canvas.disc((x + 12.0, y), 9.0, colour, 1.0),
            Sample::Mark(marker) => marker.draw(canvas, (x + 12.0, y), 9.0, colour),
        }
        canvas.text(&name, (x + sample.width() + GAP, y), &NAME);
    }
    if n_rows == 0 { area } else { area.below((n_rows as f32 * ROW + 10.0).ceil()) }
}

/// Where an entry stands.
struct Place<'a> {
    x: f32,
    row: usize,
    entry: Entry<'a>,
    name: String,
}

/// Named entries one after the other, in as many rows as they need.
fn places<'a>(width: f32, entries: &[Entry<'a>]) -> Vec<Place<'a>> {
    let (mut x, mut row, mut places) = (0.0, 0, Vec::new());
    for &entry in entries.iter().filter(|(name, ..)| !name.is_empty()) {
        let sample = entry.2.width() + GAP;
        let name = NAME.fit(entry.0, width - sample);
        let taken = sample + NAME.width(&name);
        if x > 0.0 && x + taken > width {
            (x, row) = (0.0, row + 1);
        }
        places.push(Place { x, row, entry, name });
        x += taken + BETWEEN;
    }
    places
}

/// Opacity of thin lines.
pub(crate) const THIN: f32 = 0.45;
