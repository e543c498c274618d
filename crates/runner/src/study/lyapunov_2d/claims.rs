//! M5 (a), (b) and (c): ridges of the exponent lie on the boundaries of narrow, deep nets, fade as width grows, and wide nets embed at random.
//!
//! The criteria stand here, in the code. They were settled before the large study ran.

use advlab_analysis::Estimate;

use super::cell::Measured;
use super::evidence::{Evidence, Of, contrast, ratio, ratio_back};
use crate::study::finding::{Criterion, Finding};
use crate::words::{percent, with_interval};

/// Ridges lie on a boundary where they are on average at most half as far from it as the same ridges in random places. A ridge that merely
/// runs through the same region would be at about 1.
const NEAR: f64 = 0.5;

/// A net of random hidden layers comes close to a trained one where its test error is at most this much larger.
const CLOSE: f64 = 0.02;

/// A net did not learn the disc that labels more than this share of the test points wrong: half of what guessing does.
const UNLEARNT: f64 = 0.25;

/// Judges the claims.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    vec![ridges(evidence), fading(evidence), embedding(evidence)]
}

fn ends(all: &[i64]) -> (i64, i64) {
    (all[0], all[all.len() - 1])
}

fn shown(estimate: Option<Estimate>) -> String {
    estimate.map_or("none".to_owned(), with_interval)
}

/// Whether the whole interval lies above or below a value; none without an interval.
fn beyond(estimate: Option<Estimate>, value: f64, above: bool) -> Option<bool> {
    let (low, high) = estimate?.interval?;
    Some(if above { low > value } else { high < value })
}

fn ridges(evidence: &Evidence<'_>) -> Finding {
    let spec = evidence.spec;
    let (narrow, wide) = ends(&spec.widths);
    let (shallow, deep) = (spec.depths[0], spec.depths[spec.depths.len() - 1]);
    let own: Of = (false, narrow, deep);
    let mut criteria = Vec::new();
    for (what, of) in [
        ("the ridges lie near the boundary", ratio as fn(&Measured) -> Option<f64>),
        ("the boundary lies near ridges", ratio_back),
    ] {
        let estimate = evidence.over(own, of);
        let text = format!("{narrow} wide, {deep} deep: {what}, at most {NEAR} of the distance by chance");
        criteria.push(Criterion::new(text, shown(estimate), beyond(estimate, NEAR, false)));
    }
    let p = evidence
        .of(own)
        .filter_map(|cell| cell.ridges)
        .map(|apart| apart.p)
        .fold(None, |most: Option<f64>, p| Some(most.map_or(p, |most| most.max(p))));
    let all_there = evidence.of(own).all(|cell| cell.ridges.is_some());
    criteria.push(Criterion::new(
        format!("{narrow} wide, {deep} deep: in every training fewer than one in twenty random places is as near"),
        p.map_or("none".to_owned(), |p| format!("largest p = {p:.3}")),
        p.map(|p| all_there && p < 0.05),
    ));
    let mut notes = vec![];
    for of in [(false, narrow, shallow), (false, wide, shallow), (false, wide, deep)] {
        notes.push(format!(
            "{} wide, {} deep: ridges at {} of the distance by chance, the boundary at {}.",
            of.1,
            of.2,
            shown(evidence.over(of, ratio)),
            shown(evidence.over(of, ratio_back))
        ));
    }
    Finding::new(
        "M5a",
        "Ridges of large finite-time Lyapunov exponents in input space lie on the decision boundaries of narrow, deep nets.",
        "figure 1: ridges of widths 10, 50 and 250 and depths 2 to 12; no number",
        criteria,
        notes,
    )
}

fn fading(evidence: &Evidence<'_>) -> Finding {
    let spec = evidence.spec;
    let (narrow, wide) = ends(&spec.widths);
    let (shallow, deep) = (spec.depths[0], spec.depths[spec.depths.len() - 1]);
    let mut criteria = Vec::new();
    for depth in &spec.depths {
        // Training by training, since points and their draws are the same.
        let fades = evidence.less((false, narrow, *depth), (false, wide, *depth), contrast);
        let text = format!(
            "{depth} deep: L λ₁ on the boundary less that at the centre is larger {narrow} wide than {wide} wide"
        );
        criteria.push(Criterion::new(text, shown(fades), beyond(fades, 0.0, true)));
    }
    let stands = evidence.over((false, narrow, deep), contrast);
    let text = format!("{narrow} wide, {deep} deep: L λ₁ is larger on the boundary than at the centre");
    criteria.push(Criterion::new(text, shown(stands), beyond(stands, 0.0, true)));
    if deep > shallow {
        let grows = evidence.less((false, narrow, deep), (false, narrow, shallow), contrast);
        let text = format!("{narrow} wide: that difference is larger {deep} deep than {shallow} deep");
        criteria.push(Criterion::new(text, shown(grows), beyond(grows, 0.0, true)));
    }
    Finding::new(
        "M5b",
        "Ridges stand out for narrow and deep nets, and fade as the width grows.",
        "figure 2: mean exponents on the boundary and at the centre against width; no number",
        criteria,
        unlearnt(evidence),
    )
}

/// Says which trained nets have no boundary worth the name, so that what was measured on it means little.
fn unlearnt(evidence: &Evidence<'_>) -> Vec<String> {
    let told = |of: Of| {
        let failed = evidence.of(of).filter(|cell| cell.test_error > UNLEARNT).count();
        let (_, width, depth) = of;
        let (all, most) = (evidence.of(of).count(), percent(UNLEARNT));
        (failed > 0).then(|| {
            format!("{width} wide, {depth} deep: {failed} of {all} trainings did not learn (test error above {most}).")
        })
    };
    evidence.grid().filter_map(told).collect()
}

fn embedding(evidence: &Evidence<'_>) -> Finding {
    let spec = evidence.spec;
    let (narrow, wide) = ends(&spec.embedding_widths);
    let depth = spec.embedding_depth;
    let error = |cell: &Measured| Some(cell.test_error);
    let gap = |width: i64| evidence.less((true, width, depth), (false, width, depth), error);
    let points = |gap: Option<Estimate>| {
        let signed = |value: f64| format!("{:+.2}", 100.0 * value).replace('-', "−");
        match gap {
            Some(Estimate { value, interval: Some((low, high)) }) => {
                format!("{} points ({} to {})", signed(value), signed(low), signed(high))
            }
            Some(Estimate { value, .. }) => format!("{} points", signed(value)),
            None => "none".to_owned(),
        }
    };
    let (first, last) = (gap(narrow), gap(wide));
    let criteria = vec![
        Criterion::new(
            format!("{narrow} wide: random hidden layers make more test errors than trained ones"),
            points(first),
            beyond(first, 0.0, true),
        ),
        Criterion::new(
            format!("{wide} wide: at most {} more", percent(CLOSE)),
            points(last),
            beyond(last, CLOSE, false),
        ),
        Criterion::new(
            format!("the gap at {wide} is less than a quarter of that at {narrow}"),
            format!("{} and {}", points(last), points(first)),
            first.zip(last).map(|(first, last)| last.value < first.value / 4.0),
        ),
    ];
    Finding::new(
        "M5c",
        "Wide nets classify by random embedding: with random hidden weights and a trained output the test error comes close to that of \
         the fully trained net as the width grows.",
        "figure 3: widths 10 to 400; no number",
        criteria,
        Vec::new(),
    )
}
