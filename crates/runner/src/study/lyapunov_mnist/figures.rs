//! The pictures of a study.

use std::path::Path;

use advlab_analysis::mean;
use advlab_core::Seed;
use advlab_plots::{Axis, Planes, Strip, StripGroup, StripSeries};
use anyhow::Result;

use super::cell::{Cell, DOUBTS};
use super::evidence::Evidence;
use super::together::open;
use crate::folder::Folder;
use crate::lyapunov::figures::{DOTS, dots, over_plane};
use crate::lyapunov::neurons;
use crate::study::report::Figure;
use crate::train::Halves;

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
    let points = neurons::places(&net, below, &data.test)?;
    let grid = neurons::grid(&net, evidence.spec.grid, &points);
    let land = neurons::landscape(&net.above(below)?, None, grid)?;
    let said = super::measure::doubts(&net, &data.test)?.labels;
    let shown = dots(&points, &said, data.test.labels(), Seed::new(evidence.spec.seed).child("shown"));
    let title = format!("{}: the plane of its two neurons", spec.title);
    let mut figure = over_plane(title, "L λ₁ from the plane", &land, data.test.classes(), &shown);
    figure.note = format!("training 1; {DOTS}");
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
