//! The pictures of a run: what drives each direction, how the measures are spread, the sweep, and what was made from noise.

use std::path::Path;

use advlab_analysis::Estimate;
use advlab_analysis::basis::Measure;
use advlab_core::{Classifier, InputShape, Layer};
use advlab_plots::{
    Axis, ContactSheet, Curve, CurvePanel, Curves, DirectionGroup, DirectionRow, DirectionRows, Distribution,
    DistributionPanel, Distributions, Picture, Tile, percent,
};
use anyhow::Result;
use tch::Tensor;

use super::group::{Compared, Group};
use super::held::Held;
use super::margins::name;
use super::summary::{Summary, Synthesized, Turned, in_a_line, title};
use crate::folder::Folder;
use crate::labels;

/// What drives each direction.
pub(crate) const TOP: &str = "top.png";
/// How the measures are spread.
pub(crate) const MEASURES: &str = "measures.png";
/// The natural basis turned into a random one.
pub(crate) const SWEEP: &str = "sweep.png";
/// Pictures made from noise.
pub(crate) const SYNTHESIZED: &str = "synthesized.png";

/// Most rows of a kind on the page; all are in the tables.
const MOST_ROWS: usize = 64;

/// Most pictures in a row of the page.
const MOST_TILES: usize = 32;

fn sides(shape: InputShape) -> [usize; 3] {
    [shape.channels, shape.height, shape.width].map(|side| side as usize)
}

/// Whose directions they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DirectionsOf<'a> {
    pub(crate) net: &'a dyn Classifier,
    /// What the net is called.
    pub(crate) name: &'a str,
    pub(crate) layer: &'a Layer,
    /// Pictures for each direction.
    pub(crate) top: usize,
}

impl DirectionsOf<'_> {
    /// What a direction of a group is called.
    pub(crate) fn direction(&self, group: &Group, at: usize) -> String {
        let number = group.number(at);
        if group.kind == "unit" && self.layer.is_scores {
            return labels::short(&self.net.classes()[number]).to_owned();
        }
        format!("{} {number}", group.kind)
    }
}

/// Draws the pictures that drive the directions of each group, given by their places in it.
pub(crate) fn page(path: &Path, of: &DirectionsOf<'_>, held: &Held, groups: &[(&Group, Vec<usize>)]) -> Result<()> {
    let shape = of.net.input();
    let mut drawn = Vec::new();
    for (group, shown) in groups {
        let mut rows = Vec::new();
        for at in shown.iter().take(MOST_ROWS) {
            let driven = &group.driven[*at];
            let mut counts = vec![0; held.classes().len()];
            driven.top.iter().for_each(|peak| counts[held.labels()[peak.picture] as usize] += 1);
            let which: Vec<usize> = driven.top.iter().take(MOST_TILES).map(|peak| peak.picture).collect();
            let values = Vec::<f32>::try_from(held.batch(&which)?.reshape([-1]))?;
            let tiles =
                values.chunks(shape.len()).map(|values| Tile::new(Picture::new(values.to_vec(), sides(shape)), ""));
            let value = driven.top.first().map_or(String::new(), |peak| format!("{:.2}", peak.value).replace('-', "−"));
            rows.push(DirectionRow::new(of.direction(group, *at), value, tiles.collect(), counts));
        }
        if !rows.is_empty() {
            drawn.push(DirectionGroup::new(title(group.kind), rows));
        }
    }
    let what = format!("Which pictures drive {} of {}", of.layer.name, of.name);
    let mut page = DirectionRows::new(what, held.classes(), drawn);
    page.note = format!(
        "the {} of {} pictures with the largest values, largest first, the largest value below the name; right: how many of each label",
        of.top,
        held.len()
    );
    Ok(page.save(path)?)
}

/// Draws each measure's distribution over single units and over random directions.
pub(super) fn measures(folder: &Folder, summary: &Summary, groups: &[&Group]) -> Result<()> {
    let panel = |measure: Measure| {
        let samples: Vec<Distribution> = groups
            .iter()
            .map(|group| Distribution::new(title(group.kind), group.values(measure)))
            .filter(|sample| !sample.values.is_empty())
            .collect();
        let mut panel = DistributionPanel::new(capital(measure.name()), Axis::plain(measure.unit()), samples);
        panel.level = summary
            .chance
            .as_ref()
            .and_then(|chance| measure.of_together(chance))
            .map(|level| (level, "random pictures".to_owned()));
        let compared: Option<&Compared> = summary.comparisons.iter().find(|compared| compared.measure == measure);
        panel.note = compared.map_or(String::new(), in_a_line);
        panel
    };
    let panels: Vec<DistributionPanel> =
        Measure::ALL.into_iter().map(panel).filter(|panel| !panel.samples.is_empty()).collect();
    if panels.is_empty() {
        return Ok(());
    }
    let mut figure = Distributions::new(format!("Layer {} of {}", summary.layer.name, summary.model), panels);
    figure.share_label = "share of directions (%)".to_owned();
    Ok(figure.save(folder.path(MEASURES))?)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// A layer whose basis was turned: once, or in each of several trainings.
#[derive(Clone, Debug)]
pub(crate) struct Sweep<'a> {
    /// Name in the legend.
    pub(crate) name: String,
    pub(crate) runs: Vec<&'a [Turned]>,
}

impl Sweep<'_> {
    /// One measure over the angle: of one training with its interval, of several their mean with a thin line for each.
    fn curve(&self, measure: Measure) -> Curve {
        let estimate =
            |turned: &Turned| turned.means.iter().find(|(other, _)| *other == measure).map(|(_, mean)| *mean);
        let line = |run: &[Turned]| -> Vec<(f64, Estimate)> {
            let all = run.iter().filter_map(|turned| Some((turned.degrees, estimate(turned)?)));
            all.filter(|(_, mean)| mean.value.is_finite()).collect()
        };
        let lines: Vec<Vec<(f64, Estimate)>> = self.runs.iter().map(|run| line(run)).collect();
        let values =
            |line: &[(f64, Estimate)]| line.iter().map(|(degrees, mean)| (*degrees, mean.value)).collect::<Vec<_>>();
        let [first, ..] = &lines[..] else { return Curve::new(&*self.name, Vec::new()) };
        if lines.len() == 1 {
            let (least, most) = bounds(measure);
            let ends = |mean: &Estimate| mean.interval.unwrap_or((mean.value, mean.value));
            let mut curve = Curve::new(&*self.name, values(first));
            curve.band =
                first.iter().map(|(_, mean)| ends(mean)).map(|(low, high)| (low.max(least), high.min(most))).collect();
            return curve;
        }
        let mean_at = |at: usize| lines.iter().map(|line| line[at].1.value).sum::<f64>() / lines.len() as f64;
        let mut curve =
            Curve::new(&*self.name, (0..first.len()).map(|at| (first[at].0, mean_at(at))).collect::<Vec<_>>());
        curve.runs = lines.iter().map(|line| values(line)).collect();
        curve
    }
}

/// Panels of measures over the angle, a curve for each layer.
pub(crate) fn sweep_panels(sweeps: &[Sweep<'_>], measures: &[Measure]) -> Vec<CurvePanel> {
    let panel = |measure: &Measure| {
        let x = Axis::plain("angle between a unit and what it is turned into, degrees");
        let curves = sweeps.iter().map(|sweep| sweep.curve(*measure)).collect();
        CurvePanel::new(capital(measure.name()), x, Axis::plain(name(*measure)), curves)
    };
    measures.iter().map(panel).collect()
}

/// What no measure can be below or above; an interval by Student's distribution does not know of it.
const fn bounds(measure: Measure) -> (f64, f64) {
    match measure {
        Measure::Purity => (0.0, 1.0),
        Measure::Entropy => (0.0, f64::INFINITY),
        Measure::PixelSimilarity | Measure::FeatureSimilarity => (-1.0, 1.0),
        Measure::Selectivity | Measure::Kurtosis => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

/// Draws the measures while the natural basis is turned into a random one.
pub(super) fn sweep(folder: &Folder, summary: &Summary) -> Result<()> {
    let sweeps = [Sweep { name: "mean over directions, 95 % interval".to_owned(), runs: vec![&summary.sweep[..]] }];
    let title = format!("From single units to random directions: {} of {}", summary.layer.name, summary.model);
    let figure = Curves::new(title, sweep_panels(&sweeps, &Measure::ALL));
    Ok(figure.save(folder.path(SWEEP))?)
}

/// Draws pictures `[M, C, H, W]` made from noise.
pub(crate) fn sheet(path: &Path, of: &DirectionsOf<'_>, made: &[Synthesized], pictures: &Tensor) -> Result<()> {
    let shape = of.net.input();
    let values = Vec::<f32>::try_from(pictures.reshape([-1]))?;
    let tiles = values
        .chunks(shape.len())
        .zip(made)
        .map(|(values, made)| Tile::new(Picture::new(values.to_vec(), sides(shape)), caption(made)));
    let title = format!("Made from noise for {} of {}", of.layer.name, of.name);
    let mut sheet = ContactSheet::new(title, tiles.collect());
    let brackets = if made.iter().any(|made| made.best.is_some()) {
        " (in brackets the largest for any picture shown to the net)"
    } else {
        ""
    };
    sheet.note = format!("direction and its value{brackets}; what the net calls it");
    Ok(sheet.save(path)?)
}

fn caption(made: &Synthesized) -> String {
    let size = made.best.unwrap_or(made.value).abs();
    let digits = if size < 2.0 { 2 } else { 1 };
    let number = |value: f32| format!("{value:.digits$}").replace('-', "−");
    let best = made.best.map_or(String::new(), |best| format!(" ({})", number(best)));
    format!("{}: {}{best}\n{} · {}", made.name, number(made.value), made.label, percent(f64::from(made.confidence)))
}
