//! Examples of a net, and what all nets say of them.

use std::ops::ControlFlow;
use std::sync::Mutex;

use advlab_attacks::perturb::{Job, Perturb};
use advlab_core::{Aim, Classifier, Perturbation, Pictures, Seed, Stop};
use anyhow::Result;
use tch::{Kind, Tensor};

use super::cell::Counts;
use crate::lanes::{Lanes, gathered};
use crate::study::lone::Lone;

/// Pictures that one attack works on. It changes nothing but the last bits.
const BLOCK: usize = 250;

/// Pictures to change, and of what net.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task<'a> {
    pub(super) net: &'a dyn Classifier,
    pub(super) perturb: &'a Perturb,
    /// One after the other, each value in [0, 1].
    pub(super) pictures: &'a [f32],
    pub(super) aims: &'a [Aim],
    pub(super) seed: Seed,
    pub(super) batch: usize,
    pub(super) stop: &'a Stop,
    /// Most blocks of pictures side by side.
    pub(super) jobs: Option<usize>,
}

/// What came of a picture, and its final values.
pub(super) type Made = (Perturbation, Vec<f32>);

/// What came of each picture, in order; none if someone asked to stop.
pub(super) fn examples(task: &Task<'_>) -> Result<Option<Vec<Made>>> {
    let (lanes, shape) = (Lanes::new(task.net.device(), task.jobs), task.net.input());
    let n_blocks = task.aims.len().div_ceil(BLOCK);
    // Tensors cannot be read by two threads at once: each takes a net of its own.
    let copies = (0..lanes.at_once(n_blocks)).map_while(|_| task.net.share()).map(Lone);
    let nets = Mutex::new(copies.collect::<Vec<_>>());
    let (perturb, pictures, aims, seed, stop) = (task.perturb, task.pictures, task.aims, task.seed, task.stop);
    let batch = task.batch;
    let block = |at: usize| -> Result<Option<Vec<Made>>> {
        let range = at * BLOCK..((at + 1) * BLOCK).min(aims.len());
        let values = &pictures[range.start * shape.len()..range.end * shape.len()];
        let tensor = Tensor::from_slice(values).reshape(shape.batch(range.len() as i64));
        let net = nets.lock().expect("no thread panics with it").pop().expect("one for each thread");
        let first = range.start as u64;
        let job = Job { net: &net, pictures: &Pictures::new(tensor)?, aims: &aims[range], first, seed, batch, stop };
        let mut made = Vec::with_capacity(BLOCK);
        let complete = perturb.run(&job, &mut |outcome, picture| {
            made.push((outcome, picture.to_vec()));
            ControlFlow::Continue(())
        })?;
        nets.lock().expect("no thread panics with it").push(net);
        made.sort_by_key(|(outcome, _)| outcome.index);
        Ok(complete.then_some(made))
    };
    let done = gathered(n_blocks, lanes, &block)?;
    Ok((done.len() == n_blocks).then(|| done.into_iter().flatten().collect()))
}

/// What a net says of pictures, which may leave [0, 1]. A target is what was wanted of another net.
pub(super) fn count(net: &dyn Classifier, pictures: &[f32], truths: &[i64], targets: &[Option<i64>]) -> Result<Counts> {
    let shape = net.input();
    let mut counts = Counts { of: truths.len() as u64, ..Counts::default() };
    let labels = truths.chunks(1000).zip(targets.chunks(1000));
    for (values, (truths, targets)) in pictures.chunks(1000 * shape.len()).zip(labels) {
        let batch = Tensor::from_slice(values).reshape(shape.batch(truths.len() as i64)).to_kind(Kind::Float);
        let scores = net.classify(&batch.to_device(net.device()).to_kind(net.kind()))?;
        for ((label, truth), target) in scores.labels.iter().zip(truths).zip(targets) {
            counts.wrong += u64::from(label != truth);
            counts.target += u64::from(*target == Some(*label));
        }
    }
    Ok(counts)
}

/// Distortion `sqrt(Σ(x'−x)²/n)` of one picture.
pub(super) fn rms(before: &[f32], after: &[f32]) -> f64 {
    let squares: f64 = before.iter().zip(after).map(|(a, b)| (f64::from(*b) - f64::from(*a)).powi(2)).sum();
    (squares / before.len().max(1) as f64).sqrt()
}
