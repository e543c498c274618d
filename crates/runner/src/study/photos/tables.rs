//! The tables of a study.

use advlab_analysis::{mean, median, wilson};

use super::cell::Other;
use super::evidence::Evidence;
use crate::table::{Entry, Table};

/// Every table, in the order of the report; the first two are those that people look at first.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![photos(evidence), transfer(evidence), examples(evidence)]
}

fn photos(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "photos.csv",
        "Photographs changed until a net says what is wanted",
        &[
            ("net", "net"),
            ("target", "target"),
            ("photos", "photographs"),
            ("open", "not labelled so before"),
            ("reached", "labelled so after"),
            ("alive", "and in the file"),
            ("distortion", "mean distortion"),
            ("low", "95 % from"),
            ("high", "to"),
            ("median", "median"),
            ("unrounded", "mean before rounding"),
            ("published", "published"),
            ("largest", "largest change, grey levels (median)"),
            ("psnr", "PSNR, dB (median)"),
            ("gradients", "gradients"),
            ("seconds", "seconds"),
        ],
    );
    for (net, spec) in evidence.spec.nets.iter().enumerate() {
        for (target, name) in evidence.spec.targets.iter().enumerate() {
            let of =
                |get: fn(&super::cell::Found) -> f64| -> Vec<f64> { evidence.examples(net, target).map(get).collect() };
            let (rms, estimate) = (of(|found| found.rms), evidence.distortion(net, target));
            let (low, high) = estimate.interval.unzip();
            let cells = evidence.cells.iter().filter(|cell| (cell.cell.net, cell.cell.target) == (net, target));
            let published = evidence.spec.published.as_ref().map(|published| published.distortion);
            let gradients: Vec<f64> = evidence.open(net, target).map(|found| f64::from(found.gradients)).collect();
            table.rows.push(vec![
                spec.name.as_str().into(),
                name.as_str().into(),
                Entry::Count(evidence.found(net, target).count() as u64),
                Entry::Count(evidence.open(net, target).count() as u64),
                Entry::Count(rms.len() as u64),
                Entry::Count(evidence.found(net, target).filter(|found| found.is_alive()).count() as u64),
                Entry::maybe(Some(estimate.value), Entry::Fine),
                Entry::maybe(low, Entry::Fine),
                Entry::maybe(high, Entry::Fine),
                Entry::maybe(Some(median(&rms)), Entry::Fine),
                Entry::maybe(Some(mean(&of(|found| found.unrounded_rms)).value), Entry::Fine),
                Entry::maybe(published, Entry::Fine),
                Entry::maybe(Some(median(&of(|found| 255.0 * found.largest))), Entry::Plain),
                Entry::maybe(Some(median(&of(|found| -20.0 * found.rms.log10()))), Entry::Plain),
                Entry::maybe(Some(mean(&gradients).value), |value| Entry::Count(value.round() as u64)),
                Entry::Count(cells.map(|cell| cell.seconds).sum::<f64>().round() as u64),
            ]);
        }
    }
    table
}

fn transfer(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "transfer.csv",
        "What the other nets say of the files, scaled to their size",
        &[
            ("made_for", "made for"),
            ("asked", "asked"),
            ("target", "target"),
            ("examples", "examples"),
            ("moved", "other label than of the photograph"),
            ("low", "95 % from"),
            ("high", "to"),
            ("shuffled", "the same change, shuffled"),
            ("wanted", "label as wanted"),
        ],
    );
    let names = &evidence.spec.nets;
    for net in 0..names.len() {
        for asked in (0..names.len()).filter(|asked| *asked != net) {
            for (target, name) in evidence.spec.targets.iter().enumerate() {
                let others = evidence.others(net, target, asked);
                let n = others.len() as u64;
                let count = |is: &dyn Fn(&(Other, i64)) -> bool| others.iter().filter(|other| is(other)).count() as u64;
                let moved = count(&|(other, _)| other.after != other.before);
                let (low, high) = wilson(moved, n);
                let share = |count: u64| Entry::maybe(Some(count as f64 / n as f64), Entry::Share);
                table.rows.push(vec![
                    names[net].name.as_str().into(),
                    names[asked].name.as_str().into(),
                    name.as_str().into(),
                    Entry::Count(n),
                    share(moved),
                    Entry::Share(low),
                    Entry::Share(high),
                    share(count(&|(other, _)| other.shuffled != other.before)),
                    share(count(&|(other, target)| other.after == *target)),
                ]);
            }
        }
    }
    table
}

fn examples(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "examples.csv",
        "Photograph by photograph",
        &[
            ("net", "net"),
            ("photo", "photograph"),
            ("label_before", "label before"),
            ("confidence_before", "confidence"),
            ("target", "wanted"),
            ("verdict", "outcome"),
            ("label", "label after"),
            ("confidence", "confidence"),
            ("file_label", "label of the file"),
            ("distortion", "distortion"),
            ("unrounded", "before rounding"),
            ("largest", "largest change, grey levels"),
            ("gradients", "gradients"),
            ("file", "file"),
        ],
    );
    for (net, spec) in evidence.spec.nets.iter().enumerate() {
        for target in 0..evidence.spec.targets.len() {
            for found in evidence.found(net, target) {
                let measured = |value: f64| Entry::maybe(found.is_example().then_some(value), Entry::Fine);
                table.rows.push(vec![
                    spec.name.as_str().into(),
                    Entry::Text(evidence.album.name(found.photo)),
                    evidence.class(found.before.label).into(),
                    Entry::Share(f64::from(found.before.confidence)),
                    evidence.class(found.target).into(),
                    found.verdict.key().into(),
                    evidence.class(found.after.label).into(),
                    Entry::Share(f64::from(found.after.confidence)),
                    found.written.map_or(Entry::Missing, |said| evidence.class(said.label).into()),
                    measured(found.rms),
                    measured(found.unrounded_rms),
                    Entry::maybe(found.is_example().then_some(255.0 * found.largest), Entry::Plain),
                    Entry::Count(u64::from(found.gradients)),
                    found.file.clone().map_or(Entry::Missing, Entry::Text),
                ]);
            }
        }
    }
    table
}
