//! The nested labels along one side of a matrix.

use crate::canvas::{Area, Canvas};
use crate::matrix::{GAP, Group};
use crate::text::{Across, Down, LEADING, Style};
use crate::theme::{GREY, HAIR, SMALLEST, TICK};

const ITEM: Style = Style::new(TICK);
const OUTER: Style = Style::new(TICK);
/// Longest label of a single row or column.
const LONGEST: f32 = 280.0;
/// Lines that a label may take.
const LINES: usize = 3;

/// The labels along one side, the innermost level next to the matrix, outer ones beyond it with a bracket for each group.
pub(crate) struct Levels<'a> {
    levels: &'a [Vec<Group>],
    cell: f32,
    /// Below the matrix, not at its left.
    below: bool,
    /// The innermost labels, broken or cut to fit.
    labels: Vec<String>,
    /// Whether those of columns are read upwards.
    upwards: bool,
    style: Style,
    /// Every how many-th innermost label is written.
    every: usize,
    /// Room of the innermost level.
    inner: f32,
}

/// Room of one outer level.
fn outer_room() -> f32 {
    (OUTER.height(1) + 2.0 * GAP).ceil()
}

impl<'a> Levels<'a> {
    pub(crate) fn new(levels: &'a [Vec<Group>], cell: f32, below: bool) -> Self {
        let labels: Vec<&str> = levels.last().into_iter().flatten().map(|group| &group.label[..]).collect();
        let shortest = levels.last().into_iter().flatten().map(|group| group.len).min().unwrap_or(1).max(1);
        let slot = cell * shortest as f32;
        let (every, upwards) = (1, false);
        let side = |labels: Vec<String>, style: Style, upwards, every, inner: f32| {
            let inner = inner.ceil();
            Self { levels, cell, below, labels, upwards, style, every, inner }
        };
        let wrap = |style: Style, width: f32, n_lines: usize| -> Vec<Vec<String>> {
            labels.iter().map(|label| style.wrap(label, width, n_lines)).collect()
        };
        let joined = |wrapped: Vec<Vec<String>>| wrapped.into_iter().map(|lines| lines.join("\n")).collect::<Vec<_>>();
        let room = slot * 0.92;
        if below {
            // Beside each other, in several lines if need be, or a little smaller; else read upwards.
            let wrapped = wrap(ITEM, room, usize::MAX);
            let n_lines = wrapped.iter().map(Vec::len).max().unwrap_or(0);
            let words = labels.iter().flat_map(|label| label.split_whitespace());
            if ITEM.widest(words) <= room && n_lines <= LINES {
                return side(joined(wrapped), ITEM, upwards, every, ITEM.height(n_lines));
            }
            let smaller = ITEM.shrunk(ITEM.widest(labels.iter().copied()), room, SMALLEST + 2.0);
            if smaller.widest(labels.iter().copied()) <= room {
                let labels = labels.iter().map(|&label| label.to_owned()).collect();
                return side(labels, smaller, upwards, every, smaller.height(1));
            }
        }
        let style = Style { size: room.clamp(SMALLEST, ITEM.size), ..ITEM };
        let every = (style.size * 1.05 / slot).ceil().max(1.0) as usize;
        let n_lines = if below { 1.0 } else { (slot / (style.size * LEADING)).floor() };
        let labels = joined(wrap(style, LONGEST, (n_lines as usize).clamp(1, LINES)));
        let inner = style.widest(labels.iter().map(String::as_str));
        side(labels, style, below, every, inner)
    }

    /// Room of all levels with the gap to the matrix; 0 without labels.
    pub(crate) fn depth(&self) -> f32 {
        match self.levels.len() {
            0 => 0.0,
            n_levels => GAP + self.inner + (n_levels - 1) as f32 * outer_room(),
        }
    }

    /// Draws them from a corner: the upper right one of the labels at left, the upper left one of those below.
    pub(crate) fn draw(&self, canvas: &mut Canvas, (x, y): (f32, f32)) {
        for (out, level) in self.levels.iter().rev().enumerate() {
            let away = if out == 0 { 0.0 } else { self.inner + (out - 1) as f32 * outer_room() + GAP };
            let mut start = 0;
            for (index, group) in level.iter().enumerate() {
                let (from, to) = (start as f32 * self.cell, (start + group.len) as f32 * self.cell);
                let middle = (from + to) / 2.0;
                start += group.len;
                match out {
                    0 if index % self.every != 0 => {}
                    0 => self.draw_inner(canvas, &self.labels[index], (x, y), middle),
                    _ => self.draw_outer(canvas, &group.label, (x, y), away, (from, to)),
                }
            }
        }
    }

    fn draw_inner(&self, canvas: &mut Canvas, label: &str, (x, y): (f32, f32), middle: f32) {
        match (self.below, self.upwards) {
            (true, false) => canvas.text(label, (x + middle, y), &self.style.at(Across::Centre, Down::Top)),
            (true, true) => {
                canvas.text(label, (x + middle, y), &self.style.upwards().at(Across::Right, Down::Middle));
            }
            (false, _) => canvas.text(label, (x, y + middle), &self.style.at(Across::Right, Down::Middle)),
        }
    }

    fn draw_outer(&self, canvas: &mut Canvas, label: &str, (x, y): (f32, f32), away: f32, (from, to): (f32, f32)) {
        let (room, inset) = (to - from - 8.0, 5.0);
        let style = OUTER.shrunk(OUTER.width(label), room, SMALLEST + 2.0);
        let (label, middle) = (style.fit(label, room), (from + to) / 2.0);
        if self.below {
            canvas.fill(Area::new(x + from + inset, y + away, to - from - 2.0 * inset, HAIR), GREY, 1.0);
            canvas.text(&label, (x + middle, y + away + 6.0), &style.at(Across::Centre, Down::Top));
        } else {
            canvas.fill(Area::new(x - away - HAIR, y + from + inset, HAIR, to - from - 2.0 * inset), GREY, 1.0);
            let style = style.upwards().at(Across::Centre, Down::Bottom);
            canvas.text(&label, (x - away - 6.0, y + middle), &style);
        }
    }
}
