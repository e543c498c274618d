//! Whether a net does what a trained net does: the same scores each time, for each picture on its own.
//!
//! TorchScript keeps what a net did when it was recorded. A net that was recorded while it was training goes on dropping
//! units, or normalising by the batch at hand, whatever it is told later; attacks would chase that noise.

use advlab_core::{Classifier, Seed};
use rand::Rng as _;
use tch::{Kind, Tensor, no_grad};

use super::complaint::complaint;
use super::net::ScriptNet;
use crate::{Error, Result};

/// Difference of two answers, as a share of the largest score, that rounding does not explain.
const APART: f64 = 1e-3;

/// Tries a net on two random pictures.
///
/// # Errors
/// [`Error::Misfit`] says what it does that it should not, and how to record it anew; [`advlab_core::Error::NotFinite`] if a
/// score is not a number.
pub(super) fn check(net: &ScriptNet) -> Result<()> {
    let misfit = |why: String| Err(Error::Misfit { net: net.name().to_owned(), why });
    let shape = net.input().batch(2);
    let mut rng = Seed::new(0).child("habits").rng();
    let values: Vec<f32> = (0..shape.iter().product()).map(|_: i64| rng.random()).collect();
    let both = Tensor::from_slice(&values).reshape(shape).to_device(net.device());
    let first = both.narrow(0, 0, 1);

    let ask = |pictures: &Tensor| no_grad(|| net.scores(pictures));
    let alone = ask(&first)?;
    if differ(&alone, &ask(&first)?) {
        return misfit(
            "gives other scores each time it is asked: it was recorded while training, with dropout at work; call net.eval() \
             before torch.jit.trace"
                .to_owned(),
        );
    }
    let together = match ask(&both) {
        Ok(scores) if scores.size() == [2, alone.size()[1]] => scores,
        Ok(scores) => return misfit(one_at_a_time(&format!("gives {:?} scores for two", scores.size()))),
        Err(advlab_core::Error::Torch(error)) => return misfit(one_at_a_time(&complaint(&error))),
        Err(error) => return Err(error.into()),
    };
    if differ(&alone, &together.narrow(0, 0, 1)) {
        return misfit(
            "gives a picture other scores when there is another one beside it: it was recorded while training, with batch \
             normalisation at work; call net.eval() before torch.jit.trace"
                .to_owned(),
        );
    }
    net.classify(&both)?;
    Ok(())
}

fn one_at_a_time(why: &str) -> String {
    format!(
        "takes one picture at a time ({why}): its recording has kept the size of its example; flatten with \
         x.flatten(1) in place of a fixed number of pictures, and record it anew"
    )
}

fn differ(a: &Tensor, b: &Tensor) -> bool {
    let largest = |x: Tensor| x.abs().max().to_kind(Kind::Double).double_value(&[]);
    largest(a - b) > APART * largest(a.shallow_clone()).max(1e-6)
}
