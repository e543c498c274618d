//! What Szegedy and others claim of examples and nets: for each claim the criteria, the numbers, and what follows from them.
//!
//! The criteria stand here, in the code. They were settled before the large studies ran.

mod s3;
mod s4;
mod s5;

use advlab_analysis::{mean, rank_correlation};

use super::change::Change;
use super::evidence::Evidence;
use super::spec::Claim;
use crate::study::finding::{Criterion, Finding};
use crate::words::percent;

/// A ranking counts as the published one from this rank correlation on.
const SAME_RANKING: f64 = 0.7;
/// Share of the published shares that ours must agree with, where a table is to be reproduced number by number.
const MOST: f64 = 0.5;

/// Judges every claim that the study asks for.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let one = |claim: &Claim| match claim {
        Claim::S3 => s3::judge(evidence),
        Claim::S4 => s4::judge(evidence),
        Claim::S5 => s5::judge(evidence),
    };
    evidence.spec.claims.iter().map(one).collect()
}

/// Examples made for a net leave some other nets with more wrong labels than these have under a control.
fn harm(evidence: &Evidence<'_>, change: &Change, over: &Change, nets: &[usize], text: String) -> Criterion {
    let excess = evidence.excess(change, over, nets);
    if excess.is_empty() {
        return Criterion::new(text, "no example", None);
    }
    let estimate = mean(&excess);
    let points = |value: f64| format!("{:.1}", 100.0 * value).replace('-', "−");
    let number = match estimate.interval {
        Some((low, high)) => {
            format!("{} points more ({} to {})", points(estimate.value), points(low), points(high))
        }
        None => format!("{} points more", points(estimate.value)),
    };
    // Two trainings or more tell how much they vary; of one, the sign is all there is.
    let met = if excess.len() > 1 { estimate.is_above(0.0) } else { estimate.value > 0.0 };
    Criterion::new(text, number, Some(met))
}

/// Our errors of nets on examples made for others rank as the published ones do.
fn ranking(evidence: &Evidence<'_>) -> Option<Criterion> {
    let pairs: Vec<(f64, f64)> =
        evidence.crossed().iter().filter_map(|beside| Some((beside.here.value, beside.published?))).collect();
    let text = format!("the shares rank as the published ones do (rank correlation of at least {SAME_RANKING})");
    if pairs.is_empty() {
        return None;
    }
    if pairs.iter().any(|(here, _)| !here.is_finite()) || pairs.len() < 4 {
        return Some(Criterion::new(text, format!("{} pairs", pairs.len()), None));
    }
    let (here, published): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let found = rank_correlation(&here, &published);
    Some(Criterion::new(text, format!("{found:.2} over {} pairs of nets", here.len()), Some(found >= SAME_RANKING)))
}

/// Our errors of nets on examples made for others agree with the published ones, as far as both can be known.
fn agreement(evidence: &Evidence<'_>) -> Option<Criterion> {
    let judged: Vec<bool> = evidence.crossed().iter().filter_map(super::evidence::Beside::agree).collect();
    let agree = judged.iter().filter(|agree| **agree).count();
    let text =
        format!("the 95 % intervals of at least {} of the shares meet those of the published ones", percent(MOST));
    (!judged.is_empty()).then(|| {
        let met = agree as f64 >= MOST * judged.len() as f64;
        Criterion::new(text, format!("{agree} of {}", judged.len()), Some(met))
    })
}
