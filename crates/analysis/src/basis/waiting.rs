//! Vectors on their way into [`Drive`](super::Drive), until there are enough for a product.

use tch::{Kind, Tensor};

use super::drive::ROWS;
use crate::{Error, Result};

/// Values of the layer that go into one product at most: 64 MB of them.
const VALUES: i64 = 1 << 24;

/// Vectors that wait for their product.
#[derive(Debug)]
pub(super) struct Waiting {
    /// `Float` `[pictures, S, D]`.
    vectors: Tensor,
    /// `[pictures · S, W]`.
    product: Tensor,
    /// Pictures that have come.
    pub(super) filled: usize,
}

impl Waiting {
    /// Room for vectors like these `[N, S, D]`, and for their values of `row` directions.
    pub(super) fn new(vectors: &Tensor, row: i64) -> Result<Self> {
        let [_, positions, width] = vectors.size()[..] else { unreachable!("the shape is checked before") };
        // A number that divides ROWS, so that blocks of values are cut at the same pictures whatever the layer.
        let most = (ROWS as i64 / positions).min(VALUES / (positions * width)).max(1);
        let pictures = 1_i64 << most.ilog2();
        let options = (Kind::Float, vectors.device());
        Ok(Self {
            vectors: Tensor::f_zeros([pictures, positions, width], options)?,
            product: Tensor::f_zeros([pictures * positions, row], options)?,
            filled: 0,
        })
    }

    /// Positions of each picture.
    pub(super) fn positions(&self) -> i64 {
        self.vectors.size()[1]
    }

    pub(super) fn is_full(&self) -> bool {
        self.filled as i64 == self.vectors.size()[0]
    }

    /// Takes vectors in from number `at` on, as many as there is room for, and says how many. They are copied: whose they are may
    /// write over them.
    pub(super) fn push(&mut self, vectors: &Tensor, at: usize) -> Result<usize> {
        let room = self.vectors.size()[0] - self.filled as i64;
        let come = room.min(vectors.size()[0] - at as i64);
        let mut place = self.vectors.f_narrow(0, self.filled as i64, come)?;
        place.f_copy_(&vectors.f_narrow(0, at as i64, come)?)?;
        self.filled += come as usize;
        Ok(come as usize)
    }

    /// Values of all directions, `matrix` `[D, W]`, for the pictures that wait; the largest of all positions where there are
    /// several. `values` has room for `[filled, W]`. Then nothing waits.
    pub(super) fn multiply(&mut self, matrix: &Tensor, values: &mut [f32]) -> Result<()> {
        let vectors = self.vectors.f_narrow(0, 0, self.filled as i64)?;
        finite(&vectors)?;
        let [pictures, positions, width] = vectors.size()[..] else { unreachable!("it was made so") };
        let product = self.product.f_narrow(0, 0, pictures * positions)?;
        let _ = vectors.f_view([pictures * positions, width])?.f_mm_out(&product, matrix)?;
        if positions == 1 {
            product.f_copy_data(values, values.len())?;
        } else {
            let product = product.f_view([pictures, positions, -1])?;
            product.f_amax([1], false)?.f_copy_data(values, values.len())?;
        }
        self.filled = 0;
        Ok(())
    }
}

/// Whether all values are numbers.
fn finite(vectors: &Tensor) -> Result<()> {
    // A sum is quicker than a look at each value, and is a number only if all of them are.
    if vectors.f_sum(Kind::Float)?.f_double_value(&[])?.is_finite() {
        return Ok(());
    }
    let count = vectors.f_isfinite()?.f_logical_not()?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if count > 0 { Err(Error::NotFinite { count, of: vectors.numel() }) } else { Ok(()) }
}
