//! What can go wrong in an attack.

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting that the attack cannot use.
    #[error("{attack}: `{field}` must be {want}, got {got}")]
    Param {
        /// Key of the attack.
        attack: &'static str,
        /// The setting.
        field: &'static str,
        /// What it may be.
        want: &'static str,
        /// What it was.
        got: String,
    },
    /// A norm that the attack does not know.
    #[error("{attack} has no {norm}, only {has}; for {norm} use {others}")]
    Norm {
        /// Key of the attack.
        attack: &'static str,
        /// The norm asked for.
        norm: advlab_core::Norm,
        /// Those that it has.
        has: String,
        /// Attacks that have the norm.
        others: String,
    },
    /// Text that is not a setting's value.
    #[error("`{got}` is not {what}; use {want}")]
    Text {
        /// What it should have been.
        what: &'static str,
        /// What may be written.
        want: &'static str,
        /// What was written.
        got: String,
    },
    /// A class that the net does not have.
    #[error("class {class} does not exist: {net} has {n_classes} classes, numbered from 0")]
    Class {
        /// The class asked for.
        class: i64,
        /// The net.
        net: String,
        /// How many it has.
        n_classes: usize,
    },
    /// The gradient is not a number.
    #[error("{net}: the gradient is NaN or infinite after {steps} steps; try a smaller rate, or check the weights")]
    Gradient {
        /// The net.
        net: String,
        /// Steps taken so far.
        steps: u32,
    },
    /// A complaint of the vocabulary.
    #[error(transparent)]
    Core(#[from] advlab_core::Error),
    /// Libtorch's own complaint.
    #[error(transparent)]
    Torch(advlab_core::Error),
}

impl From<tch::TchError> for Error {
    fn from(error: tch::TchError) -> Self {
        Self::Torch(error.into())
    }
}
