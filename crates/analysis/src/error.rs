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
    /// A complaint of the vocabulary.
    #[error(transparent)]
    Core(#[from] advlab_core::Error),
}

impl From<tch::TchError> for Error {
    fn from(error: tch::TchError) -> Self {
        Self::Core(error.into())
    }
}
