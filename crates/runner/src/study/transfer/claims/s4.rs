//! S4: examples made for one net fool others.

use super::{Finding, agreement, harm, ranking};
use crate::study::transfer::change::Change;
use crate::study::transfer::evidence::Evidence;
use crate::words::percent;

pub(super) fn judge(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    let made = || evidence.nets().iter().map(|net| (net, Change::Made { net: net.name.clone() }));
    for (net, change) in made() {
        let others = evidence.others(&change);
        let text =
            format!("made for {}: the other nets are wrong more often than on the pictures unchanged", net.title);
        criteria.push(harm(evidence, &change, &Change::None, &others, text));
    }
    let control = evidence.spec.noise.first().map(|sd| Change::Noise { sd: *sd });
    for (net, change) in made() {
        let (Some(control), others) = (&control, evidence.others(&change)) else { continue };
        let text = format!(
            "made for {}: the other nets are wrong more often than under Gaussian noise of stddev {}",
            net.title, evidence.spec.noise[0]
        );
        criteria.push(harm(evidence, &change, control, &others, text));
    }
    criteria.extend(ranking(evidence));
    criteria.extend(agreement(evidence));
    notes.extend(again(evidence));
    notes.extend(made().map(|(net, change)| wanted(evidence, &net.title, &change)));
    Finding::new(
        "S4",
        "Examples made for one net fool others, with other architectures, decays or start weights, and far more often than \
         noise of that size or larger does.",
        "2 % to 87.1 % wrong labels on examples made for another net; 0 % to 18.3 % under Gaussian noise of stddev 0.1",
        criteria,
        notes,
    )
}

/// The same net from other start weights.
fn again(evidence: &Evidence<'_>) -> Vec<String> {
    let of = |net: &super::super::spec::NetSpec| {
        let counts = evidence.of(&net.name).filter_map(|cell| cell.again);
        let error = counts.fold(super::super::cell::Counts::default(), super::super::cell::Counts::and).error()?;
        Some(format!(
            "Made for {}, the same net trained from other start weights is wrong on {}.",
            net.title,
            percent(error)
        ))
    };
    evidence.nets().iter().filter_map(of).collect()
}

/// How often other nets give the very label that was wanted.
fn wanted(evidence: &Evidence<'_>, title: &str, change: &Change) -> String {
    let share = |net: usize| {
        let counts = evidence.counts(change, net);
        let share = counts.target as f64 / counts.of.max(1) as f64;
        format!("{} {}", evidence.nets()[net].title, percent(share))
    };
    let others: Vec<String> = evidence.others(change).into_iter().map(share).collect();
    format!("Made for {title}, others give the wanted label: {}.", others.join(", "))
}
