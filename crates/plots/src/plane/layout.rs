//! Where the panels of a figure stand, and what they leave room for.

use super::Planes;
use crate::axis::{Axis, Scale};
use crate::colour_bar::ColourBar;
use crate::error::same_length;
use crate::text::Style;
use crate::theme::{LABEL, SUBTITLE, TICK};
use crate::{Error, Result};

pub(super) const TICK_LENGTH: f32 = 8.0;
pub(super) const TICK_LABEL: Style = Style::new(TICK);
pub(super) const NAME: Style = Style::new(LABEL);
pub(super) const PANEL_TITLE: Style = Style::new(LABEL);
pub(super) const HEADING: Style = Style::new(SUBTITLE).bold();
/// Between panels.
const BETWEEN: f32 = 30.0;
/// Between a plot and its colour bar.
pub(super) const BEFORE_BAR: f32 = 24.0;
/// Lines that a panel's title may take.
const TITLE_LINES: usize = 3;

/// What the figure settles for one panel.
pub(super) struct Cell {
    /// Width and height of the plot.
    pub(super) plot: (f32, f32),
    pub(super) x: Scale,
    pub(super) y: Scale,
    /// Its title, broken into lines.
    pub(super) title: Vec<String>,
    /// Whether its ticks have numbers: along x, along y.
    pub(super) numbers: (bool, bool),
}

/// The grid of panels, in pixels from its upper left corner.
pub(super) struct Layout {
    pub(super) cells: Vec<Cell>,
    /// Left edge of each column's plots.
    pub(super) left: Vec<f32>,
    /// Upper edge of each row's plots; titles stand above it.
    pub(super) top: Vec<f32>,
    /// Width of each column's plots.
    pub(super) wide: Vec<f32>,
    /// Height of each row's plots.
    pub(super) high: Vec<f32>,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Layout {
    /// Measures the panels; `bars` are their own colour bars.
    pub(super) fn new(planes: &Planes<'_>, bars: &[Option<ColourBar>]) -> Result<Self> {
        let columns = planes.columns;
        let rows = planes.panels.len().div_ceil(columns);
        for (what, names, count) in [("row", &planes.row_names, rows), ("column", &planes.column_names, columns)] {
            if !names.is_empty() {
                same_length(|| format!("planes: names of {what}s"), count, names.len())?;
            }
        }
        let size = planes.size.unwrap_or_else(|| if columns == 1 { 820.0 } else { 1500.0 / columns as f32 }.max(240.0));
        let usable = (60.0..=4000.0).contains(&size);
        if !usable {
            let (what, wanted) = ("planes: size of a plot".to_owned(), "from 60 to 4000 pixels");
            return Err(Error::Setting { what, wanted, got: size.to_string() });
        }
        // Numbers at the outer panels are enough where all panels show the same rectangle and none is missing.
        let ends = planes.panels[0].ground.ends();
        let alike = planes.panels.iter().all(|panel| panel.ground.ends() == ends);
        let outer_alone = alike && planes.panels.len() == rows * columns;
        let cell = |(index, panel): (usize, &super::PlanePanel<'_>)| -> Result<Cell> {
            let (x, y) = panel.ground.ends();
            let ratio = if planes.equal { ((y.1 - y.0) / (x.1 - x.0)) as f32 } else { 0.8 };
            let plot = ((size / ratio).min(size), (size * ratio).min(size));
            // A rectangle that is a thousand times as long as wide still shows as a thin one.
            let plot = (plot.0.max(40.0).round(), plot.1.max(40.0).round());
            let scale = |ends: (f64, f64), length: f32| {
                let n_ticks = (length / 120.0).clamp(2.0, 6.0) as usize;
                Axis::plain("plane").within(ends.0, ends.1).scale(ends, (0.0, 0.0), n_ticks)
            };
            let numbers = (!outer_alone || index / columns == rows - 1, !outer_alone || index % columns == 0);
            let title = PANEL_TITLE.wrap(&panel.title, plot.0.max(200.0), TITLE_LINES);
            Ok(Cell { plot, x: scale(x, plot.0)?, y: scale(y, plot.1)?, title, numbers })
        };
        let cells = planes.panels.iter().enumerate().map(cell).collect::<Result<Vec<_>>>()?;
        let of_column = |column: usize| cells.iter().enumerate().filter(move |(index, _)| index % columns == column);
        let of_row = |row: usize| cells.iter().enumerate().filter(move |(index, _)| index / columns == row);
        let most = |values: &mut dyn Iterator<Item = f32>| values.fold(0.0, f32::max);

        let heading = |names: &[String]| if names.is_empty() { 0.0 } else { HEADING.height(1) + 12.0 };
        let name = |label: &str| if label.is_empty() { 0.0 } else { NAME.height(1) + 10.0 };
        let mut x = heading(&planes.row_names) + name(&planes.y_label);
        let (mut left, mut wide) = (Vec::new(), Vec::new());
        for column in 0..columns {
            let ticks = |cell: &Cell| TICK_LABEL.widest(cell.y.ticks.iter().map(|(_, label)| &label[..]));
            let room = |cell: &Cell| if cell.numbers.1 { ticks(cell) + 2.0 * TICK_LENGTH } else { 0.0 };
            x += most(&mut of_column(column).map(|(_, cell)| room(cell)));
            left.push(x.ceil());
            wide.push(most(&mut of_column(column).map(|(_, cell)| cell.plot.0)));
            let last = |cell: &Cell| cell.x.ticks.last().map_or(0.0, |(_, label)| TICK_LABEL.width(label) / 2.0);
            let beyond = |index: usize, cell: &Cell| match &bars[index] {
                Some(bar) => BEFORE_BAR + bar.width(),
                None if cell.numbers.0 => (last(cell) - BETWEEN).max(0.0),
                None => 0.0,
            };
            let beyond = most(&mut of_column(column).map(|(index, cell)| beyond(index, cell)));
            // Titles may be wider than a slim plot.
            let titles = of_column(column).map(|(_, cell)| PANEL_TITLE.widest(cell.title.iter().map(String::as_str)));
            x = left[column] + (wide[column] + beyond).max(most(&mut titles.into_iter())) + BETWEEN;
        }
        let mut y = heading(&planes.column_names);
        let (mut top, mut high) = (Vec::new(), Vec::new());
        for row in 0..rows {
            let n_lines = of_row(row).map(|(_, cell)| cell.title.len()).max().unwrap_or(0);
            y += if n_lines == 0 { 12.0 } else { PANEL_TITLE.height(n_lines) + 8.0 };
            top.push(y.ceil());
            high.push(most(&mut of_row(row).map(|(_, cell)| cell.plot.1)));
            let ticks = if of_row(row).any(|(_, cell)| cell.numbers.0) {
                2.0 * TICK_LENGTH + TICK_LABEL.height(1)
            } else {
                0.0
            };
            y = top[row] + high[row] + ticks + if row + 1 < rows { 20.0 } else { 0.0 };
        }
        Ok(Self { cells, left, top, wide, high, width: x, height: y + name(&planes.x_label) })
    }
}
