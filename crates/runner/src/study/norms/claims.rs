//! S6: the norms of the layers, whose product bounds what a net makes of a small change.
//!
//! The criteria stand here, in the code. They were settled before the study ran; what the nets `shallow` and `deep` come to with 100
//! pictures had been seen by then.

use super::evidence::{Evidence, OfNet};
use crate::norms::summary::factor;
use crate::perturb::digits;
use crate::study::finding::{Criterion, Finding};

/// A bound counts as loose from this many times what was seen: an order of magnitude.
const LOOSE: f64 = 10.0;

/// What was seen may exceed the bound by this share, the residuals of the norms and the rounding of single precision.
const ROUNDING: f64 = 1e-3;

/// Norms are of the published size within this factor. The published net has two branches and other layers' widths than
/// torchvision's of the same name; what both share is the order of magnitude.
const FACTOR: f64 = 2.0;

/// Judges both parts of the claim.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = vec![bounds(evidence)];
    findings.extend(row(evidence));
    findings
}

fn bounds(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for net in evidence.nets() {
        let name = net.name();
        let (low, high) = net.ends();
        criteria.push(Criterion::new(
            format!("{name}: every layer with weights can stretch a difference, as all eight published ones"),
            format!("norms from {} to {}", digits(low), digits(high)),
            Some(low > 1.0),
        ));
        match (net.norms.bound(), net.bounds.and_then(|bounds| bounds.largest())) {
            (Some(bound), Some(seen)) => {
                criteria.push(Criterion::new(
                    format!("{name}: nothing that was seen exceeds the product of the norms"),
                    format!("{} seen, product {}", digits(seen), factor(bound)),
                    Some(seen <= bound * (1.0 + ROUNDING)),
                ));
                criteria.push(Criterion::new(
                    format!("{name}: the product is loose, at least {LOOSE:.0} times what was seen"),
                    net.gap().map_or("nothing was seen".to_owned(), |gap| format!("{} times", factor(gap))),
                    net.gap().map(|gap| gap >= LOOSE),
                ));
            }
            (None, _) => notes.push(format!("{name}: {}.", crate::norms::summary::product(net.norms))),
            (Some(_), None) => {}
        }
        notes.extend(padded(&net));
    }
    Finding::new(
        "S6",
        "The product of the layers' operator norms bounds how far a net can stretch a small change. Each layer can stretch it, from the \
         first on, and the bound is far above what is seen.",
        "norms from 2.75 to 11 for the eight layers of AlexNet; of the bound's gap words only",
        criteria,
        notes,
    )
}

/// How far the torus is from zeros around the maps.
fn padded(net: &OfNet<'_>) -> Option<String> {
    let gaps = net.norms.weights().filter_map(|layer| Some(layer.norm.norm / layer.norm.zero_padded?.norm));
    let (mut n, mut most) = (0, 0.0_f64);
    for gap in gaps.filter(|gap| gap.is_finite()) {
        n += 1;
        most = most.max(gap - 1.0);
    }
    let percent = crate::words::percent(most);
    (n > 0).then(|| {
        format!(
            "{}: on a torus the norms of {n} convolutions are at most {percent} larger than with zeros.",
            net.name()
        )
    })
}

/// The published row, where a net has one.
fn row(evidence: &Evidence<'_>) -> Option<Finding> {
    let with = evidence.spec.nets.iter().find(|net| !net.published.is_empty())?;
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    let found = evidence.nets().into_iter().find(|net| net.name() == with.net.name);
    let text = format!("each layer of {} has the published norm within a factor of {FACTOR:.0}", with.net.name);
    match &found {
        Some(net) => {
            let ratios: Vec<f64> = net
                .norms
                .weights()
                .zip(&with.published)
                .map(|(layer, published)| layer.norm.norm / published)
                .collect();
            let near = ratios.iter().filter(|ratio| (1.0 / FACTOR..=FACTOR).contains(*ratio)).count();
            let (low, high) =
                ratios.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), r| (low.min(*r), high.max(*r)));
            let number = format!("{near} of {}; {} to {} times", ratios.len(), digits(low), digits(high));
            criteria.push(Criterion::new(text, number, Some(near == ratios.len())));
        }
        None => {
            criteria.push(Criterion::new(text, format!("{} is not on this machine", with.net.name), None));
            notes.push(format!("`advlab models pull {}` fetches it; then run the study again.", with.net.model));
        }
    }
    notes
        .push("torchvision's AlexNet is the one-GPU form of Krizhevsky 2014, and not the net of the paper.".to_owned());
    Some(Finding::new(
        "S6-alexnet",
        "The norms of AlexNet's layers are 2.75, 10, 7, 7.5 and 11 (convolutions), 3.12, 4 and 4 (dense).",
        "2.75, 10, 7, 7.5, 11, 3.12, 4, 4",
        criteria,
        notes,
    ))
}
