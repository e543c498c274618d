//! B1 to B5: the same net learns a clear sign, memorises where there is next to none, and is sure either way.
//!
//! The criteria stand here, in the code. They were settled before the large study ran. Single trainings had been
//! seen by then: B1 and B2 are what the tasks were set by.

use advlab_analysis::Estimate;
use advlab_analysis::calibration::auroc;
use anyhow::Result;

use super::evidence::{CLEAR, Evidence, UNCLEAR};
use crate::study::finding::{Criterion, Finding};
use crate::words::percent;

/// Test accuracy that the clear task is to be learnt to: the published 96 % within a point.
const CLEAR_AT_LEAST: f64 = 0.95;
/// Test accuracy that the unclear task leads to: more than nothing, and less than a person.
const UNCLEAR_WITHIN: (f64, f64) = (0.5, 0.7);
/// Training accuracy of a net that has memorised its pictures.
const MEMORISED: f64 = 0.99;
/// Wrong answers of a net that stays sure have at least this mean confidence.
const SURE_WHEN_WRONG: f64 = 0.8;
/// Memorising was published to take this many epochs at most.
const SOON: f64 = 3.0;
/// Training accuracy after the last epoch of a net that learns gradually: the published 94 % and less than all.
const GRADUAL: (f64, f64) = (0.9, 0.99);
/// Range of the test accuracies of one net on the same data that counts as a variation worth a box plot.
const VARIES: f64 = 0.03;
/// Confidence that tells wrong from right answers this badly or worse tells nothing that one could use.
const TELLS_LITTLE: f64 = 0.7;

/// Judges every claim.
pub(super) fn judge(evidence: &Evidence<'_>) -> Result<Vec<Finding>> {
    Ok(vec![b1(evidence), b2(evidence)?, b3(evidence), b4(evidence), b5(evidence)?])
}

fn b1(evidence: &Evidence<'_>) -> Finding {
    let test = evidence.over(0, CLEAR, |net| net.test());
    let mut criteria = vec![Criterion::new(
        format!("the mean test accuracy is at least {}", percent(CLEAR_AT_LEAST)),
        shown(test),
        Some(test.value >= CLEAR_AT_LEAST),
    )];
    criteria.extend(evidence.spec.tasks[CLEAR].person.map(|person| {
        let text = format!("it is at least that of a person, {}", percent(person));
        Criterion::new(text, shown(test), Some(test.value >= person))
    }));
    let notes = controls(evidence, CLEAR);
    Finding::new(
        "B1",
        "Where the sign is clear the net is as good as a person who does not know the answers.",
        "the net about 96 % in a dozen trainings, a person 93 %",
        criteria,
        notes,
    )
}

fn b2(evidence: &Evidence<'_>) -> Result<Finding> {
    let test = evidence.over(0, UNCLEAR, |net| net.test());
    let train = evidence.over(0, UNCLEAR, |net| net.train());
    let (low, high) = UNCLEAR_WITHIN;
    let answers = evidence.answers(0, UNCLEAR)?;
    let wrong = answers.mean_confidence_when(false);
    let mut criteria = vec![Criterion::new(
        format!("the mean test accuracy is above {} and below {}", percent(low), percent(high)),
        shown(test),
        Some(test.value > low && test.value < high),
    )];
    criteria.extend(evidence.spec.tasks[UNCLEAR].person.map(|person| {
        let text = format!("it is below that of a person, {}", percent(person));
        Criterion::new(text, shown(test), Some(test.value < person))
    }));
    criteria.push(Criterion::new(
        format!("in the last epoch at least {} of the training pictures are right", percent(MEMORISED)),
        shown(train),
        Some(train.value >= MEMORISED),
    ));
    criteria.push(Criterion::new(
        format!("the net stays sure: the mean confidence of wrong answers is at least {}", percent(SURE_WHEN_WRONG)),
        wrong.map_or_else(|| "no wrong answer".to_owned(), percent),
        wrong.map(|wrong| wrong >= SURE_WHEN_WRONG),
    ));
    let mut notes = vec![format!(
        "Mean confidence {} where {} are right.",
        percent(answers.mean_confidence()),
        percent(answers.accuracy())
    )];
    notes.extend(controls(evidence, UNCLEAR));
    Ok(Finding::new(
        "B2",
        "Where there is next to no sign the net is worse than a person, and stays sure.",
        "the net 62 % on average and 66 % at best, a person 70.7 %",
        criteria,
        notes,
    ))
}

fn b3(evidence: &Evidence<'_>) -> Finding {
    let spec = evidence.spec;
    let clear = evidence.over(0, CLEAR, |net| net.train());
    let soon = evidence.learnt(0, UNCLEAR);
    let (low, high) = GRADUAL;
    let mut criteria = vec![
        Criterion::new(
            format!(
                "learning is gradual: after the last epoch from {} to {} of the training pictures of the clear task are right",
                percent(low),
                percent(high)
            ),
            shown(clear),
            Some(clear.value >= low && clear.value < high),
        ),
        Criterion::new(
            format!("memorising is sudden: 99 % of those of the unclear task are right by epoch {SOON} at the latest"),
            when(evidence, 0, UNCLEAR),
            Some(soon <= SOON),
        ),
    ];
    for (at, condition) in spec.conditions.iter().enumerate() {
        let text = format!("{}: the unclear task comes to 99 % before the clear one", condition.title);
        let number = format!("{}, and {}", when(evidence, at, UNCLEAR), when(evidence, at, CLEAR));
        criteria.push(Criterion::new(text, number, Some(evidence.learnt(at, UNCLEAR) < evidence.learnt(at, CLEAR))));
    }
    Finding::new(
        "B3",
        "The training accuracy climbs gradually when the net learns and jumps to 100 % when it memorises; as many pictures in \
         both tasks, one colour, or a deeper net do not change that.",
        "94 % after nine epochs when it learns, 100 % by epoch 3 when it memorises",
        criteria,
        vec![
            "Epochs are those of the middle training; pictures count as they were seen, while the net still changed."
                .to_owned(),
        ],
    )
}

fn b4(evidence: &Evidence<'_>) -> Finding {
    let mut criteria = Vec::new();
    let mut notes = Vec::new();
    for (task, own) in evidence.spec.tasks.iter().enumerate() {
        let values = evidence.values(0, task, |net| net.test());
        let ends = values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        let range = ends.1 - ends.0;
        let number = format!("from {} to {}", percent(ends.0), percent(ends.1));
        let text =
            format!("{}: the test accuracies of the trainings lie {} points apart or more", own.title, 100.0 * VARIES);
        let met = (values.len() > 1).then_some(range >= VARIES);
        criteria.push(Criterion::new(text, number, met));
        let n = evidence.test(task).len() as f64;
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        notes.push(format!(
            "{}: the standard deviation over trainings is {:.1} points; another {n} test pictures of the kind would by \
             themselves move each accuracy by {:.1}.",
            own.title,
            100.0 * deviation(&values),
            100.0 * (mean * (1.0 - mean) / n).sqrt()
        ));
    }
    Finding::new(
        "B4",
        "The test accuracy varies from training to training with the same data.",
        "box plots over many trainings",
        criteria,
        notes,
    )
}

fn b5(evidence: &Evidence<'_>) -> Result<Finding> {
    let answers = evidence.answers(0, UNCLEAR)?;
    let doubts = answers.doubts();
    let tells = auroc(&doubts, answers.right());
    let wrong: Vec<f64> = answers.confidences_when(false).collect();
    let sure = wrong.iter().filter(|confidence| **confidence > 0.9).count();
    let criteria = vec![
        Criterion::new(
            "unclear task: at least a quarter of the wrong answers are more than 90 % sure",
            format!("{sure} of {} ({} trainings together)", wrong.len(), evidence.of(0, UNCLEAR).count()),
            (!wrong.is_empty()).then_some(4 * sure >= wrong.len()),
        ),
        Criterion::new(
            format!(
                "unclear task: the confidence hardly tells wrong from right answers (AUROC below {TELLS_LITTLE}; chance is 0.5)"
            ),
            tells.map_or_else(|| "nothing to tell apart".to_owned(), |area| format!("{:.3}", area.value)),
            tells.map(|area| area.value < TELLS_LITTLE),
        ),
    ];
    Ok(Finding::new(
        "B5",
        "A panel of test pictures with the net's class and its confidence, green where it is right and red where it is wrong: \
         sure of both.",
        "pictures",
        criteria,
        vec!["The panels show the middle training of each task.".to_owned()],
    ))
}

/// When the middle training had 99 % of its pictures right.
fn when(evidence: &Evidence<'_>, condition: usize, task: usize) -> String {
    let (epoch, last) = (evidence.learnt(condition, task), evidence.epochs(condition));
    if epoch > last as f64 { format!("not within {last} epochs") } else { format!("epoch {epoch}") }
}

/// Test accuracies of the other conditions, a sentence each.
fn controls(evidence: &Evidence<'_>, task: usize) -> Vec<String> {
    let one = |at: usize| {
        let condition = evidence.condition(at);
        format!("{}: {}.", condition.title, shown(evidence.over(at, task, |net| net.test())))
    };
    (1..evidence.spec.conditions.len()).map(one).collect()
}

fn deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt()
}

fn shown(estimate: Estimate) -> String {
    match estimate.interval {
        Some((low, high)) => {
            format!("{} ({} to {})", percent(estimate.value), percent(low.max(0.0)), percent(high.min(1.0)))
        }
        None => percent(estimate.value),
    }
}
