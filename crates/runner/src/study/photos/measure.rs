//! One cell: photographs changed, written, read back, and shown to all nets.

use std::ops::ControlFlow;
use std::time::Instant;

use advlab_attacks::perturb::{Job, Perturb};
use advlab_core::{Aim, Classifier, Norm, Perturbation, Pictures, Seed, Stop};
use advlab_model_zoo::Model;
use anyhow::Result;
use rand::Rng as _;
use rand::seq::SliceRandom as _;
use tch::Tensor;

use super::album::{self, Album};
use super::cell::{Cell, Found, Measured, Other, Said};
use super::spec::{RANDOM, Spec};
use crate::folder::Folder;
use crate::labels;

/// What a cell needs besides itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bench<'a> {
    pub(super) spec: &'a Spec,
    pub(super) album: &'a Album,
    pub(super) nets: &'a [Model],
    pub(super) perturb: &'a Perturb,
    pub(super) folder: &'a Folder,
    pub(super) stop: &'a Stop,
}

/// Does a cell; none if someone asked to stop.
pub(super) fn measure(cell: &Cell, bench: &Bench<'_>) -> Result<Option<Measured>> {
    let began = Instant::now();
    let net = bench.nets[cell.net].net.as_ref();
    let photos: Vec<usize> = (cell.first..cell.first + cell.n).collect();
    let mut values = Vec::new();
    for photo in &photos {
        values.extend(bench.album.values(*photo, net.input())?);
    }
    let targets = photos.iter().map(|photo| target(cell, bench, *photo)).collect::<Result<Vec<i64>>>()?;
    let aims: Vec<Aim> = targets.iter().map(|target| Aim::Target(*target)).collect();
    let pictures = Pictures::new(Tensor::from_slice(&values).reshape(net.input().batch(cell.n as i64)))?;
    let seed = Seed::new(bench.spec.seed).child("attack").child(&bench.spec.targets[cell.target]);
    let (first, batch, stop) = (cell.first as u64, cell.n, bench.stop);
    let job = Job { net, pictures: &pictures, aims: &aims, first, seed, batch, stop };
    let mut made = Vec::with_capacity(cell.n);
    let complete = bench.perturb.run(&job, &mut |outcome, picture| {
        made.push((outcome, picture.to_vec()));
        ControlFlow::Continue(())
    })?;
    if !complete {
        return Ok(None);
    }
    made.sort_by_key(|(outcome, _)| outcome.index);
    let len = net.input().len();
    let mut found = Vec::with_capacity(cell.n);
    for (at, (outcome, result)) in made.iter().enumerate() {
        let clean = &values[at * len..(at + 1) * len];
        found.push(one(cell, bench, (photos[at], targets[at]), outcome, clean, result)?);
    }
    Ok(Some(Measured { cell: cell.clone(), found, seconds: began.elapsed().as_secs_f64() }))
}

/// The class that a photograph is to become. A random one is the same for all nets, and none says it of the photograph.
fn target(cell: &Cell, bench: &Bench<'_>, photo: usize) -> Result<i64> {
    let (net, wanted) = (bench.nets[cell.net].net.as_ref(), &bench.spec.targets[cell.target]);
    if wanted != RANDOM {
        return Ok(labels::find(wanted, net.classes(), net.name())? as i64);
    }
    let mut taken = Vec::new();
    for model in bench.nets {
        taken.push(ask(model.net.as_ref(), &bench.album.values(photo, model.net.input())?)?.label);
    }
    let mut rng = Seed::new(bench.spec.seed).child("targets").child(&bench.album.name(photo)).rng();
    let n_classes = net.classes().len() as i64;
    loop {
        let class = rng.random_range(0..n_classes);
        // A net of two classes has one that is not taken at most.
        if !taken.contains(&class) || n_classes <= taken.len() as i64 {
            return Ok(class);
        }
    }
}

fn one(
    cell: &Cell,
    bench: &Bench<'_>,
    (photo, target): (usize, i64),
    outcome: &Perturbation,
    clean: &[f32],
    result: &[f32],
) -> Result<Found> {
    let net = bench.nets[cell.net].net.as_ref();
    let len = net.input().len();
    let mut found = Found {
        photo,
        target,
        verdict: outcome.verdict,
        before: Said { label: outcome.label_before, confidence: outcome.confidence_before },
        after: Said { label: outcome.label, confidence: outcome.confidence },
        rms: outcome.rms(len),
        unrounded_rms: outcome.unrounded[Norm::L2 as usize] / (len as f64).sqrt(),
        largest: outcome.distance(Norm::Linf),
        gradients: outcome.backward,
        file: None,
        written: None,
        others: Vec::new(),
    };
    if !found.is_example() {
        return Ok(found);
    }
    let place = format!("pictures/{}-{}", bench.spec.nets[cell.net].name, cell.target + 1);
    let file = format!("{place}/{}.png", bench.album.stem(photo));
    bench.folder.subfolder(&place)?;
    let path = bench.folder.path(&file);
    album::write(&path, result, net.input())?;
    found.written = Some(ask(net, &album::read(&path, net.input())?)?);
    found.file = Some(file);

    // The controls go the same way as the result: through a file of the same size.
    let passing = tempfile::tempdir()?;
    let (plain, shuffled) = (passing.path().join("plain.png"), passing.path().join("shuffled.png"));
    album::write(&plain, clean, net.input())?;
    let seed = Seed::new(bench.spec.seed).child("shuffle").index(photo as u64);
    album::write(&shuffled, &shuffle(clean, result, net.input().channels as usize, seed), net.input())?;
    for (at, model) in bench.nets.iter().enumerate().filter(|(at, _)| *at != cell.net) {
        let other = model.net.as_ref();
        let says = |path: &std::path::Path| ask(other, &album::read(path, other.input())?).map(|said| said.label);
        found.others.push(Other { net: at, before: says(&plain)?, after: says(&path)?, shuffled: says(&shuffled)? });
    }
    Ok(found)
}

/// A picture with the change of another, its pixels in a random order: as large, and in no direction.
fn shuffle(clean: &[f32], result: &[f32], channels: usize, seed: Seed) -> Vec<f32> {
    let plane = clean.len() / channels;
    let mut order: Vec<usize> = (0..plane).collect();
    order.shuffle(&mut seed.rng());
    let value = |at: usize| {
        let from = at / plane * plane + order[at % plane];
        (clean[at] + result[from] - clean[from]).clamp(0.0, 1.0)
    };
    (0..clean.len()).map(value).collect()
}

/// What a net says of one picture.
pub(super) fn ask(net: &dyn Classifier, values: &[f32]) -> Result<Said> {
    let picture = Tensor::from_slice(values).reshape(net.input().batch(1)).to_device(net.device()).to_kind(net.kind());
    let scores = net.classify(&picture)?;
    Ok(Said { label: scores.labels[0], confidence: scores.confidence_of_label(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffled_change_has_the_same_values() {
        let clean = vec![0.5_f32; 12];
        let result: Vec<f32> = (0..12).map(|i| 0.5 + 0.01 * i as f32).collect();
        let shuffled = shuffle(&clean, &result, 3, Seed::new(4));
        for plane in 0..3 {
            let sorted = |values: &[f32]| {
                let mut values = values[4 * plane..4 * plane + 4].to_vec();
                values.sort_by(f32::total_cmp);
                values
            };
            let pairs: Vec<_> = sorted(&shuffled).into_iter().zip(sorted(&result)).collect();
            assert!(pairs.iter().all(|(a, b)| (a - b).abs() < 1e-6), "{pairs:?}");
        }
    }
}
