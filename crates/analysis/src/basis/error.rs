//! What can go wrong between a layer's values and numbers.

use tch::TchError;

/// Shorthand for results of this module.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of this module. Each says what was wanted and what came.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More orthonormal directions than the space has dimensions.
    #[error("{wanted} directions are more than make an orthonormal basis: the layer has {width} units")]
    TooMany {
        /// Directions asked for.
        wanted: usize,
        /// Units of the layer.
        width: usize,
    },
    /// A unit that the layer does not have.
    #[error("there is no unit {unit}: the layer has {width}, numbered from 0")]
    NoUnit {
        /// The number asked for.
        unit: usize,
        /// Units of the layer.
        width: usize,
    },
    /// Nothing to measure along.
    #[error("wants at least one direction in a layer of at least one unit, got {directions} in a layer of {width}")]
    Empty {
        /// Directions asked for.
        directions: usize,
        /// Units of the layer.
        width: usize,
    },
    /// Tensors of other shapes than wanted.
    #[error("wants {wanted}, got {got:?}")]
    Shape {
        /// The shape wanted, in words.
        wanted: String,
        /// The shape that came.
        got: Vec<i64>,
    },
    /// A picture whose label is none of the classes.
    #[error("picture {picture} has label {label}, wanted 0 to {}", classes - 1)]
    Label {
        /// The picture's number.
        picture: usize,
        /// Its label.
        label: i64,
        /// Number of classes.
        classes: usize,
    },
    /// Values of the layer that are not numbers.
    #[error(
        "{count} of {of} values of the layer are NaN or infinite; the weights are damaged, or the net does not fit its input"
    )]
    NotFinite {
        /// How many are not.
        count: i64,
        /// Of how many.
        of: usize,
    },
    /// The vocabulary's own errors, among them libtorch's.
    #[error(transparent)]
    Core(#[from] advlab_core::Error),
}

impl From<TchError> for Error {
    fn from(error: TchError) -> Self {
        Self::Core(error.into())
    }
}
