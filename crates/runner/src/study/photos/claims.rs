//! S2 and M7: a photograph becomes what one likes, to a net, by a change that a person does not see.
//!
//! The criteria stand here, in the code. They were settled before the large study ran.

use super::cell::Found;
use super::evidence::Evidence;
use crate::study::finding::{Criterion, Finding};
use crate::words::percent;

/// Peak signal-to-noise ratio in decibels from which on a change counts as one that a person does not see: a distortion of
/// 0.01. That is a number in place of people; the pictures are there to be looked at.
const UNSEEN: f64 = 40.0;

/// Judges both claims.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    vec![s2(evidence), m7(evidence)]
}

fn pairs(evidence: &Evidence<'_>) -> Vec<(usize, usize, String)> {
    let spec = evidence.spec;
    let targets = |net: usize| {
        let title = move |target: &String| format!("{}, to {target}", spec.nets[net].name);
        spec.targets.iter().enumerate().map(move |(at, target)| (net, at, title(target)))
    };
    (0..spec.nets.len()).flat_map(targets).collect()
}

fn s2(evidence: &Evidence<'_>) -> Finding {
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    for (net, target, title) in pairs(evidence) {
        let open = evidence.open(net, target).count();
        let (reached, alive) = (
            evidence.examples(net, target).count(),
            evidence.found(net, target).filter(|found| found.is_alive()).count(),
        );
        let all = |text: &str, n: usize| {
            let met = (open > 0).then_some(n == open);
            Criterion::new(format!("{title}: {text}"), format!("{n} of {open}"), met)
        };
        criteria.push(all("every photograph gets the label", reached));
        criteria.push(all("every file that was written still has it", alive));
        let mut distortion = evidence.distortion(net, target);
        distortion.interval = distortion.interval.map(|(low, high)| (low.max(0.0), high));
        if let Some(published) = evidence.spec.published.as_ref().map(|published| published.distortion) {
            let met = distortion.value.is_finite().then_some(distortion.value <= published);
            let text = format!("{title}: the mean distortion is at most the published {published}");
            criteria.push(Criterion::new(text, format!("{:.5}", distortion.value), met));
        }
        notes.extend(rounding(evidence, net, target, &title));
    }
    for (net, target, title) in pairs(evidence) {
        notes.extend(transfer(evidence, net, target, &title));
    }
    Finding::new(
        "S2",
        "Every photograph has a change next to invisible by which a net takes it for a chosen class.",
        "all tried photographs become ostriches to AlexNet, at a mean distortion of 0.0065",
        criteria,
        notes,
    )
}

/// What 8 bits cost.
fn rounding(evidence: &Evidence<'_>, net: usize, target: usize, title: &str) -> Option<String> {
    let mean = |of: fn(&Found) -> f64| {
        advlab_analysis::mean(&evidence.examples(net, target).map(of).collect::<Vec<_>>()).value
    };
    let (rounded, free) = (mean(|found| found.rms), mean(|found| found.unrounded_rms));
    rounded.is_finite().then(|| {
        let factor = rounded / free;
        format!("{title}: {rounded:.5} with 8 bits, {free:.5} before rounding ({factor:.2} times).")
    })
}

fn transfer(evidence: &Evidence<'_>, net: usize, target: usize, title: &str) -> Vec<String> {
    let of = |asked: usize| {
        let others = evidence.others(net, target, asked);
        let n = others.len();
        let count = |is: &dyn Fn(&(super::cell::Other, i64)) -> bool| others.iter().filter(|other| is(other)).count();
        let (moved, shuffled) = (count(&|(o, _)| o.after != o.before), count(&|(o, _)| o.shuffled != o.before));
        let wanted = count(&|(o, target)| o.after == *target);
        (n > 0).then(|| {
            let asked = &evidence.spec.nets[asked].name;
            format!(
                "{title}: to {asked} {moved} of {n} change their label ({shuffled} by the same changes shuffled), {wanted} \
                 to the one that was wanted."
            )
        })
    };
    (0..evidence.spec.nets.len()).filter(|asked| *asked != net).filter_map(of).collect()
}

fn m7(evidence: &Evidence<'_>) -> Finding {
    let spec = evidence.spec;
    let (mut criteria, mut notes) = (Vec::new(), Vec::new());
    let car = (0..evidence.album.len()).find(|photo| evidence.album.name(*photo) == spec.car);
    for (net, target, title) in pairs(evidence).into_iter().filter(|(_, target, _)| *target == 0) {
        let text = format!("{title}: {} gets the label, and keeps it in the file", spec.car);
        let unseen = format!("{title}: its peak signal-to-noise ratio is at least {UNSEEN:.0} dB");
        let Some(found) = car.and_then(|car| evidence.found(net, target).find(|found| found.photo == car)) else {
            criteria.push(Criterion::new(text, "no such photograph", None));
            continue;
        };
        let said = |said: super::cell::Said| {
            format!("{} ({})", evidence.class(said.label), percent(f64::from(said.confidence)))
        };
        let file = found.written.map_or_else(|| "no file".to_owned(), |written| format!("file {}", said(written)));
        let number = format!("{} → {}, {file}", said(found.before), said(found.after));
        criteria.push(Criterion::new(text, number, Some(found.is_alive())));
        if found.is_example() {
            let psnr = -20.0 * found.rms.log10();
            criteria.push(Criterion::new(unseen, format!("{psnr:.1} dB"), Some(psnr >= UNSEEN)));
            let levels = 255.0 * found.largest;
            notes.push(format!(
                "{title}: distortion {:.5}, no value moves by more than {levels:.0} grey levels, {} gradients.",
                found.rms, found.gradients
            ));
        }
    }
    Finding::new(
        "M7",
        "A picture of a car is taken for an ostrich after a change that a person does not see.",
        "pictures",
        criteria,
        notes,
    )
}
