//! The figures of doubts: how well each does each task, errors against coverage, reliability.

use std::path::Path;

use advlab_analysis::calibration::RiskCoverage;
use advlab_plots::{Axis, Curve, CurvePanel, Curves, Group, Heatmap, Reliability, Shades};
use anyhow::Result;
use ndarray::Array2;

use super::measures::Measure;
use super::sets::Shown;
use super::tasks::FEWEST;
use crate::reliability::panel;

/// File of the areas.
pub(crate) const TELLING: &str = "telling.png";
/// File of the curves.
pub(crate) const COVERAGE: &str = "coverage.png";
/// File of the diagrams.
pub(crate) const RELIABILITY: &str = "reliability.png";

/// Points of a curve.
const POINTS: usize = 200;

/// Areas under the curve, measures in rows and tasks in columns; empty where there is too little to tell.
pub(crate) fn telling(
    path: &Path,
    title: &str,
    measures: &[Measure],
    tasks: &[(&str, String)],
    areas: &Array2<f64>,
) -> Result<()> {
    let rows = vec![Group::each(measures.iter().map(|measure| measure.name()), 1)];
    let kinds = tasks.chunk_by(|a, b| a.0 == b.0).map(|of| Group { label: of[0].0.to_owned(), len: of.len() });
    let columns = vec![kinds.collect(), Group::each(tasks.iter().map(|(_, set)| set), 1)];
    let mut figure = Heatmap::new(title, areas.clone(), rows, columns);
    figure.shades = Shades::Share;
    figure.note =
        "Share of pairs in the right order: 100 % tells all apart, chance does 50 %, below that the order is wrong"
            .to_owned();
    (figure.row_name, figure.column_name) = ("doubted by".to_owned(), "to be told".to_owned());
    figure.bar_label = "area under the curve".to_owned();
    figure.numbers = true;
    Ok(figure.save(path)?)
}

/// Errors among the answers that are left when the most doubtful are refused, set by set, for several nets together: their mean. False
/// if no set has errors enough.
pub(crate) fn coverage(path: &Path, title: &str, nets: &[&[Shown]]) -> Result<bool> {
    let mut panels = Vec::new();
    for (at, first) in nets[0].iter().enumerate() {
        let usable = |set: &Shown| {
            let wrong = set.right.as_ref().map_or(0, |right| right.iter().filter(|right| !**right).count());
            wrong >= FEWEST && wrong < set.labels.len() && !set.key.starts_with("adversarial")
        };
        let sets: Vec<&Shown> = nets.iter().filter_map(|net| net.get(at)).filter(|set| usable(set)).collect();
        if sets.is_empty() {
            continue;
        }
        let curves = Measure::ALL.into_iter().filter_map(|measure| {
            let of = |set: &&Shown| Some(RiskCoverage::new(set.by(measure)?, set.right.as_ref()?).points());
            let all: Vec<Vec<(f64, f64)>> = sets.iter().filter_map(of).collect();
            let n = all.iter().map(Vec::len).min()?;
            // The first few answers are luck.
            let steps = (0..POINTS).map(|step| n / 10 + step * (n - 1 - n / 10) / (POINTS - 1));
            let mean = |at: usize| all.iter().map(|points| points[at].1).sum::<f64>() / all.len() as f64;
            let points: Vec<_> = steps.map(|at| (all[0][at].0, mean(at))).collect();
            Some(Curve::new(measure.name(), points))
        });
        panels.push(CurvePanel::new(
            first.title.clone(),
            Axis::percent("answers given, the surest first (%)"),
            Axis::percent("wrong among them (%)").fitted(),
            curves.collect(),
        ));
    }
    if panels.is_empty() {
        return Ok(false);
    }
    Curves::new(title, panels).save(path)?;
    Ok(true)
}

/// How often a net is right when it is so sure, for every set with a truth but adversarial ones.
pub(crate) fn reliability(path: &Path, title: &str, sets: &[Shown]) -> Result<()> {
    let natural = sets.iter().filter(|set| !set.key.starts_with("adversarial"));
    let panels = natural.filter_map(|set| Some(panel(&set.title, set.calibration.as_ref()?))).collect();
    Ok(Reliability::new(title, panels).save(path)?)
}
