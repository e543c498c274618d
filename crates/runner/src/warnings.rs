//! What a user should know of a net before anything is done with it.

use advlab_attacks::perturb::Doubt;
use advlab_core::{Classifier, ScoreKind};
use anyhow::Result;
use tch::{Tensor, no_grad};

/// What is doubtful about a net that was opened, each with the net's name.
///
/// Smallest changes have a longer list, from the pictures themselves: [`advlab_attacks::perturb::doubts`].
///
/// # Errors
/// Those of the net.
pub(crate) fn warnings(net: &dyn Classifier) -> Result<Vec<String>> {
    let seen = if net.score_kind().are_logits() { looks(net)? } else { None };
    let doubts = net.remarks().iter().cloned().map(Doubt::Remark).chain(seen.map(Doubt::Probabilities));
    Ok(doubts.map(|doubt| format!("{}: {doubt}", net.name())).collect())
}

/// The kind of probabilities that the net's scores look like: of black, grey and white, on which logits are not all from 0 to 1.
fn looks(net: &dyn Classifier) -> Result<Option<ScoreKind>> {
    let levels = Tensor::from_slice(&[0.0_f32, 0.5, 1.0]).reshape([3, 1, 1, 1]);
    let pictures = levels.expand(net.input().batch(3), false).to_device(net.device()).to_kind(net.kind());
    Ok(ScoreKind::seen_in(&no_grad(|| net.scores(&pictures))?))
}
