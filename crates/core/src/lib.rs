//! The vocabulary of advlab: what every other crate talks about, and nothing else.
//!
//! No files, no models, no attacks. A [`Classifier`] turns [`Pictures`] into [`Scores`]; an attack turns pictures and a
//! classifier into [`Outcome`]s; every random draw comes from a [`Seed`]; everything happens on a [`Device`].

mod error;

mod device;
mod seed;

mod pictures;
mod scores;

mod classifier;
mod dense;

mod outcome;
mod stop;

pub use classifier::{Classifier, FirstLayer};
pub use dense::{Activation, Dense, DenseLayer};
pub use device::{CudaState, Device, cuda_state, libtorch_folder};
pub use error::{Error, Result};
pub use outcome::{Outcome, Outcomes};
pub use pictures::{InputShape, Pictures};
pub use scores::{ScoreKind, Scores};
pub use seed::Seed;
pub use stop::Stop;
