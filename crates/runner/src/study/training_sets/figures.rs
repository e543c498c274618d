//! The pictures of a study.

use advlab_analysis::{Estimate, mean};
use advlab_core::InputShape;
use advlab_plots::{
    Axis, BoxPlots, BoxSeries, Curve, CurvePanel, Curves, Group, Heatmap, Picture, Reference, Triptych, Triptychs,
};
use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ndarray::Array2;

use super::cell::{Measured, On};
use super::evidence::{By, Evidence, Level};
use super::spec::{ChangeSpec, Kind};
use crate::folder::Folder;
use crate::study::report::Figure;

/// What figures by level say of their lines.
const NOTE: &str = "mean over trainings and its 95 % interval";
const SEEDS: &str = "another seed, the same set";

/// Draws everything that there is something to draw of.
pub(super) fn draw(evidence: &Evidence<'_>, folder: &Folder) -> Result<Vec<Figure>> {
    let mut figures = vec![accuracy(evidence, folder)?, minds(evidence, folder)?];
    if !evidence.spec.changes.is_empty() {
        figures.push(agreement(evidence, folder)?);
        figures.push(accuracies(evidence, folder)?);
        figures.push(weights(evidence, folder)?);
        figures.push(divergence(evidence, folder)?);
        figures.extend(pictures(evidence, folder)?);
    }
    Ok(figures)
}

fn figure(file: &str, caption: &str) -> Figure {
    (file.to_owned(), caption.to_owned())
}

fn accuracy(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let sets = &evidence.spec.sets;
    let series = sets.iter().enumerate().map(|(half, tested)| {
        let groups = (0..sets.len()).map(|set| evidence.rights(set, half)).collect();
        BoxSeries::new(format!("tested on {}", tested.title), groups)
    });
    let names = sets.iter().map(|set| format!("trained on {}", set.title));
    let axis = Axis::percent("labelled right (%)").fitted();
    let mut plots = BoxPlots::new("One net, nearly alike training sets", "", axis, names, series.collect());
    let chance = 1.0 / evidence.sets[0].test.classes().len() as f64;
    plots.references.push(Reference::new(chance, "chance"));
    plots.save(folder.path("accuracy.png"))?;
    Ok(figure("accuracy.png", "Right on test pictures, by the set trained on and the set tested on (B6)"))
}

/// Every net beside every other.
fn minds(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let (sets, n) = (&evidence.spec.sets, evidence.spec.trainings);
    let all = sets.len() * n;
    let mut values = Array2::zeros((all, all));
    for a in 0..sets.len() {
        for b in 0..sets.len() {
            for half in 0..sets.len() {
                for (i, row) in evidence.pairs((a, b), half, By::Kappa).into_iter().enumerate() {
                    for (j, kappa) in row.into_iter().enumerate() {
                        values[(a * n + i, b * n + j)] += kappa / sets.len() as f64;
                    }
                }
            }
        }
    }
    let names: Vec<String> = sets.iter().map(|set| format!("trained on {}", set.title)).collect();
    let mut map = Heatmap::square("Agreement of every two nets", values, vec![Group::each(names, n)]);
    "Cohen's kappa, mean over the test pictures of all sets: 1 for equal labels, 0 for chance"
        .clone_into(&mut map.note);
    "Cohen's kappa".clone_into(&mut map.bar_label);
    map.save(folder.path("agreement-matrix.png"))?;
    Ok(figure("agreement-matrix.png", "Agreement of every two nets, by the sets that they were trained on (B6)"))
}

/// A panel for each change with the levels along the bottom, and one for all with the distance of the sets.
fn by_level(
    evidence: &Evidence<'_>,
    title: &str,
    y: Axis,
    of: fn(&Level) -> Estimate,
    seeds: Option<(&str, Estimate)>,
) -> Curves {
    let y = &shared(evidence, y, of, seeds.map(|(_, seeds)| seeds));
    let flat = |ends: (f64, f64)| {
        let (name, seeds) = seeds.filter(|(_, seeds)| seeds.value.is_finite())?;
        let band = seeds.interval.map_or_else(Vec::new, |interval| vec![interval; 2]);
        let points = vec![(ends.0, seeds.value), (ends.1, seeds.value)];
        Some(Curve { band, ..Curve::new(name, points) }.styled(1, 1))
    };
    let curve = |name: &str, levels: &[Level], at: fn(&Level) -> f64| {
        let points: Vec<(f64, f64)> = levels.iter().map(|level| (at(level), of(level).value)).collect();
        let band: Option<Vec<_>> = levels.iter().map(|level| of(level).interval).collect();
        Curve { band: band.unwrap_or_default(), ..Curve::new(name, points) }
    };
    let mut panels = Vec::new();
    for (number, change) in evidence.changes() {
        let levels = evidence.levels(number);
        let ends = (levels[0].level, levels[levels.len() - 1].level);
        let own = curve("changed set, the same seed", &levels, |level| level.level).styled(0, 0);
        let curves = [own].into_iter().chain(flat(ends)).collect();
        panels.push(CurvePanel::new(title_of(evidence, change), Axis::log(change.axis()), y.clone(), curves));
    }
    let far: Vec<(String, Vec<Level>)> = evidence
        .changes()
        .map(|(number, change)| (title_of(evidence, change), evidence.levels(number)))
        .filter(|(_, levels)| levels.iter().all(|level| level.rms > 0.0))
        .collect();
    let all = || far.iter().flat_map(|(_, levels)| levels).map(|level| 255.0 * level.rms);
    if far.len() > 1 {
        let ends = (all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
        let one = |(index, (name, levels)): (usize, &(String, Vec<Level>))| {
            let place = index + usize::from(index > 0);
            let plain = curve(name, levels, |level| 255.0 * level.rms);
            Curve { band: Vec::new(), ..plain }.styled(place, 0)
        };
        let curves = far.iter().enumerate().map(one).chain(flat(ends)).collect();
        let x = Axis::log("root mean square difference of the sets (levels of 255)");
        panels.push(CurvePanel::new("All by the distance of the sets", x, y.clone(), curves));
    }
    let mut curves = Curves::new(title, panels);
    NOTE.clone_into(&mut curves.note);
    curves
}

/// The axis with one range for all panels, so that they can be compared.
fn shared(evidence: &Evidence<'_>, y: Axis, of: fn(&Level) -> Estimate, seeds: Option<Estimate>) -> Axis {
    let all = evidence.changes().flat_map(|(number, _)| evidence.levels(number));
    let ends = |estimate: Estimate| {
        let (low, high) = estimate.interval.unwrap_or((estimate.value, estimate.value));
        // On a logarithmic axis the lower ends of wide intervals would take all the room, or lie below 0.
        [estimate.value, if y.log { estimate.value } else { low }, high]
    };
    let values = all.map(|level| of(&level)).chain(seeds).flat_map(ends);
    let values: Vec<f64> = values.filter(|value| value.is_finite() && (!y.log || *value > 0.0)).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low >= high {
        return y;
    }
    if y.log {
        return y.within(low / 1.5, 1.1 * high);
    }
    let margin = 0.04 * (high - low);
    y.within(low - margin, high + margin)
}

fn title_of(evidence: &Evidence<'_>, change: &ChangeSpec) -> String {
    let title = evidence.spec.title_of(change);
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The rest of 1.
fn rest(estimate: Estimate) -> Estimate {
    let interval = estimate.interval.map(|(low, high)| (1.0 - high, 1.0 - low));
    Estimate { value: 1.0 - estimate.value, interval }
}

/// Logarithmic, so that small differences show beside large ones, unless there is none at some level.
fn small_and_large(evidence: &Evidence<'_>, label: &str, of: fn(&Level) -> Estimate) -> Axis {
    let mut all = evidence.changes().flat_map(|(number, _)| evidence.levels(number));
    if all.all(|level| of(&level).value > 0.0) { Axis::log(label) } else { Axis::plain(label) }
}

fn agreement(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let of = |level: &Level| rest(level.equal);
    let seeds = rest(evidence.agreement((0, 0), 0, By::Equal));
    let axis = small_and_large(evidence, "share of test pictures labelled differently", of);
    by_level(evidence, "Other labels than those of nets of the set as it is", axis, of, Some((SEEDS, seeds)))
        .save(folder.path("agreement-levels.png"))?;
    Ok(figure("agreement-levels.png", "Test pictures labelled differently, by how far the training set was changed"))
}

fn accuracies(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let of = |level: &Level| rest(level.accuracy);
    let base = rest(evidence.accuracy(0, 0));
    let axis = small_and_large(evidence, "share of test pictures labelled wrong", of);
    let title = "Wrong on test pictures, after a change of the training set";
    by_level(evidence, title, axis, of, Some(("the set as it is", base))).save(folder.path("accuracy-levels.png"))?;
    Ok(figure("accuracy-levels.png", "Test pictures labelled wrong, by how far the training set was changed"))
}

fn weights(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let seeds = evidence.seeds_apart(evidence.spec.training.epochs as usize);
    let axis = small_and_large(evidence, "distance, in lengths of the training's own way", |level| level.parting);
    let title = "Distance of the weights from those of the set as it is";
    by_level(evidence, title, axis, |level| level.parting, Some((SEEDS, seeds)))
        .save(folder.path("weights-levels.png"))?;
    Ok(figure("weights-levels.png", "Distance of the weights at the end, by how far the training set was changed"))
}

fn divergence(evidence: &Evidence<'_>, folder: &Folder) -> Result<Figure> {
    let epochs = evidence.spec.training.epochs as usize;
    let points = |apart: &dyn Fn(usize) -> f64| {
        (1..=epochs).map(|epoch| (epoch as f64, apart(epoch))).filter(|(_, apart)| *apart > 0.0).collect::<Vec<_>>()
    };
    let panel = |title: &str, which: fn(&[f64]) -> usize| {
        let one = |(number, change): (usize, &ChangeSpec)| {
            let level = which(&change.levels);
            let cells: Vec<&Measured> = evidence.of(&On::Changed(number, level));
            let apart =
                |epoch: usize| mean(&cells.iter().map(|cell| cell.parting[epoch - 1]).collect::<Vec<_>>()).value;
            let name = format!("{}, {}", evidence.spec.title_of(change), change.level_text(change.levels[level]));
            Curve::new(name, points(&apart)).styled(number + usize::from(number > 0), 0)
        };
        let seeds = Curve::new(SEEDS, points(&|epoch| evidence.seeds_apart(epoch).value)).styled(1, 1);
        let curves = evidence.changes().map(one).chain([seeds]).filter(|curve| !curve.points.is_empty());
        let y = Axis::log("distance, in lengths of the training's own way");
        CurvePanel::new(title, Axis::plain("epoch"), y, curves.collect())
    };
    let panels = vec![
        panel("Each change at its smallest", |_| 0),
        panel("Each change at its largest", |levels| levels.len() - 1),
    ];
    let panels = panels.into_iter().filter(|panel| !panel.curves.is_empty()).collect();
    let mut curves = Curves::new("How fast the weights part, epoch by epoch", panels);
    "mean over trainings; the way is from the start to the end of the same epoch".clone_into(&mut curves.note);
    curves.save(folder.path("divergence.png"))?;
    Ok(figure("divergence.png", "How fast the weights part from those of the set as it is"))
}

/// A picture of each change and level; none of another order, which changes no picture.
fn pictures(evidence: &Evidence<'_>, folder: &Folder) -> Result<Option<Figure>> {
    let shape = evidence.spec.model.input;
    let mut items = Vec::new();
    for (number, change) in evidence.changes().filter(|(_, change)| change.kind != Kind::Reordered) {
        // Where whole pictures change places, all levels look alike.
        let many = matches!(change.kind, Kind::Noise | Kind::Adversarial);
        for (at, level) in change.levels.iter().enumerate().take(if many { usize::MAX } else { 1 }) {
            let cells = evidence.of(&On::Changed(number, at));
            let Some(shown) = cells.iter().find_map(|cell| cell.shown.as_ref()) else { continue };
            let title = evidence.spec.title_of(change);
            let name = if many { format!("{title}, {}", change.level_text(*level)) } else { title };
            items.push(Triptych {
                name,
                before: picture(&shown.before, shape)?,
                after: picture(&shown.after, shape)?,
                captions: Default::default(),
                frame: None,
            });
        }
    }
    if items.is_empty() {
        return Ok(None);
    }
    let mut sheet = Triptychs::new("What is changed in a training picture", items);
    sheet.columns = Some(2);
    sheet.save(folder.path("changed.png"))?;
    Ok(Some(figure("changed.png", "Training pictures before and after each change")))
}

fn picture(text: &str, shape: InputShape) -> Result<Picture<'static>> {
    let bytes = STANDARD.decode(text).context("a cell's picture is damaged")?;
    let values: Vec<f32> = bytes.into_iter().map(|byte| f32::from(byte) / 255.0).collect();
    Ok(Picture::new(values, [shape.channels as usize, shape.height as usize, shape.width as usize]))
}
