//! The pictures of a study.

use advlab_plots::{Axis, Curve, CurvePanel, Curves, Planes, Strip, StripGroup, StripSeries};
use anyhow::Result;

use super::cell::{Measured, Seen, sample};
use super::evidence::Evidence;
use crate::folder::Folder;
use crate::perceptron::figures::{ends, panel};
use crate::perceptron::net::Net;
use crate::study::report::Figure;
use crate::words::percent;

/// Samples whose boundaries are drawn.
const SAMPLES: usize = 3;

/// Draws everything.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let (few, many) = (evidence.spec.lines.few, evidence.spec.lines.many);
    let boolean = [("and", 0), ("or", 0), ("xor", 0), ("xor", 2)];
    boundaries(evidence, "Boolean functions: hidden neurons draw a line each", &boolean.map(|net| (net, 1)), 2)?
        .save(folder.path("problems.png"))?;
    let region: Vec<_> = [0, few]
        .iter()
        .flat_map(|hidden| (1..=SAMPLES.min(evidence.spec.repeats)).map(|repeat| (("four-lines", *hidden), repeat)))
        .collect();
    let columns = SAMPLES.min(evidence.spec.repeats);
    boundaries(evidence, "A region that four lines bound", &region, columns)?.save(folder.path("boundary.png"))?;
    let noisy: Vec<_> = [few, many]
        .iter()
        .flat_map(|hidden| (1..=columns).map(|repeat| (("four-lines-noisy", *hidden), repeat)))
        .collect();
    boundaries(evidence, "The same with noise: enough hidden neurons, and too many", &noisy, columns)?
        .save(folder.path("overfitting.png"))?;
    errors(evidence).save(folder.path("test-errors.png"))?;
    curves(evidence).save(folder.path("curves.png"))?;
    let figures = [
        ("problems.png", "What single neurons and two hidden ones say of AND, OR and XOR (M1)"),
        ("boundary.png", "A single neuron and one with hidden neurons at the same points (M2)"),
        ("overfitting.png", "Boundaries with noise (M2)"),
        ("test-errors.png", "Fresh points wrong, repeat by repeat (M2)"),
        ("curves.png", "Errors while learning, with noise: mean over repeats (M2)"),
    ];
    Ok(figures.map(|(file, caption)| (file.to_owned(), caption.to_owned())).into())
}

/// Boundaries of nets with the points that they learnt.
fn boundaries(
    evidence: &Evidence<'_>,
    title: &str,
    nets: &[((&str, usize), usize)],
    columns: usize,
) -> Result<Planes<'static>> {
    let classes = ["−1".to_owned(), "1".to_owned()];
    let mut learnt = Vec::new();
    for ((task, hidden), repeat) in nets {
        if let Some(cell) = evidence.of(task, *hidden).find(|cell| cell.cell.repeat == *repeat) {
            learnt.push((cell, sample(&cell.cell, evidence.spec)?.train));
        }
    }
    let ends = ends(learnt.iter().map(|(_, patterns)| patterns));
    let mut panels = Vec::new();
    for (cell, learnt) in &learnt {
        let (task, hidden) = (&cell.cell.task[..], cell.cell.hidden);
        let test = cell.test_error.map_or_else(String::new, |error| format!(", of fresh {}", percent(error)));
        let name = match task {
            "and" | "or" | "xor" => format!("{}, {}", task.to_uppercase(), Net::words(hidden)),
            _ => Net::words(hidden),
        };
        let active = cell.net.active(learnt);
        let lines = (active.len() <= evidence.spec.lines.few.max(4)).then_some(&active[..]);
        panels.push(panel(
            format!("{name}\n{} wrong{test}", percent(cell.train_error)),
            &cell.net,
            lines,
            learnt,
            ends,
            &classes,
        ));
    }
    let mut figure = Planes::new(title, panels).axes("x₁", "x₂");
    figure.columns = columns.max(1);
    Ok(figure)
}

fn errors(evidence: &Evidence<'_>) -> Strip {
    let (few, many) = (evidence.spec.lines.few, evidence.spec.lines.many);
    let nets = [
        ("four-lines", 0),
        ("four-lines", 1),
        ("four-lines", few),
        ("four-lines-noisy", few),
        ("four-lines-noisy", many),
    ];
    let group = |(task, hidden): (&str, usize)| {
        let errors: Vec<f64> = evidence.of(task, hidden).filter_map(|cell| cell.test_error).collect();
        match advlab_analysis::mean(&errors).interval {
            Some((low, high)) => StripGroup::with_interval(errors, low.max(0.0), high),
            None => StripGroup::new(errors),
        }
    };
    let name = |(task, hidden): (&str, usize)| {
        let noise = if task == "four-lines" { "without noise" } else { "with noise" };
        format!("{}\n{noise}", Net::words(hidden))
    };
    let series = vec![StripSeries { name: "one repeat each".to_owned(), groups: nets.map(group).into() }];
    let axis = Axis::percent("wrong of the fresh points (%)").fitted();
    let mut strip = Strip::new("A region that four lines bound: fresh points", "", axis, nets.map(name), series);
    strip.mean_label = "mean and 95 % interval".to_owned();
    strip
}

fn curves(evidence: &Evidence<'_>) -> Curves {
    let nets = [evidence.spec.lines.few, evidence.spec.lines.many];
    let mut curves = Vec::new();
    for (at, hidden) in nets.into_iter().enumerate() {
        let cells: Vec<&Measured> = evidence.of("four-lines-noisy", hidden).collect();
        let Some(first) = cells.first() else { continue };
        let over = |of: &dyn Fn(&Seen) -> Option<f64>| -> Vec<(f64, f64)> {
            let place = |place: usize| {
                let values: Vec<f64> = cells.iter().filter_map(|cell| of(cell.history.get(place)?)).collect();
                (first.history[place].step as f64, advlab_analysis::mean(&values).value)
            };
            // The axis is logarithmic: what was before the first step has no place on it.
            (0..first.history.len()).map(place).filter(|(step, error)| *step > 0.0 && error.is_finite()).collect()
        };
        curves.push(
            Curve::new(format!("{}, training", Net::words(hidden)), over(&|seen| Some(seen.train_error))).styled(at, 0),
        );
        curves.push(Curve::new(format!("{}, fresh", Net::words(hidden)), over(&|seen| seen.test_error)).styled(at, 1));
    }
    let x = Axis::log("steps (sweeps through all points)");
    let panel = CurvePanel::new("", x, Axis::percent("wrong (%)").fitted(), curves);
    Curves::new("Errors while learning, with noise: mean over repeats", vec![panel])
}
