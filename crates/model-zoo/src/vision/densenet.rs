//! Densely connected nets. Source: Huang et al. 2017, <https://arxiv.org/abs/1608.06993>.

use tch::Tensor;

use super::tensors::{Tensors, means, pool};
use crate::Result;

/// The number of layers in each block follows from the names of the tensors.
pub(super) fn forward(net: &Tensors, x: &Tensor) -> Result<Tensor> {
    let x = net.norm("features.norm0", &net.conv("features.conv0", x, 2, 3)?)?.f_relu()?;
    let mut x = pool(&x, 1, false)?;
    for block in 1..=4 {
        let mut number = 1;
        while net.has(&format!("features.denseblock{block}.denselayer{number}.conv1.weight")) {
            x = layer(net, &format!("features.denseblock{block}.denselayer{number}"), &x)?;
            number += 1;
        }
        if block < 4 {
            let at = format!("features.transition{block}");
            x = net.norm(&format!("{at}.norm"), &x)?.f_relu()?;
            x = net.conv(&format!("{at}.conv"), &x, 1, 0)?.f_avg_pool2d(
                [2; 2],
                [2; 2],
                [0; 2],
                false,
                true,
                None::<i64>,
            )?;
        }
    }
    let x = net.norm("features.norm5", &x)?.f_relu()?;
    net.linear("classifier", &means(&x)?)
}

/// What comes in, with new channels behind it.
fn layer(net: &Tensors, at: &str, x: &Tensor) -> Result<Tensor> {
    let y = net.norm(&format!("{at}.norm1"), x)?.f_relu()?;
    let y = net.conv(&format!("{at}.conv1"), &y, 1, 0)?;
    let y = net.norm(&format!("{at}.norm2"), &y)?.f_relu()?;
    let y = net.conv(&format!("{at}.conv2"), &y, 1, 1)?;
    Ok(Tensor::f_cat(&[x, &y], 1)?)
}
