//! How far a net does stretch differences, at pictures: from below.

use std::ops::ControlFlow;

use advlab_analysis::Jacobian;
use advlab_analysis::spectrum::{Lanczos, leading};
use advlab_attacks::perturb::{Job, Perturb};
use advlab_core::{Aim, Classifier, Layer, Norm, Pictures, Seed, Stop, Verdict};
use anyhow::Result;
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor, no_grad};

/// Residual of a Jacobian's largest singular value, as a share of it, that is good enough: it is a lower bound whatever is left.
const TOLERANCE: f64 = 1e-3;

/// Values of pictures that go through a net together, its gradients with it.
const VALUES_IN_BATCH: usize = 400_000;

/// What was found at pictures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bounds {
    /// For each picture the largest singular value of `∂scores/∂picture`.
    pub jacobians: Vec<f64>,
    /// Largest residual of them, as a share.
    pub residual: f64,
    /// For each picture that has one the smallest change of its label.
    pub changes: Vec<Change>,
    /// Pictures without one.
    pub unchanged: usize,
}

/// A smallest change that gives a picture another label.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// Number of the picture.
    pub picture: usize,
    /// Its Euclidean length.
    pub distance: f64,
    /// The Euclidean length of what it changes of the scores, over its own.
    pub stretch: f64,
}

impl Bounds {
    /// The largest stretch that was seen.
    pub fn largest(&self) -> Option<f64> {
        let all = self.jacobians.iter().copied().chain(self.changes.iter().map(|change| change.stretch));
        all.filter(|stretch| stretch.is_finite()).max_by(f64::total_cmp)
    }
}

/// Pictures that go through a net together.
pub(crate) fn batch(net: &dyn Classifier) -> usize {
    (VALUES_IN_BATCH / net.input().len().max(1)).clamp(1, 100)
}

/// Measures a net at pictures `[N, C, H, W]`, N at least 1; `search` finds smallest changes. None if someone asked to stop.
///
/// # Errors
/// Those of the net; a net whose scores do not follow from the picture in a way that has gradients.
pub(crate) fn measure(
    net: &dyn Classifier,
    pictures: &Pictures,
    search: Option<&Perturb>,
    seed: Seed,
    stop: &Stop,
    bar: &ProgressBar,
) -> Result<Option<Bounds>> {
    let batch = batch(net);
    let n = pictures.len();
    bar.set_length(n as u64 * if search.is_some() { 2 } else { 1 });
    let mut bounds = Bounds::default();
    for first in (0..n).step_by(batch) {
        if stop.asked() {
            return Ok(None);
        }
        let some = pictures.tensor().narrow(0, first, (n - first).min(batch as i64));
        let some = some.f_to_kind(net.kind())?.f_to_device(net.device())?;
        let maps = Jacobian::at(net, &some, Layer::SCORES)?;
        let how = Lanczos { wanted: 1, tolerance: TOLERANCE, steps: 60 };
        let found = leading(&maps, how, seed.child("jacobian").index(first as u64))?;
        bounds.jacobians.extend(found.values.iter().map(|values| values[0]));
        bounds.residual = found.residuals.iter().flatten().fold(bounds.residual, |most, r| most.max(*r));
        bar.inc(some.size()[0] as u64);
    }
    let Some(search) = search else { return Ok(Some(bounds)) };
    let scores = |pictures: &Tensor| -> Result<Vec<f64>> {
        let there = pictures.f_to_kind(net.kind())?.f_to_device(net.device())?;
        let scores = no_grad(|| net.scores(&there))?.f_to_kind(Kind::Double)?.f_reshape([-1])?;
        Ok(Vec::try_from(scores.f_to_device(tch::Device::Cpu)?)?)
    };
    let mut aims = Vec::new();
    for first in (0..n).step_by(batch) {
        let some = pictures.tensor().narrow(0, first, (n - first).min(batch as i64));
        let labels = net.classify(&some.f_to_kind(net.kind())?.f_to_device(net.device())?)?.labels;
        aims.extend(labels.into_iter().map(Aim::Away));
    }
    let mut found = Vec::new();
    let job = Job { net, pictures, aims: &aims, first: 0, seed: seed.child("changes"), batch, stop };
    let whole = search.run(&job, &mut |outcome, picture| {
        bar.inc(1);
        if outcome.verdict == Verdict::Success {
            found.push((outcome.index as usize, outcome.distance(Norm::L2), picture.to_vec()));
        }
        ControlFlow::Continue(())
    })?;
    if !whole {
        return Ok(None);
    }
    found.sort_by_key(|(index, ..)| *index);
    for (picture, distance, values) in found {
        let changed = Tensor::from_slice(&values).f_reshape(net.input().batch(1))?;
        let (before, after) = (scores(&pictures.tensor().narrow(0, picture as i64, 1))?, scores(&changed)?);
        let apart = before.iter().zip(&after).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        bounds.changes.push(Change { picture, distance, stretch: apart / distance });
    }
    bounds.unchanged = n as usize - bounds.changes.len();
    Ok(Some(bounds))
}
