//! What is doubtful about a net, looked for on the first pictures before a search begins.

use advlab_attacks::perturb::doubts;
use advlab_core::{Classifier, Pictures};
use anyhow::{Result, bail};
use tch::Tensor;

use super::inputs::Inputs;
use super::summary::Warning;

/// Pictures that a net is tried on.
const TRIED: usize = 16;

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
    Ok(found.iter().map(warning).collect())
}
