//! S1: random directions of a layer show pictures as semantically alike as single units do. M4: patterns that drive hidden units.
//!
//! The criteria stand here, in the code; the margins stand in `basis/margins.rs`. They were settled before the large study ran.

use advlab_analysis::basis::{Measure, Verdict};

use super::evidence::{Evidence, LayerEvidence, OfLikeness};
use crate::basis::margins::name;
use crate::study::finding::{Criterion, Finding};
use crate::words::{p_value, percent, signed, with_interval};

/// What "semantically alike" is measured by: labels, and what the net itself makes of pictures.
const SEMANTIC: [Measure; 2] = [Measure::Purity, Measure::FeatureSimilarity];

/// Random directions show something at all if the purity of their pictures is that much above that of random pictures.
const ABOVE_CHANCE: f64 = 0.1;

/// Share of the pictures made from noise that drive their direction at least as far as any picture does.
const BEATEN: f64 = 0.9;

/// Judges the claims that the study has something to say of.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let made: Vec<&LayerEvidence> = evidence.layers.iter().filter(|layer| !layer.patterns.is_empty()).collect();
    let mut findings = vec![s1(evidence)];
    findings.extend((!made.is_empty()).then(|| m4(&made)));
    findings
}

fn s1(evidence: &Evidence<'_>) -> Finding {
    let mut criteria = Vec::new();
    for layer in evidence.layers.iter().filter(|layer| !layer.is_scores) {
        criteria.extend(SEMANTIC.into_iter().filter_map(|measure| alike(layer, measure)));
        let (random, chance) = (layer.random_mean(Measure::Purity), layer.chance.purity);
        criteria.push(Criterion::new(
            format!("{}: pictures of random directions share labels more than random pictures do", layer.title()),
            format!("purity {} against {}", signed(random), signed(chance)),
            Some(random - chance >= ABOVE_CHANCE),
        ));
    }
    criteria.extend(evidence.layers.iter().filter(|layer| layer.is_scores).filter_map(control));
    Finding::new(
        "S1",
        "Random directions of a layer show pictures as semantically alike as single units do.",
        "pictures only",
        criteria,
        notes(evidence),
    )
}

/// Whether the difference lies within the margin that was stated beforehand.
fn alike(layer: &LayerEvidence, measure: Measure) -> Option<Criterion> {
    let compared = layer.comparison(measure)?;
    let comparison = &compared.comparison;
    let margin = comparison.margin?;
    let text =
        format!("{}: {} of random directions and of units differ by less than {margin}", layer.title(), name(measure));
    Some(Criterion::new(
        text,
        told(compared),
        match comparison.verdict {
            Verdict::Alike => Some(true),
            Verdict::Different => Some(false),
            Verdict::Unclear => None,
        },
    ))
}

/// Units of the scores are classes: a test that cannot tell those from random directions could not tell anything.
fn control(layer: &LayerEvidence) -> Option<Criterion> {
    let compared = layer.comparison(Measure::Purity)?;
    let text =
        format!("control, {}: units, which are classes, are found to be purer than random directions", layer.title());
    let found = compared.comparison.verdict == Verdict::Different && compared.comparison.difference < 0.0;
    Some(Criterion::new(text, told(compared), Some(found)))
}

fn told(compared: &crate::basis::Compared) -> String {
    let comparison = &compared.comparison;
    let (low, high) = comparison.interval;
    format!(
        "random {}, units {}: {} ({} to {}), {}",
        signed(comparison.random),
        signed(comparison.natural),
        signed(comparison.difference),
        signed(low),
        signed(high),
        p_value(comparison.p)
    )
}

fn notes(evidence: &Evidence<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for layer in evidence.layers.iter().filter(|layer| !layer.is_scores) {
        for measure in [Measure::Selectivity, Measure::Kurtosis] {
            if let Some(compared) = layer.comparison(measure) {
                notes.push(format!("{}, {}: {}.", layer.title(), name(measure), told(compared)));
            }
        }
    }
    for layer in &evidence.layers {
        let of = |of: OfLikeness| evidence.likeness(layer, of).map(with_interval);
        if let (Some(cka), Some(canonical), Some(matched), Some(control)) = (
            of(|likeness| likeness.cka),
            of(|likeness| likeness.mean_squared_canonical),
            of(|likeness| likeness.matching.mean),
            of(|likeness| likeness.control.mean),
        ) {
            notes.push(format!(
                "{}, two trainings: CKA {cka}, mean squared canonical correlation {canonical}; units matched one to one correlate by \
                 {matched}, and by {control} after one of the two spaces was turned at random.",
                layer.title()
            ));
        }
    }
    notes
}

fn m4(made: &[&LayerEvidence]) -> Finding {
    let criterion = |layer: &&LayerEvidence| {
        let (beaten, of) = (layer.as_far(|pattern| pattern.free), layer.patterns.len());
        Criterion::new(
            format!(
                "{}: at least {} of the patterns drive their unit or direction at least as far as any held-out picture",
                layer.title(),
                percent(BEATEN)
            ),
            format!("{beaten} of {of}"),
            Some(beaten as f64 >= BEATEN * of as f64),
        )
    };
    let note = |layer: &&LayerEvidence| {
        format!(
            "{}: of the patterns that are kept smooth, as the figures show them, {} of {} do.",
            layer.title(),
            layer.as_far(|pattern| pattern.shown),
            layer.patterns.len()
        )
    };
    Finding::new(
        "M4",
        "Activation maximisation finds patterns that drive hidden units more strongly than any picture.",
        "pictures only",
        made.iter().map(criterion).collect(),
        made.iter().map(note).collect(),
    )
}
