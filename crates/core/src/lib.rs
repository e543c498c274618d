//! The vocabulary of advlab: what every other crate talks about, and nothing else.
//!
//! No files, no models, no attacks. A [`Classifier`] turns [`Pictures`] into [`Scores`]; an attack turns noise and a
//! classifier into [`Outcome`]s, or pictures, an [`Aim`] for each and a classifier into [`Perturbation`]s; every random draw comes from a [`Seed`]; everything happens on a [`Device`].

mod complaint;
mod error;

mod device;
mod memory;
mod seed;

mod pictures;
mod scores;

mod classifier;
mod dense;
mod layer;
mod operator;

mod aim;
mod norm;
mod outcome;
mod perturbation;

mod stop;

pub use aim::Aim;
pub use classifier::{Classifier, FirstLayer};
pub use complaint::complaint;
pub use dense::{Activation, Dense, DenseLayer};
pub use device::{CudaState, Device, cuda_state, libtorch_folder};
pub use error::{Error, Result};
pub use layer::Layer;
pub use memory::keep_freed_memory;
pub use norm::Norm;
pub use operator::{Convolution, Operator, Operators, Step};
pub use outcome::{Outcome, Outcomes};
pub use perturbation::{Perturbation, Verdict, distances};
pub use pictures::{InputShape, Pictures};
pub use scores::{ScoreKind, Scores};
pub use seed::Seed;
pub use stop::Stop;
