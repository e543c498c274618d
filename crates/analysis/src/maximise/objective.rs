//! What is maximised: the value of a direction.

use tch::{Kind, Tensor, no_grad};

use super::Job;
use crate::{Error, Result};

/// Values of pictures' vectors along their directions, `⟨vectors, v⟩`, each at the position where it is largest; differentiable.
///
/// # Shapes
/// - `pictures`: `[N, C, H, W]`
/// - `directions`: `[N, D]`
/// - returns: `[N]`
pub(super) fn values(job: &Job<'_>, pictures: &Tensor, directions: &Tensor) -> Result<Tensor> {
    let vectors = job.reading.vectors(&job.net.activations(pictures, job.layer)?)?;
    best(&vectors, directions)
}

/// The sum of these values, with which each picture's gradient is that of its own value.
///
/// Values that are vectors already are multiplied as they are: beside a small net every operation counts.
pub(super) fn sum(job: &Job<'_>, pictures: &Tensor, directions: &Tensor) -> Result<Tensor> {
    let activations = job.net.activations(pictures, job.climbed.unwrap_or(job.layer))?;
    if activations.dim() == 2 {
        return Ok(activations.f_mul(directions)?.f_sum(None::<Kind>)?);
    }
    Ok(best(&job.reading.vectors(&activations)?, directions)?.f_sum(None::<Kind>)?)
}

/// For each picture its largest value of all positions: from `[N, S, D]` and `[N, D]` to `[N]`.
fn best(vectors: &Tensor, directions: &Tensor) -> Result<Tensor> {
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
