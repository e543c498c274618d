//! M3, the question: when is a prediction certain?
//!
//! The criteria stand here, in the code. They were settled before any number of this study was seen; that an ensemble tells errors on
//! `digits` better than one net does had been seen in the study own-digits.

use advlab_analysis::Estimate;

use super::evidence::Evidence;
use crate::doubt::Measure;
use crate::doubt::sets::NOISE;
use crate::doubt::tasks::Task;
use crate::study::finding::{Criterion, Finding};
use crate::words::percent;

/// A doubt tells well that puts nine of ten pairs in the right order.
const WELL: f64 = 0.9;
/// It notices pictures of another kind that it puts 19 of 20 in the right order with: one in twenty is a usual rate of false alarms.
const NOTICED: f64 = 0.95;
/// It tells nothing of use below three of four.
const LITTLE: f64 = 0.75;

/// Judges every part of the question.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    vec![errors(evidence), others(evidence), adversarial(evidence)]
}

fn shown(estimate: Option<Estimate>) -> String {
    let three = |value: f64| format!("{value:.3}").replace('-', "−");
    match estimate {
        Some(Estimate { value, interval: Some((low, high)) }) => {
            format!("{} ({} to {})", three(value), three(low), three(high))
        }
        Some(Estimate { value, .. }) => three(value),
        None => "too few errors".to_owned(),
    }
}

/// The measures of a task, best first, in a sentence.
fn ranking(evidence: &Evidence<'_>, task: &Task) -> String {
    let ranked = evidence.ranked(task);
    let words: Vec<String> =
        ranked.iter().map(|(measure, area)| format!("{} {:.3}", measure.name(), area.value)).collect();
    format!("{}: {}.", task.title(evidence.first()), words.join(", "))
}

/// What the intervals of an ensemble's doubts leave out.
fn one_ensemble(evidence: &Evidence<'_>) -> String {
    let nets = evidence.spec.trainings;
    format!(
        "The {nets} nets are one ensemble. Intervals of its doubts say how they vary with the net whose answers or adversarial pictures are \
         looked at, not how they would with other ensembles; for pictures that are the same for all nets there is none."
    )
}

fn errors(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    let test = Task::Errors("test".to_owned());
    for measure in [Measure::Confidence, Measure::Stretching, Measure::Distance] {
        let area = evidence.area(&test, measure);
        criteria.push(Criterion::new(
            format!(
                "test pictures: by {} nine of ten wrong answers are more doubtful than a right one",
                measure.name()
            ),
            shown(area),
            area.map(|area| area.value >= WELL),
        ));
    }
    for data in &evidence.spec.others {
        let task = Task::Errors(data.set.clone());
        for measure in [Measure::Together, Measure::Disagreement, Measure::Distance] {
            let gain = evidence.gain(&task, measure);
            criteria.push(Criterion::new(
                format!("{}: {} tells errors better than the net's own confidence", data.set, measure.name()),
                format!("area {}, difference {}", shown(evidence.area(&task, measure)), shown(gain)),
                gain.and_then(|gain| gain.interval).map(|(low, _)| low > 0.0),
            ));
        }
        notes.push(ranking(evidence, &task));
    }
    notes.insert(0, ranking(evidence, &test));
    notes.push(one_ensemble(evidence));
    Finding::new(
        "M3e",
        "When is a prediction certain? Where the net is sure of it, stretches little of what lies around the picture, and is far from a \
         boundary; on digits of another distribution, where nets that were trained alike agree.",
        "a question; no number",
        criteria,
        notes,
    )
}

fn others(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    let keys = std::iter::once(NOISE).chain(evidence.spec.others.iter().map(|data| data.set.as_str()));
    for key in keys {
        let task = Task::Apart(key.to_owned());
        for measure in [Measure::Confidence, Measure::Disagreement] {
            let area = evidence.area(&task, measure);
            criteria.push(Criterion::new(
                format!("{key}: noticed by {}, 19 of 20 more doubtful than a test picture", measure.name()),
                shown(area),
                area.map(|area| area.value >= NOTICED),
            ));
        }
        let sure = evidence.over(key, |set| set.confidences.iter().sum::<f64>() / set.confidences.len() as f64);
        let sure = sure.map_or_else(|| "–".to_owned(), |sure| percent(sure.value));
        notes.push(format!("{} Mean confidence {sure}.", ranking(evidence, &task)));
    }
    Finding::new(
        "M3f",
        "Pictures that are none of those a net was made for are noticed: noise, and digits of another distribution.",
        "a question; no number",
        criteria,
        notes,
    )
}

fn adversarial(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for (at, factor) in evidence.spec.factors.iter().enumerate() {
        let key = format!("adversarial-{factor}");
        let task = Task::Apart(key.clone());
        notes.push(ranking(evidence, &task));
        let sure = evidence.over(&key, |set| set.confidences.iter().sum::<f64>() / set.confidences.len() as f64);
        if let Some(sure) = sure {
            notes.push(format!("{factor} times as far as the boundary: mean confidence {}.", percent(sure.value)));
        }
        if at + 1 < evidence.spec.factors.len() {
            continue;
        }
        let area = evidence.area(&task, Measure::Confidence);
        criteria.push(Criterion::new(
            format!("{factor} times as far as the boundary: the net's own confidence tells little"),
            shown(area),
            area.map(|area| area.value < LITTLE),
        ));
        for measure in [Measure::Disagreement, Measure::Stretching] {
            let area = evidence.area(&task, measure);
            criteria.push(Criterion::new(
                format!("{factor} times as far as the boundary: noticed by {}, nine of ten pairs", measure.name()),
                shown(area),
                area.map(|area| area.value >= WELL),
            ));
        }
    }
    Finding::new(
        "M3g",
        "Adversarial pictures that were pushed on beyond the boundary are not noticed by the net's own confidence, and are noticed by other \
         nets and by how far the net stretches what lies around them.",
        "a question; no number",
        criteria,
        notes,
    )
}
