//! What is maximised: the value of a direction.

use advlab_core::Classifier;
use tch::{Kind, Tensor, no_grad};

use super::Job;
use crate::basis::Reading;
use crate::{Error, Result};

/// Values of a picture's vectors along its direction, `⟨vectors, v⟩`, at the position where it is largest; differentiable.
///
/// # Shapes
/// - `pictures`: `[N, C, H, W]`
/// - `directions`: `[N, D]`
/// - returns: `[N]`
pub(super) fn values(
    net: &dyn Classifier,
    layer: &str,
    reading: Reading,
    pictures: &Tensor,
    directions: &Tensor,
) -> Result<Tensor> {
    let vectors = reading.vectors(&net.activations(pictures, layer)?)?;
    if vectors.size()[1] == 1 {
        // A product for each picture on its own is the cheaper way for single vectors.
        let products = vectors.f_squeeze_dim(1)?.f_mul(directions)?;
        return Ok(products.f_sum_dim_intlist(1, false, None::<Kind>)?);
    }
    Ok(vectors.f_matmul(&directions.f_unsqueeze(-1)?)?.f_squeeze_dim(-1)?.f_amax([1], false)?)
}

/// The job's directions where the net is and in its precision.
pub(super) fn directions(job: &Job<'_>) -> Result<Tensor> {
    let (net, shape) = (job.net, job.directions.size());
    let grey = Tensor::full(net.input().batch(1), 0.5, (net.kind(), net.device()));
    let vectors = no_grad(|| job.reading.vectors(&net.activations(&grey, job.layer)?))?;
    let width = vectors.size()[2];
    if shape.len() != 2 || shape[1] != width {
        let (net, layer) = (net.name().to_owned(), job.layer.to_owned());
        return Err(Error::Directions { net, layer, width: width as usize, got: shape });
    }
    Ok(job.directions.to_device(net.device()).to_kind(net.kind()).detach())
}
