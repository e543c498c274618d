//! The tables of a study.

use super::evidence::Evidence;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![sets(evidence), telling(evidence)]
}

fn sets(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "sets.csv",
        "What one net says of each set, mean over nets",
        &[
            ("set", "shown"),
            ("pictures", "pictures"),
            ("error", "error"),
            ("low", "95 % from"),
            ("high", "to"),
            ("confidence", "mean confidence"),
            ("ece", "calibration error"),
        ],
    );
    for set in evidence.first() {
        let mean = |of: &dyn Fn(&crate::doubt::Shown) -> f64| evidence.over(&set.key, of);
        let truth = set.calibration.is_some();
        let calibration = |of: fn(&advlab_analysis::calibration::Calibration) -> f64| {
            mean(&|set| set.calibration.as_ref().map_or(f64::NAN, of)).filter(|_| truth)
        };
        let error = calibration(|of| 1.0 - of.accuracy);
        let (low, high) = error.and_then(|error| error.interval).unzip();
        table.rows.push(vec![
            set.title.as_str().into(),
            Entry::maybe(mean(&|set| set.labels.len() as f64).map(|n| n.value.round()), |n| Entry::Count(n as u64)),
            Entry::maybe(error.map(|error| error.value), Entry::Share),
            Entry::maybe(low.map(|low| low.max(0.0)), Entry::Share),
            Entry::maybe(high, Entry::Share),
            Entry::maybe(
                mean(&|set| set.confidences.iter().sum::<f64>() / set.confidences.len() as f64).map(|of| of.value),
                Entry::Share,
            ),
            Entry::maybe(calibration(|of| of.ece).map(|ece| ece.value), Entry::Share),
        ]);
    }
    table
}

/// Measures ranked, task by task.
fn telling(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "telling.csv",
        "How well each doubt tells things apart, the best first",
        &[
            ("task", "to be told"),
            ("rank", "rank"),
            ("measure", "doubted by"),
            ("auroc", "area under the curve"),
            ("low", "95 % from"),
            ("high", "to"),
            ("gain", "less that of the confidence"),
            ("gain_low", "95 % from"),
            ("gain_high", "to"),
        ],
    );
    for task in evidence.tasks() {
        for (rank, (measure, area)) in evidence.ranked(&task).into_iter().enumerate() {
            let gain = evidence.gain(&task, measure);
            let (low, high) = area.interval.unzip();
            let (gain_low, gain_high) = gain.and_then(|gain| gain.interval).unzip();
            table.rows.push(vec![
                task.title(evidence.first()).as_str().into(),
                Entry::Count(rank as u64 + 1),
                measure.name().into(),
                Entry::Fine(area.value),
                Entry::maybe(low, Entry::Fine),
                Entry::maybe(high, Entry::Fine),
                Entry::maybe(gain.map(|gain| gain.value), Entry::Fine),
                Entry::maybe(gain_low, Entry::Fine),
                Entry::maybe(gain_high, Entry::Fine),
            ]);
        }
    }
    table
}
