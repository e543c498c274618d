//! What can go wrong in an analysis.

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting that the analysis cannot use.
    #[error("{analysis}: `{field}` must be {want}, got {got}")]
    Param {
        /// Key of the analysis.
        analysis: &'static str,
        /// The setting.
        field: &'static str,
        /// What it may be.
        want: &'static str,
        /// What it was.
        got: String,
    },
    /// Directions that are no vectors of the layer.
    #[error("{net}: directions of `{layer}` must be `[M, {width}]`, got {got:?}")]
    Directions {
        /// The net.
        net: String,
        /// The layer.
        layer: String,
        /// Number of units in the layer.
        width: usize,
        /// The shape that came.
        got: Vec<i64>,
    },
    /// The gradient is not a number.
    #[error("{net}: the gradient at `{layer}` is NaN or infinite; try a smaller rate, or check the weights")]
    Gradient {
        /// The net.
        net: String,
        /// The layer.
        layer: String,
    },
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
    /// A layer without gradients.
    #[error(
        "{net}: the values of `{layer}` have no gradient by the picture; ask for another layer, or for a net that can be differentiated twice"
    )]
    NotSmooth {
        /// The net.
        net: String,
        /// The layer.
        layer: String,
    },
    /// Two layers between which a net's stretching cannot be had.
    #[error("{net}: {why}")]
    Between {
        /// The net.
        net: String,
        /// Which layers, what is missing and the way out.
        why: String,
    },
    /// A complaint of the vocabulary.
    #[error(transparent)]
    Core(#[from] advlab_core::Error),
}

impl From<tch::TchError> for Error {
    fn from(error: tch::TchError) -> Self {
        Self::Core(error.into())
    }
}
