//! The pictures of a run.

use advlab_datasets::Dataset;
use advlab_plots::theme::INK;
use advlab_plots::{
    Axis, ClassMap, FieldScale, Histogram, Histograms, Judged, Marker, Overlay, Panel, PanelGroup, Picture, PlanePanel,
    Planes,
};
use anyhow::Result;

use super::field::Landscape;
use super::{Found, Summary};
use crate::folder::Folder;

/// Pictures of either end that are shown.
const SHOWN: usize = 25;

/// Draws how exponents are spread, and the pictures with the largest and the smallest.
pub(super) fn pictures(folder: &Folder, data: &Dataset, found: &Found, summary: &Summary) -> Result<()> {
    let finite = |right: bool| -> Vec<f64> {
        let all = found.values.iter().zip(&found.right).filter(|(_, own)| **own == right);
        all.map(|(values, _)| values[0]).filter(|value| value.is_finite()).collect()
    };
    let titles = [("labelled right", finite(true)), ("labelled wrong", finite(false))];
    let panels: Vec<Histogram> = titles
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(title, values)| Histogram::new(title, Axis::plain("λ₁"), values))
        .collect();
    if !panels.is_empty() {
        let title = format!("Largest exponent from {} to {} of {}", summary.from, summary.to, summary.model);
        let mut figure = Histograms::new(title, panels);
        figure.count_label = "pictures".to_owned();
        figure.save(folder.path("histogram.png"))?;
    }
    let mut order: Vec<usize> = (0..found.values.len()).collect();
    order.sort_by(|a, b| found.values[*b][0].total_cmp(&found.values[*a][0]));
    let (shape, classes) = (data.shape(), data.classes());
    let sides = [shape.channels, shape.height, shape.width].map(|side| side as usize);
    let judged = |at: &usize| Judged {
        picture: Picture::new(data.picture(*at).iter().map(|byte| f32::from(*byte) / 255.0).collect::<Vec<_>>(), sides),
        truth: classes[data.labels()[*at] as usize].clone(),
        prediction: classes[found.doubts.labels[*at] as usize].clone(),
        confidence: f64::from(found.doubts.probabilities[*at * classes.len() + found.doubts.labels[*at] as usize]),
    };
    let n = SHOWN.min(order.len().div_ceil(2));
    let right = |which: &[usize]| which.iter().filter(|at| found.right[**at]).count();
    let (most, least) = (&order[..n], &order[order.len() - n..]);
    let groups = vec![
        PanelGroup::new(format!("The {n} stretched most: {} right", right(most)), most.iter().map(judged).collect()),
        PanelGroup::new(format!("The {n} stretched least: {} right", right(least)), least.iter().map(judged).collect()),
    ];
    let mut panel = Panel::grouped(format!("Most and least chaotic pictures to {}", summary.model), groups);
    panel.note = Some("the bar below a picture is the share of its label among the probabilities".to_owned());
    Ok(panel.save(folder.path("panel.png"))?)
}

/// Draws the plane through three pictures.
pub(super) fn plane(
    folder: &Folder,
    data: &Dataset,
    land: &Landscape,
    corners: &[(f64, f64)],
    numbers: [usize; 3],
    summary: &Summary,
) -> Result<()> {
    let grid = land.grid;
    let places = || Overlay::points("the three pictures", corners.to_vec(), Marker::Square, INK);
    let classes = ClassMap::new(grid.x, grid.y, land.labels.clone(), data.classes().to_vec());
    let title = format!("L λ₁ from {} to {}", summary.from, summary.to);
    let panels = vec![
        PlanePanel::new(title, land.field(), vec![land.boundary(), land.segments(), places()]),
        PlanePanel::new("its ridges", land.field(), vec![land.boundary(), land.ridge_points(), places()]),
        PlanePanel::new("entropy of the prediction, nats", land.doubt(), vec![land.ridge_points(), places()]),
        PlanePanel::new("classes", classes, vec![land.boundary(), places()]),
    ];
    let [a, b, c] = numbers;
    let mut figure = Planes::new(format!("{}: the plane through pictures {a}, {b} and {c}", summary.model), panels);
    figure.columns = 2;
    figure.size = Some(640.0);
    figure.scale = FieldScale { shared: false, ..FieldScale::sequential("") };
    Ok(figure.axes("distance along the first side (L2)", "distance across it (L2)").save(folder.path("plane.png"))?)
}
