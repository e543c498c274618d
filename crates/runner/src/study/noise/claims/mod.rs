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

use advlab_analysis::Estimate;
use serde::Serialize;

use super::evidence::Evidence;

pub(super) use n4::Compared;
pub(super) use n5::Saturation;
pub(super) use n6::Survival;

/// Below this many trainings there is no saying how much they vary.
pub(super) const FEWEST_TRAININGS: usize = 3;
/// A permutation test is taken as evidence below this.
const SIGNIFICANT: f64 = 0.01;

/// What is to be said of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Every criterion holds.
    #[serde(rename = "reproduced")]
    Reproduced,
    /// Some criteria hold and some do not.
    #[serde(rename = "partly")]
    Partly,
    /// No criterion holds.
    #[serde(rename = "not reproduced")]
    NotReproduced,
    /// A criterion cannot be judged on so few trainings, digits or examples.
    #[serde(rename = "too little to tell")]
    TooLittle,
}

impl Verdict {
    /// As people write it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::Partly => "partly",
            Self::NotReproduced => "not reproduced",
            Self::TooLittle => "too little to tell",
        }
    }
}

/// Something that must hold for a claim to be reproduced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Criterion {
    /// What must hold.
    pub text: String,
    /// What was measured.
    pub number: String,
    /// Whether it holds; unset if there is too little to tell.
    pub met: Option<bool>,
}

impl Criterion {
    fn new(text: impl Into<String>, number: impl Into<String>, met: Option<bool>) -> Self {
        Self { text: text.into(), number: number.into(), met }
    }
}

/// A claim with its verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// `N1` to `N6`.
    pub key: &'static str,
    /// What is claimed.
    pub claim: &'static str,
    /// The published number.
    pub published: &'static str,
    /// What must hold, and whether it does.
    pub criteria: Vec<Criterion>,
    /// What follows.
    pub verdict: Verdict,
    /// More numbers.
    pub notes: Vec<String>,
}

impl Finding {
    fn new(
        key: &'static str,
        claim: &'static str,
        published: &'static str,
        criteria: Vec<Criterion>,
        notes: Vec<String>,
    ) -> Self {
        Self { key, claim, published, verdict: verdict(&criteria), criteria, notes }
    }
}

fn verdict(criteria: &[Criterion]) -> Verdict {
    let count = |met| criteria.iter().filter(|criterion| criterion.met == met).count();
    match (count(Some(true)), count(Some(false)), count(None)) {
        // A criterion that fails cannot be made good by those that wait for more.
        (held, failed, _) if held > 0 && failed > 0 => Verdict::Partly,
        (_, _, 1..) | (0, 0, 0) => Verdict::TooLittle,
        (_, 0, 0) => Verdict::Reproduced,
        _ => Verdict::NotReproduced,
    }
}

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

/// A share as a percentage, with as many digits as small and large ones need.
pub(super) fn percent(share: f64) -> String {
    advlab_plots::percent(share)
}

/// A correlation with its interval.
pub(super) fn with_interval(estimate: Estimate) -> String {
    match estimate.interval {
        Some((low, high)) => format!("{} ({} to {})", signed(estimate.value), signed(low), signed(high)),
        None => signed(estimate.value),
    }
}

/// A number in [-1, 1] with two decimals and a real minus sign.
pub(super) fn signed(value: f64) -> String {
    let text = format!("{value:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text.replace('-', "−") }
}

/// A share that a criterion asks for.
pub(super) fn whole(share: f64) -> String {
    format!("{:.0}\u{a0}%", 100.0 * share)
}

/// A p-value, of which a test of so many draws can show no smaller than one in as many.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { format!("p = {p:.1e}").replace('-', "−") } else { format!("p = {p:.3}") }
}

/// `a, b and c`.
pub(super) fn list(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_follow_from_the_criteria() {
        let of =
            |met: &[Option<bool>]| verdict(&met.iter().map(|met| Criterion::new("", "", *met)).collect::<Vec<_>>());
        let (yes, no, unknown) = (Some(true), Some(false), None);
        assert_eq!(of(&[yes, yes]), Verdict::Reproduced);
        assert_eq!(of(&[yes, no]), Verdict::Partly);
        assert_eq!(of(&[no, no]), Verdict::NotReproduced);
        assert_eq!(of(&[yes, unknown]), Verdict::TooLittle);
        assert_eq!(of(&[yes, no, unknown]), Verdict::Partly);
        assert_eq!(of(&[]), Verdict::TooLittle);
    }
}
