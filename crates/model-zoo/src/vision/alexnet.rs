//! AlexNet in its one-GPU form. Source: Krizhevsky 2014, <https://arxiv.org/abs/1404.5997>.

use tch::Tensor;

use super::tensors::{Tensors, pool};
use crate::Result;

pub(super) fn forward(net: &Tensors, x: &Tensor) -> Result<Tensor> {
    let x = pool(&net.conv("features.0", x, 4, 2)?.f_relu()?, 0, false)?;
    let x = pool(&net.conv("features.3", &x, 1, 2)?.f_relu()?, 0, false)?;
    let x = net.conv("features.6", &x, 1, 1)?.f_relu()?;
    let x = net.conv("features.8", &x, 1, 1)?.f_relu()?;
    let x = pool(&net.conv("features.10", &x, 1, 1)?.f_relu()?, 0, false)?;
    let x = x.f_adaptive_avg_pool2d([6, 6])?.f_flatten(1, -1)?;
    let x = net.linear("classifier.1", &x)?.f_relu()?;
    let x = net.linear("classifier.4", &x)?.f_relu()?;
    net.linear("classifier.6", &x)
}
