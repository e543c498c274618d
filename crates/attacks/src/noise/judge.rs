//! The one place where success is decided: a fresh forward pass over the final pictures.

use advlab_core::{Outcome, Scores, Seed};
use tch::Tensor;

use super::params::NoiseParams;
use super::{Finished, Job, start};
use crate::threads::OneThread;
use crate::{Error, Result};

/// Judges finished attempts by their final pictures; with `one_thread`, without waking libtorch's other threads.
pub(super) fn judge(
    params: &NoiseParams,
    job: &Job<'_>,
    finished: Vec<Finished>,
    one_thread: bool,
) -> Result<Vec<(Outcome, Vec<f32>)>> {
    if finished.is_empty() {
        return Ok(Vec::new());
    }
    let len = job.net.input().len();
    if let Some(attempt) = finished.iter().find(|attempt| attempt.picture.iter().any(|value| !value.is_finite())) {
        return Err(Error::Gradient { net: job.net.name().to_owned(), steps: attempt.steps });
    }
    let seeds: Vec<Seed> =
        finished.iter().map(|attempt| start::start_seed(job.seed, job.class, attempt.index)).collect();
    let starts = start::draw(params, &seeds, len);
    let finals: Vec<f32> = finished.iter().flat_map(|attempt| attempt.picture.iter().copied()).collect();
    let threads = one_thread.then(OneThread::begin);
    let (before, after) = (classify(job, &starts)?, classify(job, &finals)?);
    drop(threads);
    let class = job.class as usize;
    let judged = finished.into_iter().enumerate().map(|(row, attempt)| {
        let (l2, linf, rms) = Outcome::distances(&starts[row * len..(row + 1) * len], &attempt.picture);
        let confidence = after.confidence(row, class);
        let confident = params.confidence.is_none_or(|wanted| f64::from(confidence) >= wanted);
        let record = Outcome {
            index: attempt.index,
            start_seed: seeds[row].get(),
            target: job.class,
            success: after.labels[row] == job.class && confident,
            label_before: before.labels[row],
            confidence_before: before.confidence_of_label(row),
            label: after.labels[row],
            confidence,
            l2,
            linf,
            rms,
            steps: attempt.steps,
            forward: attempt.forward,
            backward: attempt.backward,
        };
        (record, attempt.picture)
    });
    Ok(judged.collect())
}

fn classify(job: &Job<'_>, pictures: &[f32]) -> Result<Scores> {
    let shape = job.net.input();
    let n = (pictures.len() / shape.len()) as i64;
    let batch = Tensor::from_slice(pictures).reshape(shape.batch(n)).to_device(job.net.device());
    Ok(job.net.classify(&batch.to_kind(job.net.kind()))?)
}
