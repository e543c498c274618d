//! What can go wrong in the vocabulary itself.

use tch::TchError;

use crate::complaint;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of this crate. Each says who complained, what was wanted, what came, and where it helps what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A device name that is not one.
    #[error("unknown device `{0}`; use `auto`, `cpu`, `cuda` or `cuda:N`")]
    UnknownDevice(String),
    /// A CUDA device that libtorch cannot use here.
    #[error("device `{wanted}` cannot be used: {why}")]
    NoDevice {
        /// The device asked for.
        wanted: String,
        /// What is missing, and the way out.
        why: String,
    },
    /// An input shape that is not one.
    #[error(
        "`{0}` is not an input shape; write channels x height x width, such as `1x28x28`, or a plain number of values, such as `784`"
    )]
    BadShape(String),
    /// A norm that is not one.
    #[error("`{0}` is not a norm; use `l0`, `l1`, `l2` or `linf`")]
    BadNorm(String),
    /// Pictures of another shape than wanted.
    #[error("{who}: wants pictures of {wanted}, got {got}")]
    Shape {
        /// Who complained.
        who: String,
        /// The shape wanted, in words.
        wanted: String,
        /// The shape that came.
        got: String,
    },
    /// Pixels outside [0, 1], or not numbers.
    #[error("expected pixels in [0, 1], but these span [{:.3}, {:.3}]; pass raw pixels, a net does its own scaling", .seen.0, .seen.1)]
    Range {
        /// Smallest and largest value seen.
        seen: (f64, f64),
    },
    /// Scores that are not numbers.
    #[error(
        "{who}: {count} of {of} scores are NaN or infinite; the weights are damaged, or the net does not fit its input"
    )]
    NotFinite {
        /// The net.
        who: String,
        /// How many scores are not numbers.
        count: i64,
        /// Of how many.
        of: i64,
    },
    /// A layer that a net does not have.
    #[error("{who} has no layer `{layer}`")]
    NoLayer {
        /// The net.
        who: String,
        /// The name.
        layer: String,
    },
    /// A layer that was asked for by a text that no layer's name contains.
    #[error("{who} has no layer `{layer}`; {known}")]
    UnknownLayer {
        /// The net, as the user calls it.
        who: String,
        /// What was asked for.
        layer: String,
        /// The layers there are, or the closest of them and how to see all.
        known: String,
    },
    /// A text that the names of several layers contain.
    #[error("`{layer}` could be several layers of {who}: {fitting}; write one of these in full")]
    ManyLayers {
        /// The net, as the user calls it.
        who: String,
        /// What was asked for.
        layer: String,
        /// The layers that it could be.
        fitting: String,
    },
    /// The user asked to stop.
    #[error("stopped")]
    Stopped,
    /// A net of someone else failed.
    #[error("{who}: {why}")]
    Net {
        /// The net.
        who: String,
        /// What it says of itself.
        why: String,
    },
    /// Libtorch's own complaint. Not a source: its text is a page of traces, of which [`complaint`] takes the sentence.
    #[error("libtorch: {}", complaint(.0))]
    Torch(TchError),
}

impl From<TchError> for Error {
    fn from(error: TchError) -> Self {
        Self::Torch(error)
    }
}
