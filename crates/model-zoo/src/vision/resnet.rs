//! Residual nets of any depth. Source: He et al. 2016, <https://arxiv.org/abs/1512.03385>.
//!
//! As in torchvision, a bottleneck steps in its 3×3 convolution and not in its first one.

use tch::Tensor;

use super::pass::{Pass, Passed};
use super::tensors::{Tensors, means};
use crate::Result;

/// Depth and kind of block follow from the names of the tensors.
pub(super) fn forward(net: &Pass<'_>, x: &Tensor) -> Passed {
    let x = net.layer("relu", net.norm("bn1", &net.conv("conv1", x, 2, 3)?)?.f_relu()?)?;
    let mut x = net.layer("maxpool", net.pool("maxpool", &x, 1, false)?)?;
    for stage in 1..=4 {
        let mut block = 0;
        while net.has(&format!("layer{stage}.{block}.conv1.weight")) {
            let stride = if stage > 1 && block == 0 { 2 } else { 1 };
            let at = format!("layer{stage}.{block}");
            x = net.layer(&at, residual(net, &at, &x, stride)?)?;
            block += 1;
        }
    }
    let x = net.layer("avgpool", means(&x)?)?.f_flatten(1, -1)?;
    Ok(net.linear("fc", &x)?)
}

fn residual(net: &Tensors, at: &str, x: &Tensor, stride: i64) -> Result<Tensor> {
    let layer = |number: usize, x: &Tensor, stride: i64, padding: i64| {
        net.norm(&format!("{at}.bn{number}"), &net.conv(&format!("{at}.conv{number}"), x, stride, padding)?)
    };
    let y = if net.has(&format!("{at}.conv3.weight")) {
        let y = layer(1, x, 1, 0)?.f_relu()?;
        let y = layer(2, &y, stride, 1)?.f_relu()?;
        layer(3, &y, 1, 0)?
    } else {
        let y = layer(1, x, stride, 1)?.f_relu()?;
        layer(2, &y, 1, 1)?
    };
    let around = format!("{at}.downsample");
    let x = if net.has(&format!("{around}.0.weight")) {
        net.norm(&format!("{around}.1"), &net.conv(&format!("{around}.0"), x, stride, 0)?)?
    } else {
        x.shallow_clone()
    };
    Ok((x.f_add(&y)?).f_relu()?)
}
