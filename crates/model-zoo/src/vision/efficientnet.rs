//! EfficientNet B0. Source: Tan and Le 2019, <https://arxiv.org/abs/1905.11946>.
//!
//! As in torchvision, maps are padded alike on all sides.

use tch::Tensor;

use super::pass::{Pass, Passed};
use super::tensors::{Tensors, means};
use crate::Result;

/// Stages whose first block halves the size of the maps; the others keep it.
const HALVING: [i64; 4] = [2, 3, 4, 6];
/// Number of the last layer of the features, after the stages 1 to 7.
const LAST: i64 = 8;

pub(super) fn forward(net: &Pass<'_>, x: &Tensor) -> Passed {
    let x = net.conv("features.0.0", x, 2, 1)?;
    let mut x = net.layer("features.0", net.norm("features.0.1", &x)?.f_silu()?)?;
    for stage in 1..LAST {
        let mut number = 0;
        while net.has(&format!("features.{stage}.{number}.block.0.0.weight")) {
            let stride = if HALVING.contains(&stage) && number == 0 { 2 } else { 1 };
            let at = format!("features.{stage}.{number}");
            x = net.layer(&at, block(net, &format!("{at}.block"), &x, stride)?)?;
            number += 1;
        }
    }
    let x = net.norm(&format!("features.{LAST}.1"), &net.conv(&format!("features.{LAST}.0"), &x, 1, 0)?)?;
    let x = net.layer(&format!("features.{LAST}"), x.f_silu()?)?;
    let x = net.layer("avgpool", means(&x)?)?.f_flatten(1, -1)?;
    Ok(net.linear("classifier.1", &x)?)
}

/// Widens, convolves each channel on its own, weighs the channels, narrows. The first block of a net does not widen.
fn block(net: &Tensors, at: &str, x: &Tensor, stride: i64) -> Result<Tensor> {
    let widens = net.has(&format!("{at}.3.0.weight"));
    let (mut y, mut number) = (x.shallow_clone(), 0);
    if widens {
        y = net.norm(&format!("{at}.0.1"), &net.conv(&format!("{at}.0.0"), &y, 1, 0)?)?.f_silu()?;
        number = 1;
    }
    let y = net.depthwise(&format!("{at}.{number}.0"), &y, stride)?;
    let y = net.norm(&format!("{at}.{number}.1"), &y)?.f_silu()?;
    let y = excited(net, &format!("{at}.{}", number + 1), &y)?;
    let y = net.conv(&format!("{at}.{}.0", number + 2), &y, 1, 0)?;
    let y = net.norm(&format!("{at}.{}.1", number + 2), &y)?;
    Ok(if stride == 1 && y.size()[1] == x.size()[1] { x.f_add(&y)? } else { y })
}

/// Channels weighted by what all of them hold on average (squeeze and excitation).
fn excited(net: &Tensors, at: &str, x: &Tensor) -> Result<Tensor> {
    let weights = net.conv(&format!("{at}.fc1"), &means(x)?, 1, 0)?.f_silu()?;
    let weights = net.conv(&format!("{at}.fc2"), &weights, 1, 0)?.f_sigmoid()?;
    Ok(x.f_mul(&weights)?)
}
