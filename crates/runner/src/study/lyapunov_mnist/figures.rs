//! The pictures of a study.

use std::path::Path;

use advlab_analysis::mean;
use advlab_core::Seed;
use advlab_plots::theme::{INK, class};
use advlab_plots::{Axis, ClassMap, FieldScale, Marker, Overlay, PlanePanel, Planes, Strip, StripGroup, StripSeries};
use anyhow::Result;
use rand::seq::index::sample;

use super::cell::{Cell, DOUBTS};
use super::evidence::Evidence;
use super::measure::{landscape, places, plane};
use super::together::open;
use crate::folder::Folder;
use crate::study::report::Figure;
use crate::train::Halves;

/// Test pictures drawn in the plane, of those labelled right; all mistakes are.
const SHOWN: usize = 600;

/// Draws everything.
pub(super) fn draw(
    evidence: &Evidence<'_>,
    data: &Halves,
    folder: &Folder,
    device: tch::Device,
) -> Result<Vec<Figure>> {
    let nets = folder.path("nets");
    let mut figures = Vec::new();
    for net in &evidence.spec.nets {
        let file = format!("plane-{}.png", net.name);
        plane_of(evidence, &net.name, data, &nets, device)?.save(folder.path(&file))?;
        figures.push((file, format!("{}: the plane of its two neurons, training 1 (M5d)", net.title)));
    }
    telling(evidence)?.save(folder.path("telling.png"))?;
    figures.push(("telling.png".to_owned(), "How well doubts tell wrong answers from right ones".to_owned()));
    Ok(figures)
}

/// Exponents with ridges, entropy with borders, and classes with test pictures, all over one plane.
fn plane_of(
    evidence: &Evidence<'_>,
    name: &str,
    data: &Halves,
    nets: &Path,
    device: tch::Device,
) -> Result<Planes<'static>> {
    let spec = evidence.spec.nets.iter().find(|net| net.name == name).expect("one of the nets");
    let below = spec.bottleneck().expect("checked before any training");
    let net = open(nets, &Cell { net: name.to_owned(), training: 1 }, device)?;
    let points = places(&net, below, &data.test)?;
    let land = landscape(&net.above(below)?, plane(&net, evidence.spec.grid, &points))?;
    let said = super::measure::doubts(&net, &data.test)?;
    let right = |at: &usize| said.labels[*at] == data.test.labels()[*at];
    let mut rng = Seed::new(evidence.spec.seed).child("shown").rng();
    let drawn = sample(&mut rng, points.len(), SHOWN.min(points.len())).into_vec();
    let mut overlays = vec![land.boundary()];
    for (label, _) in data.test.classes().iter().enumerate() {
        let own = drawn.iter().filter(|at| right(at) && data.test.labels()[**at] == label as i64);
        overlays.push(Overlay::Points {
            name: String::new(),
            points: own.map(|at| points[*at]).collect(),
            marker: Marker::Disc,
            colour: class(label).towards(INK, 0.2),
            radius: 3.5,
        });
    }
    let wrong = (0..points.len()).filter(|at| !right(at)).take(SHOWN);
    overlays.push(Overlay::Points {
        name: "labelled wrong".to_owned(),
        points: wrong.map(|at| points[at]).collect(),
        marker: Marker::Cross,
        colour: INK,
        radius: 5.0,
    });
    let grid = land.grid;
    let classes = ClassMap::new(grid.x, grid.y, land.labels.clone(), data.test.classes().to_vec());
    let field = land.field();
    let panels = vec![
        PlanePanel::new("L λ₁ from the plane, with directions", field.clone(), vec![land.boundary(), land.segments()]),
        PlanePanel::new("its ridges", field, vec![land.boundary(), land.ridge_points()]),
        PlanePanel::new("entropy of the prediction, nats", land.doubt(), vec![land.ridge_points()]),
        PlanePanel::new("classes, and test pictures", classes, overlays),
    ];
    let mut figure = Planes::new(format!("{}: the plane of its two neurons", spec.title), panels);
    figure.columns = 2;
    figure.scale = FieldScale { shared: false, ..FieldScale::sequential("") };
    figure.size = Some(640.0);
    figure.note = "training 1; small dots: test pictures labelled right, in the colour of their class".to_owned();
    Ok(figure.axes("neuron 1", "neuron 2"))
}

fn telling(evidence: &Evidence<'_>) -> Result<Strip> {
    let names: Vec<&str> = DOUBTS.into_iter().chain(["disagreement"]).collect();
    let series = evidence.spec.nets.iter().map(|net| {
        let group = |at: usize| {
            let values: Vec<f64> = match at {
                at if at < DOUBTS.len() => evidence.of(net).filter_map(|cell| cell.telling[at]).collect(),
                _ => evidence.together(net).map_or(Vec::new(), |it| it.telling.iter().flatten().copied().collect()),
            };
            match mean(&values).interval {
                Some((low, high)) if !values.is_empty() => StripGroup::with_interval(values, low, high),
                _ => StripGroup::new(values),
            }
        };
        StripSeries { name: net.title.clone(), groups: (0..names.len()).map(group).collect() }
    });
    let axis = Axis::plain("AUROC for wrong answers");
    let mut strip = Strip::new("Which doubts tell wrong answers from right ones", "", axis, &names, series.collect());
    strip.note = "one dot for each training; 0.5 is chance".to_owned();
    strip.mean_label = "mean and 95 % interval".to_owned();
    Ok(strip)
}
