//! A number of each of eight pictures, which go through everything side by side.

/// Pictures side by side.
pub(super) const LANES: usize = 8;

/// A number of each of eight pictures.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Lane(pub(super) [f64; LANES]);

impl Lane {
    pub(super) const ZERO: Self = Self([0.0; LANES]);

    pub(super) const fn all(value: f64) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    pub(super) fn with(self, other: Self, of: impl Fn(f64, f64) -> f64) -> Self {
        let mut result = Self::ZERO;
        for l in 0..LANES {
            result.0[l] = of(self.0[l], other.0[l]);
        }
        result
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
}
