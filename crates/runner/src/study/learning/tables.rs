//! The tables of a study.

use advlab_analysis::calibration::{BINS, expected_calibration_error};
use anyhow::Result;

use super::evidence::{CLEAR, Evidence, UNCLEAR};
use crate::learning::{LEARNT, epochs_to};
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Result<Vec<Table>> {
    let mut tables = vec![conditions(evidence)?, nets(evidence), trainings(evidence), epochs(evidence)];
    if !evidence.attacked.is_empty() {
        tables.insert(1, attacks(evidence));
    }
    Ok(tables)
}

fn conditions(evidence: &Evidence<'_>) -> Result<Table> {
    let mut table = Table::new(
        "conditions.csv",
        "Learning and memorising, by net and control",
        &[
            ("condition", "net"),
            ("task", "task"),
            ("trainings", "trainings"),
            ("epochs_to_99", "epochs to 99 % (middle training)"),
            ("train_accuracy", "training pictures right"),
            ("test_accuracy", "test pictures right"),
            ("low", "95 % from"),
            ("high", "to"),
            ("least", "worst training"),
            ("most", "best training"),
            ("confidence", "mean confidence"),
            ("confidence_when_wrong", "when wrong"),
            ("calibration_error", "calibration error"),
        ],
    );
    for (c, condition) in evidence.spec.conditions.iter().enumerate() {
        for (t, task) in evidence.spec.tasks.iter().enumerate() {
            let test = evidence.over(c, t, |net| net.test());
            let (low, high) = test.interval.unzip();
            let values = evidence.values(c, t, |net| net.test());
            let answers = evidence.answers(c, t)?;
            table.rows.push(vec![
                condition.title.as_str().into(),
                task.title.as_str().into(),
                Entry::Count(values.len() as u64),
                Entry::Text(evidence.learnt_words(c, t)),
                Entry::Share(evidence.over(c, t, |net| net.train()).value),
                Entry::Share(test.value),
                Entry::maybe(low.map(|low| low.max(0.0)), Entry::Share),
                Entry::maybe(high.map(|high| high.min(1.0)), Entry::Share),
                Entry::Share(values.iter().copied().fold(f64::MAX, f64::min)),
                Entry::Share(values.iter().copied().fold(f64::MIN, f64::max)),
                Entry::Share(answers.mean_confidence()),
                Entry::maybe(answers.mean_confidence_when(false), Entry::Share),
                Entry::Share(expected_calibration_error(&answers.bins(BINS))),
            ]);
        }
    }
    Ok(table)
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let columns =
        [("condition", "net"), ("architecture", "architecture"), ("training_pictures", "training pictures, by task")];
    let mut table = Table::new("nets.csv", "The nets", &columns);
    for (c, condition) in evidence.spec.conditions.iter().enumerate() {
        let architecture = evidence.of(c, CLEAR).next().map_or("", |net| &net.architecture);
        let pictures = [CLEAR, UNCLEAR].map(|t| evidence.of(c, t).next().map_or(0, |net| net.learnt_from).to_string());
        table.rows.push(vec![
            condition.title.as_str().into(),
            architecture.into(),
            Entry::Text(pictures.join(" and ")),
        ]);
    }
    table
}

fn attacks(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "attacks.csv",
        "The attacks on one net of each task",
        &[
            ("task", "task"),
            ("noise_success", "noise labelled as wanted"),
            ("noise_steps", "steps from noise (middle)"),
            ("average_confidence", "least confidence in an average of them"),
            ("tried", "test pictures to be changed"),
            ("changed", "changed"),
            ("l2", "L2 (middle)"),
            ("rms", "RMS distortion (middle)"),
            ("linf", "largest change (middle)"),
            ("purity_units", "purity of units' top pictures"),
            ("purity_random", "of random directions'"),
        ],
    );
    for (task, attacked) in evidence.spec.tasks.iter().zip(&evidence.attacked) {
        table.rows.push(vec![
            task.title.as_str().into(),
            Entry::Share(attacked.noise_success),
            Entry::maybe(attacked.noise_steps, Entry::Plain),
            Entry::maybe(attacked.average_confidence, Entry::Share),
            Entry::Count(attacked.tried as u64),
            Entry::Count(attacked.changed as u64),
            Entry::maybe(attacked.l2, Entry::Fine),
            Entry::maybe(attacked.rms, Entry::Fine),
            Entry::maybe(attacked.linf, Entry::Fine),
            Entry::maybe(attacked.purity_units, Entry::Plain),
            Entry::maybe(attacked.purity_random, Entry::Plain),
        ]);
    }
    table
}

fn trainings(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "trainings.csv",
        "Training by training",
        &[
            ("condition", "net"),
            ("task", "task"),
            ("training", "number"),
            ("epochs_to_99", "epochs to 99 %"),
            ("train_accuracy", "training pictures right"),
            ("test_accuracy", "test pictures right"),
            ("confidence", "mean confidence"),
            ("seconds", "seconds"),
        ],
    );
    for net in &evidence.nets {
        table.rows.push(vec![
            evidence.condition(net.condition).title.as_str().into(),
            evidence.spec.tasks[net.task].title.as_str().into(),
            Entry::Count(net.number as u64 + 1),
            epochs_to(&net.history, LEARNT).map_or(Entry::Missing, |epoch| Entry::Count(epoch.into())),
            Entry::Share(net.train()),
            Entry::Share(net.test()),
            Entry::Share(net.answers.mean_confidence()),
            Entry::Count(net.seconds.round() as u64),
        ]);
    }
    table
}

fn epochs(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "epochs.csv",
        "Epoch by epoch",
        &[
            ("condition", "net"),
            ("task", "task"),
            ("training", "number"),
            ("epoch", "epoch"),
            ("loss", "cost"),
            ("train_accuracy", "training pictures right"),
            ("test_accuracy", "test pictures right"),
        ],
    );
    for net in &evidence.nets {
        for epoch in &net.history {
            table.rows.push(vec![
                evidence.condition(net.condition).title.as_str().into(),
                evidence.spec.tasks[net.task].title.as_str().into(),
                Entry::Count(net.number as u64 + 1),
                Entry::Count(epoch.epoch.into()),
                Entry::Fine(epoch.loss),
                Entry::Share(epoch.train_accuracy),
                Entry::Share(epoch.test_accuracy),
            ]);
        }
    }
    table
}
