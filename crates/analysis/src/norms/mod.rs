//! How far each step of a net can stretch a difference: operator norms, and what they say of the whole net.
//!
//! A net that is one step after the other stretches no difference by more than the product of its steps' norms (Szegedy et al. 2014,
//! section 4.3, <https://arxiv.org/abs/1312.6199>). [`step_norm`] measures one step: dense layers by their singular values,
//! convolutions by the Fourier transform of their kernels ([`periodic`], after Sedghi, Gupta, Long 2019,
//! <https://arxiv.org/abs/1805.10408>) and once more as they are, with zeros around the maps ([`zero_padded`]).

mod lanczos;

mod dense;
mod fourier;
mod padded;
mod pool;
mod taps;

mod step;

pub use dense::dense;
pub use fourier::{Periodic, periodic, room};
pub use padded::zero_padded;
pub use pool::max_pool;
pub use step::{StepNorm, step_norm};

/// A largest singular value, and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Stretch {
    /// The largest singular value found.
    pub norm: f64,
    /// Relative error at most of the singular value nearest to it: half the residual of `AᵀA` over the square of the norm. 0 where it
    /// was computed from all singular values.
    pub residual: f64,
}

#[cfg(test)]
mod tests;
