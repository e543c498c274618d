//! What is doubtful about a net, looked for on the first pictures before a search begins.

use advlab_analysis::wilson;
use advlab_attacks::perturb::doubts;
use advlab_core::{Classifier, Pictures};
use anyhow::{Result, bail};
use tch::Tensor;

use super::asking::ask;
use super::summary::Warning;
use crate::inputs::Inputs;

/// Pictures that a net is tried on.
const TRIED: usize = 16;

/// Pictures on which it is seen whether a net is right more often than chance, at least and at most.
const COUNTED: std::ops::RangeInclusive<usize> = 30..=256;

/// The doubts that a run begins with.
///
/// # Errors
/// A net on which no search by gradients can work, and why; those of the net and of reading pictures.
pub(super) fn raise(net: &dyn Classifier, inputs: &Inputs, batch: usize) -> Result<Vec<Warning>> {
    let n = inputs.len().min(TRIED).min(batch);
    let values = (0..n).map(|picture| inputs.values(picture)).collect::<Result<Vec<_>>>()?.concat();
    let pictures = Pictures::new(Tensor::from_slice(&values).reshape(net.input().batch(n as i64)))?;
    let found = doubts(net, &pictures)?;
    if let Some(fatal) = found.iter().find(|doubt| doubt.is_fatal()) {
        bail!("{}: {fatal}", net.name());
    }
    let warning = |doubt: &advlab_attacks::perturb::Doubt| Warning {
        key: doubt.key().to_owned(),
        text: format!("{}: {doubt}", net.name()),
    };
    let mut warnings: Vec<Warning> = found.iter().map(warning).collect();
    warnings.extend(chance(net, inputs, batch)?);
    Ok(warnings)
}

/// A net that is right no more often than chance, where it is known what is right: it may want pictures of other values.
fn chance(net: &dyn Classifier, inputs: &Inputs, batch: usize) -> Result<Option<Warning>> {
    let n = inputs.len().min(*COUNTED.end());
    let truths: Vec<i64> = (0..n).map_while(|picture| inputs.truth(picture)).collect();
    if n < *COUNTED.start() || truths.len() < n {
        return Ok(None);
    }
    let values = (0..n).map(|picture| inputs.values(picture)).collect::<Result<Vec<_>>>()?.concat();
    let said = ask(net, &values, batch, &|picture| inputs.name(picture))?;
    let right = said.labels.iter().zip(&truths).filter(|(label, truth)| label == truth).count();
    let (low, _) = wilson(right as u64, n as u64);
    let text = format!(
        "{} labels {right} of the first {n} clean pictures right, no better than chance; it may want other values than 0 to 1 (0 to \
         255, or normalised ones), or have its classes in another order",
        net.name()
    );
    let is_chance = low <= 1.0 / net.classes().len() as f64;
    Ok(is_chance.then(|| Warning { key: "chance".to_owned(), text }))
}
