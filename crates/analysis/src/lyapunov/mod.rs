//! Finite-time Lyapunov exponents of a net: how much it stretches, from layer to layer, what lies around a picture.
//!
//! `λ_i(x) = (1/L) log σ_i(J(x))` with the singular values of `J(x) = ∂x^(to)/∂x^(from)` at a picture `x`, largest first, and `L` the number
//! of layers from one to the other. Where the largest is large, pictures close by end far apart. [`Stretch`] is the way from one layer to
//! another; [`Stretch::of`] gives the [`Exponents`] of a batch.
//!
//! Source: Storm, Linander, Bec, Gustavsson and Mehlig 2024, *Phys. Rev. Lett.* 132, 057301, <https://arxiv.org/abs/2306.12548>.

mod exponents;
mod stretch;

mod chain;
mod kernel;
mod lane;
mod leading;

pub use exponents::{Exponents, Wanted};
pub use stretch::{INPUT, Stretch, depth};

#[cfg(test)]
mod tests;
