//! N3: the averages show patterns that are not the digits' shapes.

use advlab_analysis::{Estimate, correlation, jackknife};

use super::{Criterion, Finding, percent, signed, with_interval};
use crate::study::noise::evidence::{Evidence, doubles};

/// A pattern that correlates with the mean picture of its digit by less than this is another pattern: it shares less than a
/// quarter of its variance with the shape.
const OTHER: f64 = 0.5;

/// How averages correlate with mean digits.
struct Shapes {
    own: Estimate,
    others: Estimate,
    /// Share of the averages that are more like their own digit's mean picture than like any other's.
    nearest: f64,
    n: usize,
}

pub(super) fn judge(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for recipe in evidence.recipes() {
        for net in evidence.net_names() {
            let text = format!("{net}: averages correlate with the mean picture of their digit by less than {OTHER}");
            let shapes = shapes(evidence, &recipe.name, net);
            if recipe.name == evidence.main().name {
                criteria.push(match &shapes {
                    Some(shapes) => {
                        let below = shapes.own.interval.map_or(shapes.own.value, |interval| interval.1) < OTHER;
                        Criterion::new(text, with_interval(shapes.own), Some(below))
                    }
                    None => Criterion::new(text, "no average", None),
                });
            }
            if let Some(shapes) = shapes {
                notes.push(format!(
                    "Recipe `{}`, {net}: {} averages correlate with the mean picture of their own digit by {}, of other \
                     digits by {}; for {} of them their own is the most alike.",
                    recipe.name,
                    shapes.n,
                    with_interval(shapes.own),
                    with_interval(shapes.others),
                    percent(shapes.nearest)
                ));
            }
        }
    }
    for net in evidence.net_names() {
        notes.push(seen(evidence, net));
    }
    Finding::new(
        "N3",
        "The averages show patterns that differ from the digits' real shapes.",
        "pictures",
        criteria,
        notes,
    )
}

fn shapes(evidence: &Evidence<'_>, group: &str, net: &str) -> Option<Shapes> {
    let averages = evidence.averages(group, net);
    let digits = &evidence.spec.digits;
    // For each average: its training, the correlation with its own digit, the mean of the others, whether its own is nearest.
    let rows: Vec<(usize, f64, f64, bool)> = averages
        .iter()
        .map(|(cell, average)| {
            let picture = doubles(&average.picture);
            let with = |digit: i64| correlation(&picture, evidence.mean_digit(digit));
            let own = with(cell.cell.digit);
            let others: Vec<f64> =
                digits.iter().filter(|digit| **digit != cell.cell.digit).map(|digit| with(*digit)).collect();
            let mean = others.iter().sum::<f64>() / others.len() as f64;
            (cell.cell.training, own, mean, others.iter().all(|other| own > *other))
        })
        .collect();
    let trainings = rows.iter().map(|row| row.0).max()?;
    let over = |of: fn(&(usize, f64, f64, bool)) -> f64| {
        jackknife(trainings, |kept| {
            let values: Vec<f64> = rows.iter().filter(|row| kept.contains(&(row.0 - 1))).map(of).collect();
            values.iter().sum::<f64>() / values.len() as f64
        })
    };
    let nearest = rows.iter().filter(|row| row.3).count() as f64 / rows.len() as f64;
    Some(Shapes { own: over(|row| row.1), others: over(|row| row.2), nearest, n: rows.len() })
}

/// What the net says of the real shapes.
fn seen(evidence: &Evidence<'_>, net: &str) -> String {
    let nets = evidence.nets.iter().filter(|facts| facts.name == net && facts.retrained.is_none());
    let seen: Vec<(i64, advlab_analysis::Seen)> =
        nets.flat_map(|facts| evidence.spec.digits.iter().copied().zip(facts.means_seen.iter().copied())).collect();
    let right = seen.iter().filter(|(digit, seen)| seen.label == *digit).count();
    let mut wrong: Vec<String> = Vec::new();
    for digit in &evidence.spec.digits {
        let times = seen.iter().filter(|(of, seen)| of == digit && seen.label != *digit).count();
        if times > 0 {
            wrong.push(format!("{digit} ({times} times)"));
        }
    }
    let wrong = if wrong.is_empty() { String::new() } else { format!("; wrong: {}", wrong.join(", ")) };
    let sure = seen.iter().map(|(_, seen)| f64::from(seen.confidence_of_target)).sum::<f64>() / seen.len() as f64;
    format!(
        "{net}: {right} of {} mean digits are labelled as what they are, at {} on average{wrong}. Correlation of two \
         different mean digits with each other, for comparison: {} on average.",
        seen.len(),
        percent(sure),
        signed(between(evidence))
    )
}

/// Mean correlation between the mean pictures of different digits.
fn between(evidence: &Evidence<'_>) -> f64 {
    let digits = &evidence.spec.digits;
    let (mut sum, mut count) = (0.0, 0.0);
    for (at, a) in digits.iter().enumerate() {
        for b in &digits[..at] {
            sum += correlation(evidence.mean_digit(*a), evidence.mean_digit(*b));
            count += 1.0;
        }
    }
    sum / count
}
