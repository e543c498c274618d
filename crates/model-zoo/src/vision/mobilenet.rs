//! MobileNet V2. Source: Sandler et al. 2018, <https://arxiv.org/abs/1801.04381>.

use tch::Tensor;

use super::pass::{Pass, Passed};
use super::tensors::{Tensors, means};
use crate::Result;

/// Blocks that halve the size of the maps; the others keep it.
const HALVING: [i64; 4] = [2, 4, 7, 14];
/// Number of the last layer of the features, after the blocks 1 to 17.
const LAST: i64 = 18;

pub(super) fn forward(net: &Pass<'_>, x: &Tensor) -> Passed {
    let x = net.conv("features.0.0", x, 2, 1)?;
    let mut x = net.layer("features.0", relu6(&net.norm("features.0.1", &x)?)?)?;
    for number in 1..LAST {
        let stride = if HALVING.contains(&number) { 2 } else { 1 };
        let at = format!("features.{number}");
        x = net.layer(&at, inverted_residual(net, &format!("{at}.conv"), &x, stride)?)?;
    }
    let x = net.norm(&format!("features.{LAST}.1"), &net.conv(&format!("features.{LAST}.0"), &x, 1, 0)?)?;
    let x = net.layer(&format!("features.{LAST}"), relu6(&x)?)?;
    // Dropout, which drops nothing any more.
    let x = net.layer("classifier.0", means(&x)?.f_flatten(1, -1)?)?;
    Ok(net.linear("classifier.1", &x)?)
}

/// Widens, convolves each channel on its own, narrows. The first block of a net does not widen.
fn inverted_residual(net: &Tensors, at: &str, x: &Tensor, stride: i64) -> Result<Tensor> {
    let widens = net.has(&format!("{at}.3.weight"));
    let (mut y, mut number) = (x.shallow_clone(), 0);
    if widens {
        y = relu6(&net.norm(&format!("{at}.0.1"), &net.conv(&format!("{at}.0.0"), &y, 1, 0)?)?)?;
        number = 1;
    }
    let y = net.depthwise(&format!("{at}.{number}.0"), &y, stride)?;
    let y = relu6(&net.norm(&format!("{at}.{number}.1"), &y)?)?;
    let y = net.conv(&format!("{at}.{}", number + 1), &y, 1, 0)?;
    let y = net.norm(&format!("{at}.{}", number + 2), &y)?;
    Ok(if stride == 1 && y.size()[1] == x.size()[1] { x.f_add(&y)? } else { y })
}

fn relu6(x: &Tensor) -> Result<Tensor> {
    Ok(x.f_clamp(0.0, 6.0)?)
}
