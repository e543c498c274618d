//! Densely connected nets. Source: Huang et al. 2017, <https://arxiv.org/abs/1608.06993>.

use tch::Tensor;

use super::pass::{Pass, Passed};
use super::tensors::{Tensors, means};
use crate::Result;

/// The number of layers in each block follows from the names of the tensors.
pub(super) fn forward(net: &Pass<'_>, x: &Tensor) -> Passed {
    let x = net.norm("features.norm0", &net.conv("features.conv0", x, 2, 3)?)?.f_relu()?;
    let x = net.layer("features.relu0", x)?;
    let mut x = net.layer("features.pool0", net.pool("features.pool0", &x, 1, false)?)?;
    for block in 1..=4 {
        let (at, mut number) = (format!("features.denseblock{block}"), 1);
        while net.has(&format!("{at}.denselayer{number}.conv1.weight")) {
            x = layer(net, &format!("{at}.denselayer{number}"), &x)?;
            number += 1;
        }
        x = net.layer(&at, x)?;
        if block < 4 {
            let at = format!("features.transition{block}");
            let y = net.norm(&format!("{at}.norm"), &x)?.f_relu()?;
            let y = net.conv(&format!("{at}.conv"), &y, 1, 0)?;
            x = net.layer(&at, y.f_avg_pool2d([2; 2], [2; 2], [0; 2], false, true, None::<i64>)?)?;
        }
    }
    let x = net.layer("features.norm5", net.norm("features.norm5", &x)?)?;
    // No modules but functions, by the names that torchvision's feature extraction gives them.
    let x = net.layer("relu", x.f_relu()?)?;
    let x = net.layer("flatten", means(&x)?.f_flatten(1, -1)?)?;
    Ok(net.linear("classifier", &x)?)
}

/// What comes in, with new channels behind it.
fn layer(net: &Tensors, at: &str, x: &Tensor) -> Result<Tensor> {
    let y = net.norm(&format!("{at}.norm1"), x)?.f_relu()?;
    let y = net.conv(&format!("{at}.conv1"), &y, 1, 0)?;
    let y = net.norm(&format!("{at}.norm2"), &y)?.f_relu()?;
    let y = net.conv(&format!("{at}.conv2"), &y, 1, 1)?;
    Ok(Tensor::f_cat(&[x, &y], 1)?)
}
