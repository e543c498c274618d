//! VGG without batch normalisation. Source: Simonyan and Zisserman 2015, <https://arxiv.org/abs/1409.1556>.

use tch::Tensor;

use super::tensors::Tensors;
use crate::Result;

/// The layers are numbered: a convolution and its ReLU take two numbers, a pool takes one. So where a number has no weights there
/// is a pool, and where two numbers in a row have none the convolutions are over.
pub(super) fn forward(net: &Tensors, x: &Tensor) -> Result<Tensor> {
    let is_conv = |number: i64| net.has(&format!("features.{number}.weight"));
    let (mut x, mut number) = (x.shallow_clone(), 0);
    while is_conv(number) || is_conv(number - 2) {
        if is_conv(number) {
            x = net.conv(&format!("features.{number}"), &x, 1, 1)?.f_relu()?;
            number += 2;
        } else {
            x = x.f_max_pool2d([2; 2], [2; 2], [0; 2], [1; 2], false)?;
            number += 1;
        }
    }
    let x = x.f_adaptive_avg_pool2d([7, 7])?.f_flatten(1, -1)?;
    let x = net.linear("classifier.0", &x)?.f_relu()?;
    let x = net.linear("classifier.3", &x)?.f_relu()?;
    net.linear("classifier.6", &x)
}
