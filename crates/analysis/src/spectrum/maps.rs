//! Linear maps that are known by their products.

use tch::{Device, Kind, Tensor};

use crate::{Error, Result};

/// N independent linear maps from vectors of `inputs` to vectors of `outputs` numbers, known by their products.
pub trait Maps {
    /// Number of maps.
    fn count(&self) -> usize;

    /// Numbers that each takes in.
    fn inputs(&self) -> usize;

    /// Numbers that each puts out.
    fn outputs(&self) -> usize;

    /// Where the vectors must be, and in which precision.
    fn place(&self) -> (Kind, Device);

    /// `A v`, each map of its own vector.
    ///
    /// # Shapes
    /// - `vectors`: `[N, inputs]`
    /// - returns: `[N, outputs]`
    ///
    /// # Errors
    /// Those of the map.
    fn apply(&self, vectors: &Tensor) -> Result<Tensor>;

    /// `Aᵀ u`, each map of its own vector.
    ///
    /// # Shapes
    /// - `vectors`: `[N, outputs]`
    /// - returns: `[N, inputs]`
    ///
    /// # Errors
    /// Those of the map.
    fn transposed(&self, vectors: &Tensor) -> Result<Tensor>;
}

/// Maps that are there as matrices.
#[derive(Debug)]
pub struct Matrices(Tensor);

impl Matrices {
    /// From `[N, outputs, inputs]`.
    ///
    /// # Errors
    /// [`Error::Shape`] for anything else, or where a side is 0.
    pub fn new(matrices: Tensor) -> Result<Self> {
        let size = matrices.size();
        if size.len() != 3 || size.contains(&0) {
            return Err(Error::Shape { wanted: "matrices `[N, outputs, inputs]`".to_owned(), got: size });
        }
        Ok(Self(matrices))
    }
}

impl Maps for Matrices {
    fn count(&self) -> usize {
        self.0.size()[0] as usize
    }

    fn inputs(&self) -> usize {
        self.0.size()[2] as usize
    }

    fn outputs(&self) -> usize {
        self.0.size()[1] as usize
    }

    fn place(&self) -> (Kind, Device) {
        (self.0.kind(), self.0.device())
    }

    fn apply(&self, vectors: &Tensor) -> Result<Tensor> {
        Ok(self.0.f_bmm(&vectors.f_unsqueeze(2)?)?.f_squeeze_dim(2)?)
    }

    fn transposed(&self, vectors: &Tensor) -> Result<Tensor> {
        Ok(self.0.f_transpose(1, 2)?.f_bmm(&vectors.f_unsqueeze(2)?)?.f_squeeze_dim(2)?)
    }
}
