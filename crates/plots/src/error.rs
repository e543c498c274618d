//! What can keep a picture from being drawn or written.

use std::io;
use std::path::PathBuf;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of this crate. Each says which part of the figure it met, what was wanted and what came.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing to draw.
    #[error("{what}: nothing to draw")]
    Empty {
        /// The figure or the part of it that holds nothing.
        what: String,
    },
    /// Two lengths that belong together differ.
    #[error("{what}: wanted {wanted}, got {got}")]
    Length {
        /// What was counted.
        what: String,
        /// The length that the rest of the figure asks for.
        wanted: usize,
        /// The length that came.
        got: usize,
    },
    /// A shape that cannot be drawn.
    #[error("{what}: wanted {wanted}, got {got:?}")]
    Shape {
        /// The picture or matrix.
        what: String,
        /// The shapes that can be drawn, in words.
        wanted: &'static str,
        /// The shape that came.
        got: Vec<usize>,
    },
    /// NaN or infinity where a number is needed.
    #[error("{what}: value {index} is {value}")]
    NotFinite {
        /// What holds the value.
        what: String,
        /// Its position, from 0.
        index: usize,
        /// NaN or an infinity.
        value: f64,
    },
    /// A setting that cannot be used.
    #[error("{what}: must be {wanted}, got {got}")]
    Setting {
        /// The setting and its owner.
        what: String,
        /// What can be used, in words.
        wanted: &'static str,
        /// What came.
        got: String,
    },
    /// More pixels than any viewer opens.
    #[error("{what}: the picture would be {width} x {height} pixels; draw fewer items or magnify less")]
    TooLarge {
        /// The figure.
        what: String,
        /// Width in pixels.
        width: u64,
        /// Height in pixels.
        height: u64,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file asked for.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The plotting library's own complaint.
    #[error("plotters: {0}")]
    Plotters(String),
}

/// Refuses NaN and infinities; `what` names the holder and is only asked for when one is met.
pub(crate) fn finite<T: Copy + Into<f64>>(values: &[T], what: impl FnOnce() -> String) -> Result<()> {
    match values.iter().map(|&value| value.into()).enumerate().find(|(_, value)| !value.is_finite()) {
        Some((index, value)) => Err(Error::NotFinite { what: what(), index, value }),
        None => Ok(()),
    }
}

/// Refuses lengths that differ.
pub(crate) fn same_length(what: impl FnOnce() -> String, wanted: usize, got: usize) -> Result<()> {
    if wanted == got { Ok(()) } else { Err(Error::Length { what: what(), wanted, got }) }
}

/// Refuses nothing at all.
pub(crate) fn not_empty(what: impl FnOnce() -> String, count: usize) -> Result<()> {
    if count == 0 { Err(Error::Empty { what: what() }) } else { Ok(()) }
}
