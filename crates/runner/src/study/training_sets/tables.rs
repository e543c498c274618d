//! The tables of a study.

use advlab_analysis::{Estimate, mean};

use super::cell::On;
use super::evidence::{By, Evidence};
use super::thresholds::Thresholds;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![
        accuracy(evidence),
        agreement(evidence),
        thresholds(evidence),
        levels(evidence),
        divergence(evidence),
        trainings(evidence),
    ]
}

/// A number and the ends of its interval.
fn three(estimate: Estimate, of: fn(f64) -> Entry) -> [Entry; 3] {
    let (low, high) = estimate.interval.unzip();
    [Entry::maybe(Some(estimate.value), of), Entry::maybe(low, of), Entry::maybe(high, of)]
}

fn points(value: f64) -> Entry {
    Entry::Plain(100.0 * value)
}

fn accuracy(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "accuracy.csv",
        "Right on test pictures, by the set trained on and the set tested on",
        &[
            ("trained", "trained on"),
            ("tested", "tested on"),
            ("accuracy", "right"),
            ("low", "95 % from"),
            ("high", "to"),
        ],
    );
    for (set, trained) in evidence.spec.sets.iter().enumerate() {
        for (half, tested) in evidence.spec.sets.iter().enumerate() {
            let mut row: Vec<Entry> = vec![trained.title.as_str().into(), tested.title.as_str().into()];
            row.extend(three(evidence.accuracy(set, half), Entry::Share));
            table.rows.push(row);
        }
    }
    table
}

fn agreement(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "agreement.csv",
        "Agreement of nets of different seeds, by the sets that both were trained on and the set tested on",
        &[
            ("one", "one net"),
            ("other", "the other"),
            ("tested", "tested on"),
            ("equal", "equal labels"),
            ("equal_low", "95 % from"),
            ("equal_high", "to"),
            ("kappa", "kappa"),
            ("kappa_low", "95 % from"),
            ("kappa_high", "to"),
        ],
    );
    let sets = &evidence.spec.sets;
    for (a, one) in sets.iter().enumerate() {
        for (b, other) in sets.iter().enumerate().skip(a) {
            for (half, tested) in sets.iter().enumerate() {
                let mut row: Vec<Entry> = [one, other, tested].map(|set| set.title.as_str().into()).into();
                row.extend(three(evidence.agreement((a, b), half, By::Equal), Entry::Share));
                row.extend(three(evidence.agreement((a, b), half, By::Kappa), Entry::Plain));
                table.rows.push(row);
            }
        }
    }
    table
}

fn thresholds(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "thresholds.csv",
        "The level from which on the nets differ",
        &[
            ("change", "change"),
            ("weights", "weights differ"),
            ("at_all", "predictions differ at all"),
            ("half", "by half of what another seed does"),
            ("as_much", "as much"),
            ("beyond", "more"),
            ("worse", "accuracy falls"),
        ],
    );
    for (number, change) in evidence.changes() {
        let levels = Thresholds::of(evidence, number).named();
        let entry = |(_, level): (&str, Option<f64>)| {
            level.map_or(Entry::Missing, |level| Entry::Text(change.level_text(level)))
        };
        let title = Entry::Text(evidence.spec.title_of(change));
        table.rows.push([title].into_iter().chain(levels.map(entry)).collect());
    }
    table
}

fn levels(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "levels.csv",
        "Nets of changed training sets beside those of the set as it is, training by training",
        &[
            ("change", "change"),
            ("level", "level"),
            ("rms", "RMS difference of the sets"),
            ("changed", "pictures changed"),
            ("accuracy", "right"),
            ("gain", "less that of the set as it is, points"),
            ("gain_low", "95 % from"),
            ("gain_high", "to"),
            ("equal", "equal labels"),
            ("equal_low", "95 % from"),
            ("equal_high", "to"),
            ("kappa", "kappa"),
            ("beyond", "differing labels less those of seeds, points"),
            ("beyond_low", "95 % from"),
            ("beyond_high", "to"),
            ("parting", "distance of weights"),
            ("parting_low", "95 % from"),
            ("parting_high", "to"),
            ("fooled", "wrong to the net they were moved against"),
        ],
    );
    for (number, change) in evidence.changes() {
        for level in evidence.levels(number) {
            let mut row = vec![
                Entry::Text(evidence.spec.title_of(change)),
                Entry::Text(change.level_text(level.level)),
                Entry::Fine(level.rms),
                Entry::Count(level.changed.round() as u64),
                Entry::Share(level.accuracy.value),
            ];
            row.extend(three(level.gain, points));
            row.extend(three(level.equal, Entry::Share));
            row.push(Entry::Plain(level.kappa.value));
            row.extend(three(level.beyond, points));
            row.extend(three(level.parting, Entry::Fine));
            row.push(Entry::maybe(level.fooled, Entry::Share));
            table.rows.push(row);
        }
    }
    if evidence.spec.changes.is_empty() || evidence.spec.trainings < 2 {
        return table;
    }
    let accuracy = evidence.accuracy(0, 0).value;
    let mut row: Vec<Entry> =
        vec!["none, another seed".into(), Entry::Missing, Entry::Fine(0.0), Entry::Count(0), Entry::Share(accuracy)];
    row.extend([Entry::Missing, Entry::Missing, Entry::Missing]);
    row.extend(three(evidence.agreement((0, 0), 0, By::Equal), Entry::Share));
    row.push(Entry::Plain(evidence.agreement((0, 0), 0, By::Kappa).value));
    row.extend([Entry::Missing, Entry::Missing, Entry::Missing]);
    row.extend(three(evidence.seeds_apart(evidence.spec.training.epochs as usize), Entry::Fine));
    row.push(Entry::Missing);
    table.rows.push(row);
    table
}

fn divergence(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "divergence.csv",
        "Distance of the weights from those of the set as it is, epoch by epoch",
        &[
            ("change", "change"),
            ("level", "level"),
            ("epoch", "epoch"),
            ("parting", "distance"),
            ("low", "95 % from"),
            ("high", "to"),
        ],
    );
    let epochs = evidence.spec.training.epochs as usize;
    for (number, change) in evidence.changes() {
        for (at, level) in change.levels.iter().enumerate() {
            let cells = evidence.of(&On::Changed(number, at));
            for epoch in 1..=epochs {
                let apart = mean(&cells.iter().map(|cell| cell.parting[epoch - 1]).collect::<Vec<_>>());
                let mut row = vec![
                    Entry::Text(evidence.spec.title_of(change)),
                    Entry::Text(change.level_text(*level)),
                    Entry::Count(epoch as u64),
                ];
                row.extend(three(apart, Entry::Fine));
                table.rows.push(row);
            }
        }
    }
    if !evidence.spec.changes.is_empty() && !evidence.seeds.pairs.is_empty() {
        for epoch in 1..=epochs {
            let mut row = vec!["none, another seed".into(), Entry::Missing, Entry::Count(epoch as u64)];
            row.extend(three(evidence.seeds_apart(epoch), Entry::Fine));
            table.rows.push(row);
        }
    }
    table
}

fn trainings(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "trainings.csv",
        "Training by training",
        &[
            ("set", "training set"),
            ("training", "number"),
            ("train_accuracy", "right while training, last epoch"),
            ("test_accuracy", "right on its own test pictures"),
            ("parting", "distance of weights"),
        ],
    );
    for measured in &evidence.cells {
        let set = if let On::Set(set) = measured.cell.on { set } else { 0 };
        let name = measured.cell.key(evidence.spec);
        let name = name.rsplit_once("-training-").map_or(name.as_str(), |(set, _)| set);
        let half = if measured.answers.len() > set { set } else { 0 };
        table.rows.push(vec![
            name.into(),
            Entry::Text(measured.cell.training.to_string()),
            Entry::maybe(measured.history.last().map(|last| last.train_accuracy), Entry::Share),
            Entry::Share(evidence.right(measured, half)),
            Entry::maybe(measured.parting.last().copied(), Entry::Fine),
        ]);
    }
    table
}
