//! The tables of a study.

use advlab_analysis::mean;

use super::evidence::Evidence;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![variants(evidence), trainings(evidence)]
}

fn variants(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "variants.csv",
        "Test errors with and without adversarial examples in training",
        &[
            ("variant", "training"),
            ("test_error", "test error"),
            ("low", "95 % from"),
            ("high", "to"),
            ("published", "published"),
            ("gain", "less that of the first, points"),
            ("gain_low", "95 % from"),
            ("gain_high", "to"),
            ("train_error", "training error"),
            ("distortion", "mean minimum distortion"),
            ("distortion_low", "95 % from"),
            ("distortion_high", "to"),
            ("pool", "examples in the pools"),
            ("seconds", "seconds a training"),
        ],
    );
    for variant in &evidence.spec.variants {
        let (error, gain) = (evidence.over(variant, |cell| cell.test_error), evidence.gain(variant));
        let distortion = evidence.distortion(variant);
        let ends = |interval: Option<(f64, f64)>, of: fn(f64) -> Entry| {
            let (low, high) = interval.unzip();
            [Entry::maybe(low, of), Entry::maybe(high, of)]
        };
        let points = |value: f64| Entry::Plain(100.0 * value);
        let mut row: Vec<Entry> = vec![variant.title.as_str().into(), Entry::Share(error.value)];
        row.extend(ends(error.interval, Entry::Share));
        row.push(Entry::maybe(variant.published, Entry::Share));
        row.push(Entry::maybe(Some(gain.value), points));
        row.extend(ends(gain.interval, points));
        row.push(Entry::Share(evidence.over(variant, |cell| cell.train_error).value));
        row.push(Entry::maybe(Some(distortion.value), Entry::Fine));
        row.extend(ends(distortion.interval, Entry::Fine));
        row.push(Entry::Count(evidence.over(variant, |cell| cell.pool as f64).value.round() as u64));
        row.push(Entry::Count(evidence.over(variant, |cell| cell.seconds).value.round() as u64));
        table.rows.push(row);
    }
    table
}

fn trainings(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "trainings.csv",
        "Training by training",
        &[
            ("variant", "training"),
            ("training", "number"),
            ("test_error", "test error"),
            ("train_error", "training error"),
            ("distortion", "mean minimum distortion"),
            ("fooled", "test pictures fooled"),
            ("unfooled", "not fooled"),
            ("pool", "examples in the pools"),
            ("seconds", "seconds"),
        ],
    );
    for variant in &evidence.spec.variants {
        for cell in evidence.of(variant) {
            table.rows.push(vec![
                variant.title.as_str().into(),
                Entry::Text(cell.cell.training.to_string()),
                Entry::Share(cell.test_error),
                Entry::Share(cell.train_error),
                Entry::maybe(Some(mean(&cell.distortions).value), Entry::Fine),
                Entry::Count(cell.distortions.len() as u64),
                Entry::Count(cell.unfooled as u64),
                Entry::Count(cell.pool as u64),
                Entry::Count(cell.seconds.round() as u64),
            ]);
        }
    }
    table
}
