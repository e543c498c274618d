//! VGG without batch normalisation. Source: Simonyan and Zisserman 2015, <https://arxiv.org/abs/1409.1556>.

use tch::Tensor;

use super::pass::{Pass, Passed};

/// The layers are numbered: a convolution and its ReLU take two numbers, a pool takes one. So where a number has no weights there
/// is a pool, and where two numbers in a row have none the convolutions are over.
pub(super) fn forward(net: &Pass<'_>, x: &Tensor) -> Passed {
    let is_conv = |number: i64| net.has(&format!("features.{number}.weight"));
    let (mut x, mut number) = (x.shallow_clone(), 0);
    while is_conv(number) || is_conv(number - 2) {
        if is_conv(number) {
            let sums = net.conv(&format!("features.{number}"), &x, 1, 1)?;
            x = net.layer(&format!("features.{}", number + 1), sums.f_relu()?)?;
            number += 2;
        } else {
            let at = format!("features.{number}");
            x = net.layer(&at, net.pool_of_two(&at, &x)?)?;
            number += 1;
        }
    }
    let x = net.layer("avgpool", x.f_adaptive_avg_pool2d([7, 7])?)?.f_flatten(1, -1)?;
    let x = net.layer("classifier.1", net.linear("classifier.0", &x)?.f_relu()?)?;
    let x = net.layer("classifier.4", net.linear("classifier.3", &x)?.f_relu()?)?;
    Ok(net.linear("classifier.6", &x)?)
}
