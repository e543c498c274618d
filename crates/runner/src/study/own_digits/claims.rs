//! M3: few errors on MNIST, many on digits of one's own; and when a prediction is certain.
//!
//! The criteria stand here, in the code. They were settled before the large study ran. Errors of single nets and
//! the quick study had been seen by then.

use advlab_analysis::calibration::Doubt;
use advlab_analysis::{Estimate, wilson};

use super::cell::Ground;
use super::evidence::Evidence;
use super::sets::{Origin, TestSet};
use crate::study::finding::{Criterion, Finding};
use crate::words::{percent, signed, with_interval};

/// A net makes few errors if it errs on no more of the test pictures.
const FEW: f64 = 0.006;
/// It fails where it errs this many times as often.
const TIMES: f64 = 5.0;
/// Wrong answers are confident if more than this share of them are given with a confidence above 90 %.
const SURE: f64 = 1.0 / 3.0;
/// Refusing the least certain tenth, and the steps of the published processing, help if they leave no more than this share of the
/// errors.
const LEFT: f64 = 0.5;

/// Judges every part of the claim.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    vec![fails(evidence), sure(evidence), certain(evidence), processed(evidence)]
}

fn shown(estimate: Estimate) -> String {
    match estimate.interval {
        Some((low, high)) => format!("{} ({} to {})", percent(estimate.value), percent(low.max(0.0)), percent(high)),
        None => percent(estimate.value),
    }
}

/// Share of wrong answers of one net: mean over trainings.
fn error(evidence: &Evidence<'_>, test: &TestSet) -> Estimate {
    evidence.of(evidence.first(), test).over(|judged| judged.error())
}

fn fails(evidence: &Evidence<'_>) -> Finding {
    let half = evidence.half();
    let few = error(evidence, half);
    let mut criteria = vec![Criterion::new(
        format!("{}: one net errs on at most {}", half.title, percent(FEW)),
        shown(few),
        Some(few.value <= FEW),
    )];
    // As they are, and as well prepared as they can be.
    let plain = evidence.tests(Origin::Drawn).next().filter(|test| test.key != evidence.photographs().key);
    for test in plain.into_iter().chain(evidence.others()) {
        let many = error(evidence, test);
        let times = many.value / few.value;
        let number = format!("{}, {times:.1} times as many", shown(many));
        let met = times.is_finite().then_some(times >= TIMES);
        criteria.push(Criterion::new(
            format!("{}: one net errs at least {TIMES:.0} times as often", test.title),
            number,
            met,
        ));
    }
    let ensemble = evidence.of(evidence.first(), half).ensemble.error();
    let notes = vec![format!(
        "{}: {:.1} errors of 10 000 for one net, {:.1} for the ensemble; published 23.",
        half.title,
        1e4 * few.value,
        1e4 * ensemble
    )];
    Finding::new(
        "M3a",
        "A convolutional net makes very few errors on MNIST's test pictures, and fails on digits of one's own, drawn from another \
         distribution.",
        "23 errors of 10 000 at best; of one's own digits words only",
        criteria,
        notes,
    )
}

fn sure(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for test in evidence.others() {
        let measured = evidence.of(evidence.first(), test);
        let (sure, wrong) = measured.sure_and_wrong();
        let (low, high) = wilson(sure, wrong);
        criteria.push(Criterion::new(
            format!("{}: more than a third of the wrong answers come with a confidence above 90 %", test.title),
            format!("{sure} of {wrong} ({} to {})", percent(low), percent(high)),
            (wrong > 0).then_some(sure as f64 > SURE * wrong as f64),
        ));
        let beyond = measured.nets.iter().filter(|judged| judged.calibration.ece > judged.calibration.ece_by_chance.1);
        criteria.push(Criterion::new(
            format!("{}: every net's confidences are further from its accuracy than chance explains", test.title),
            format!(
                "calibration error {}; {} of {} nets",
                shown(measured.over(|judged| judged.calibration.ece)),
                beyond.clone().count(),
                measured.nets.len()
            ),
            Some(beyond.count() == measured.nets.len()),
        ));
    }
    for test in std::iter::once(evidence.half()).chain(evidence.others()) {
        let measured = evidence.of(evidence.first(), test);
        let confidence = measured.over(|judged| judged.calibration.confidence).value;
        let accuracy = measured.over(|judged| judged.calibration.accuracy).value;
        notes.push(format!(
            "{}: a mean confidence of {}, and {} are right; calibration error {} for one net, {} for the ensemble.",
            test.title,
            percent(confidence),
            percent(accuracy),
            percent(measured.over(|judged| judged.calibration.ece).value),
            percent(measured.ensemble.calibration.ece)
        ));
    }
    Finding::new(
        "M3b",
        "On digits of another distribution a net is wrong and sure of it: its confidence does not say that it left what it knows.",
        "words only",
        criteria,
        notes,
    )
}

fn certain(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    let grounds = [
        (Doubt::MutualInformation, "the ensemble's disagreement (mutual information)"),
        (Doubt::Confidence, "the ensemble's confidence"),
    ];
    for test in evidence.others() {
        let measured = evidence.of(evidence.first(), test);
        for (ground, name) in grounds {
            let gain = measured.gain(ground);
            let area = |ground| {
                let area = measured.over_all(|judged| Some(judged.told(ground)?.telling.auroc?.value));
                area.map_or("–".to_owned(), |area| format!("{:.3}", area.value))
            };
            let number = gain.map_or_else(
                || "a net without wrong answers".to_owned(),
                |gain| {
                    let (with, own) = (area(Ground::Ensemble(ground)), area(Ground::Own));
                    format!("area {with} against {own}, difference {}", fine(gain))
                },
            );
            criteria.push(Criterion::new(
                format!("{}: {name} tells wrong from right answers better than the net's own confidence", test.title),
                number,
                gain.and_then(|gain| gain.interval.map(|(low, _)| low > 0.0)),
            ));
        }
    }
    let photographs = evidence.photographs();
    let ensemble = &evidence.of(evidence.first(), photographs).ensemble;
    let left = ensemble.told(Ground::Ensemble(Doubt::Confidence)).and_then(|told| {
        told.telling.refused.iter().find(|(share, _)| *share == 0.1).map(|(_, accuracy)| 1.0 - accuracy)
    });
    let number =
        left.map_or("–".to_owned(), |left| format!("{} before, {} after", percent(ensemble.error()), percent(left)));
    criteria.push(Criterion::new(
        format!(
            "{}: refusing the tenth that the ensemble is least certain of leaves at most half as large a share of errors",
            photographs.title
        ),
        number,
        left.map(|left| left <= LEFT * ensemble.error()),
    ));
    for test in std::iter::once(evidence.half()).chain(evidence.others()) {
        let measured = evidence.of(evidence.first(), test);
        let gains = [Doubt::Confidence, Doubt::MutualInformation, Doubt::VariationRatio].map(|ground| {
            measured
                .gain(ground)
                .map_or("–".to_owned(), |gain| format!("{} for the {}", with_interval(gain), ground.name()))
        });
        notes.push(format!(
            "{}: area under the curve over the net's own confidence: {}; the ensemble errs on {}, one net on {}.",
            test.title,
            gains.join(", "),
            percent(measured.ensemble.error()),
            percent(measured.over(|judged| judged.error()).value)
        ));
    }
    Finding::new(
        "M3c",
        "When is a prediction certain? Where nets that were trained alike agree: their disagreement tells wrong answers from right \
         ones better than one net's confidence does.",
        "a question; no number",
        criteria,
        notes,
    )
}

fn fine(estimate: Estimate) -> String {
    let three = |value: f64| format!("{value:+.3}").replace('-', "−");
    match estimate.interval {
        Some((low, high)) => format!("{} ({} to {})", three(estimate.value), three(low), three(high)),
        None => three(estimate.value),
    }
}

fn processed(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for origin in [Origin::Drawn, Origin::Own] {
        let tests: Vec<&TestSet> = evidence.tests(origin).collect();
        let (Some(least), Some(most)) = (tests.first(), tests.last()) else { continue };
        let (before, after) = (error(evidence, least), error(evidence, most));
        criteria.push(Criterion::new(
            format!("{}: one net makes at most half as many errors as with {}", most.title, least.title),
            format!("{} against {}", shown(after), shown(before)),
            (tests.len() > 1).then_some(after.value <= LEFT * before.value),
        ));
        for pair in tests.windows(2) {
            let (before, after) = (error(evidence, pair[0]), error(evidence, pair[1]));
            notes.push(format!(
                "{} after {}: {} points of errors.",
                pair[1].title,
                pair[0].title,
                signed(100.0 * (after.value - before.value))
            ));
        }
    }
    Finding::new(
        "M3d",
        "Digits of one's own are read better when they are prepared as MNIST's were: threshold, crop, 20 × 20 in 28 × 28, centre of \
         mass.",
        "words only",
        criteria,
        notes,
    )
}
