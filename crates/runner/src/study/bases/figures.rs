//! The pictures of a study. The pages of single nets are drawn when their cells are done.

use advlab_analysis::Estimate;
use advlab_analysis::basis::Measure;
use advlab_plots::{Axis, Bar, BarSeries, Bars, Curves, Strip, StripGroup, StripSeries};
use anyhow::Result;

use super::evidence::{Evidence, LayerEvidence, OfLikeness};
use crate::basis::figures::{Sweep, sweep_panels};
use crate::folder::Folder;
use crate::study::report::Figure;

/// Measures that the figures show.
const SHOWN: [Measure; 4] =
    [Measure::Purity, Measure::FeatureSimilarity, Measure::PixelSimilarity, Measure::Selectivity];

/// Draws everything.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for net in evidence.spec.names() {
        figures.push((
            format!("sheets/top-{net}.png"),
            format!("{net}: pictures that drive units and random directions of its last hidden layer (S1)"),
        ));
    }
    figures.extend(differences(evidence, folder)?);
    figures.extend(sweeps(evidence, folder)?);
    figures.extend(likeness(evidence, folder)?);
    for wanted in &evidence.spec.synthesize {
        let file = format!("sheets/synthesized-{}-{}.png", wanted.net, wanted.layer.replace('.', "-"));
        figures.push((file, format!("Patterns made from noise for {} of {} (M4)", wanted.layer, wanted.net)));
    }
    Ok(figures)
}

/// Differences between random directions and units with their intervals, layer by layer.
fn differences(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let groups = |measure: Measure| -> Vec<StripGroup> {
        let group = |layer: &LayerEvidence| match layer.comparison(measure) {
            Some(compared) => {
                let comparison = &compared.comparison;
                StripGroup::with_interval(vec![comparison.difference], comparison.interval.0, comparison.interval.1)
            }
            None => StripGroup::new(Vec::new()),
        };
        evidence.layers.iter().map(group).collect()
    };
    let series = [Measure::Purity, Measure::FeatureSimilarity]
        .map(|measure| StripSeries { name: measure.name().to_owned(), groups: groups(measure) });
    let names = evidence.layers.iter().map(LayerEvidence::title);
    let title = "Random directions less single units: 0 is no difference";
    let mut strip = Strip::new(title, "", Axis::plain("difference of the means"), names, series.to_vec());
    strip.mean_label = "95 % interval".to_owned();
    strip.save(folder.path("differences.png"))?;
    Ok(Some(("differences.png".to_owned(), "What random directions differ by from single units (S1)".to_owned())))
}

fn sweeps(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let all = evidence.layers.iter().map(|layer| evidence.sweep(layer));
    let turned: Vec<Sweep<'_>> = all.filter(|sweep| !sweep.runs.is_empty()).collect();
    if turned.is_empty() {
        return Ok(None);
    }
    let figure = Curves::new("From single units to random directions", sweep_panels(&turned, &SHOWN));
    figure.save(folder.path("sweep.png"))?;
    Ok(Some((
        "sweep.png".to_owned(),
        "The natural basis turned into a random one, last hidden layers and scores (S1)".to_owned(),
    )))
}

/// How alike two trainings are, as spaces and unit by unit.
fn likeness(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let layers: Vec<&LayerEvidence> =
        evidence.layers.iter().filter(|layer| evidence.likeness(layer, |likeness| likeness.cka).is_some()).collect();
    if layers.is_empty() {
        return Ok(None);
    }
    let series: [(&str, OfLikeness); 4] = [
        ("space: CKA", |likeness| likeness.cka),
        ("space: mean squared canonical correlation", |likeness| likeness.mean_squared_canonical),
        ("units, matched one to one", |likeness| likeness.matching.mean),
        ("the same after a random turn", |likeness| likeness.control.mean),
    ];
    let bar = |layer: &LayerEvidence, of: OfLikeness| {
        let Estimate { value, interval } = evidence.likeness(layer, of)?;
        Some(Bar { value, interval: interval.map(|(low, high)| (low.max(0.0), high.min(1.0))) })
    };
    let series = series.map(|(name, of)| BarSeries {
        name: name.to_owned(),
        bars: layers.iter().map(|layer| bar(layer, of)).collect(),
    });
    let figure = Bars {
        title: "The same net trained again: the same space, other units?".to_owned(),
        note: "means over pairs of trainings, 95 % interval".to_owned(),
        x_label: String::new(),
        y: Axis::plain("likeness"),
        categories: layers.iter().map(|layer| layer.title()).collect(),
        series: series.to_vec(),
    };
    figure.save(folder.path("likeness.png"))?;
    Ok(Some(("likeness.png".to_owned(), "Two trainings of the same net: spaces and units".to_owned())))
}
