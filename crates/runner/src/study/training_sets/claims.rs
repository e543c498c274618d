//! B6: three data sets that are nearly alike, and how differently the same net turns out.
//!
//! The criteria stand here, in the code. They were settled before the large study ran. The quick study had been
//! seen by then.

use advlab_analysis::Estimate;

use super::evidence::{By, Evidence};
use super::thresholds::Thresholds;
use crate::study::finding::{Criterion, Finding};
use crate::words::{list, percent, whole};

/// The net is right about its own set at least as often, on average over trainings, for every set.
const OWN: f64 = 0.90;

/// It is less right about others by at least this, on average over pairs of sets.
const LOSS: f64 = 0.05;

/// Nets of different sets agree less than those of one by at least this, on average over pairs of sets and test pictures.
const GAP: f64 = 0.01;

/// Judges the claim.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let sets = &evidence.spec.sets;
    let own: Vec<Estimate> = (0..sets.len()).map(|set| evidence.accuracy(set, set)).collect();
    let each = sets.iter().zip(&own).map(|(set, own)| format!("{} on {}", percent(own.value), set.title));
    let loss = evidence.loss_elsewhere();
    let gap = evidence.gap(By::Equal);
    let criteria = vec![
        Criterion::new(
            format!(
                "tested on its own brain, the net is right about at least {} of the pictures, for each",
                whole(OWN)
            ),
            list(&each.collect::<Vec<_>>()),
            Some(own.iter().all(|own| own.value >= OWN)),
        ),
        Criterion::new(
            format!(
                "tested on another brain, it is less right by at least {} points, and the interval lies above 0",
                100.0 * LOSS
            ),
            points(loss),
            above(loss, LOSS),
        ),
        Criterion::new(
            format!(
                "on the same pictures, nets of different brains agree less than nets of one brain and different seeds, by at least \
                 {} point, and the interval lies above 0",
                100.0 * GAP
            ),
            points(gap),
            above(gap, GAP),
        ),
    ];
    vec![Finding::new(
        "B6",
        "Three data sets that are nearly alike, three brains: the same net turns out differently when it is trained on each. It \
         is right about its own brain, less so about the others, and disagrees with nets of the others.",
        "a figure only",
        criteria,
        notes(evidence),
    )]
}

/// Whether a difference is there and at least so large. Where the interval reaches from 0 to beyond that, there is too little to
/// tell.
fn above(estimate: Estimate, least: f64) -> Option<bool> {
    let (low, high) = estimate.interval?;
    match (low > 0.0, estimate.value >= least) {
        (true, met) => Some(met),
        (false, _) if high < least => Some(false),
        (false, _) => None,
    }
}

fn notes(evidence: &Evidence<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let kappa = evidence.gap(By::Kappa);
    notes.push(format!("In Cohen's kappa they agree less by {}.", number(kappa)));
    if let Some((agree, apart)) = evidence.control() {
        notes.push(format!(
            "Control: trained once more on the same pictures with the same seed, the nets agree on {} and their weights are {apart} \
             apart.",
            percent(agree)
        ));
    }
    let seeds = evidence.agreement((0, 0), 0, By::Equal);
    if !evidence.spec.changes.is_empty() {
        notes.push(format!(
            "Trained on {} with different seeds, nets agree on {} of its test pictures; changes are held against that.",
            evidence.spec.sets[0].title,
            percent(seeds.value)
        ));
    }
    for (number, change) in evidence.changes() {
        let thresholds = Thresholds::of(evidence, number);
        let of = |(what, level): (&str, Option<f64>)| match level {
            Some(level) => format!("{what}: from {} on", change.level_text(level)),
            None => format!("{what}: at no level"),
        };
        let all: Vec<String> = thresholds.named().into_iter().map(of).collect();
        notes.push(format!("Changed by {}: {}.", evidence.spec.title_of(change), all.join("; ")));
    }
    notes
}

/// A difference of shares, in points.
fn points(estimate: Estimate) -> String {
    let point = |value: f64| format!("{:.2}", 100.0 * value).replace('-', "−");
    match estimate.interval {
        Some((low, high)) => format!("{} points ({} to {})", point(estimate.value), point(low), point(high)),
        None => format!("{} points", point(estimate.value)),
    }
}

fn number(estimate: Estimate) -> String {
    crate::words::with_interval(estimate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_interval_is_too_little_to_tell() {
        let of = |value: f64, low: f64, high: f64| above(Estimate { value, interval: Some((low, high)) }, 0.05);
        assert_eq!(of(0.08, 0.02, 0.14), Some(true));
        assert_eq!(of(0.03, 0.02, 0.04), Some(false));
        assert_eq!(of(0.01, -0.01, 0.03), Some(false));
        assert_eq!(of(0.06, -0.01, 0.13), None);
        assert_eq!(above(Estimate { value: 0.06, interval: None }, 0.05), None);
    }
}
