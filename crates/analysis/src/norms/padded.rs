//! A convolution as it is, with zeros around the maps.

use advlab_core::{Convolution, Seed};
use rand_distr::{Distribution as _, StandardNormal};
use tch::{Device, Kind, Tensor, no_grad};

use super::Stretch;
use super::lanczos::{Ends, largest};
use super::taps::sound;
use crate::Result;

/// Multiplications of a pass up to which it is done in double precision.
const SMALL: i64 = 20_000_000;

/// Numbers that the kept vectors may have together: half a gigabyte.
const MOST_KEPT: usize = 1 << 26;

/// Relative error of the singular value, proved by the residual, in double and in single precision.
const TOLERANCE: [f64; 2] = [1e-7, 1e-4];

/// Products at most, for maps of up to [`FEW`] values in all and for larger ones, whose vectors take long to keep apart; the residual says
/// how far it came.
const PRODUCTS: [usize; 2] = [250, 60];

/// Values of maps that are few.
const FEW: usize = 8192;

/// Largest singular value of the convolution itself: products with it and its transpose by Lanczos' method, as libtorch carries
/// them out. Found from below; the residual says what is left. No more than what [`periodic`](super::periodic)
/// finds where that leaves [`room`](super::room) for the zeros.
///
/// # Errors
/// Those of an unsound convolution; libtorch's.
pub fn zero_padded(convolution: &Convolution, seed: Seed) -> Result<Stretch> {
    let [outputs, inputs, height, width] = sound(convolution)?;
    let [down, right] = convolution.output();
    let work = outputs * inputs * height * width * down * right;
    let (kind, tolerance) = if work <= SMALL { (Kind::Double, TOLERANCE[0]) } else { (Kind::Float, TOLERANCE[1]) };
    let weights = no_grad(|| convolution.weights.detach().f_to_device(Device::Cpu)?.f_to_kind(kind))?;
    let Convolution { stride, padding, dilation, groups, input, .. } = convolution;
    let shape = [1, inputs * groups, input[0], input[1]];
    let seen = convolution.seen();
    // Rows and columns at the end that no output sees.
    let unseen = [0, 1].map(|side| (input[side] + 2 * padding[side] - seen[side]).rem_euclid(stride[side]));
    let n = shape.iter().product::<i64>() as usize;
    let apply = |x: &[f64], out: &mut [f64]| {
        no_grad(|| {
            let x = Tensor::from_slice(x).f_to_kind(kind)?.f_reshape(shape)?;
            let y = x.f_conv2d(&weights, None::<&Tensor>, stride, padding, dilation, *groups)?;
            let back = y.f_conv_transpose2d(&weights, None::<&Tensor>, stride, padding, unseen, *groups, dilation)?;
            back.f_to_kind(Kind::Double)?.f_reshape([-1])?.f_contiguous()?.f_copy_data(out, n)
        })
    };
    let mut rng = seed.child("padded").rng();
    let start = (0..n).map(|_| StandardNormal.sample(&mut rng)).collect();
    let products = PRODUCTS[usize::from(n > FEW)];
    let kept = (MOST_KEPT / n.max(1)).clamp(8, products);
    let found = largest(apply, start, Ends { tolerance, products, kept, beaten: 0.0 })?;
    Ok(Stretch { norm: found.square.sqrt(), residual: found.error() })
}
