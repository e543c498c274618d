//! The tables of a study.

use advlab_analysis::Estimate;

use super::cell::Measured;
use super::evidence::{Evidence, Of, contrast, ratio, ratio_back};
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![nets(evidence), trainings(evidence)]
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "nets.csv",
        "Nets: means over trainings",
        &[
            ("hidden_layers", "hidden layers"),
            ("depth", "deep"),
            ("width", "wide"),
            ("test_error", "test error"),
            ("low", "95 % from"),
            ("high", "to"),
            ("boundary", "L λ₁ on the boundary"),
            ("elsewhere", "elsewhere"),
            ("centre", "at the centre"),
            ("contrast", "boundary less centre"),
            ("contrast_low", "95 % from"),
            ("contrast_high", "to"),
            ("ridges", "ridges to boundary, of chance"),
            ("back", "boundary to ridges, of chance"),
            ("telling", "AUROC of λ₁ for errors"),
            ("telling_closeness", "AUROC of the scores' closeness"),
        ],
    );
    let mut shown: Vec<Of> = Vec::new();
    for found in &evidence.cells {
        let of = (found.cell.embedding, found.cell.width, found.cell.depth);
        if !shown.contains(&of) {
            shown.push(of);
        }
    }
    shown.sort_by_key(|(embedding, width, depth)| (*embedding, *depth, *width));
    for of in shown {
        let over = |number: fn(&Measured) -> Option<f64>| evidence.over(of, number);
        let value = |estimate: Option<Estimate>| Entry::maybe(estimate.map(|estimate| estimate.value), Entry::Plain);
        let ends = |estimate: Option<Estimate>, of: fn(f64) -> Entry| {
            let (low, high) = estimate.and_then(|estimate| estimate.interval).unzip();
            [Entry::maybe(low, of), Entry::maybe(high, of)]
        };
        let (error, contrast) = (over(|cell| Some(cell.test_error)), over(contrast));
        let mut row: Vec<Entry> = vec![if of.0 { "random" } else { "trained" }.into()];
        row.extend([Entry::Count(of.2 as u64), Entry::Count(of.1 as u64)]);
        row.push(Entry::maybe(error.map(|error| error.value), Entry::Share));
        row.extend(ends(error, Entry::Share));
        row.extend([
            value(over(|c| c.on_boundary)),
            value(over(|c| c.elsewhere)),
            value(over(|c| c.centre)),
            value(contrast),
        ]);
        row.extend(ends(contrast, Entry::Plain));
        row.extend([
            value(over(ratio)),
            value(over(ratio_back)),
            value(over(|c| c.telling)),
            value(over(|c| c.telling_closeness)),
        ]);
        table.rows.push(row);
    }
    table
}

fn trainings(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "trainings.csv",
        "Training by training",
        &[
            ("hidden_layers", "hidden layers"),
            ("depth", "deep"),
            ("width", "wide"),
            ("training", "training"),
            ("train_error", "training error"),
            ("test_error", "test error"),
            ("boundary", "L λ₁ on the boundary"),
            ("elsewhere", "elsewhere"),
            ("centre", "at the centre"),
            ("ridges", "ridges to boundary, cells"),
            ("ridges_chance", "by chance"),
            ("ridges_p", "p"),
            ("back", "boundary to ridges, cells"),
            ("back_chance", "by chance"),
            ("back_p", "p"),
            ("telling", "AUROC of λ₁ for errors"),
            ("seconds", "seconds"),
        ],
    );
    for found in &evidence.cells {
        let cell = &found.cell;
        let mut row: Vec<Entry> = vec![
            if cell.embedding { "random" } else { "trained" }.into(),
            Entry::Count(cell.depth as u64),
            Entry::Count(cell.width as u64),
            Entry::Count(cell.training as u64),
            Entry::Share(found.train_error),
            Entry::Share(found.test_error),
        ];
        row.extend([found.on_boundary, found.elsewhere, found.centre].map(|value| Entry::maybe(value, Entry::Plain)));
        for apart in [found.ridges, found.boundary] {
            row.push(Entry::maybe(apart.map(|apart| apart.distance), Entry::Plain));
            row.push(Entry::maybe(apart.map(|apart| apart.by_chance), Entry::Plain));
            row.push(Entry::maybe(apart.map(|apart| apart.p), Entry::Probability));
        }
        row.push(Entry::maybe(found.telling, Entry::Plain));
        row.push(Entry::Plain(found.seconds));
        table.rows.push(row);
    }
    table
}
