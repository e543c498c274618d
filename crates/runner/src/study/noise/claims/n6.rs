//! N6, the abstract's open questions: do the findings depend on the generating method, and on the activation function?

use advlab_analysis::{correlation, mean};
use serde::Serialize;

use super::n5::{digits_differ, gap};
use super::{Criterion, Finding, list, percent, signed};
use crate::study::noise::evidence::{Evidence, doubles, median_of};
use crate::study::noise::likeness::{Averages, Shared};
use crate::study::noise::spec::Group;

/// N2 survives in a variant if this share of its averages is labelled with the digit.
const LABELLED: f64 = 0.9;
/// Tests on the few trainings of a variant are taken as evidence below this.
const SIGNIFICANT: f64 = 0.05;

/// What is left of the findings in one variant, for one net.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(in super::super) struct Survival {
    pub(in super::super) group: String,
    pub(in super::super) net: String,
    /// Mean test accuracy of its nets.
    pub(in super::super) accuracy: f64,
    /// Success over all digits, of the hardest and of the easiest.
    pub(in super::super) success: (f64, f64, f64),
    /// By how much 0 and 8 succeed more often than 1 and 4.
    pub(in super::super) gap: Option<f64>,
    /// p of the test that success depends on the digit.
    pub(in super::super) success_p: f64,
    /// Median confidence of examples, and of averages as they are.
    pub(in super::super) confidence: (Option<f64>, Option<f64>),
    /// Averages labelled with the digit, of how many.
    pub(in super::super) labelled: (usize, usize),
    /// Mean correlation of averages of the same digit and of different digits over its own trainings.
    pub(in super::super) same: Option<f64>,
    pub(in super::super) different: Option<f64>,
    /// p of the test that the former is larger.
    pub(in super::super) alike_p: Option<f64>,
    /// Mean correlation with the main recipe's averages of the same digit, and of the other digits, for the same training, or
    /// for all trainings where the net itself is another.
    pub(in super::super) with_main: Option<(f64, f64)>,
    /// Whether N2, N4 and N5 hold in it.
    pub(in super::super) holds: [Option<bool>; 3],
}

/// What is left of the findings in every recipe and variant, the main recipe first.
pub(in super::super) fn survivals(evidence: &Evidence<'_>) -> Vec<Survival> {
    let nets: Vec<&str> = evidence.net_names().collect();
    evidence.groups.iter().flat_map(|group| nets.iter().map(|net| survival(evidence, group, net))).collect()
}

fn survival(evidence: &Evidence<'_>, group: &Group, net: &str) -> Survival {
    let averages = evidence.averages(&group.name, net);
    let labelled = averages.iter().filter(|(cell, average)| average.raw.label == cell.cell.digit).count();
    let parts = evidence.of_net(&group.name, net).flat_map(|cell| &cell.confidences).map(|value| f64::from(*value));
    let wholes = averages.iter().map(|(_, average)| f64::from(average.raw.confidence_of_target));
    let confidence = (median_of(parts), median_of(wholes));
    let rates = evidence.mean_rates(group, net);
    let ends = |start: f64, pick: fn(f64, f64) -> f64| rates.iter().copied().fold(start, pick);
    let (hardest, easiest) = (ends(f64::INFINITY, f64::min), ends(f64::NEG_INFINITY, f64::max));
    let gap = gap(evidence, group, net);
    let rng = evidence.seed("survival").child(&group.name).child(net).rng();
    let alike = Averages::new(evidence, &group.name, Shared::Kept).compare(net, net, evidence.spec.permutations, rng);
    let n2 = confidence
        .0
        .zip(confidence.1)
        .map(|(parts, whole)| labelled as f64 >= LABELLED * averages.len() as f64 && whole > parts);
    let n4 = alike.as_ref().map(|found| found.test.p < SIGNIFICANT && found.difference.value > 0.0);
    let accuracies: Vec<f64> = evidence
        .nets
        .iter()
        .filter(|facts| facts.name == net && facts.retrained == group.nets && facts.training <= group.trainings)
        .map(|facts| facts.accuracy)
        .collect();
    Survival {
        group: group.name.clone(),
        net: net.to_owned(),
        accuracy: mean(&accuracies).value,
        success: (mean(&rates).value, hardest, easiest),
        gap: gap.map(|gap| gap.0),
        success_p: digits_differ(evidence, group, net).p,
        confidence,
        labelled: (labelled, averages.len()),
        same: alike.as_ref().map(|found| found.same.value),
        different: alike.as_ref().map(|found| found.different.value),
        alike_p: alike.as_ref().map(|found| found.test.p),
        with_main: with_main(evidence, group, net),
        holds: [n2, n4, gap.map(|gap| gap.1)],
    }
}

/// Correlation of a variant's averages with those of the main recipe.
fn with_main(evidence: &Evidence<'_>, group: &Group, net: &str) -> Option<(f64, f64)> {
    let main = evidence.averages(&evidence.main().name, net);
    if group.name == evidence.main().name {
        return None;
    }
    let (mut same, mut others) = (Vec::new(), Vec::new());
    for (cell, average) in evidence.averages(&group.name, net) {
        let picture = doubles(&average.picture);
        for (other, of_main) in &main {
            if group.nets.is_none() && other.cell.training != cell.cell.training {
                continue;
            }
            let likeness = correlation(&picture, &doubles(&of_main.picture));
            if other.cell.digit == cell.cell.digit { same.push(likeness) } else { others.push(likeness) }
        }
    }
    (!same.is_empty() && !others.is_empty()).then(|| (mean(&same).value, mean(&others).value))
}

const METHOD: &str = "the generating method";
const ACTIVATION: &str = "the activation";
const TRAINING: &str = "how the nets are trained";

/// What a variant changes.
fn changed(evidence: &Evidence<'_>, group: &str) -> &'static str {
    let nets = evidence.groups.iter().find(|other| other.name == group).and_then(|group| group.nets.as_ref());
    let retrained = nets.and_then(|name| evidence.spec.retrained.iter().find(|retrained| retrained.name == *name));
    match retrained {
        None => METHOD,
        Some(retrained) if retrained.activation.is_some() => ACTIVATION,
        Some(_) => TRAINING,
    }
}

pub(super) fn judge(evidence: &Evidence<'_>, survivals: &[Survival]) -> Finding {
    let main = &evidence.main().name;
    let mut criteria = Vec::new();
    for what in [METHOD, ACTIVATION, TRAINING] {
        let changes = |s: &&Survival| s.group != *main && changed(evidence, &s.group) == what;
        let changed: Vec<&Survival> = survivals.iter().filter(changes).collect();
        if changed.is_empty() && what == TRAINING {
            continue;
        }
        for (place, key) in ["N2", "N4", "N5"].iter().enumerate() {
            criteria.push(independent(&changed, place, key, what));
        }
    }
    let notes = survivals.iter().filter(|s| s.group != *main).filter_map(|survival| {
        let (same, others) = survival.with_main?;
        Some(format!(
            "`{}`, {}: its averages correlate with the main recipe's of the same digit by {}, of other digits by {}.",
            survival.group,
            survival.net,
            signed(same),
            signed(others)
        ))
    });
    Finding::new(
        "N6",
        "Open questions: do the findings depend on the generating method, and on the activation function? (Reproduced \
         would mean: on neither.)",
        "none",
        criteria,
        notes.collect(),
    )
}

fn independent(changed: &[&Survival], place: usize, key: &str, what: &str) -> Criterion {
    let text = format!("{key} does not depend on {what}: it holds in every variant, for every net");
    let judged: Vec<&&Survival> = changed.iter().filter(|survival| survival.holds[place].is_some()).collect();
    let lost: Vec<String> = judged
        .iter()
        .filter(|survival| survival.holds[place] == Some(false))
        .map(|survival| format!("{} ({})", survival.group, survival.net))
        .collect();
    let held = judged.len() - lost.len();
    let mut number = match judged.len() {
        0 => "no variant can tell".to_owned(),
        n => format!("holds in {held} of {n} ({})", percent(held as f64 / n as f64)),
    };
    if !lost.is_empty() {
        number.push_str(&format!("; not in {}", list(&lost)));
    }
    Criterion::new(text, number, (!judged.is_empty()).then_some(lost.is_empty()))
}
