//! The figures of norms: bars by layer, and the gap between the bounds.

use std::path::Path;

use advlab_plots::{Axis, Bar, BarSeries, Bars, BoxPlots, BoxSeries, Reference};
use anyhow::Result;

use super::bounds::Bounds;
use super::layers::LayerNorms;
use super::summary::factor;

/// File of the bars.
pub(crate) const NORMS: &str = "norms.png";
/// File of the bounds.
pub(crate) const BOUNDS: &str = "bounds.png";

/// Layers that stand in one figure; of more, the largest.
const MOST: usize = 60;

/// Norms of the layers with weights, beside those that were published for them, by name where there are any.
pub(crate) fn norms(path: &Path, title: &str, norms: &LayerNorms, published: Option<&[f64]>) -> Result<()> {
    let mut shown: Vec<_> = norms.weights().collect();
    let all = shown.len();
    if all > MOST {
        let mut order: Vec<f64> = shown.iter().map(|layer| layer.norm.norm).collect();
        order.sort_by(|a, b| b.total_cmp(a));
        shown.retain(|layer| layer.norm.norm >= order[MOST - 1]);
        shown.truncate(MOST);
    }
    let mut series = vec![BarSeries::new("largest singular value", shown.iter().map(|layer| layer.norm.norm))];
    if shown.iter().any(|layer| layer.norm.zero_padded.is_some()) {
        let bars =
            shown.iter().map(|layer| layer.norm.zero_padded.map(|padded| Bar { value: padded.norm, interval: None }));
        series.push(BarSeries { name: "with zeros around the maps".to_owned(), bars: bars.collect() });
        series[0].name = "largest singular value (convolutions: on a torus)".to_owned();
    }
    if let Some(published) = published.filter(|published| published.len() == shown.len()) {
        series.push(BarSeries::new("published", published.iter().copied()));
    }
    let note = if all > shown.len() {
        format!("The {} largest of {all} layers with weights", shown.len())
    } else {
        String::new()
    };
    let bars = Bars {
        title: title.to_owned(),
        note,
        x_label: "layer".to_owned(),
        y: Axis::plain("operator norm"),
        // What is true of every name says nothing.
        categories: shown.iter().map(|layer| layer.name.trim_end_matches(".conv").to_owned()).collect(),
        series,
    };
    Ok(bars.save(path)?)
}

/// The product of the norms above what was seen at pictures, net by net. False if nothing can be drawn: no stretch above 0.
pub(crate) fn bounds(path: &Path, title: &str, nets: &[(&str, &LayerNorms, &Bounds)]) -> Result<bool> {
    let above_zero = |values: Vec<f64>| values.into_iter().filter(|value| *value > 0.0).collect::<Vec<_>>();
    let jacobians: Vec<_> = nets.iter().map(|(.., of)| above_zero(of.jacobians.clone())).collect();
    let changes: Vec<_> =
        nets.iter().map(|(.., of)| above_zero(of.changes.iter().map(|change| change.stretch).collect())).collect();
    if jacobians.iter().chain(&changes).all(Vec::is_empty) {
        return Ok(false);
    }
    let mut series = vec![BoxSeries::new("Jacobian at a picture, largest singular value", jacobians)];
    if changes.iter().any(|group| !group.is_empty()) {
        series.push(BoxSeries::new("along the smallest change of its label", changes));
    }
    let names = nets.iter().map(|(name, ..)| *name);
    let mut figure =
        BoxPlots::new(title, "net", Axis::log("change of the scores / change of the picture"), names, series);
    for (at, (_, norms, _)) in nets.iter().enumerate() {
        if let Some(bound) = norms.bound().filter(|bound| *bound > 0.0) {
            figure.references.push(Reference::new(bound, format!("product {}", factor(bound))).of_category(at));
        }
    }
    figure.save(path)?;
    Ok(true)
}
