//! What norms came to, in numbers and words.

use serde::{Deserialize, Serialize};

use super::bounds::Bounds;
use super::layers::LayerNorms;
use crate::perturb::digits;
use crate::table::{Entry, Table};
use crate::words::list;

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The net.
    pub model: String,
    /// Every step with its norm.
    pub norms: LayerNorms,
    /// Where the pictures come from, in words; none without any.
    pub source: Option<String>,
    /// The product of all norms; none where the net does more, and it bounds nothing.
    pub bound: Option<f64>,
    /// What was found at the pictures.
    pub bounds: Option<Bounds>,
    /// Seconds that it took.
    pub seconds: f64,
}

impl Summary {
    /// A title for a page.
    pub fn title(&self) -> String {
        format!("How far {} can stretch a difference", self.model)
    }

    /// What came of it, a sentence each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![product(&self.norms)];
        if let Some(bounds) = &self.bounds {
            lines.extend(lower(bounds, self.bound));
        }
        lines
    }

    pub(crate) fn table(&self) -> Table {
        table(&self.norms)
    }

    pub(super) fn pictures(&self) -> Option<Table> {
        let bounds = self.bounds.as_ref()?;
        let mut table = Table::new(
            "pictures.csv",
            "Picture by picture",
            &[
                ("picture", "picture"),
                ("jacobian", "largest singular value of the Jacobian"),
                ("distance", "smallest change of the label"),
                ("stretch", "change of the scores over it"),
            ],
        );
        for (picture, jacobian) in bounds.jacobians.iter().enumerate() {
            let change = bounds.changes.iter().find(|change| change.picture == picture);
            table.rows.push(vec![
                Entry::Count(picture as u64),
                Entry::Number(*jacobian),
                Entry::maybe(change.map(|change| change.distance), Entry::Number),
                Entry::maybe(change.map(|change| change.stretch), Entry::Number),
            ]);
        }
        Some(table)
    }
}

/// A factor in words: those of many layers have more digits than anybody reads.
pub(crate) fn factor(value: f64) -> String {
    if value >= 1e6 { format!("{value:.2e}") } else { digits(value) }
}

/// A factor in a table.
pub(crate) fn entry(value: f64) -> Entry {
    if value >= 1e6 { Entry::Tiny(value) } else { Entry::Number(value) }
}

/// Layer by layer.
pub(crate) fn table(norms: &LayerNorms) -> Table {
    let mut table = Table::new(
        "norms.csv",
        "Norms, step by step",
        &[
            ("layer", "layer"),
            ("what", "what it does"),
            ("norm", "norm"),
            ("residual", "relative error"),
            ("zero_padded", "with zeros around the maps"),
            ("zero_padded_residual", "relative error"),
        ],
    );
    for layer in &norms.layers {
        let padded = layer.norm.zero_padded;
        table.rows.push(vec![
            layer.name.as_str().into(),
            layer.what.as_str().into(),
            Entry::Number(layer.norm.norm),
            Entry::maybe(Some(layer.norm.residual).filter(|residual| *residual > 0.0), Entry::Tiny),
            Entry::maybe(padded.map(|padded| padded.norm), Entry::Number),
            Entry::maybe(padded.map(|padded| padded.residual), Entry::Tiny),
        ]);
    }
    table
}

/// The product, or why there is none.
pub(crate) fn product(norms: &LayerNorms) -> String {
    match norms.bound() {
        Some(bound) => format!("product of all norms: {}, an upper bound for the whole net", factor(bound)),
        None => format!(
            "product of all norms: {}, which bounds nothing, since the net does more: {}",
            factor(norms.product()),
            list(&norms.besides)
        ),
    }
}

fn lower(bounds: &Bounds, bound: Option<f64>) -> Vec<String> {
    let largest = |values: Vec<f64>| values.into_iter().fold(0.0_f64, f64::max);
    let jacobian = largest(bounds.jacobians.clone());
    let mut lines = vec![format!(
        "Jacobians at {} pictures: largest singular value {}, half of them above {}",
        bounds.jacobians.len(),
        digits(jacobian),
        digits(advlab_analysis::median(&bounds.jacobians))
    )];
    if !bounds.changes.is_empty() {
        let stretches: Vec<f64> = bounds.changes.iter().map(|change| change.stretch).collect();
        lines.push(format!(
            "smallest changes of the label of {} pictures: the scores move by up to {} times as much",
            stretches.len(),
            digits(largest(stretches))
        ));
    }
    if let (Some(bound), Some(seen)) = (bound, bounds.largest()) {
        lines.push(if seen > 0.0 {
            format!("the bound is {} times what was seen", factor(bound / seen))
        } else {
            "the scores do not change with the picture, to first order".to_owned()
        });
    }
    lines
}
