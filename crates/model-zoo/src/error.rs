//! What can go wrong with a net: its spec, its weights, its training.

use std::path::PathBuf;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name that is neither a net of the zoo nor a file.
    #[error("unknown model `{name}`{}; there are {}, and files that end in .safetensors or .pt", did_you_mean(.nearest), .known.join(", "))]
    Unknown {
        /// The name given.
        name: String,
        /// The names there are.
        known: Vec<String>,
        /// The closest of them, if one is close.
        nearest: Option<String>,
    },
    /// A file that cannot be read or written.
    #[error("{}: {why}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// A spec that cannot be built.
    #[error("model spec: {0}")]
    Spec(String),
    /// A setting that the training cannot use.
    #[error("training: `{field}` must be {want}, got {got}")]
    Param {
        /// The setting.
        field: &'static str,
        /// What it may be.
        want: &'static str,
        /// What it was.
        got: String,
    },
    /// Data that do not fit the net.
    #[error("{net}: {why}")]
    Misfit {
        /// The net.
        net: String,
        /// What does not fit, and what to do.
        why: String,
    },
    /// The loss is no longer a number.
    #[error("training: the loss became {loss} in epoch {epoch}; try a smaller rate (it is {rate:?})")]
    Diverged {
        /// Epoch, counted from 1.
        epoch: u32,
        /// The loss.
        loss: f64,
        /// Rate set.
        rate: f64,
    },
    /// A net whose weights are not here.
    #[error("`{net}` is not on this machine; fetch it with `advlab models pull {net}` ({megabytes} MB)")]
    NotPulled {
        /// The net.
        net: &'static str,
        /// Size of its file.
        megabytes: u32,
    },
    /// Weights that no mirror has.
    #[error(
        "`{net}`: {file} could not be fetched ({tried}); place it in {}, or name addresses that have it in ADVLAB_MIRROR",
        .folder.display()
    )]
    Fetch {
        /// The net.
        net: &'static str,
        /// The file wanted.
        file: &'static str,
        /// Where it was to go.
        folder: PathBuf,
        /// Each mirror tried and what came of it.
        tried: String,
    },
    /// There is no folder for the user's data.
    #[error(
        "no home folder to keep weights in; set HOME, or place them in the folder `models` of the folder in ADVLAB_DATA"
    )]
    NoHome,
    /// A complaint of the data.
    #[error(transparent)]
    Data(#[from] advlab_datasets::Error),
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

fn did_you_mean(name: &Option<String>) -> String {
    name.as_ref().map_or_else(String::new, |name| format!(", did you mean `{name}`?"))
}
