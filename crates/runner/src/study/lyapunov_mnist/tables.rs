//! The tables of a study.

use advlab_analysis::{Estimate, mean};

use super::cell::{DOUBTS, Measured};
use super::evidence::Evidence;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![nets(evidence), telling(evidence), trainings(evidence)]
}

fn ends(estimate: Option<Estimate>, of: fn(f64) -> Entry) -> [Entry; 3] {
    let (low, high) = estimate.and_then(|estimate| estimate.interval).unzip();
    [Entry::maybe(estimate.map(|estimate| estimate.value), of), Entry::maybe(low, of), Entry::maybe(high, of)]
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "nets.csv",
        "Ridges and borders in the plane: means over trainings",
        &[
            ("net", "net"),
            ("test_error", "test error"),
            ("low", "95 % from"),
            ("high", "to"),
            ("together", "of all trainings together"),
            ("ridges", "ridges to borders, of chance"),
            ("ridges_low", "95 % from"),
            ("ridges_high", "to"),
            ("borders", "borders to ridges, of chance"),
            ("on", "L λ₁ on borders"),
            ("off", "elsewhere"),
            ("errors_near", "errors near ridges"),
            ("errors_far", "elsewhere"),
            ("entropy_near", "entropy near ridges, nats"),
            ("entropy_far", "elsewhere"),
        ],
    );
    for net in &evidence.spec.nets {
        let over = |of: fn(&Measured) -> Option<f64>| evidence.over(net, of);
        let value = |of, entry: fn(f64) -> Entry| Entry::maybe(over(of).map(|estimate| estimate.value), entry);
        let mut row: Vec<Entry> = vec![net.title.as_str().into()];
        row.extend(ends(over(|cell| Some(cell.test_error)), Entry::Share));
        row.push(Entry::maybe(evidence.together(net).map(|together| together.error), Entry::Share));
        row.extend(ends(over(|cell| cell.ridges.map(|apart| apart.distance / apart.by_chance)), Entry::Plain));
        row.push(value(|cell| cell.borders.map(|apart| apart.distance / apart.by_chance), Entry::Plain));
        row.extend([value(|cell| cell.on_borders, Entry::Plain), value(|cell| cell.elsewhere, Entry::Plain)]);
        row.extend([value(|cell| cell.errors_near, Entry::Share), value(|cell| cell.errors_far, Entry::Share)]);
        row.extend([value(|cell| cell.entropy_near, Entry::Plain), value(|cell| cell.entropy_far, Entry::Plain)]);
        table.rows.push(row);
    }
    table
}

fn telling(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "telling.csv",
        "How well doubts tell wrong answers from right ones, on test pictures",
        &[("net", "net"), ("doubt", "doubt"), ("auroc", "AUROC"), ("low", "95 % from"), ("high", "to")],
    );
    for net in &evidence.spec.nets {
        let mut add = |name: &str, estimate: Option<Estimate>| {
            let mut row: Vec<Entry> = vec![net.title.as_str().into(), name.into()];
            row.extend(ends(estimate, Entry::Plain));
            table.rows.push(row);
        };
        for (at, name) in DOUBTS.iter().enumerate() {
            add(name, evidence.over(net, |cell| cell.telling[at]));
        }
        if let Some(together) = evidence.together(net) {
            let values: Vec<f64> = together.telling.iter().flatten().copied().collect();
            add("disagreement of the trainings", (!values.is_empty()).then(|| mean(&values)));
        }
    }
    table
}

fn trainings(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "trainings.csv",
        "Training by training",
        &[
            ("net", "net"),
            ("training", "training"),
            ("test_error", "test error"),
            ("classes", "classes in the plane"),
            ("ridges", "ridges to borders, cells"),
            ("ridges_chance", "by chance"),
            ("ridges_p", "p"),
            ("borders", "borders to ridges, cells"),
            ("borders_chance", "by chance"),
            ("borders_p", "p"),
            ("errors_near", "errors near ridges"),
            ("errors_far", "elsewhere"),
            ("with_entropy", "rank correlation with entropy"),
            ("with_entropy_together", "with that of all trainings"),
            ("with_disagreement", "with their disagreement"),
            ("seconds", "seconds"),
        ],
    );
    for net in &evidence.spec.nets {
        for (at, cell) in evidence.of(net).enumerate() {
            let mut row: Vec<Entry> = vec![
                net.title.as_str().into(),
                Entry::Count(cell.cell.training as u64),
                Entry::Share(cell.test_error),
                Entry::Count(cell.classes_shown as u64),
            ];
            for apart in [cell.ridges, cell.borders] {
                row.push(Entry::maybe(apart.map(|apart| apart.distance), Entry::Plain));
                row.push(Entry::maybe(apart.map(|apart| apart.by_chance), Entry::Plain));
                row.push(Entry::maybe(apart.map(|apart| apart.p), Entry::Probability));
            }
            row.extend([cell.errors_near, cell.errors_far].map(|share| Entry::maybe(share, Entry::Share)));
            row.push(Entry::Plain(cell.with_entropy));
            let together = evidence.together(net);
            row.push(Entry::maybe(together.map(|together| together.with_entropy[at]), Entry::Plain));
            row.push(Entry::maybe(together.map(|together| together.with_disagreement[at]), Entry::Plain));
            row.push(Entry::Plain(cell.seconds));
            table.rows.push(row);
        }
    }
    table
}
