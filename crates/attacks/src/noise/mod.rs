//! Pictures from noise: gradient descent on the *input* of a net with fixed weights, until its label is the wanted one.
//!
//! [`Noise::run`] makes a given number of *successful* examples and hands every finished attempt, in the order of the
//! attempts' numbers, to the caller. The order, and with it the result, does not depend on the batch size: an attempt that
//! finishes early waits for those before it, and the run ends at the attempt that completes the number.
//!
//! Three engines do the same descent. [`pixels`] steps on the pictures with libtorch, for any net and any setting. The other
//! two are for nets of dense layers on the CPU, with a kernel that holds groups of attempts in the processor's cache:
//! [`dense_pixels`] steps on the pictures too; [`preactivations`] steps on what reaches the first layer's neurons, where
//! there is no clipping, and is many times faster again, because those steps never leave the row space of the first
//! layer's weights.
//!
//! Source of the method: the tradition of Nielsen, *Neural Networks and Deep Learning* (2015), turned round from the
//! weights to the input; Nguyen, Yosinski and Clune 2015, *Deep neural networks are easily fooled*, section 3.3, for the
//! gradient ascent on a convolutional net.

mod first;
mod head;
mod judge;
mod kernel;
mod lanes;
mod loss;
mod matrix;
mod params;
mod queue;
mod start;

pub mod dense_pixels;
pub mod pixels;
pub mod preactivations;

#[cfg(test)]
mod exactness;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use advlab_core::{Classifier, Outcome, Seed, Stop};

pub use params::{KEY, Loss, NoiseParams, Optimizer, Start};
pub use start::{draw, start_seed};

use crate::{Error, Result};
use queue::Queue;

/// Finished pictures are judged this many at a time: enough for one efficient forward pass.
const JUDGED_AT_ONCE: usize = 256;

/// The attack, with settings that passed [`NoiseParams::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Noise(NoiseParams);

/// What to make, of which net.
#[derive(Debug)]
pub struct Job<'a> {
    /// The net; its weights stay as they are.
    pub net: &'a dyn Classifier,
    /// The class it shall see.
    pub class: i64,
    /// The run's seed; attempt `i` draws from [`start_seed`].
    pub seed: Seed,
    /// How many successful examples.
    pub wanted: usize,
    /// Number of the first attempt: 0, or where an interrupted run goes on.
    pub first_attempt: u64,
    /// Attempts to finish at most, from `first_attempt` on.
    pub max_attempts: u64,
    /// Attempts that go through the net together. It changes the speed, not which attempts are made.
    pub batch: usize,
    /// Looked at between two steps.
    pub stop: &'a Stop,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Attempts finished and delivered.
    pub attempts: u64,
    /// Of them, successful.
    pub successes: usize,
    /// Whether the run ended because someone asked it to stop.
    pub stopped: bool,
}

/// An attempt that an engine is done with, before it is judged.
#[derive(Clone, Debug)]
struct Finished {
    index: u64,
    /// Whether the engine believes that it has what was wanted.
    reached: bool,
    steps: u32,
    forward: u32,
    backward: u32,
    picture: Vec<f32>,
}

/// The part of the descent that differs: how a batch of attempts gets from noise to its end.
trait Engine {
    /// Works for a while and returns the attempts that finished, in any order.
    fn advance(&mut self, queue: &mut Queue) -> Result<Vec<Finished>>;

    /// Attempts begun and not finished.
    fn in_flight(&self) -> usize;

    /// Whether it works on threads other than libtorch's.
    fn on_own_threads(&self) -> bool;
}

impl Noise {
    /// The settings.
    pub const fn params(&self) -> &NoiseParams {
        &self.0
    }

    /// Whether the engine that steps on the first layer's sums serves this net; [`run`](Self::run) then uses it.
    pub fn is_fast(&self, net: &dyn Classifier) -> bool {
        preactivations::serves(&self.0, net)
    }

    /// Makes examples until `job.wanted` of them are successful.
    ///
    /// `sink` gets every finished attempt in the order of the attempts' numbers, with its picture, failures too; it can
    /// end the run by returning [`ControlFlow::Break`].
    ///
    /// # Errors
    /// [`Error::Class`] if the net has no such class; [`Error::Gradient`] if the descent diverged; those of the net.
    pub fn run(&self, job: &Job<'_>, sink: &mut dyn FnMut(&Outcome, &[f32]) -> ControlFlow<()>) -> Result<Tally> {
        let n_classes = job.net.classes().len();
        if job.class < 0 || job.class as usize >= n_classes {
            return Err(Error::Class { class: job.class, net: job.net.name().to_owned(), n_classes });
        }
        let dense = if dense_pixels::serves(job.net) { job.net.dense() } else { None };
        match dense {
            Some(net) if preactivations::serves(&self.0, job.net) => {
                self.drive(job, &mut preactivations::Preactivations::new(&self.0, job, &net), sink)
            }
            Some(net) => self.drive(job, &mut dense_pixels::DensePixels::new(&self.0, job, &net), sink),
            None => self.run_on_pixels(job, sink),
        }
    }

    /// [`run`](Self::run) with the engine that serves every net, whatever the net; for comparisons.
    ///
    /// # Errors
    /// Those of [`run`](Self::run).
    pub fn run_on_pixels(
        &self,
        job: &Job<'_>,
        sink: &mut dyn FnMut(&Outcome, &[f32]) -> ControlFlow<()>,
    ) -> Result<Tally> {
        let mut engine = pixels::Pixels::new(&self.0, job);
        self.drive(job, &mut engine, sink)
    }

    fn drive(
        &self,
        job: &Job<'_>,
        engine: &mut dyn Engine,
        sink: &mut dyn FnMut(&Outcome, &[f32]) -> ControlFlow<()>,
    ) -> Result<Tally> {
        let mut queue = Queue::new(job);
        let mut tally = Tally::default();
        let mut finished = Vec::new();
        let mut waiting = BTreeMap::new();
        while tally.successes < job.wanted && tally.attempts < job.max_attempts {
            if job.stop.asked() {
                tally.stopped = true;
                break;
            }
            for attempt in engine.advance(&mut queue)? {
                queue.finished(attempt.reached);
                finished.push(attempt);
            }
            if finished.len() < JUDGED_AT_ONCE && engine.in_flight() > 0 {
                continue;
            }
            for (record, picture) in judge::judge(&self.0, job, std::mem::take(&mut finished), engine.on_own_threads())?
            {
                waiting.insert(record.index, (record, picture));
            }
            while tally.successes < job.wanted {
                let Some((record, picture)) = waiting.remove(&(job.first_attempt + tally.attempts)) else { break };
                tally.attempts += 1;
                tally.successes += usize::from(record.success);
                queue.delivered(record.index);
                if sink(&record, &picture).is_break() {
                    return Ok(tally);
                }
            }
        }
        Ok(tally)
    }
}
