//! What is drawn over a map.

use crate::marker::Marker;
use crate::picture::Picture;
use crate::theme::{Colour, INK};
use crate::{Error, Result};

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Number of the dashes: 0 is solid, 1 to 3 are dashed.
    pub dash: usize,
    /// Its width in pixels of the file.
    pub width: f32,
    /// Whether a white edge keeps it apart from dark ground.
    pub edged: bool,
}

impl Stroke {
    /// A solid line of usual width.
    pub const fn solid(colour: Colour) -> Self {
        Self { colour, dash: 0, width: 4.0, edged: false }
    }

    /// A dashed one; dashes are numbered from 1 to 3.
    pub const fn dashed(colour: Colour, dash: usize) -> Self {
        Self { dash, ..Self::solid(colour) }
    }

    /// The same of another width.
    #[must_use]
    pub const fn wide(self, width: f32) -> Self {
        Self { width, ..self }
    }

    /// The same with a white edge.
    #[must_use]
    pub const fn edged(self) -> Self {
        Self { edged: true, ..self }
    }
}

impl Default for Stroke {
    fn default() -> Self {
        Self::solid(INK)
    }
}

/// A short line through a point, such as a leading stretching direction, which has no sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Its middle `(x, y)`.
    pub at: (f64, f64),
    /// Its direction; the length does not count, and zero draws nothing.
    pub direction: (f64, f64),
    /// Its length, as a share of the plot's shorter side.
    pub length: f64,
}

/// Something drawn over a map. Its name stands above the panels with a sample of it, once for all panels that have one of the
/// same name; an empty name is not listed.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay<'a> {
    /// Polylines of points `(x, y)`, such as [`contours`](fn@crate::contours).
    Lines {
        /// Name in the legend.
        name: String,
        /// The lines.
        lines: Vec<Vec<(f64, f64)>>,
        /// How they are drawn.
        stroke: Stroke,
    },
    /// The straight line `normal · (x, y) = offset` across the whole rectangle, such as that of a neuron.
    Straight {
        /// Name in the legend.
        name: String,
        /// A vector across the line; zero draws nothing.
        normal: (f64, f64),
        /// Where the line lies along it.
        offset: f64,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// Short lines through points.
    Segments {
        /// Name in the legend.
        name: String,
        /// The lines.
        segments: Vec<Segment>,
        /// How they are drawn.
        stroke: Stroke,
    },
    /// Points `(x, y)`.
    Points {
        /// Name in the legend.
        name: String,
        /// The points.
        points: Vec<(f64, f64)>,
        /// Their shape.
        marker: Marker,
        /// Their colour.
        colour: Colour,
        /// Half their width in pixels of the file.
        radius: f32,
    },
    /// A small picture whose middle lies at a point, moved inwards where it would leave the plot.
    Picture {
        /// The point `(x, y)`.
        at: (f64, f64),
        /// The picture.
        picture: Picture<'a>,
        /// Each of its pixels is a square of so many.
        magnify: u32,
        /// Colour of its frame.
        frame: Colour,
    },
}

impl Overlay<'_> {
    /// Polylines.
    pub fn lines(name: impl Into<String>, lines: Vec<Vec<(f64, f64)>>, stroke: Stroke) -> Self {
        Self::Lines { name: name.into(), lines, stroke }
    }

    /// A straight line `normal · (x, y) = offset`.
    pub fn straight(name: impl Into<String>, normal: (f64, f64), offset: f64, stroke: Stroke) -> Self {
        Self::Straight { name: name.into(), normal, offset, stroke }
    }

    /// Short lines without a sign.
    pub fn segments(name: impl Into<String>, segments: Vec<Segment>, stroke: Stroke) -> Self {
        Self::Segments { name: name.into(), segments, stroke }
    }

    /// Points of usual size.
    pub fn points(name: impl Into<String>, points: Vec<(f64, f64)>, marker: Marker, colour: Colour) -> Self {
        Self::Points { name: name.into(), points, marker, colour, radius: 7.0 }
    }

    /// Whether all its numbers can be drawn; `what` names the panel.
    pub(crate) fn check(&self, what: &str) -> Result<()> {
        let (name, points): (&str, Vec<(f64, f64)>) = match self {
            Self::Lines { name, lines, .. } => (name, lines.concat()),
            Self::Straight { name, normal, offset, .. } => (name, vec![*normal, (*offset, *offset)]),
            Self::Segments { name, segments, .. } => {
                (name, segments.iter().flat_map(|s| [s.at, s.direction, (s.length, s.length)]).collect())
            }
            Self::Points { name, points, .. } => (name, points.clone()),
            Self::Picture { at, picture, magnify, .. } => {
                picture.check(|| format!("{what}: small picture"))?;
                crate::output::magnification(what, *magnify as usize)?;
                ("small picture", vec![*at])
            }
        };
        let bad = |&(x, y): &(f64, f64)| !x.is_finite() || !y.is_finite();
        match points.iter().position(bad) {
            Some(index) => {
                let (x, y) = points[index];
                let value = if x.is_finite() { y } else { x };
                Err(Error::NotFinite { what: format!("{what}: overlay `{name}`"), index, value })
            }
            None => Ok(()),
        }
    }
}
