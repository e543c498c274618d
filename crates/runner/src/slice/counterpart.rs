//! The adversarial counterpart of a picture, by the search of `advlab perturb`.

use std::ops::ControlFlow;

use advlab_attacks::perturb::Job;
use advlab_core::{Aim, Classifier, Error, Pictures, Seed, Stop, Verdict};
use anyhow::{Result, bail};
use tch::Tensor;

use super::Spec;

/// Searches for the smallest change.
///
/// # Errors
/// None was found; [`Error::Stopped`]; those of the net.
pub(super) fn search(
    spec: &Spec,
    net: &dyn Classifier,
    clean: &[f32],
    aim: Aim,
    batch: usize,
    stop: &Stop,
) -> Result<Vec<f32>> {
    let pictures = Pictures::new(Tensor::from_slice(clean).reshape(net.input().batch(1)))?;
    let seed = Seed::new(spec.seed);
    let job = Job { net, pictures: &pictures, aims: &[aim], first: spec.index as u64, seed, batch, stop };
    let mut found = None;
    let whole = spec.check()?.run(&job, &mut |outcome, values| {
        found = (outcome.verdict == Verdict::Success).then(|| values.to_vec());
        ControlFlow::Continue(())
    })?;
    match found {
        Some(values) => Ok(values),
        None if !whole => Err(Error::Stopped.into()),
        None => bail!(
            "no change was found that makes {} say what was wanted; choose another --target, or more --steps",
            net.name()
        ),
    }
}
