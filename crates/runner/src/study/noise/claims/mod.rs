//! The six claims of *Through Neural Nets' Eyes*: for each the criteria, the numbers, and what follows from them.
//!
//! The criteria stand here, in the code. They were settled before the large study ran, though not before a first try of the
//! quick one.

mod n1;
mod n2;
mod n3;
mod n4;
mod n5;
mod n6;

use serde::Serialize;

use super::evidence::Evidence;
use crate::study::finding::{Criterion, Finding};
use crate::words::{list, p_value, percent, signed, whole, with_interval};

pub(super) use n4::Compared;
pub(super) use n5::Saturation;
pub(super) use n6::Survival;

/// Below this many trainings there is no saying how much they vary.
pub(super) const FEWEST_TRAININGS: usize = 3;
/// A permutation test is taken as evidence below this.
const SIGNIFICANT: f64 = 0.01;

/// Everything that follows from the evidence.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Judgement {
    pub(super) findings: Vec<Finding>,
    pub(super) comparisons: Vec<Compared>,
    pub(super) saturation: Vec<Saturation>,
    pub(super) survivals: Vec<Survival>,
}

/// Judges every claim.
pub(super) fn judge(evidence: &Evidence<'_>) -> Judgement {
    let (comparisons, saturation) = (n4::comparisons(evidence), n5::saturation(evidence));
    let survivals = n6::survivals(evidence);
    let findings = vec![
        n1::judge(evidence),
        n2::judge(evidence),
        n3::judge(evidence),
        n4::judge(evidence, &comparisons),
        n5::judge(evidence, &saturation),
        n6::judge(evidence, &survivals),
    ];
    Judgement { findings, comparisons, saturation, survivals }
}
