//! The tables of a study.

use advlab_analysis::perceptron::Separability;

use super::evidence::Evidence;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![nets(evidence), trainings(evidence)]
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "nets.csv",
        "What each net learnt",
        &[
            ("task", "problem"),
            ("hidden", "hidden neurons"),
            ("repeats", "repeats"),
            ("right", "all training patterns right"),
            ("train_error", "training error"),
            ("test_error", "error on fresh patterns"),
            ("low", "95 % from"),
            ("high", "to"),
            ("active", "lines that count alone"),
        ],
    );
    for (task, hidden) in evidence.nets() {
        let (right, all) = evidence.right(task, hidden);
        let test = evidence.over(task, hidden, |cell| cell.test_error);
        let (low, high) = test.interval.unzip();
        table.rows.push(vec![
            task.into(),
            Entry::Text(hidden.to_string()),
            Entry::Count(all as u64),
            Entry::Count(right as u64),
            Entry::Share(evidence.over(task, hidden, |cell| Some(cell.train_error)).value),
            Entry::maybe(Some(test.value), Entry::Share),
            Entry::maybe(low.map(|low| low.max(0.0)), Entry::Share),
            Entry::maybe(high, Entry::Share),
            Entry::maybe(Some(evidence.over(task, hidden, |cell| Some(cell.active as f64)).value), Entry::Plain),
        ]);
    }
    table
}

fn trainings(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "trainings.csv",
        "Net by net",
        &[
            ("task", "problem"),
            ("hidden", "hidden neurons"),
            ("repeat", "repeat"),
            ("train_error", "training error"),
            ("test_error", "error on fresh patterns"),
            ("converged", "right from step"),
            ("starts", "starts"),
            ("active", "lines that count alone"),
            ("separable", "a line parts the patterns"),
        ],
    );
    for cell in &evidence.cells {
        let separable = match cell.separability {
            Some(Separability::Separable(_)) => "yes, proved",
            Some(Separability::NotSeparable { .. }) => "no, proved",
            Some(Separability::Undecided) | None => "not known",
        };
        table.rows.push(vec![
            cell.cell.task.as_str().into(),
            Entry::Text(cell.cell.hidden.to_string()),
            Entry::Text(cell.cell.repeat.to_string()),
            Entry::Share(cell.train_error),
            Entry::maybe(cell.test_error, Entry::Share),
            cell.converged.map_or(Entry::Missing, |step| Entry::Count(step as u64)),
            Entry::Count(cell.starts as u64),
            Entry::Count(cell.active as u64),
            separable.into(),
        ]);
    }
    table
}
