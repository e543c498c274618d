//! S5: examples fool nets that were trained on other pictures.

use advlab_analysis::mean;

use super::{Criterion, Finding, agreement, harm, ranking};
use crate::study::transfer::change::Change;
use crate::study::transfer::evidence::Evidence;
use crate::study::transfer::spec::NetSpec;
use crate::words::percent;

/// Stretched examples leave this many times as many wrong labels as noise of the same size.
const TIMES: f64 = 5.0;

pub(super) fn judge(evidence: &Evidence<'_>) -> Finding {
    let mut criteria = Vec::new();
    for net in evidence.nets() {
        let change = Change::Made { net: net.name.clone() };
        for (nets, whose) in [
            (same_half(evidence, net), "other nets of the same half"),
            (other_half(evidence, net), "nets of the other half"),
        ] {
            if !nets.is_empty() {
                let text =
                    format!("made for {}: {whose} are wrong more often than on the pictures unchanged", net.title);
                criteria.push(harm(evidence, &change, &Change::None, &nets, text));
            }
        }
    }
    criteria.extend(order(evidence));
    criteria.extend(stretched(evidence));
    criteria.extend(ranking(evidence));
    criteria.extend(agreement(evidence));
    Finding::new(
        "S5",
        "Examples made for a net fool nets of other architectures, and, less often, nets that were trained on a disjoint set \
         of pictures; stretched to a distortion of 0.1 they fool them far more often than noise of that size.",
        "from FC100-100-10 (P1) to FC123-456-10 (P1) 26.2 %, to FC100-100-10' (P2) 5.9 %; stretched 98 % and 43 %; Gaussian \
         noise of stddev 0.1 2.6 % to 2.8 %",
        criteria,
        Vec::new(),
    )
}

fn same_half(evidence: &Evidence<'_>, of: &NetSpec) -> Vec<usize> {
    let nets = evidence.nets().iter().enumerate();
    nets.filter(|(_, net)| net.part == of.part && net.name != of.name).map(|(at, _)| at).collect()
}

fn other_half(evidence: &Evidence<'_>, of: &NetSpec) -> Vec<usize> {
    evidence.nets().iter().enumerate().filter(|(_, net)| net.part != of.part).map(|(at, _)| at).collect()
}

/// Other pictures protect more than another architecture does.
fn order(evidence: &Evidence<'_>) -> Option<Criterion> {
    let share = |change: &Change, nets: &[usize]| -> Option<f64> {
        let all: Vec<f64> = nets.iter().map(|net| evidence.share(change, *net).here.value).collect();
        (!all.is_empty()).then(|| mean(&all).value).filter(|value| value.is_finite())
    };
    let (mut same, mut other) = (Vec::new(), Vec::new());
    for net in evidence.nets() {
        let change = Change::Made { net: net.name.clone() };
        let both = (share(&change, &same_half(evidence, net)), share(&change, &other_half(evidence, net)));
        if let (Some(a), Some(b)) = both {
            same.push(a);
            other.push(b);
        }
    }
    let text = "examples fool nets of the same half more often than nets of the other half";
    (!same.is_empty()).then(|| {
        let (same, other) = (mean(&same).value, mean(&other).value);
        Criterion::new(text, format!("{} and {}", percent(same), percent(other)), Some(same > other))
    })
}

/// For every size that examples are stretched to, against noise of that size.
fn stretched(evidence: &Evidence<'_>) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    for rms in &evidence.spec.amplified {
        let noise = Change::Noise { sd: *rms };
        if !evidence.spec.noise.contains(rms) {
            continue;
        }
        for net in evidence.nets() {
            let change = Change::Amplified { net: net.name.clone(), rms: *rms };
            let shares: Vec<(f64, f64)> = evidence
                .others(&change)
                .into_iter()
                .map(|other| (evidence.share(&change, other).here.value, evidence.share(&noise, other).here.value))
                .collect();
            let worst = shares.iter().copied().min_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
            let text = format!(
                "made for {}, stretched to {rms}: every other net is wrong at least {TIMES} times as often as under noise",
                net.title
            );
            let Some((share, control)) = worst.filter(|(share, _)| share.is_finite()) else {
                criteria.push(Criterion::new(text, "no example", None));
                continue;
            };
            let number = format!("at least {} against {}", percent(share), percent(control));
            criteria.push(Criterion::new(text, number, Some(share >= TIMES * control)));
        }
    }
    criteria
}
