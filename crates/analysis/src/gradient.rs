//! How steep a loss is where a picture lies.

use advlab_core::{Classifier, Result};
use tch::{Kind, Tensor};

/// Euclidean length of a loss's gradient with respect to each picture.
///
/// # Shapes
/// - `pictures`: `[N, C, H, W]` on the net's device
/// - `loss`: from scores `[N, K]` to a loss for each picture `[N]`
/// - returns: `N` lengths
///
/// # Errors
/// Those of the net.
pub fn gradient_norms(
    net: &dyn Classifier,
    pictures: &Tensor,
    loss: impl FnOnce(&Tensor) -> Tensor,
) -> Result<Vec<f64>> {
    let leaf = pictures.detach().copy().set_requires_grad(true);
    let total = loss(&net.scores(&leaf)?).sum(None::<Kind>);
    let gradients = Tensor::f_run_backward(&[total], &[&leaf], false, false)?;
    // In double precision, since the square of a saturated net's gradient is below the smallest single.
    let norms = gradients[0].flatten(1, -1).to_kind(Kind::Double);
    let norms = (&norms * &norms).sum_dim_intlist(1, false, None::<Kind>).sqrt();
    Ok(Vec::<f64>::try_from(norms)?)
}
