//! Whether a net does what a trained net does: the same scores each time, for each picture on its own.
//!
//! TorchScript keeps what a net did when it was recorded. A net that was recorded while it was training goes on dropping
//! units, or normalising by the batch at hand, whatever it is told later; attacks would chase that noise.

use advlab_core::{Classifier, InputShape, Seed};
use rand::Rng as _;
use tch::{Device, Kind, Tensor, no_grad};

use super::net::ScriptNet;
use crate::{Error, Result};

/// Difference between a picture alone and in a batch, as a share of the largest score, that rounding does not explain: libtorch
/// computes batches of different sizes by different code.
const APART: f64 = 1e-3;

/// The same between two calls with the same picture, from which on no attack makes sense.
const RANDOM: f64 = 1e-4;

/// The same, from which on it is worth a remark. On the CPU libtorch gives the same bits each time, but for the first calls,
/// before it has rearranged the net; on CUDA some sums are in no fixed order.
const fn steady(device: Device) -> f64 {
    if matches!(device, Device::Cpu) { 2e-6 } else { RANDOM }
}

/// Pictures of noise, `[n, C, H, W]`, the same each time.
pub(super) fn noise(input: InputShape, n: i64, device: Device) -> Tensor {
    let shape = input.batch(n);
    let mut rng = Seed::new(0).child("habits").rng();
    let values: Vec<f32> = (0..shape.iter().product()).map(|_: i64| rng.random()).collect();
    Tensor::from_slice(&values).reshape(shape).to_device(device)
}

/// Largest difference of two answers, as a share of the largest score. Scores that are no numbers do not count.
pub(super) fn apart(a: &Tensor, b: &Tensor) -> f64 {
    let largest = |x: Tensor| x.abs().nan_to_num(0.0, 0.0, 0.0).max().to_kind(Kind::Double).double_value(&[]);
    largest(a - b) / largest(a.shallow_clone()).max(1e-6)
}

/// Tries a net on two pictures of noise, and returns what is worth a remark.
///
/// # Errors
/// [`Error::Misfit`] says what it does that it should not, and what may be the reason; [`advlab_core::Error::Net`] if it fails.
pub(super) fn check(net: &ScriptNet, both: &Tensor) -> Result<Vec<String>> {
    let misfit = |why: String| Err(Error::Misfit { net: net.name().to_owned(), why });
    let mut remarks = Vec::new();
    let ask = |pictures: &Tensor| no_grad(|| net.scores(pictures));
    let first = both.narrow(0, 0, 1);
    let (alone, again) = (ask(&first)?, ask(&first)?);
    let change = apart(&alone, &again);
    if change > RANDOM {
        return misfit(format!(
            "gives other scores each time it is asked: the same picture changes them by {} of the largest; either it was recorded \
             while training, with dropout at work (call net.eval() before torch.jit.trace), or it draws random numbers on purpose \
             (let it always draw the same)",
            percent(change)
        ));
    }
    if change > steady(net.device()) {
        remarks.push(format!(
            "the scores change from call to call, by {} of the largest for the same picture; the net is a little random, and \
             finds that are closer to the boundary than that are luck",
            percent(change)
        ));
    }
    let one_at_a_time = |said: &str| {
        misfit(format!(
            "takes one picture at a time: {said}; if its recording has kept the size of its example, flatten with x.flatten(1) \
             in place of a fixed number of pictures, and record it anew"
        ))
    };
    let together = match ask(both) {
        Ok(scores) if scores.size() == [2, alone.size()[1]] => scores,
        Ok(scores) => return one_at_a_time(&format!("it gives {:?} scores for two", scores.size())),
        Err(advlab_core::Error::Net { why, .. }) => return one_at_a_time(&format!("for two it {why}")),
        Err(error) => return Err(error.into()),
    };
    if apart(&alone, &together.narrow(0, 0, 1)) > APART {
        return misfit(
            "gives a picture other scores when there is another one beside it; either it was recorded while training, with batch \
             normalisation at work (call net.eval() before torch.jit.trace), or it compares the pictures of a batch on purpose, \
             and then no picture has scores of its own"
                .to_owned(),
        );
    }
    let lost = together.isfinite().logical_not().any_dim(1, false).sum(Kind::Int64).int64_value(&[]);
    if lost > 0 {
        remarks.push(format!(
            "the scores are NaN or infinite for {lost} of 2 pictures of noise; a search that comes to such a place ends there"
        ));
    }
    Ok(remarks)
}

fn percent(share: f64) -> String {
    format!("{} %", (100.0 * share * 1e5).round() / 1e5)
}
