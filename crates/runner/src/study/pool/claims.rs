//! S7: training with a refreshed pool of adversarial examples makes fewer test errors than weight decay alone.
//!
//! The criteria stand here, in the code. They were settled before the large study ran.

use advlab_analysis::Estimate;

use super::evidence::Evidence;
use crate::study::finding::{Criterion, Finding};
use crate::words::percent;

/// Test errors are as published within this.
const CLOSE: f64 = 0.002;

/// Judges the claim.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for (at, variant) in evidence.spec.variants.iter().enumerate() {
        let error = evidence.over(variant, |cell| cell.test_error);
        let name = &variant.title;
        match variant.published {
            Some(published) if at == 0 => {
                let text =
                    format!("{name}: the test error is the published {} within {}", percent(published), percent(CLOSE));
                criteria.push(Criterion::new(text, shown(error), Some((error.value - published).abs() <= CLOSE)));
            }
            Some(published) => {
                let text = format!("{name}: the test error is below the published {}", percent(published));
                criteria.push(Criterion::new(text, shown(error), Some(error.value < published)));
            }
            None => {}
        }
        if at > 0 {
            criteria.extend(variant.helps.map(|helps| better(evidence.gain(variant), name, helps)));
        }
        let distortion = evidence.distortion(variant);
        notes.push(format!("{name}: a mean distortion of {:.4} fools the nets.", distortion.value));
    }
    vec![Finding::new(
        "S7",
        "Trained with pools of adversarial examples that are refreshed all the time, one for each layer, 100-100-10 makes fewer \
         test errors than with weight decay alone; examples of the pictures alone do not help.",
        "below 1.2 % with the pools, 1.6 % with weight decay alone",
        criteria,
        notes,
    )]
}

fn shown(estimate: Estimate) -> String {
    match estimate.interval {
        Some((low, high)) => format!("{} ({} to {})", percent(estimate.value), percent(low.max(0.0)), percent(high)),
        None => percent(estimate.value),
    }
}

/// Whether a variant makes fewer errors than the first, as it should or should not.
fn better(gain: Estimate, name: &str, helps: bool) -> Criterion {
    let points = |value: f64| format!("{:+.2}", 100.0 * value).replace('-', "−");
    let number = match gain.interval {
        Some((low, high)) => format!("{} points ({} to {})", points(gain.value), points(low), points(high)),
        None => format!("{} points", points(gain.value)),
    };
    let below = gain.interval.map(|(_, high)| high < 0.0);
    let text = if helps {
        format!("{name}: fewer test errors than without, training by training")
    } else {
        format!("{name}: not fewer test errors than without")
    };
    Criterion::new(text, number, below.map(|below| below == helps))
}
