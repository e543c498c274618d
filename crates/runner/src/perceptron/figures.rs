//! Figures of a run: errors over steps, boundaries, and how they move.

use advlab_analysis::perceptron::{Checkpoint, Patterns, SignNet};
use advlab_plots::theme::{INK, class};
use advlab_plots::{
    Animation, Axis, ClassMap, Curve, CurvePanel, Curves, Marker, Overlay, PlanePanel, Planes, Strip, StripGroup,
    StripSeries, Stroke,
};
use anyhow::Result;
use ndarray::Array2;

use super::net::Net;
use super::sample::Sample;
use super::spec::Spec;
use super::summary::Summary;
use crate::folder::Folder;
use crate::words::percent;

/// Cells of a map along each side.
const CELLS: usize = 240;
/// Boundaries on the way that are drawn unless others are asked for.
const STAGES: usize = 4;
/// Hidden neurons at most whose lines are drawn.
const LINES: usize = 4;
/// Pictures of an animation at most.
const FRAMES: usize = 40;

/// File and caption.
type Drawn = Vec<(String, String)>;

/// Draws all that can be drawn; `nets` are those of the first repeat.
pub(super) fn draw(folder: &Folder, spec: &Spec, sample: &Sample, nets: &[&Net], summary: &Summary) -> Result<Drawn> {
    let mut drawn: Drawn = Vec::new();
    let title = summary.title();
    errors(&title, nets).save(folder.path("errors.png"))?;
    drawn.push(("errors.png".to_owned(), "Errors while learning".to_owned()));
    if sample.train.dimensions() == 2 {
        let ends = ends([&sample.train]);
        let of = |net: &&Net| {
            let name = format!("{}\n{}", Net::words(net.hidden), shares(net.train_error, net.test_error));
            panel(name, &net.net, few(net.hidden, &net.active), &sample.train, ends, &summary.classes)
        };
        let panels = nets.iter().map(of).collect();
        figure(
            &title,
            "what the nets say at the end; lines: hidden neurons, up to four, whose sign alone decides for some pattern",
            panels,
        )
        .save(folder.path("boundary.png"))?;
        drawn.insert(0, ("boundary.png".to_owned(), "What the nets say of the plane".to_owned()));
        stages(&title, spec, sample, nets, summary).save(folder.path("boundary-steps.png"))?;
        drawn.insert(1, ("boundary-steps.png".to_owned(), "The boundary while it is learnt".to_owned()));
        if let Some(moving) = spec.animation {
            animation(&title, sample, nets, summary)?.save(folder.path(moving.file()))?;
            drawn.push((moving.file().to_owned(), "The boundary moves as it is learnt".to_owned()));
        }
    }
    if spec.repeats > 1 && summary.fresh > 0 {
        strip(spec, summary).save(folder.path("test-errors.png"))?;
        drawn.push(("test-errors.png".to_owned(), "Errors on fresh patterns, repeat by repeat".to_owned()));
    }
    Ok(drawn)
}

fn shares(train: f64, test: Option<f64>) -> String {
    match test {
        Some(test) => format!("{} wrong, of fresh ones {}", percent(train), percent(test)),
        None => format!("{} wrong", percent(train)),
    }
}

fn errors(title: &str, nets: &[&Net]) -> Curves {
    let mut curves = Vec::new();
    let last = nets.iter().filter_map(|net| net.history.last()).map(|seen| seen.step).max().unwrap_or(0);
    for (at, net) in nets.iter().enumerate() {
        // The axis is logarithmic: what was before the first step has no place on it.
        let seen = || {
            let on_the_way = net.history.iter().filter(|seen| seen.step > 0).map(|seen| (seen.step, seen));
            on_the_way.chain(net.history.last().filter(|_| net.stays()).map(|seen| (last, seen)))
        };
        let train: Vec<(f64, f64)> = seen().map(|(step, seen)| (step as f64, seen.train_error)).collect();
        let test: Vec<(f64, f64)> = seen().filter_map(|(step, seen)| Some((step as f64, seen.test_error?))).collect();
        let name = Net::words(net.hidden);
        for (points, what, dash) in [(train, "training", 0), (test, "fresh", 1)] {
            if !points.is_empty() {
                curves.push(Curve::new(format!("{name}, {what}"), points).styled(at, dash));
            }
        }
    }
    let panel = CurvePanel::new(
        "",
        Axis::log("steps (sweeps through all patterns)"),
        Axis::percent("wrong (%)").fitted(),
        curves,
    );
    Curves::new(format!("{title}: errors"), vec![panel])
}

/// The lines of hidden neurons; none where there are too many to see anything below them.
fn few(hidden: usize, lines: &[usize]) -> Option<&[usize]> {
    (hidden <= LINES).then_some(lines)
}

/// Left and right, lower and upper end.
type Ends = [(f64, f64); 2];

/// The rectangle that shows all of these patterns with a margin.
pub(crate) fn ends<'p>(all: impl IntoIterator<Item = &'p Patterns> + Clone) -> Ends {
    [0, 1].map(|at| {
        let (low, high) = all
            .clone()
            .into_iter()
            .map(|patterns| patterns.ends(at))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), ends| (low.min(ends.0), high.max(ends.1)));
        let more = if low < high { 0.15 * (high - low) } else { 1.0 };
        (low - more, high + more)
    })
}

/// What a net says of the plane, over it the patterns and the lines of hidden neurons.
pub(crate) fn panel(
    title: String,
    net: &SignNet,
    lines: Option<&[usize]>,
    patterns: &Patterns,
    [x, y]: Ends,
    classes: &[String; 2],
) -> PlanePanel<'static> {
    let middle = |(low, high): (f64, f64), at: usize| low + (high - low) * (at as f64 + 0.5) / CELLS as f64;
    let labels = Array2::from_shape_fn((CELLS, CELLS), |(row, column)| {
        usize::from(net.says(&[middle(x, column), middle(y, row)]) > 0.0)
    });
    let names = classes.iter().map(|name| format!("the net says {name}"));
    let map = ClassMap { every_name: true, ..ClassMap::new(x, y, labels, names) };
    let mut overlays: Vec<Overlay<'static>> = Vec::new();
    for &unit in lines.unwrap_or_default() {
        let neuron = &net.hidden[unit];
        let normal = (neuron.weights[0], neuron.weights[1]);
        overlays.push(Overlay::straight("hidden neuron", normal, neuron.threshold, Stroke::dashed(INK, 1).wide(3.0)));
    }
    for (label, name) in classes.iter().enumerate() {
        let is_of = |target: f64| usize::from(target > 0.0) == label;
        let points = patterns.iter().filter(|(_, target)| is_of(*target)).map(|(x, _)| (x[0], x[1])).collect();
        overlays.push(Overlay::points(name, points, Marker::of_class(label), class(label)));
    }
    PlanePanel::new(title, map, overlays)
}

fn figure(title: &str, note: &str, panels: Vec<PlanePanel<'static>>) -> Planes<'static> {
    let count = panels.len();
    let mut figure = Planes::new(title, panels).axes("x₁", "x₂");
    figure.note = note.to_owned();
    if count == 4 {
        figure.columns = 2;
    }
    // Numbers of a file may have any units.
    figure.equal = figure.panels.iter().all(|panel| {
        let (x, y) = panel.ground.ends();
        let ratio = (y.1 - y.0) / (x.1 - x.0);
        (0.4..2.5).contains(&ratio)
    });
    figure
}

/// Boundaries at a few steps, a row for each net.
fn stages(title: &str, spec: &Spec, sample: &Sample, nets: &[&Net], summary: &Summary) -> Planes<'static> {
    let mut panels = Vec::new();
    // The same steps for all nets, spread over the way of the one that took longest.
    let longest = nets.iter().map(|net| &net.history).max_by_key(|history| history.last().map(|seen| seen.step));
    let spread = |history: &Vec<Checkpoint>| {
        let place = |stage: usize| (history.len() - 1) * stage / (STAGES - 1);
        (0..STAGES).map(|stage| history[place(stage)].step).collect()
    };
    let mut steps = match spec.at.is_empty() {
        true => longest.map_or_else(Vec::new, spread),
        false => spec.at.clone(),
    };
    steps.dedup();
    for net in nets {
        for &step in &steps {
            let seen = net.at(step);
            let name = format!("step {}\n{} wrong", seen.step, percent(seen.train_error));
            let lines: Vec<usize> = (0..net.hidden).collect();
            panels.push(panel(
                name,
                &seen.net,
                few(net.hidden, &lines),
                &sample.train,
                ends([&sample.train]),
                &summary.classes,
            ));
        }
    }
    let mut figure = figure(&format!("{title}: on the way"), "", panels);
    figure.columns = steps.len();
    figure.row_names = nets.iter().map(|net| format!("{} hidden", net.hidden)).collect();
    figure
}

/// The nets side by side, step by step.
fn animation(title: &str, sample: &Sample, nets: &[&Net], summary: &Summary) -> Result<Animation> {
    let mut steps: Vec<usize> = nets.iter().flat_map(|net| net.history.iter().map(|seen| seen.step)).collect();
    steps.sort_unstable();
    steps.dedup();
    let every = steps.len().div_ceil(FRAMES).max(1);
    let last = steps.last().copied();
    let shown = steps
        .iter()
        .copied()
        .step_by(every)
        .chain(last.filter(|last| !(steps.len() - 1).is_multiple_of(every) && *last > 0));
    let frame = |step: usize| {
        let of = |net: &&Net| {
            let seen = net.at(step);
            let name = format!("{}\n{} wrong", Net::words(net.hidden), percent(seen.train_error));
            panel(name, &seen.net, None, &sample.train, ends([&sample.train]), &summary.classes)
        };
        let mut figure = figure(title, &format!("after step {step}"), nets.iter().map(of).collect());
        figure.size = Some(380.0);
        figure.draw()
    };
    Ok(Animation::new(shown.map(frame).collect::<advlab_plots::Result<Vec<_>>>()?, 150))
}

fn strip(spec: &Spec, summary: &Summary) -> Strip {
    let group = |hidden: &usize| {
        let errors: Vec<f64> =
            summary.nets.iter().filter(|net| net.hidden == *hidden).filter_map(|net| net.test_error).collect();
        match advlab_analysis::mean(&errors).interval {
            Some((low, high)) => StripGroup::with_interval(errors, low.max(0.0), high),
            None => StripGroup::new(errors),
        }
    };
    let groups = spec.hidden.iter().map(group).collect();
    let series = vec![StripSeries { name: "one repeat each".to_owned(), groups }];
    let names = spec.hidden.iter().map(|hidden| Net::words(*hidden));
    let mut strip = Strip::new(
        format!("{}: fresh patterns", summary.title()),
        "",
        Axis::percent("wrong of the fresh patterns (%)").fitted(),
        names,
        series,
    );
    strip.mean_label = "mean and 95 % interval".to_owned();
    strip
}
