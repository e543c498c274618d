//! Why no digit was found on a photograph.

/// What is wrong with a photograph that should show one digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InkFault {
    /// Paper and nothing else.
    #[error("no ink found: nothing stands out from the paper; write darker, or photograph from closer by")]
    Blank,
    /// No paper around the ink.
    #[error(
        "no digit found: what looks like ink reaches the picture's edges or covers more than half of it; leave paper around the digit"
    )]
    AllInk,
    /// A digit of a few pixels.
    #[error(
        "the digit is {width} x {height} pixels; wanted at least {least} along its longer side, photograph from closer by"
    )]
    TooSmall {
        /// Columns of its box.
        width: usize,
        /// Rows of its box.
        height: usize,
        /// Fewest pixels of the longer side.
        least: usize,
    },
}
