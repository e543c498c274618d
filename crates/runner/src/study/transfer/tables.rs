//! The tables of a study.

use advlab_analysis::{mean, median};

use super::change::Change;
use super::evidence::{Beside, Evidence};
use crate::table::{Entry, Table};

/// Every table, in the order of the report; the first two are those that were published.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![nets(evidence), cross_errors(evidence), cross_errors_in_full(evidence), trainings(evidence)]
}

fn published(value: Option<f64>, of: fn(f64) -> Entry) -> Entry {
    Entry::maybe(value, of)
}

fn ends(beside: &Beside, of: fn(f64) -> Entry) -> [Entry; 2] {
    let (low, high) = beside.here.interval.unzip();
    [Entry::maybe(low, of), Entry::maybe(high, of)]
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let mut columns = vec![("net".to_owned(), "net".to_owned())];
    let mut column = |key: &str, name: &str| columns.push((key.to_owned(), name.to_owned()));
    for part in evidence.parts {
        column(&format!("{}_error", part.to_lowercase()), &format!("{part} error"));
        if *part == "test" || *part == "training" {
            column(&format!("{part}_error_published"), "published");
        }
    }
    for (key, name) in [
        ("distortion", "mean minimum distortion"),
        ("low", "95 % from"),
        ("high", "to"),
        ("distortion_published", "published"),
        ("median", "median"),
        ("at_least", "proven least"),
        ("success", "success"),
        ("gradients", "gradients"),
    ] {
        column(key, name);
    }
    let beside = evidence.spec.beside.as_ref().map(|params| format!("mean by {}", params.method));
    if let Some(name) = &beside {
        column("beside", name);
    }
    let columns: Vec<(&str, &str)> = columns.iter().map(|(key, name)| (&key[..], &name[..])).collect();
    let mut table = Table::new("nets.csv", "The nets: errors, and the smallest change that fools them", &columns);
    for net in evidence.nets() {
        let mut row: Vec<Entry> = vec![net.title.as_str().into()];
        for part in evidence.parts {
            row.push(Entry::Share(mean(&evidence.errors(&net.name, part)).value));
            match *part {
                "training" => row.push(published(net.published.train_error, Entry::Share)),
                "test" => row.push(published(net.published.test_error, Entry::Share)),
                _ => {}
            }
        }
        let distortion = evidence.distortion(net);
        let examples: Vec<f64> = evidence.found(&net.name).filter(|f| f.is_example()).map(|f| f.rms).collect();
        let bounds: Option<Vec<f64>> =
            evidence.found(&net.name).filter(|f| f.is_example()).map(|f| f.at_least).collect();
        let gradients: Vec<f64> = evidence.found(&net.name).map(|found| f64::from(found.gradients)).collect();
        row.push(Entry::maybe(Some(distortion.here.value), Entry::Fine));
        row.extend(ends(&distortion, Entry::Fine));
        row.push(published(distortion.published, Entry::Fine));
        row.push(Entry::maybe(Some(median(&examples)), Entry::Fine));
        row.push(Entry::maybe(bounds.map(|bounds| mean(&bounds).value), Entry::Fine));
        row.push(Entry::Share(evidence.success(&net.name)));
        row.push(Entry::maybe(Some(mean(&gradients).value), |value| Entry::Count(value.round() as u64)));
        if beside.is_some() {
            let all: Vec<f64> = evidence.of(&net.name).flat_map(|cell| cell.beside.iter().copied()).collect();
            row.push(Entry::maybe(Some(mean(&all).value), Entry::Fine));
        }
        table.rows.push(row);
    }
    table
}

/// Two lines for each change: here, and published where it was.
fn cross_errors(evidence: &Evidence<'_>) -> Table {
    let mut columns = vec![("pictures", "pictures"), ("whose", "")];
    columns.extend(evidence.nets().iter().map(|net| (&net.name[..], &net.title[..])));
    columns.push(("distortion", "distortion"));
    let mut table =
        Table::new("cross-errors.csv", "Share of wrong labels, by net (columns), here and published", &columns);
    for change in evidence.spec.changes() {
        let all: Vec<Beside> = (0..evidence.nets().len()).map(|net| evidence.share(&change, net)).collect();
        let line = |whose: &str, values: Vec<Entry>, distortion: Entry| {
            let head = [Entry::Text(change.title(|net| evidence.net_title(net))), whose.into()];
            head.into_iter().chain(values).chain([distortion]).collect::<Vec<_>>()
        };
        let here = all.iter().map(|beside| Entry::maybe(Some(beside.here.value), Entry::Share)).collect();
        let rms = evidence.rms(&change);
        table.rows.push(line("here", here, Entry::maybe(Some(rms), Entry::Fine)));
        if all.iter().any(|beside| beside.published.is_some()) {
            let values = all.iter().map(|beside| published(beside.published, Entry::Share)).collect();
            table.rows.push(line("published", values, published(published_distortion(evidence, &change), Entry::Fine)));
        }
    }
    table
}

fn published_distortion(evidence: &Evidence<'_>, change: &Change) -> Option<f64> {
    match change {
        Change::None => None,
        Change::Made { net } => evidence.nets().iter().find(|spec| spec.name == *net)?.published.distortion,
        Change::Amplified { rms: size, .. } | Change::Noise { sd: size } => Some(*size),
    }
}

fn cross_errors_in_full(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "cross-errors-in-full.csv",
        "The same with intervals, and how often the label is the one that was wanted",
        &[
            ("pictures", "pictures"),
            ("net", "net"),
            ("error", "wrong labels"),
            ("low", "95 % from"),
            ("high", "to"),
            ("published", "published"),
            ("published_low", "95 % from"),
            ("published_high", "to"),
            ("agree", "intervals meet"),
            ("target", "label as wanted"),
            ("of", "pictures in all"),
        ],
    );
    for change in evidence.spec.changes() {
        for (at, net) in evidence.nets().iter().enumerate() {
            let (beside, counts) = (evidence.share(&change, at), evidence.counts(&change, at));
            let [low, high] = ends(&beside, Entry::Share);
            let (from, to) = beside.interval.unzip();
            let agree = beside.agree().map_or(Entry::Missing, |agree| if agree { "yes" } else { "no" }.into());
            table.rows.push(vec![
                Entry::Text(change.title(|net| evidence.net_title(net))),
                net.title.as_str().into(),
                Entry::maybe(Some(beside.here.value), Entry::Share),
                low,
                high,
                published(beside.published, Entry::Share),
                published(from, Entry::Share),
                published(to, Entry::Share),
                agree,
                Entry::maybe(Some(counts.target as f64 / counts.of as f64), Entry::Share),
                Entry::Count(counts.of),
            ]);
        }
    }
    table
}

fn trainings(evidence: &Evidence<'_>) -> Table {
    let mut columns = vec![("net", "net"), ("training", "training"), ("architecture", "architecture")];
    columns.extend(evidence.parts.iter().map(|part| (*part, *part)));
    columns.extend([
        ("distortion", "mean minimum distortion"),
        ("examples", "examples"),
        ("again", "wrong labels of the same net, trained again"),
        ("seconds", "seconds of training"),
        ("attack_seconds", "of the cell"),
    ]);
    let mut table = Table::new("trainings.csv", "Training by training", &columns);
    let n_nets = evidence.nets().len();
    for (at, net) in evidence.nets().iter().enumerate() {
        for cell in evidence.of(&net.name) {
            let opened = &evidence.nets[(cell.cell.training - 1) * n_nets + at];
            let rms: Vec<f64> = cell.found.iter().filter(|found| found.is_example()).map(|found| found.rms).collect();
            let mut row: Vec<Entry> = vec![
                net.title.as_str().into(),
                Entry::Text(cell.cell.training.to_string()),
                Entry::Text(opened.architecture.clone()),
            ];
            row.extend(cell.errors.iter().map(|error| Entry::Share(*error)));
            row.push(Entry::maybe(Some(mean(&rms).value), Entry::Fine));
            row.push(Entry::Count(rms.len() as u64));
            row.push(Entry::maybe(cell.again.and_then(super::cell::Counts::error), Entry::Share));
            row.push(Entry::Count(opened.seconds.round() as u64));
            row.push(Entry::Count(cell.seconds.round() as u64));
            table.rows.push(row);
        }
    }
    table
}
