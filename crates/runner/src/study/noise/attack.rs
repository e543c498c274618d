//! One cell: examples of one digit for one net, measured and averaged.

use std::ops::ControlFlow;
use std::time::Instant;

use advlab_analysis::{Average, Seen, correlation, gradient_norms, median, stretched};
use advlab_attacks::noise::{Job, Noise, NoiseParams, draw, start_seed};
use advlab_core::{Classifier, Seed, Stop};
use anyhow::Result;
use tch::{Kind, Tensor};

use super::cell::{AverageOf, Cell, FLAT, Measured, Slopes};
use super::spec::Group;

/// Examples and failures that are looked at one by one.
const LOOKED_AT: usize = 200;

/// What a cell needs besides itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task<'a> {
    pub(super) net: &'a dyn Classifier,
    pub(super) group: &'a Group,
    pub(super) noise: &'a Noise,
    /// Mean training picture of the cell's digit.
    pub(super) mean_digit: &'a [f64],
    pub(super) seed: Seed,
    pub(super) batch: usize,
    pub(super) stop: &'a Stop,
}

/// The seed of a cell's noise. No two cells share it: averages of the same starts would be alike for that reason alone.
pub(super) fn seed_of(seed: Seed, cell: &Cell) -> Seed {
    seed.child("noise").child(&cell.group).child(&cell.net).index(cell.training as u64)
}

/// Makes the examples of a cell; none if someone asked to stop.
pub(super) fn attack(cell: &Cell, task: &Task<'_>) -> Result<Option<Measured>> {
    let began = Instant::now();
    let len = task.net.input().len();
    let mut halves = [Average::new(len), Average::new(len)];
    let (mut confidences, mut steps, mut successful) = (Vec::new(), Vec::new(), Vec::new());
    let (mut looked_at, mut starts, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    let mut free = 0;
    let job = Job {
        net: task.net,
        class: cell.digit,
        seed: task.seed,
        wanted: task.group.n,
        first_attempt: 0,
        max_attempts: task.group.max_attempts,
        batch: task.batch,
        stop: task.stop,
    };
    let tally = task.noise.run(&job, &mut |record, picture| {
        successful.push(record.success);
        if record.success {
            halves[confidences.len() % 2].add(picture);
            confidences.push(record.confidence);
            steps.push(record.steps);
            free += u64::from(record.steps == 0);
            if starts.len() < LOOKED_AT {
                looked_at.push(picture.to_vec());
                starts.push(Seed::new(record.start_seed));
            }
        } else if failures.len() < LOOKED_AT * len {
            failures.extend_from_slice(picture);
        }
        ControlFlow::Continue(())
    })?;
    if tally.stopped {
        return Ok(None);
    }
    let starts = draw(task.noise.params(), &starts, len);
    let pairs = || looked_at.iter().zip(starts.chunks_exact(len));
    let like_start: Vec<f64> = pairs().map(|(end, start)| correlation(&doubles(end), &doubles(start))).collect();
    let like_digit: Vec<f64> = looked_at.iter().map(|end| correlation(&doubles(end), task.mean_digit)).collect();
    Ok(Some(Measured {
        cell: cell.clone(),
        attempts: tally.attempts,
        successes: tally.successes as u64,
        free,
        like_start: (!like_start.is_empty()).then(|| median(&like_start)),
        like_digit: (!like_digit.is_empty()).then(|| median(&like_digit)),
        average: average(task.net, cell.digit, &halves)?,
        example: looked_at.into_iter().next(),
        slopes: slopes(cell, task, &successful, &failures)?,
        confidences,
        steps,
        seconds: began.elapsed().as_secs_f64(),
    }))
}

fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().map(|value| f64::from(*value)).collect()
}

fn average(net: &dyn Classifier, digit: i64, halves: &[Average; 2]) -> Result<Option<AverageOf>> {
    let [a, b] = halves;
    if a.count() == 0 {
        return Ok(None);
    }
    let (n, m) = (a.count() as f64, b.count() as f64);
    let (a, b) = (doubles(&a.mean()), doubles(&b.mean()));
    let picture: Vec<f32> = a.iter().zip(&b).map(|(a, b)| ((n * a + m * b) / (n + m)) as f32).collect();
    let half = correlation(&a, &b).max(0.0);
    Ok(Some(AverageOf {
        reliability: 2.0 * half / (1.0 + half),
        raw: Seen::by(net, &picture, digit)?,
        stretched: Seen::by(net, &stretched(&picture), digit)?,
        picture,
    }))
}

/// Gradients at the starts of the first attempts, and at the ends of the first failures.
fn slopes(cell: &Cell, task: &Task<'_>, successful: &[bool], failures: &[f32]) -> Result<Slopes> {
    let params = task.noise.params();
    let len = task.net.input().len();
    let first = successful.len().min(1000);
    let seeds: Vec<Seed> = (0..first as u64).map(|index| start_seed(task.seed, cell.digit, index)).collect();
    let starts = batch(task.net, &draw(params, &seeds, len));
    let norms = gradient_norms(task.net, &starts, |scores| loss(params, task.net, cell.digit, scores))?;
    let pulls = gradient_norms(task.net, &starts, |scores| {
        let wanted = task.net.score_kind().confidences(scores).select(1, cell.digit);
        (&wanted - 1.0).square() * 0.5
    })?;
    let (mut stuck, mut stuck_loss) = (None, None);
    if !failures.is_empty() {
        let ends = batch(task.net, failures);
        stuck = Some(median(&gradient_norms(task.net, &ends, |scores| {
            let losses = loss(params, task.net, cell.digit, scores);
            stuck_loss = Vec::<f64>::try_from(losses.detach().to_kind(Kind::Double)).ok().map(|all| median(&all));
            losses
        })?));
    }
    let flat = |norms: &[f64]| norms.iter().filter(|norm| **norm < FLAT).count() as f64 / norms.len().max(1) as f64;
    Ok(Slopes {
        start: median(&norms),
        start_flat: flat(&norms),
        pull: median(&pulls),
        pull_flat: flat(&pulls),
        pull_tells: tells(&pulls, successful),
        stuck,
        stuck_loss,
    })
}

fn loss(params: &NoiseParams, net: &dyn Classifier, digit: i64, scores: &Tensor) -> Tensor {
    let onehot = Tensor::zeros_like(scores);
    let _ = onehot.select(1, digit).fill_(1.0);
    params.loss.of(scores, &onehot, net.score_kind())
}

fn batch(net: &dyn Classifier, pictures: &[f32]) -> Tensor {
    let shape = net.input().batch((pictures.len() / net.input().len()) as i64);
    Tensor::from_slice(pictures).to_kind(Kind::Float).reshape(shape).to_device(net.device()).to_kind(net.kind())
}

/// Share of the pairs of a success and a failure in which the success has the larger value; ties count half.
fn tells(values: &[f64], successful: &[bool]) -> Option<f64> {
    let mut sorted: Vec<(f64, bool)> = values.iter().copied().zip(successful.iter().copied()).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut failures, mut successes, mut wins) = (0.0, 0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let won = tied.iter().filter(|(_, success)| *success).count() as f64;
        let lost = tied.len() as f64 - won;
        wins += won * (failures + lost / 2.0);
        failures += lost;
        successes += won;
    }
    (failures > 0.0 && successes > 0.0).then(|| wins / (failures * successes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_success_from_failure() {
        assert_eq!(tells(&[1.0, 2.0, 3.0, 4.0], &[false, false, true, true]), Some(1.0));
        assert_eq!(tells(&[4.0, 3.0, 2.0, 1.0], &[false, false, true, true]), Some(0.0));
        assert_eq!(tells(&[1.0, 1.0], &[false, true]), Some(0.5));
        assert_eq!(tells(&[1.0, 2.0], &[true, true]), None);
    }
}
