//! Whether scores are what they were said to be.

use advlab_core::{Classifier, ScoreKind};
use tch::{Kind, Tensor, no_grad};

use super::net::ScriptNet;
use crate::{Error, Result};

/// Refuses a net that was said to give probabilities and gives something else for one of the `pictures`.
///
/// The opposite, probabilities that are taken for logits, can be attacked, if badly; that is for attacks to warn of.
///
/// # Errors
/// [`Error::Misfit`] names the setting, what was seen, and the setting that fits.
pub(super) fn check(net: &ScriptNet, pictures: &Tensor) -> Result<()> {
    let said = net.score_kind();
    if said.are_logits() {
        return Ok(());
    }
    let scores = no_grad(|| net.scores(pictures))?.to_kind(Kind::Double);
    let numbers = scores.isfinite().all_dim(1, false).nonzero().squeeze_dim(1);
    let scores = scores.index_select(0, &numbers);
    if scores.numel() == 0 {
        return Ok(());
    }
    let (seen, fits) = match (said, ScoreKind::seen_in(&scores)) {
        (_, None) => {
            let (least, most) = (scores.min().double_value(&[]), scores.max().double_value(&[]));
            (format!("lie between {least:.3} and {most:.3}"), ScoreKind::Logits)
        }
        (ScoreKind::Probabilities, Some(ScoreKind::SigmoidProbabilities)) => {
            let sum = scores.get(0).sum(Kind::Double).double_value(&[]);
            (format!("add up to {sum:.3} for a picture and not to 1"), ScoreKind::SigmoidProbabilities)
        }
        _ => return Ok(()),
    };
    let why = format!("its scores were said to be `{}`, but they {seen}; say --scores {}", said.name(), fits.name());
    Err(Error::Misfit { net: net.name().to_owned(), why })
}
