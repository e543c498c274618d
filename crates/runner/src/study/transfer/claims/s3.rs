//! S3: every net can be fooled by small changes, even one that is decayed far too strongly.

use advlab_analysis::{mean, rank_correlation};

use super::{Criterion, Finding, SAME_RANKING};
use crate::study::transfer::evidence::Evidence;
use crate::words::percent;

/// A test error is the published one within this many points, or within this share of it, whichever is more.
const CLOSE: (f64, f64) = (0.005, 0.25);
/// A distortion is about as small as the published one if it is at most this many times as large.
const LARGER: f64 = 1.1;

pub(super) fn judge(evidence: &Evidence<'_>) -> Finding {
    let mut criteria = vec![reached(evidence)];
    for net in evidence.nets() {
        let Some(published) = net.published.test_error else { continue };
        let here = mean(&evidence.errors(&net.name, "test")).value;
        let near = (published * CLOSE.1).max(CLOSE.0);
        let text = format!("{}: the test error is the published one within {:.1} points", net.title, 100.0 * near);
        let number = format!("{} here, {} published", percent(here), percent(published));
        criteria.push(Criterion::new(text, number, Some((here - published).abs() <= near)));
    }
    let (mut ours, mut theirs, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for net in evidence.nets() {
        let beside = evidence.distortion(net);
        let Some(published) = beside.published else { continue };
        let here = beside.here.value;
        let text = format!("{}: a mean distortion of at most {LARGER} times the published one will do", net.title);
        let met = here.is_finite().then_some(here <= published * LARGER);
        criteria.push(Criterion::new(text, format!("{here:.4} here, {published} published"), met));
        notes.push(format!("{}: {:.2} times the published distortion.", net.title, here / published));
        ours.push(here);
        theirs.push(published);
    }
    if ours.len() > 2 && ours.iter().all(|value| value.is_finite()) {
        let found = rank_correlation(&ours, &theirs);
        let text = format!("the nets rank as published by distortion (rank correlation of at least {SAME_RANKING})");
        criteria.push(Criterion::new(text, format!("{found:.2}"), Some(found >= SAME_RANKING)));
    }
    let gradients: Vec<f64> =
        evidence.cells.iter().flat_map(|cell| &cell.found).map(|f| f64::from(f.gradients)).collect();
    if !gradients.is_empty() {
        notes.push(format!("{:.0} gradients a picture, by `{}`.", mean(&gradients).value, evidence.spec.attack.method));
    }
    Finding::new(
        "S3",
        "Every picture has a small change that fools the net, for every net of Table 1: strong weight decay makes the change \
         larger and does not prevent it.",
        "mean minimum distortions of 0.058 to 0.14, at test errors of 1.54 % to 20 %",
        criteria,
        notes,
    )
}

fn reached(evidence: &Evidence<'_>) -> Criterion {
    let lowest = evidence.nets().iter().map(|net| evidence.success(&net.name)).fold(1.0, f64::min);
    let pictures = evidence.cells.iter().map(|cell| cell.found.len()).sum::<usize>();
    let text = "every net: every picture becomes an example";
    Criterion::new(text, format!("{} at least, {pictures} pictures in all", percent(lowest)), Some(lowest >= 1.0))
}
