//! One cell: a net trained on pictures, where it stretches the plane of its two neurons, and what that says of its mistakes.

use std::path::Path;
use std::time::Instant;

use advlab_analysis::calibration::auroc;
use advlab_analysis::lyapunov::{Stretch, Wanted};
use advlab_analysis::rank_correlation;
use advlab_core::{Classifier as _, Seed, Stop};
use advlab_datasets::Dataset;
use advlab_model_zoo::{ModelCard, Net, Trainer, write};
use anyhow::Result;
use tch::no_grad;

use super::cell::{Cell, Measured};
use super::spec::{NetSpec, Spec};
use crate::lyapunov::doubt::Doubts;
use crate::lyapunov::field::{Chart, Landscape};
use crate::lyapunov::neurons::{grid, landscape, places};
use crate::train::Halves;

/// Pictures that go through a net together.
const BATCH: usize = 1000;

/// What a cell needs besides itself.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) spec: &'a Spec,
    pub(super) data: &'a Halves,
    pub(super) device: tch::Device,
    /// Folder that trained nets are kept in.
    pub(super) nets: &'a Path,
    pub(super) stop: &'a Stop,
}

/// What a net says of pictures.
pub(super) fn doubts(net: &Net, data: &Dataset) -> Result<Doubts> {
    let mut doubts = Doubts::default();
    for start in (0..data.len()).step_by(BATCH) {
        let pictures = data.pictures(start..(start + BATCH).min(data.len()))?;
        let raw = no_grad(|| net.scores(&pictures.tensor().to_device(net.device())))?;
        doubts.add(&raw, net.score_kind())?;
    }
    Ok(doubts)
}

/// Exponents of all pictures of a data set.
fn exponents(stretch: &Stretch<'_>, net: &Net, data: &Dataset) -> Result<Vec<f64>> {
    let mut all = Vec::with_capacity(data.len());
    for start in (0..data.len()).step_by(BATCH) {
        let pictures = data.pictures(start..(start + BATCH).min(data.len()))?;
        all.extend(stretch.of(&pictures.tensor().to_device(net.device()), Wanted::Leading)?.leading());
    }
    Ok(all)
}

/// Exponents from the plane to the last hidden layer, at points of the plane.
pub(super) fn from_plane(above: &Net, points: &[(f64, f64)]) -> Result<Vec<f64>> {
    let pictures = Chart::of_two_inputs(points)?.to_device(above.device());
    Ok(Stretch::new(above, None, None)?.of(&pictures, Wanted::Leading)?.leading())
}

/// Does a cell, telling of every epoch; none if someone asked to stop.
pub(super) fn measure(cell: &Cell, bench: &Bench<'_>, watch: &dyn Fn()) -> Result<Option<Measured>> {
    let began = Instant::now();
    let spec: &NetSpec = bench.spec.nets.iter().find(|net| net.name == cell.net).expect("cells are made from nets");
    let seed = Seed::new(bench.spec.seed).child("training").index(cell.training as u64);
    let examples = bench.data.examples();
    let mut trainer = Trainer::new(&cell.key(), &spec.model, &spec.training, seed, examples.train, bench.device)?;
    while !trainer.is_over() {
        match trainer.epoch(&*examples.test, bench.stop, &mut |_, _| ()) {
            Ok(_) => watch(),
            Err(advlab_model_zoo::Error::Core(advlab_core::Error::Stopped)) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    let net = trainer.net()?;
    let card = ModelCard { spec: spec.model.clone(), training: None };
    write(&bench.nets.join(format!("{}.safetensors", cell.key())), &net, &card)?;
    let below = spec.bottleneck().expect("checked before any training");
    let test: &Dataset = &bench.data.test;
    let (points, above) = (places(&net, below, test)?, net.above(below)?);
    let land = landscape(&above, None, grid(&net, bench.spec.grid, &points))?;
    let apart = land.apart(seed.child("moves"));
    let doubts = doubts(&net, test)?;
    let right: Vec<bool> = doubts.labels.iter().zip(test.labels()).map(|(label, truth)| label == truth).collect();
    let local = from_plane(&above, &points)?;
    let whole = exponents(&Stretch::new(&net, None, None)?, &net, test)?;
    let measures: [&[f64]; 4] = [&local, &whole, &doubts.entropies, &doubts.closeness];
    let telling = measures.map(|doubt| auroc(doubt, &right).map(|area| area.value)).to_vec();
    let near = near_ridges(&land, &points);
    let share = |near: &[bool], wanted: bool, of: &dyn Fn(usize) -> f64| {
        let which: Vec<usize> = (0..near.len()).filter(|at| near[*at] == wanted).collect();
        which.iter().map(|at| of(*at)).sum::<f64>() / which.len().max(1) as f64
    };
    let by_place = |wanted, of: &dyn Fn(usize) -> f64| near.as_ref().map(|near| share(near, wanted, of));
    let wrong = |at: usize| f64::from(u8::from(!right[at]));
    let entropy = |at: usize| doubts.entropies[at];
    let (on_borders, elsewhere) = land.on_and_off_borders();
    let mut shown: Vec<usize> = land.labels.iter().copied().collect();
    shown.sort_unstable();
    shown.dedup();
    Ok(Some(Measured {
        cell: cell.clone(),
        test_error: right.iter().filter(|right| !**right).count() as f64 / right.len() as f64,
        classes_shown: shown.len(),
        on_borders,
        elsewhere,
        ridges: apart.map(|(ridges, _)| ridges),
        borders: apart.map(|(_, borders)| borders),
        errors_near: by_place(true, &wrong),
        errors_far: by_place(false, &wrong),
        entropy_near: by_place(true, &entropy),
        entropy_far: by_place(false, &entropy),
        telling,
        with_entropy: rank_correlation(&local, &doubts.entropies),
        seconds: began.elapsed().as_secs_f64(),
    }))
}

/// For each picture whether it is among the quarter nearest to a ridge of the plane; none where there is no ridge.
fn near_ridges(land: &Landscape, points: &[(f64, f64)]) -> Option<Vec<bool>> {
    let ridges = land.ridges();
    if ridges.is_empty() {
        return None;
    }
    let far: Vec<f64> = points
        .iter()
        .map(|point| {
            let (row, column) = land.grid.cell(*point);
            let squares = ridges.iter().map(|(r, c)| (r - row).powi(2) + (c - column).powi(2));
            squares.fold(f64::INFINITY, f64::min)
        })
        .collect();
    let limit = advlab_analysis::quantile(&far, 0.25);
    Some(far.iter().map(|far| *far <= limit).collect())
}

/// The probabilities of several nets as an ensemble wants them, `[M, N, K]`.
pub(super) fn stacked(nets: &[Doubts], classes: usize) -> Result<ndarray::Array3<f32>> {
    let pictures = nets.first().map_or(0, |net| net.labels.len());
    let flat: Vec<f32> = nets.iter().flat_map(|net| net.probabilities.iter().copied()).collect();
    Ok(ndarray::Array3::from_shape_vec((nets.len(), pictures, classes), flat)?)
}
