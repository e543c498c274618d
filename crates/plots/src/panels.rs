//! Charts side by side below one title.

use crate::Result;
use crate::canvas::{Area, Canvas};
use crate::heading::Heading;
use crate::theme::MARGIN;

const BETWEEN: f32 = 48.0;

/// A white canvas with a title on top and `count` equal areas below it, two in a row.
pub(crate) fn panels(
    what: &str,
    title: &str,
    note: &str,
    count: usize,
    size: (f32, f32),
) -> Result<(Canvas, Vec<Area>)> {
    let (columns, rows) = (count.min(2), count.div_ceil(2));
    let width = columns as f32 * (size.0 + BETWEEN) - BETWEEN;
    let height = rows as f32 * (size.1 + BETWEEN) - BETWEEN;
    let heading = Heading::new(title, note, width);
    let mut canvas = Canvas::new(what, heading.width + 2.0 * MARGIN, heading.height + height + 2.0 * MARGIN)?;
    heading.draw(&mut canvas);
    let top = MARGIN + heading.height;
    let area = |index: usize| {
        let (row, column) = ((index / columns) as f32, (index % columns) as f32);
        Area::new(MARGIN + column * (size.0 + BETWEEN), top + row * (size.1 + BETWEEN), size.0, size.1)
    };
    Ok((canvas, (0..count).map(area).collect()))
}
