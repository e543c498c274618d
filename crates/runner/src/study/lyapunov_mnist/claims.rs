//! M5 (d): ridges bound the classes in the plane of two neurons, and predictions near them are uncertain and wrong.
//!
//! The criteria stand here, in the code. They were settled before the large study ran.

use advlab_analysis::{Estimate, mean};

use super::evidence::Evidence;
use crate::study::finding::{Criterion, Finding};
use crate::words::{percent, with_interval};

/// As in the study of the square: half of the distance by chance. Ten classes fill the plane with borders, so chance is near, too.
const NEAR: f64 = 0.5;

fn shown(estimate: Option<Estimate>) -> String {
    estimate.map_or("none".to_owned(), with_interval)
}

fn above(estimate: Option<Estimate>, value: f64) -> Option<bool> {
    estimate?.interval.map(|(low, _)| low > value)
}

fn below(estimate: Option<Estimate>, value: f64) -> Option<bool> {
    estimate?.interval.map(|(_, high)| high < value)
}

/// Judges the claim by the first net; the others are in the notes.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let net = &evidence.spec.nets[0];
    let ratio = evidence.over(net, |cell| cell.ridges.map(|apart| apart.distance / apart.by_chance));
    let back = evidence.over(net, |cell| cell.borders.map(|apart| apart.distance / apart.by_chance));
    let telling = evidence.over(net, |cell| cell.telling[0]);
    let correlation = evidence.over(net, |cell| Some(cell.with_entropy));
    let errors = evidence.over(net, |cell| Some(cell.errors_near? - cell.errors_far?));
    let together = evidence.together(net).map(|together| mean(&together.with_entropy));
    let points = |estimate: Option<Estimate>| match estimate {
        Some(Estimate { value, interval }) => {
            let signed = |value: f64| format!("{:+.2}", 100.0 * value).replace('-', "−");
            let ends = interval.map_or(String::new(), |(low, high)| format!(" ({} to {})", signed(low), signed(high)));
            format!("{} points{ends}", signed(value))
        }
        None => "none".to_owned(),
    };
    let criteria = vec![
        Criterion::new(
            format!("{}: ridges lie on class borders, at most {NEAR} of the distance by chance", net.title),
            shown(ratio),
            below(ratio, NEAR),
        ),
        Criterion::new(
            format!("{}: class borders lie near ridges, at most {NEAR} of the distance by chance", net.title),
            shown(back),
            below(back, NEAR),
        ),
        Criterion::new(
            format!(
                "{}: the quarter of the test pictures nearest to a ridge is labelled wrong more often than the others",
                net.title
            ),
            points(errors),
            above(errors, 0.0),
        ),
        Criterion::new(
            format!("{}: λ₁ from the plane tells wrong answers from right ones (AUROC above 0.5)", net.title),
            shown(telling),
            above(telling, 0.5),
        ),
        Criterion::new(
            format!(
                "{}: λ₁ from the plane rises with the entropy of the prediction (rank correlation above 0)",
                net.title
            ),
            shown(correlation),
            above(correlation, 0.0),
        ),
        Criterion::new(
            format!("{}: and with that of all trainings' mean prediction", net.title),
            shown(together),
            above(together, 0.0),
        ),
    ];
    let mut notes = Vec::new();
    for net in &evidence.spec.nets {
        let error = evidence.over(net, |cell| Some(cell.test_error)).map_or(f64::NAN, |error| error.value);
        let number = |at: usize| shown(evidence.over(net, |cell| cell.telling[at]));
        let disagreement = evidence.together(net).map(|together| {
            let values: Vec<f64> = together.telling.iter().flatten().copied().collect();
            format!(", of the trainings' disagreement {}", shown((!values.is_empty()).then(|| mean(&values))))
        });
        notes.push(format!(
            "{}: test error {}; AUROC for errors of λ₁ from the plane {}, from the picture {}, of the entropy {}, of the closeness of the two largest {}{}.",
            net.title,
            percent(error),
            number(0),
            number(1),
            number(2),
            number(3),
            disagreement.unwrap_or_default()
        ));
    }
    vec![Finding::new(
        "M5d",
        "In the plane of a bottleneck of two neurons, ridges of the exponent bound the classes of MNIST, and predictions near them are uncertain \
         and wrong.",
        "figure 3: ridges, misclassified digits and predictive uncertainty in the plane; no number",
        criteria,
        notes,
    )]
}
