//! What a net's stretching at the pictures of a batch comes to.

/// What is wanted of the Jacobian at each picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The largest exponent.
    Leading,
    /// The largest, and the direction in which it stretches.
    Direction,
    /// Every exponent. Those further below the first than `36/L` are lost in the rounding of double precision.
    All,
}

/// Exponents of the pictures of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Exponents {
    /// Layers from the one place to the other.
    pub depth: usize,
    /// For each picture one exponent, or all, largest first. Minus infinity where the net does not change at all, to first order.
    pub values: Vec<Vec<f64>>,
    /// For each picture the direction of length 1, in the layer where the way begins, that is stretched most; empty where it was not wanted.
    /// All zeros where nothing is stretched. Its sign is arbitrary.
    pub directions: Vec<Vec<f64>>,
    /// Largest residual of a singular value, of the value; 0 where they were not searched for but computed.
    pub residual: f64,
    /// Products with Jacobians of a batch that a search took; 0 where there was none.
    pub products: usize,
}

impl Exponents {
    /// The largest exponent of each picture.
    pub fn leading(&self) -> Vec<f64> {
        self.values.iter().map(|values| values.first().copied().unwrap_or(f64::NEG_INFINITY)).collect()
    }

    /// `L λ₁` of each picture: the logarithm of how much it is stretched over the whole way.
    pub fn total(&self) -> Vec<f64> {
        self.leading().into_iter().map(|value| value * self.depth as f64).collect()
    }
}
