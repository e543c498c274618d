//! N2: the average of the examples is the digit to the net, far more surely than its parts.

use advlab_analysis::Seen;

use super::{Criterion, Finding, percent, whole};
use crate::study::noise::cell::{AverageOf, Measured};
use crate::study::noise::evidence::{Evidence, median_of};

/// "Itself labelled with the digit": at least this share of the averages.
const LABELLED: f64 = 0.95;
/// "Far more confidently": the median average is at least this confident.
const CONFIDENT: f64 = 0.95;
/// The published averages: the net's place, the digit, the confidence.
const PUBLISHED: [(usize, i64, f64); 2] = [(0, 2, 0.9872), (1, 4, 0.9968)];

pub(super) fn judge(evidence: &Evidence<'_>) -> Finding {
    let main = &evidence.main().name;
    let raw = |average: &AverageOf| average.raw;
    let mut criteria: Vec<Criterion> = evidence.net_names().flat_map(|net| of_net(evidence, main, net, raw)).collect();
    criteria.extend(evidence.net_names().map(|net| stretched(evidence, main, net)));
    let mut notes = Vec::new();
    for recipe in evidence.recipes() {
        for net in evidence.net_names() {
            notes.push(numbers(evidence, &recipe.name, net));
        }
    }
    for (place, digit, published) in PUBLISHED {
        let Some(net) = evidence.net_names().nth(place) else { continue };
        for recipe in evidence.recipes() {
            notes.push(beside(evidence, &recipe.name, net, digit, published));
        }
    }
    Finding::new(
        "N2",
        "The average of 1000 such examples is itself labelled with the digit, far more confidently than its parts.",
        "shallow, digit 2: 98.72 %; deep, digit 4: 99.68 %",
        criteria,
        notes,
    )
}

/// The criteria for one net.
fn of_net(evidence: &Evidence<'_>, group: &str, net: &str, seen: fn(&AverageOf) -> Seen) -> Vec<Criterion> {
    let averages = evidence.averages(group, net);
    let n = averages.len();
    let labelled = averages.iter().filter(|(cell, average)| seen(average).label == cell.cell.digit).count();
    let surer = averages.iter().filter(|(cell, average)| is_surer(cell, seen(average))).count();
    let middle = median_of(averages.iter().map(|(_, average)| f64::from(seen(average).confidence_of_target)));
    let share = |count: usize| (n > 0).then(|| count as f64 / n as f64 >= LABELLED);
    vec![
        Criterion::new(
            format!("{net}: at least {} of the averages are labelled with the digit", whole(LABELLED)),
            format!("{labelled} of {n}"),
            share(labelled),
        ),
        Criterion::new(
            format!("{net}: at least {} of the averages are surer than half of their parts", whole(LABELLED)),
            format!("{surer} of {n}"),
            share(surer),
        ),
        Criterion::new(
            format!("{net}: the median average is at least {} sure of the digit", whole(CONFIDENT)),
            middle.map_or_else(|| "no average".to_owned(), percent),
            middle.map(|middle| middle >= CONFIDENT),
        ),
    ]
}

/// The weaker reading of the claim: averages as one looks at them, at full contrast.
fn stretched(evidence: &Evidence<'_>, group: &str, net: &str) -> Criterion {
    let averages = evidence.averages(group, net);
    let labelled = averages.iter().filter(|(cell, average)| average.stretched.label == cell.cell.digit).count();
    let n = averages.len();
    Criterion::new(
        format!("{net}: stretched to full contrast, at least {} are labelled with the digit", whole(LABELLED)),
        format!("{labelled} of {n}"),
        (n > 0).then(|| labelled as f64 / n as f64 >= LABELLED),
    )
}

fn is_surer(cell: &Measured, seen: Seen) -> bool {
    let parts = median_of(cell.confidences.iter().map(|confidence| f64::from(*confidence)));
    parts.is_some_and(|parts| f64::from(seen.confidence_of_target) > parts)
}

fn numbers(evidence: &Evidence<'_>, group: &str, net: &str) -> String {
    let averages = evidence.averages(group, net);
    let labelled = |seen: fn(&AverageOf) -> Seen| {
        averages.iter().filter(|(cell, average)| seen(average).label == cell.cell.digit).count()
    };
    let sure = |seen: fn(&AverageOf) -> Seen| {
        let all = averages.iter().map(|(_, average)| f64::from(seen(average).confidence_of_target));
        median_of(all).map_or_else(|| "–".to_owned(), percent)
    };
    let parts = averages.iter().flat_map(|(cell, _)| &cell.confidences).map(|confidence| f64::from(*confidence));
    format!(
        "Recipe `{group}`, {net}: examples are {} sure (median); of {} averages {} are labelled with the digit as they are, at \
         {} (median), and {} stretched to full contrast, at {}.",
        median_of(parts).map_or_else(|| "–".to_owned(), percent),
        averages.len(),
        labelled(|average| average.raw),
        sure(|average| average.raw),
        labelled(|average| average.stretched),
        sure(|average| average.stretched),
    )
}

fn beside(evidence: &Evidence<'_>, group: &str, net: &str, digit: i64, published: f64) -> String {
    let what = format!("{net}, digit {digit}, recipe `{group}`");
    let published = percent(published);
    let of_digit = evidence.averages(group, net).into_iter().filter(|(cell, _)| cell.cell.digit == digit);
    let one = |(_, average): (&Measured, &AverageOf)| {
        let sure = |seen: Seen| percent(f64::from(seen.confidence_of_target));
        format!("{} ({} stretched)", sure(average.raw), sure(average.stretched))
    };
    let ours: Vec<String> = of_digit.map(one).collect();
    if ours.is_empty() {
        return format!("{what}: no average to hold against the published {published}.");
    }
    format!("{what}: averages at {}; published {published}.", ours.join(", "))
}
