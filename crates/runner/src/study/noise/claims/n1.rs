//! N1: noise becomes any digit for the net and stays noise to a person, however unsure the net may be.

use super::{Criterion, Finding, list, percent, signed, whole};
use crate::study::noise::evidence::{Evidence, median_of};

/// An example resembles its own start at least this much.
const LIKE_START: f64 = 0.7;
/// And the mean picture of its digit no more than this.
const LIKE_DIGIT: f64 = 0.3;
/// A confidence below this is tiny.
const TINY: f64 = 0.05;
/// The published examples: the net's place, the digit, the confidence.
const PUBLISHED: [(usize, i64, f64); 2] = [(0, 2, 0.0146), (1, 4, 0.8697)];

pub(super) fn judge(evidence: &Evidence<'_>) -> Finding {
    let main = &evidence.main().name;
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for net in evidence.net_names() {
        criteria.push(reached(evidence, main, net));
    }
    for net in evidence.net_names() {
        criteria.push(stays_noise(evidence, main, net));
    }
    for net in evidence.net_names() {
        criteria.push(tiny(evidence, main, net));
    }
    for (place, digit, published) in PUBLISHED {
        let Some(net) = evidence.net_names().nth(place) else { continue };
        notes.push(beside(evidence, main, net, digit, published));
    }
    for recipe in evidence.recipes().skip(1) {
        for net in evidence.net_names() {
            let Criterion { number, .. } = reached(evidence, &recipe.name, net);
            notes.push(format!("Recipe `{}`, {net}: {number}.", recipe.name));
        }
    }
    Finding::new(
        "N1",
        "Noise can be turned into any digit for the net while it stays noise to a person; the confidence can be tiny at \
         the moment the label flips.",
        "one example labelled 2 by the shallow net at 1.46 %, one labelled 4 by the deep net at 86.97 %",
        criteria,
        notes,
    )
}

fn reached(evidence: &Evidence<'_>, group: &str, net: &str) -> Criterion {
    let digits = &evidence.spec.digits;
    let never = |digit: &&i64| evidence.of_digit(group, net, **digit).iter().all(|cell| cell.successes == 0);
    let seldom = |digit: &&i64| evidence.of_digit(group, net, **digit).iter().any(|cell| cell.successes == 0);
    let (never, not_by_all): (Vec<String>, Vec<String>) = (
        digits.iter().filter(never).map(ToString::to_string).collect(),
        digits.iter().filter(|digit| seldom(digit) && !never(digit)).map(ToString::to_string).collect(),
    );
    let number = match (never.len(), not_by_all.len()) {
        (0, 0) => "every digit, in every training".to_owned(),
        (_, 0) => format!("{} of {} digits; never {}", digits.len() - never.len(), digits.len(), list(&never)),
        (0, _) => format!("every digit, but {} not in every training", list(&not_by_all)),
        _ => format!(
            "{} of {} digits; never {}, and {} not in every training",
            digits.len() - never.len(),
            digits.len(),
            list(&never),
            list(&not_by_all)
        ),
    };
    let met = never.is_empty() && not_by_all.is_empty();
    Criterion::new(format!("{net}: every training reaches every digit"), number, Some(met))
}

fn stays_noise(evidence: &Evidence<'_>, group: &str, net: &str) -> Criterion {
    let start = median_of(evidence.of_net(group, net).filter_map(|cell| cell.like_start));
    let digit = median_of(evidence.of_net(group, net).filter_map(|cell| cell.like_digit));
    let text = format!(
        "{net}: examples correlate with their own start noise by at least {LIKE_START}, and with the mean picture of the \
         digit by at most {LIKE_DIGIT} (medians)"
    );
    match (start, digit) {
        (Some(start), Some(digit)) => Criterion::new(
            text,
            format!("{} and {}", signed(start), signed(digit)),
            Some(start >= LIKE_START && digit <= LIKE_DIGIT),
        ),
        _ => Criterion::new(text, "no example", None),
    }
}

fn confidences(evidence: &Evidence<'_>, group: &str, net: &str, digit: Option<i64>) -> Vec<f64> {
    let cells = evidence.of_net(group, net).filter(|cell| digit.is_none_or(|digit| cell.cell.digit == digit));
    cells.flat_map(|cell| &cell.confidences).map(|confidence| f64::from(*confidence)).collect()
}

fn tiny(evidence: &Evidence<'_>, group: &str, net: &str) -> Criterion {
    let all = confidences(evidence, group, net, None);
    let below = all.iter().filter(|confidence| **confidence < TINY).count();
    let lowest = all.iter().copied().fold(f64::INFINITY, f64::min);
    let text = format!("{net}: some examples are labelled with the digit at less than {}", whole(TINY));
    if all.is_empty() {
        return Criterion::new(text, "no example", None);
    }
    let number = format!("{} of {} examples; the lowest {}", below, all.len(), percent(lowest));
    Criterion::new(text, number, Some(below > 0))
}

/// The published confidence among ours.
fn beside(evidence: &Evidence<'_>, group: &str, net: &str, digit: i64, published: f64) -> String {
    let own = confidences(evidence, group, net, Some(digit));
    let (all, what) = if own.is_empty() {
        (confidences(evidence, group, net, None), format!("{net}, all digits, since {digit} is not reached"))
    } else {
        (own, format!("{net}, digit {digit}"))
    };
    let below = all.iter().filter(|confidence| **confidence < published).count() as f64 / all.len().max(1) as f64;
    let (low, high) =
        all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    match median_of(all.iter().copied()) {
        Some(middle) => format!(
            "{what}: confidence {} to {}, median {}; {} of them lie below the published {}.",
            percent(low),
            percent(high),
            percent(middle),
            percent(below),
            percent(published)
        ),
        None => format!("{what}: no example to hold against the published {}.", percent(published)),
    }
}
