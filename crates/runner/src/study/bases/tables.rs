//! The tables of a study.

use advlab_analysis::basis::Measure;

use super::evidence::{Evidence, OfLikeness};
use crate::basis::margins::name;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![comparisons(evidence), likeness(evidence), synthesized(evidence), nets(evidence)]
}

fn comparisons(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "comparisons.csv",
        "Single units and random directions",
        &[
            ("net", "net"),
            ("layer", "layer"),
            ("measure", "measure"),
            ("units", "units"),
            ("constant", "constant"),
            ("natural", "single units"),
            ("random", "random directions"),
            ("chance", "random pictures"),
            ("difference", "random − units"),
            ("low", "95 % from"),
            ("high", "to"),
            ("p", "p"),
            ("margin", "margin"),
            ("verdict", "verdict"),
        ],
    );
    for layer in &evidence.layers {
        for compared in &layer.comparisons {
            let comparison = &compared.comparison;
            table.rows.push(vec![
                layer.net.as_str().into(),
                layer.layer.as_str().into(),
                name(compared.measure).into(),
                Entry::Count(comparison.counts.0 as u64),
                Entry::Count(layer.constant as u64),
                Entry::Plain(comparison.natural),
                Entry::Plain(comparison.random),
                Entry::maybe(compared.measure.of_together(&layer.chance), Entry::Plain),
                Entry::Plain(comparison.difference),
                Entry::Plain(comparison.interval.0),
                Entry::Plain(comparison.interval.1),
                Entry::Probability(comparison.p),
                Entry::maybe(comparison.margin, Entry::Plain),
                comparison.verdict.text().into(),
            ]);
        }
    }
    table
}

fn likeness(evidence: &Evidence<'_>) -> Table {
    let columns: [(&str, &str, OfLikeness); 7] = [
        ("cka", "CKA", |likeness| likeness.cka),
        ("canonical", "mean squared canonical correlation", |likeness| likeness.mean_squared_canonical),
        ("svcca", "SVCCA", |likeness| likeness.svcca),
        ("matched", "units matched one to one", |likeness| likeness.matching.mean),
        ("matched_turned", "the same, one space turned", |likeness| likeness.control.mean),
        ("best", "each unit's best", |likeness| (likeness.matching.best_of_a + likeness.matching.best_of_b) / 2.0),
        ("best_turned", "the same, one space turned", |likeness| {
            (likeness.control.best_of_a + likeness.control.best_of_b) / 2.0
        }),
    ];
    let mut named = vec![("net", "net"), ("layer", "layer"), ("pairs", "pairs of trainings")];
    named.extend(columns.map(|(key, name, _)| (key, name)));
    let mut table = Table::new("likeness.csv", "The same net trained again: the same space, the same units?", &named);
    for layer in &evidence.layers {
        let pairs = evidence.alike.iter().filter(|alike| alike.pair.net == layer.net).count();
        let values: Vec<Option<f64>> =
            columns.iter().map(|(_, _, of)| evidence.likeness(layer, *of).map(|estimate| estimate.value)).collect();
        if values.iter().all(Option::is_some) {
            let mut row: Vec<Entry> =
                vec![layer.net.as_str().into(), layer.layer.as_str().into(), Entry::Count(pairs as u64)];
            row.extend(values.into_iter().map(|value| Entry::maybe(value, Entry::Plain)));
            table.rows.push(row);
        }
    }
    table
}

fn synthesized(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "synthesized.csv",
        "Patterns made from noise",
        &[
            ("net", "net"),
            ("layer", "layer"),
            ("patterns", "patterns"),
            ("free", "at least as far as any picture"),
            ("smooth", "the same, kept smooth"),
        ],
    );
    for layer in evidence.layers.iter().filter(|layer| !layer.patterns.is_empty()) {
        table.rows.push(vec![
            layer.net.as_str().into(),
            layer.layer.as_str().into(),
            Entry::Count(layer.patterns.len() as u64),
            Entry::Count(layer.as_far(|pattern| pattern.free) as u64),
            Entry::Count(layer.as_far(|pattern| pattern.shown) as u64),
        ]);
    }
    table
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "nets.csv",
        "The nets",
        &[
            ("net", "net"),
            ("training", "training"),
            ("architecture", "architecture"),
            ("accuracy", "test pictures right"),
            ("purity", "purity of units, last hidden layer"),
            ("random", "of random directions"),
            ("seconds", "seconds"),
        ],
    );
    for (at, cell) in evidence.cells.iter().enumerate() {
        let trained = evidence.trained.get(at);
        let last = cell.layers.iter().rev().find(|layer| !layer.layer.is_scores).or(cell.layers.last());
        let purity = |of: fn(&super::cell::LayerMeasured) -> &Vec<advlab_analysis::basis::Measures>| {
            let values: Vec<f64> =
                last.map(of).into_iter().flatten().map(|measures| Measure::Purity.of(measures)).collect();
            Entry::maybe(Some(advlab_analysis::mean(&values).value), Entry::Plain)
        };
        table.rows.push(vec![
            cell.cell.net.as_str().into(),
            Entry::Text(cell.cell.training.to_string()),
            trained.map_or(Entry::Missing, |(architecture, _)| architecture.as_str().into()),
            trained.map_or(Entry::Missing, |(_, accuracy)| Entry::Share(*accuracy)),
            purity(|layer| &layer.natural),
            purity(|layer| &layer.random),
            Entry::Count(cell.seconds.round() as u64),
        ]);
    }
    table
}
