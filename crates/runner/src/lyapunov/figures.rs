//! The pictures of a run.

use advlab_core::Seed;
use advlab_datasets::Dataset;
use advlab_plots::theme::{INK, class as class_colour};
use advlab_plots::{
    Axis, ClassMap, FieldScale, Histogram, Histograms, Judged, Marker, Overlay, Panel, PanelGroup, Picture, PlanePanel,
    Planes,
};
use anyhow::Result;
use rand::seq::index::sample;

use super::field::Landscape;
use super::map::Mapped;
use super::{Found, Summary};
use crate::folder::Folder;

/// Pictures of either end that are shown.
const SHOWN: usize = 25;

/// A file and what it shows.
pub(super) type Drawn = (&'static str, String);

/// Bars of a histogram.
const BINS: usize = 40;

/// Pictures drawn in a plane, and mistakes at most.
const DRAWN: usize = 600;

/// What dots and crosses are.
pub(crate) const DOTS: &str = "dots: those of 600 pictures that are labelled right, in the colour of their class; crosses: all mistakes, up to 600";

/// Draws how exponents are spread, and the pictures with the largest and the smallest.
pub(super) fn pictures(folder: &Folder, data: &Dataset, found: &Found, summary: &Summary) -> Result<Vec<Drawn>> {
    let finite = |right: bool| -> Vec<f64> {
        let all = found.values.iter().zip(&found.right).filter(|(_, own)| **own == right);
        all.map(|(values, _)| values[0]).filter(|value| value.is_finite()).collect()
    };
    let titles = [("labelled right", finite(true)), ("labelled wrong", finite(false))];
    // The same ends and bins for both, so that they can be compared.
    let all = titles.iter().flat_map(|(_, values)| values.iter().copied());
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let axis = if low < high { Axis::plain("λ₁").within(low, high) } else { Axis::plain("λ₁") };
    let panels: Vec<Histogram> = titles
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(title, values)| Histogram {
            bins: (low < high).then_some(BINS),
            ..Histogram::new(title, axis.clone(), values)
        })
        .collect();
    let mut drawn = Vec::new();
    if !panels.is_empty() {
        let title = format!("Largest exponent from {} to {} of {}", summary.from, summary.to, summary.model);
        let mut figure = Histograms::new(title, panels);
        figure.count_label = "pictures".to_owned();
        figure.save(folder.path("histogram.png"))?;
        drawn.push(("histogram.png", "The largest exponents of pictures labelled right and wrong".to_owned()));
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
    let mut panel = Panel::grouped(format!("Pictures that {} stretches most and least", summary.model), groups);
    panel.note = Some("the bar below a picture is the share of its label among the probabilities".to_owned());
    panel.save(folder.path("panel.png"))?;
    drawn.push(("panel.png", "The pictures that are stretched most and least".to_owned()));
    Ok(drawn)
}

/// Draws the plane that is mapped.
pub(super) fn plane(folder: &Folder, data: &Dataset, map: &Mapped, overlays: &[Overlay<'static>]) -> Result<Drawn> {
    let mut figure = over_plane(map.title.clone(), &map.what, &map.land, data.classes(), overlays);
    figure.note = map.note.to_owned();
    let (x, y) = map.axes;
    figure.axes(x, y).save(folder.path("plane.png"))?;
    Ok(("plane.png", format!("{}, its ridges, the entropy and the classes over the plane", map.what)))
}

/// Exponents, their ridges, the entropy and the classes over a plane, each with what shall lie over all of them.
pub(crate) fn over_plane(
    title: String,
    what: &str,
    land: &Landscape,
    classes: &[String],
    overlays: &[Overlay<'static>],
) -> Planes<'static> {
    let grid = land.grid;
    let with = |own: Vec<Overlay<'static>>| own.into_iter().chain(overlays.iter().cloned()).collect();
    let map = ClassMap::new(grid.x, grid.y, land.labels.clone(), classes.to_vec());
    let mut panels = Vec::new();
    // Where nothing is stretched there is no exponent to draw.
    if land.total.iter().any(|value| value.is_finite()) {
        panels.push(PlanePanel::new(what, land.field(), land.over_exponents()));
        panels.push(PlanePanel::new("its ridges", land.field(), land.over_ridges()));
    }
    panels.push(PlanePanel::new("entropy of the prediction, nats", land.doubt(), land.over_ridges()));
    panels.push(PlanePanel::new("classes and pictures", map, with(vec![land.boundary()])));
    let mut figure = Planes::new(title, panels);
    figure.columns = 2;
    figure.size = Some(640.0);
    figure.scale = FieldScale { shared: false, ..FieldScale::sequential("") };
    figure
}

/// Some of the pictures at their places in a plane, in the colours of their classes, and those labelled wrong as crosses.
pub(crate) fn dots(points: &[(f64, f64)], labels: &[i64], truth: &[i64], seed: Seed) -> Vec<Overlay<'static>> {
    let drawn = sample(&mut seed.rng(), points.len(), DRAWN.min(points.len())).into_vec();
    let mut classes: Vec<i64> = truth.to_vec();
    classes.sort_unstable();
    classes.dedup();
    let of = |name: &str, which: Vec<usize>, marker, colour, radius| Overlay::Points {
        name: name.to_owned(),
        points: which.into_iter().map(|at| points[at]).collect(),
        marker,
        colour,
        radius,
    };
    let right = |class: i64| drawn.iter().copied().filter(|at| labels[*at] == class && truth[*at] == class).collect();
    let dot = |class: &i64| of("", right(*class), Marker::Disc, class_colour(*class as usize).towards(INK, 0.2), 3.5);
    let wrong = (0..points.len()).filter(|at| labels[*at] != truth[*at]).take(DRAWN).collect();
    classes.iter().map(dot).chain([of("labelled wrong", wrong, Marker::Cross, INK, 5.0)]).collect()
}
