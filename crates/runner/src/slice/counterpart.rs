//! The adversarial counterpart of a picture, by the search of `advlab perturb`.

use std::ops::ControlFlow;

use advlab_attacks::perturb::Job;
use advlab_core::{Aim, Classifier, Error, Pictures, Seed, Stop, Verdict};
use anyhow::{Result, bail};
use tch::Tensor;

use super::Spec;
use crate::perturb::asking::ask;

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
        None if is_constant(net, clean)? => bail!(
            "{} says the same of every picture that was tried, so no counterpart can be found; give another picture with --other",
            net.name()
        ),
        None => bail!(
            "no change was found that makes {} say what was wanted; choose another --target, or more --steps",
            net.name()
        ),
    }
}

/// Whether a net's scores are the same to the bit for a picture, for its negative, and for grey, black and white.
fn is_constant(net: &dyn Classifier, clean: &[f32]) -> Result<bool> {
    let clean = Tensor::from_slice(clean).reshape(net.input().batch(1));
    let flat = |level: f64| clean.full_like(level);
    let tried = [clean.shallow_clone(), 1.0 - &clean, flat(0.0), flat(0.5), flat(1.0)];
    let values = Vec::<f32>::try_from(Tensor::cat(&tried, 0).flatten(0, -1))?;
    let said = ask(net, &values, tried.len(), &|at| format!("picture {at} of five"))?;
    Ok((1..tried.len()).all(|at| said.scores_of(at) == said.scores_of(0)))
}
