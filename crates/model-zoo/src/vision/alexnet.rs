//! AlexNet in its one-GPU form. Source: Krizhevsky 2014, <https://arxiv.org/abs/1404.5997>.

use tch::Tensor;

use super::pass::{Pass, Passed};

pub(super) fn forward(net: &Pass<'_>, x: &Tensor) -> Passed {
    let relu = |name: &str, sums: Tensor| net.layer(name, sums.f_relu()?);
    let x = relu("features.1", net.conv("features.0", x, 4, 2)?)?;
    let x = net.layer("features.2", net.pool("features.2", &x, 0, false)?)?;
    let x = relu("features.4", net.conv("features.3", &x, 1, 2)?)?;
    let x = net.layer("features.5", net.pool("features.5", &x, 0, false)?)?;
    let x = relu("features.7", net.conv("features.6", &x, 1, 1)?)?;
    let x = relu("features.9", net.conv("features.8", &x, 1, 1)?)?;
    let x = relu("features.11", net.conv("features.10", &x, 1, 1)?)?;
    let x = net.layer("features.12", net.pool("features.12", &x, 0, false)?)?;
    let x = net.layer("avgpool", x.f_adaptive_avg_pool2d([6, 6])?)?.f_flatten(1, -1)?;
    let x = relu("classifier.2", net.linear("classifier.1", &x)?)?;
    let x = relu("classifier.5", net.linear("classifier.4", &x)?)?;
    Ok(net.linear("classifier.6", &x)?)
}
