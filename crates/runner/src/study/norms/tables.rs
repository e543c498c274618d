//! The tables of a study.

use advlab_analysis::median;

use super::evidence::Evidence;
use crate::norms::summary::entry;
use crate::table::{Entry, Table};

/// Every table, in the order of the report.
pub(super) fn tables(evidence: &Evidence<'_>) -> Vec<Table> {
    vec![nets(evidence), published(evidence), layers(evidence)]
}

fn nets(evidence: &Evidence<'_>) -> Table {
    let mut table = Table::new(
        "nets.csv",
        "What the layers allow, and what the nets do",
        &[
            ("net", "net"),
            ("layers", "layers with weights"),
            ("least", "smallest norm"),
            ("most", "largest norm"),
            ("product", "product of all steps"),
            ("bound", "is a bound"),
            ("pictures", "pictures"),
            ("jacobian_median", "Jacobian, median"),
            ("jacobian", "largest"),
            ("changes", "smallest changes"),
            ("change_median", "length, median"),
            ("stretch", "largest change of the scores over it"),
            ("gap", "bound over the largest seen"),
        ],
    );
    for net in evidence.nets() {
        let (least, most) = net.ends();
        let of = net.bounds;
        let largest = |values: Vec<f64>| values.into_iter().max_by(f64::total_cmp);
        let distances: Option<Vec<f64>> = of.map(|of| of.changes.iter().map(|change| change.distance).collect());
        table.rows.push(vec![
            net.name().into(),
            Entry::Count(net.norms.weights().count() as u64),
            Entry::Number(least),
            Entry::Number(most),
            entry(net.norms.product()),
            if net.norms.bound().is_some() { "yes" } else { "no" }.into(),
            of.map_or(Entry::Missing, |of| Entry::Count(of.jacobians.len() as u64)),
            Entry::maybe(of.map(|of| median(&of.jacobians)), Entry::Number),
            Entry::maybe(of.and_then(|of| largest(of.jacobians.clone())), Entry::Number),
            of.map_or(Entry::Missing, |of| Entry::Count(of.changes.len() as u64)),
            Entry::maybe(distances.map(|distances| median(&distances)), Entry::Number),
            Entry::maybe(of.and_then(|of| largest(of.changes.iter().map(|c| c.stretch).collect())), Entry::Number),
            Entry::maybe(net.gap(), entry),
        ]);
    }
    table
}

/// The published row beside ours.
fn published(evidence: &Evidence<'_>) -> Table {
    let columns =
        [("net", "net"), ("layer", "layer"), ("published", "published"), ("norm", "norm"), ("ratio", "ratio")];
    let mut table = Table::new("published.csv", "Beside the published norms", &columns);
    let nets = evidence.nets();
    for spec in &evidence.spec.nets {
        let found = nets.iter().find(|net| net.name() == spec.net.name);
        let layers: Vec<_> = found.into_iter().flat_map(|net| net.norms.weights()).collect();
        for (at, published) in spec.published.iter().enumerate() {
            let layer = layers.get(at);
            table.rows.push(vec![
                spec.net.name.as_str().into(),
                layer.map_or_else(|| format!("{}", at + 1), |layer| layer.name.clone()).as_str().into(),
                Entry::Number(*published),
                Entry::maybe(layer.map(|layer| layer.norm.norm), Entry::Number),
                Entry::maybe(layer.map(|layer| layer.norm.norm / published), Entry::Number),
            ]);
        }
    }
    table
}

fn layers(evidence: &Evidence<'_>) -> Table {
    let mut all: Option<Table> = None;
    for net in evidence.nets() {
        let mut own = crate::norms::summary::table(net.norms);
        own.rows.iter_mut().for_each(|row| row.insert(0, net.name().into()));
        match &mut all {
            Some(all) => all.rows.append(&mut own.rows),
            None => {
                own.columns.insert(0, ("net".to_owned(), "net".to_owned()));
                all = Some(own);
            }
        }
    }
    all.expect("a study has a net")
}
