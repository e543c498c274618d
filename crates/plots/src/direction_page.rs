//! Where everything stands on a page of directions: sizes that hold for all rows, and how the groups are arranged.

use crate::canvas::{Area, Canvas};
use crate::direction_rows::{DirectionGroup, DirectionRow, DirectionRows};
use crate::picture::Tile;
use crate::scaling::Scaling;
use crate::tally::Tally;
use crate::text::{Across, Down, LEADING, Style};
use crate::theme::{FAINT, GREY, HAIR, LABEL, MARGIN, SMALLEST, SUBTITLE, TICK};

const GROUP: Style = Style::new(SUBTITLE).bold();
const NAME: Style = Style::new(LABEL).at(Across::Right, Down::Top);
const VALUE: Style = Style::new(TICK).colour(GREY).at(Across::Right, Down::Top);
const CAPTION: Style = Style::new(18.0).at(Across::Centre, Down::Top);
/// Names wider than this are broken, then cut.
const WIDEST_NAME: f32 = 190.0;
const NAME_LINES: usize = 2;
/// Distance between pictures, and between the pictures and what stands beside them.
const GAP: f32 = 6.0;
const BESIDE: f32 = 16.0;
const ROW_GAP: f32 = 12.0;
const CAPTION_GAP: f32 = 3.0;
/// Distance between groups, across and down, and below their titles.
const BETWEEN: (f32, f32) = (56.0, 36.0);
const GROUP_GAP: f32 = 12.0;
/// Width of a verdict's frame.
const FRAME: f32 = 4.0;
/// Width that a page keeps to where pictures of the smaller side allow it, and the larger side, which they get at most.
const PAGE: f32 = 2400.0;
const SIDE: (usize, usize) = (40, 112);
/// Sides of a sheet of A4 without its margins, in millimetres.
const SHEET: (f32, f32) = (180.0, 267.0);

/// The settled sizes.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    tally: Tally<'a>,
    scaling: Scaling,
    /// Room for the largest picture.
    picture: (f32, f32),
    edge: f32,
    caption: Option<Style>,
    name: f32,
    /// Height of a row.
    row: f32,
    /// Height of a group's title with the distance below it.
    header: f32,
    /// Width of a group.
    group: f32,
    columns: usize,
    /// Heights of the rows of groups.
    heights: Vec<f32>,
}

impl<'a> Page<'a> {
    /// Measures a checked figure.
    pub(crate) fn new(figure: &'a DirectionRows<'_>) -> Self {
        let n_groups = figure.groups.len();
        let choices = match figure.columns {
            Some(columns) => columns.clamp(1, n_groups)..=columns.clamp(1, n_groups),
            None => 1..=n_groups,
        };
        let pages = choices.map(|columns| Self::arranged(figure, columns));
        // Of arrangements that print equally large the one with more groups side by side comes last, and is taken.
        let best = pages.max_by(|a, b| a.printed().total_cmp(&b.printed()));
        best.unwrap_or_else(|| Self::arranged(figure, 1))
    }

    fn arranged(figure: &'a DirectionRows<'_>, columns: usize) -> Self {
        let rows = || figure.groups.iter().flat_map(|group| &group.rows);
        let tiles = || rows().flat_map(|row| &row.tiles);
        let tally = Tally::new(&figure.classes, rows().map(|row| &row.counts[..]));
        let edge = if tiles().any(|tile| tile.frame.is_some()) { FRAME } else { HAIR };
        let name = rows().map(|row| block(row).0).fold(0.0, f32::max).ceil();
        let name = if name > 0.0 { name + BESIDE } else { 0.0 };
        let end = if tally.width() > 0.0 { BESIDE + tally.width() } else { 0.0 };

        let most = rows().map(|row| row.tiles.len()).max().unwrap_or(1) as f32;
        let group = (PAGE - 2.0 * MARGIN + BETWEEN.0) / columns as f32 - BETWEEN.0;
        let fitting = (group - name - end + GAP) / most - GAP - 2.0 * edge;
        let largest = |side: usize| tiles().map(|tile| tile.picture.shape[side]).max().unwrap_or(1);
        let longest = largest(1).max(largest(2));
        let fitting = (fitting.max(0.0) as usize).clamp(SIDE.0, SIDE.1);
        // The next whole factor may make the page a little wider: it is much better than the one below.
        let fitting = fitting + if longest < fitting { fitting / 12 } else { 0 };
        let scaling = Scaling::new(longest, figure.side.unwrap_or(fitting));
        let picture = (scaling.length(largest(2)) as f32, scaling.length(largest(1)) as f32);

        let caption = tiles().any(|tile| !tile.caption.is_empty()).then(|| {
            let widest = CAPTION.widest(tiles().map(|tile| &tile.caption[..]));
            CAPTION.shrunk(widest, picture.0 + 2.0 * edge, SMALLEST + 2.0)
        });
        let below = caption.map_or(0.0, |style| CAPTION_GAP + style.height(1));
        let beside = rows().map(|row| block(row).1).fold(0.0, f32::max);
        let beside = if tally.width() > 0.0 { beside.max(Tally::LEAST_HEIGHT) } else { beside };
        let row = ((picture.1 + 2.0 * edge).max(beside) + below).ceil();
        let named = figure.groups.iter().any(|group| !group.name.is_empty());
        let header = if named { (GROUP.height(1) + GROUP_GAP).ceil() } else { 0.0 };
        let height = |group: &DirectionGroup<'_>| header + group.rows.len() as f32 * (row + ROW_GAP) - ROW_GAP;
        let heights = figure.groups.chunks(columns).map(|row| row.iter().map(height).fold(0.0, f32::max)).collect();
        let group = (name + most * (picture.0 + 2.0 * edge + GAP) - GAP + end).ceil();
        Self { tally, scaling, picture, edge, caption, name, row, header, group, columns, heights }
    }

    /// Width and height of all groups.
    pub(crate) fn size(&self) -> (f32, f32) {
        let width = self.columns as f32 * (self.group + BETWEEN.0) - BETWEEN.0;
        (width, self.heights.iter().map(|height| height + BETWEEN.1).sum::<f32>() - BETWEEN.1)
    }

    /// Side of a picture, in millimetres, on a sheet turned to the figure's advantage.
    fn printed(&self) -> f32 {
        let (width, height) = self.size();
        let upright = (SHEET.0 / width).min(SHEET.1 / height);
        let across = (SHEET.1 / width).min(SHEET.0 / height);
        self.picture.0.max(self.picture.1) * upright.max(across)
    }

    /// Draws the groups with their upper left corner at a point.
    pub(crate) fn draw(&self, canvas: &mut Canvas, groups: &[DirectionGroup<'_>], (left, top): (f32, f32)) {
        let mut y = top;
        for (groups, height) in groups.chunks(self.columns).zip(&self.heights) {
            for (column, group) in groups.iter().enumerate() {
                let x = left + column as f32 * (self.group + BETWEEN.0);
                // The title stands over the pictures, not over the names beside them.
                let title = GROUP.fit(&group.name, self.group - self.name);
                canvas.text(&title, (x + self.name, y), &GROUP);
                for (index, row) in group.rows.iter().enumerate() {
                    self.draw_row(canvas, row, (x, y + self.header + index as f32 * (self.row + ROW_GAP)));
                }
            }
            y += height + BETWEEN.1;
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &DirectionRow<'_>, (x, y): (f32, f32)) {
        let below = self.caption.map_or(0.0, |style| CAPTION_GAP + style.height(1));
        let middle = y + (self.row - below) / 2.0;
        let (name, right) = (name_lines(row), x + self.name - BESIDE);
        let from = middle - block(row).1 / 2.0;
        canvas.text(&name.join("\n"), (right, from), &NAME);
        let value = VALUE.fit(&row.value, WIDEST_NAME);
        canvas.text(&value, (right, from + NAME.size * LEADING * name.len() as f32), &VALUE);
        let pitch = self.picture.0 + 2.0 * self.edge + GAP;
        for (index, tile) in row.tiles.iter().enumerate() {
            self.draw_tile(canvas, tile, (x + self.name + pitch * index as f32, middle));
        }
        let height = (self.picture.1 + 2.0 * self.edge).max(Tally::LEAST_HEIGHT).round();
        let end = x + self.group - self.tally.width();
        let area = Area::new(end, (middle - height / 2.0).round(), self.tally.width(), height);
        self.tally.draw(canvas, &row.counts, area);
    }

    /// Draws one picture in the middle of its place, which begins at `left` and has its middle at `middle`.
    fn draw_tile(&self, canvas: &mut Canvas, tile: &Tile<'_>, (left, middle): (f32, f32)) {
        let [_, height, width] = tile.picture.shape.map(|side| self.scaling.length(side) as f32);
        let centre = left + self.edge + self.picture.0 / 2.0;
        let (x, y) = ((centre - width / 2.0).round(), (middle - height / 2.0).round());
        match tile.frame {
            Some(verdict) => canvas.frame(Area::new(x, y, width, height), verdict.colour(), FRAME),
            None => canvas.frame(Area::new(x, y, width, height), FAINT, HAIR),
        }
        self.scaling.draw(canvas, &tile.picture, (x, y));
        if let Some(style) = self.caption {
            let width = self.picture.0 + 2.0 * self.edge;
            // Of several names such as `crane, Grus grus` the first is enough where all are too wide.
            let first = tile.caption.split(',').next().unwrap_or_default();
            let caption = if style.widest([&tile.caption[..]]) > width { first } else { &tile.caption };
            let caption = style.wrap(caption, width, 1).concat();
            let below = (middle + self.picture.1 / 2.0).round() + self.edge + CAPTION_GAP;
            canvas.text(&caption, (centre, below), &style);
        }
    }
}

fn name_lines(row: &DirectionRow<'_>) -> Vec<String> {
    NAME.wrap(&row.name, WIDEST_NAME, NAME_LINES)
}

/// Width and height of a row's name with the value below it.
fn block(row: &DirectionRow<'_>) -> (f32, f32) {
    let (lines, value) = (name_lines(row), VALUE.fit(&row.value, WIDEST_NAME));
    let width = NAME.widest(lines.iter().map(String::as_str)).max(VALUE.width(&value));
    let value = if value.is_empty() { 0.0 } else { VALUE.size * LEADING };
    (width, NAME.size * LEADING * lines.len() as f32 + value)
}
