//! How a cell is done: the pictures through the net once, then everything from its layers' values.

use std::time::Instant;

use advlab_analysis::basis::Measures;
use advlab_analysis::maximise::MaximiseParams;
use advlab_core::{Classifier, Layer, Seed};
use anyhow::{Context as _, Result};
use tch::Tensor;

use super::cell::{Alike, Cell, LayerMeasured, Measured, Pair, Pattern};
use super::spec::{Spec, Synthesis};
use crate::basis::figures::{DirectionsOf, page, sheet};
use crate::basis::group::{Group, random, units};
use crate::basis::held::Held;
use crate::basis::likeness::between;
use crate::basis::look::{self, Look};
use crate::basis::sweep::sweep;
use crate::basis::synthesis::{Wanted, make, settings};
use crate::basis::traits::Traits;
use crate::basis::{Spec as BasisSpec, Synthesized};
use crate::folder::Folder;
use crate::progress::Progress;
use crate::record::Surroundings;

/// What cells are done with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bench<'a> {
    pub(super) spec: &'a Spec,
    pub(super) folder: &'a Folder,
    pub(super) surroundings: &'a Surroundings,
}

/// A net that cells are about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) net: &'a dyn Classifier,
    pub(super) held: &'a Held,
    /// Layers to look at, by name; unset takes all hidden ones.
    pub(super) layers: Option<&'a [String]>,
}

/// The layers of a net to look at, and all that it has. The scores come last.
fn layers_of(net: &dyn Classifier, names: Option<&[String]>) -> Result<(Vec<Layer>, Vec<Layer>)> {
    let all = net.layers()?;
    let mut chosen = match names {
        Some(names) => {
            names.iter().map(|name| Ok(Layer::find(&all, name, net.name())?.clone())).collect::<Result<Vec<_>>>()?
        }
        // A pool's values are those of the layer before it once more.
        None => {
            let is_hidden = |layer: &&Layer| !layer.name.ends_with(".pre") && !layer.name.starts_with("pool");
            all.iter().filter(is_hidden).cloned().collect()
        }
    };
    chosen.retain(|layer| !layer.is_scores);
    chosen.push(all.last().context("every net has scores")?.clone());
    Ok((chosen, all))
}

/// Names of the layers that are looked at.
pub(super) fn looked_at(net: &dyn Classifier, names: Option<&[String]>) -> Result<Vec<String>> {
    Ok(layers_of(net, names)?.0.into_iter().map(|layer| layer.name).collect())
}

/// Does a cell; none if someone asked to stop.
pub(super) fn measure(cell: &Cell, subject: &Subject<'_>, bench: &Bench<'_>) -> Result<Option<Measured>> {
    let began = Instant::now();
    let (spec, seed) = (bench.spec, Seed::new(bench.spec.seed).child(&cell.net).index(cell.training as u64));
    let (chosen, all) = layers_of(subject.net, subject.layers)?;
    let features = look::features(&all).name.clone();
    let last_hidden = chosen.iter().rev().find(|layer| !layer.is_scores).map(|layer| layer.name.clone());
    let mut traits = Traits::new(subject.held, subject.net, &features, spec.batch);
    let chance = traits.chance(spec.top, seed.child("chance"))?;
    let mut layers = Vec::new();
    for layer in &chosen {
        let look = look_at(subject, layer, &all, bench);
        let seed = seed.child(&layer.name);
        let width = spec.map.width(layer);
        let directions = [units(width, seed)?, random(width, false, spec.shown, seed)?];
        let Some(mut store) = look.store(BasisSpec::MEMORY, bench.folder)? else { return Ok(None) };
        let driven = look.drive(&mut store, &[&directions[0], &directions[1]], spec.top)?;
        let mut groups = Vec::new();
        for ((kind, directions), driven) in ["unit", "random"].into_iter().zip(directions).zip(driven) {
            let measures = traits.measures(&driven)?;
            groups.push(Group::new(kind, directions, driven, measures));
        }
        // Turning every layer's basis would say the same again and again: the last hidden layer, and the scores as a control.
        let is_turned = layer.is_scores || Some(&layer.name) == last_hidden.as_ref();
        let turned = if is_turned { sweep(&look, &mut store, &mut traits, spec.top, seed)? } else { Some(Vec::new()) };
        let Some(turned) = turned else { return Ok(None) };
        let wanted = spec.synthesize.iter().find(|wanted| wanted.net == cell.net && wanted.layer == layer.name);
        let patterns = match wanted.filter(|_| cell.training == 1) {
            Some(wanted) => match synthesize(wanted, subject, (layer, look.before), &groups, seed, bench)? {
                Some(patterns) => patterns,
                None => return Ok(None),
            },
            None => Vec::new(),
        };
        if cell.training == 1 && is_turned && !layer.is_scores {
            let of = DirectionsOf { net: subject.net, name: &cell.net, layer, top: spec.top };
            let shown: Vec<_> = groups.iter().map(|group| (group, shown(group, spec.shown))).collect();
            page(&bench.folder.path(&format!("sheets/top-{}.png", cell.net)), &of, subject.held, &shown)?;
        }
        let measures = |group: &Group| group.measures.iter().flatten().copied().collect::<Vec<Measures>>();
        layers.push(LayerMeasured {
            layer: layer.clone(),
            constant: groups[0].constant(),
            natural: measures(&groups[0]),
            random: measures(&groups[1]),
            chance,
            sweep: turned,
            patterns,
        });
    }
    Ok(Some(Measured { cell: cell.clone(), layers, seconds: began.elapsed().as_secs_f64() }))
}

fn look_at<'a>(subject: &Subject<'a>, layer: &'a Layer, all: &'a [Layer], bench: &Bench<'a>) -> Look<'a> {
    Look {
        net: subject.net,
        layer,
        before: look::before(all, layer),
        reading: bench.spec.map,
        held: subject.held,
        batch: bench.spec.batch,
        stop: &bench.surroundings.stop,
        progress: Progress::Hidden,
    }
}

/// The first directions of a group that are not the same for all pictures.
fn shown(group: &Group, most: usize) -> Vec<usize> {
    (0..group.directions.len()).filter(|at| group.measures[*at].is_some()).take(most).collect()
}

/// Makes pictures from noise for units and for random directions, draws them, and says how they compare.
fn synthesize(
    wanted: &Synthesis,
    subject: &Subject<'_>,
    (layer, before): (&Layer, Option<&Layer>),
    groups: &[Group],
    seed: Seed,
    bench: &Bench<'_>,
) -> Result<Option<Vec<Pattern>>> {
    let net = subject.net;
    let smooth = settings(net.input(), &wanted.settings)?;
    let free = MaximiseParams { tv: 0.0, l2: 0.0, blur: 0.0, ..smooth.clone() };
    let (smooth, free) = (smooth.check()?, free.check()?);
    let hidden = Surroundings { progress: Progress::Hidden, ..bench.surroundings.clone() };
    let (mut all, mut pictures, mut patterns) = (Vec::new(), Vec::new(), Vec::new());
    let of = DirectionsOf { net, name: &wanted.net, layer, top: bench.spec.top };
    for group in groups {
        let shown = shown(group, bench.spec.shown);
        let what = Wanted { net, layer, before, reading: bench.spec.map, group, shown: &shown };
        let seed = seed.child("synthesis").child(group.kind);
        let (Some(made), Some(freely)) = (make(&smooth, &what, seed, &hidden)?, make(&free, &what, seed, &hidden)?)
        else {
            return Ok(None);
        };
        patterns.extend(shown.iter().enumerate().map(|(row, at)| Pattern {
            shown: made.values[row],
            free: freely.values[row],
            picture: group.driven[*at].top[0].value,
        }));
        all.extend(Synthesized::all(&made, group, &shown, &of));
        pictures.push(made.pictures);
    }
    let file = format!("synthesized-{}-{}.png", wanted.net, wanted.layer.replace('.', "-"));
    sheet(&bench.folder.path(&format!("sheets/{file}")), &of, &all, &Tensor::f_cat(&pictures, 0)?)?;
    Ok(Some(patterns))
}

/// Compares the layers of two trainings; none if someone asked to stop.
pub(super) fn compare(pair: &Pair, both: [&Subject<'_>; 2], bench: &Bench<'_>) -> Result<Option<Alike>> {
    let seed = Seed::new(bench.spec.seed).child("likeness").child(&pair.net);
    let (chosen, all) = layers_of(both[0].net, both[0].layers)?;
    let mut layers = Vec::new();
    for layer in chosen.iter().filter(|layer| !layer.is_scores) {
        let looks = both.map(|subject| look_at(subject, layer, &all, bench));
        let seed = seed.child(&layer.name);
        let Some(likeness) = between([&looks[0], &looks[1]], BasisSpec::MEMORY, bench.folder, seed)? else {
            return Ok(None);
        };
        layers.push((layer.name.clone(), likeness));
    }
    Ok(Some(Alike { pair: pair.clone(), layers }))
}
