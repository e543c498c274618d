//! SqueezeNet 1.1. Source: Iandola et al. 2016, <https://arxiv.org/abs/1602.07360>.

use tch::Tensor;

use super::pass::{Pass, Passed};
use super::tensors::{Tensors, means};
use crate::Result;

pub(super) fn forward(net: &Pass<'_>, x: &Tensor) -> Passed {
    let mut x = net.layer("features.1", net.conv("features.0", x, 2, 0)?.f_relu()?)?;
    for number in 2..=12 {
        let at = format!("features.{number}");
        // A number without weights is a pool.
        let fires = net.has(&format!("{at}.squeeze.weight"));
        x = net.layer(&at, if fires { fire(net, &at, &x)? } else { net.pool(&at, &x, 0, true)? })?;
    }
    let x = net.layer("classifier.2", net.conv("classifier.1", &x, 1, 0)?.f_relu()?)?;
    Ok(means(&x)?.f_flatten(1, -1)?)
}

fn fire(net: &Tensors, at: &str, x: &Tensor) -> Result<Tensor> {
    let x = net.conv(&format!("{at}.squeeze"), x, 1, 0)?.f_relu()?;
    let (small, large) =
        (net.conv(&format!("{at}.expand1x1"), &x, 1, 0)?, net.conv(&format!("{at}.expand3x3"), &x, 1, 1)?);
    Ok(Tensor::f_cat(&[small.f_relu()?, large.f_relu()?], 1)?)
}
