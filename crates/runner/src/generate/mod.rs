//! `advlab generate`: examples from noise into a results folder.

pub(crate) mod figures;
mod parts;
mod spec;
mod store;
mod summary;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use advlab_attacks::noise::{Job, Noise};
use advlab_core::{Outcomes, Seed};
use advlab_model_zoo::Model;
use anyhow::Result;
use indicatif::ProgressBar;
use serde_json::json;

use crate::folder::{Existing, Folder, Found};
use crate::record::{self, Ending, Record, Surroundings};
use crate::report;
use crate::warnings::warnings;

pub use spec::Spec;
pub use summary::{ClassSummary, Named, Spread, Summary};

use parts::{Done, Parts};

/// Values of pictures that a part holds at most: 16 MB. It bounds the memory.
const VALUES_IN_PART: usize = 4 << 20;

/// Attempts in a block, in batches. A block that is broken off is made again, so it bounds what a kill can lose; at its end
/// the batch runs empty, so it must not be short either.
const BATCHES_IN_BLOCK: u64 = 32;

/// A run that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    model: Model,
    warnings: Vec<String>,
    noise: Noise,
    targets: Vec<i64>,
    /// Examples of each class that are made, where not all are.
    first: Option<usize>,
    folder: Folder,
    finished: Option<Summary>,
    record: Record,
    surroundings: Surroundings,
}

/// What a run came to.
pub type Report = record::Report<Summary>;

/// Checks everything that can be checked before the first step.
///
/// # Errors
/// Bad settings, an unknown net or class, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let noise = spec.noise.clone().check()?;
    let model = spec.choice().open()?;
    let targets = spec::targets(&spec.targets, &*model.net)?;
    let mut record = Record::new("generate", surroundings, spec, model.net.device());
    record.input("model", json!({"name": model.net.name(), "origin": model.origin, "sha256": model.sha256}));
    let warnings = warnings(&*model.net)?;
    record.warnings.clone_from(&warnings);
    let (folder, found) = Folder::open(&out, existing, &record)?;
    let finished = match found {
        Found::Finished(old) => Some(serde_json::from_value(old.result.clone())?),
        Found::Fresh | Found::Unfinished => None,
    };
    let (spec, surroundings) = (spec.clone(), surroundings.clone());
    Ok(Prepared { spec, model, warnings, noise, targets, first: None, folder, finished, record, surroundings })
}

impl Prepared {
    /// What is doubtful about the net before anything is tried.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Makes the first so many examples of each class and no more, as they come about among all the others.
    pub(crate) fn only_first(self, examples: usize) -> Self {
        Self { first: Some(examples), ..self }
    }

    /// Makes the examples, writes and draws them.
    ///
    /// # Errors
    /// A descent that diverged; files that cannot be written. Finished examples are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let folder = self.folder.root().to_owned();
        if let Some(summary) = self.finished {
            let ending = if summary.complete() { Ending::Complete } else { Ending::Short };
            return Ok(Report { summary, folder, ending, was_finished: true });
        }
        let parts = Parts::open(&self.folder, self.model.net.input())?;
        let mut stopped = false;
        for class in &self.targets {
            stopped |= self.attack(*class, &parts)?;
        }
        let net = &*self.model.net;
        let stored = store::assemble(&self.folder, &parts, net, &self.targets, self.spec.pictures)?;
        let seconds = began.elapsed().as_secs_f64();
        let summary = Summary::new(&self.spec, net, self.model.card.as_ref(), &stored, seconds)?;
        figures::draw(&self.folder, &self.spec, net, &stored, &summary)?;
        let ending = match (stopped, summary.complete()) {
            (true, _) => Ending::Stopped,
            (false, true) => Ending::Complete,
            (false, false) => Ending::Short,
        };
        let record = self.record.ended(ending, began, serde_json::to_value(&summary)?);
        report::write(&self.folder, &record)?;
        self.folder.record(&record)?;
        if ending != Ending::Stopped {
            parts.remove()?;
        }
        Ok(Report { summary, folder, ending, was_finished: false })
    }

    /// Goes on with one class where its last whole block ends. Says whether it was asked to stop.
    fn attack(&self, class: i64, parts: &Parts) -> Result<bool> {
        let mut done = parts.done_in_blocks(class)?;
        let net = &*self.model.net;
        let what = format!("{} as {}", net.name(), net.classes()[class as usize]);
        let bar = self.surroundings.progress.bar(self.spec.n as u64, &what);
        bar.set_position(done.successes as u64);
        let mut stopped = false;
        let wanted = self.first.map_or(self.spec.n, |first| first.min(self.spec.n));
        while !stopped && done.successes < wanted && done.attempts < self.spec.max_attempts {
            stopped = self.block(class, parts, &mut done, &bar)?;
        }
        bar.finish_and_clear();
        Ok(stopped)
    }

    /// Makes a block of attempts, or as much of it as is wanted. Says whether it was asked to stop.
    fn block(&self, class: i64, parts: &Parts, done: &mut Done, bar: &ProgressBar) -> Result<bool> {
        let net = &*self.model.net;
        let job = Job {
            net,
            class,
            seed: Seed::new(self.spec.seed),
            wanted: self.spec.n - done.successes,
            first_attempt: done.attempts,
            max_attempts: (self.spec.max_attempts - done.attempts).min(BATCHES_IN_BLOCK * self.spec.batch as u64),
            batch: self.spec.batch,
            stop: &self.surroundings.stop,
        };
        let most = (VALUES_IN_PART / net.input().len()).max(1);
        let (mut examples, mut attempts) = (Outcomes::default(), 0);
        let mut made = done.successes;
        let mut flush = |examples: &mut Outcomes, attempts: &mut u64, ends_block: bool| -> Result<()> {
            parts.write(class, done.parts, examples, *attempts, ends_block)?;
            done.parts += 1;
            done.attempts += std::mem::take(attempts);
            done.successes += std::mem::take(examples).records.len();
            Ok(())
        };
        let mut failure = None;
        let tally = self.noise.run(&job, &mut |record, picture| {
            if examples.records.len() >= most
                && let Err(error) = flush(&mut examples, &mut attempts, false)
            {
                failure = Some(error);
                return ControlFlow::Break(());
            }
            attempts += 1;
            if record.success {
                examples.push(record.clone(), picture);
                bar.inc(1);
                made += 1;
            }
            if self.first.is_some_and(|first| made >= first) {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
        let whole = tally.as_ref().is_ok_and(|tally| !tally.stopped);
        if attempts > 0 {
            flush(&mut examples, &mut attempts, whole)?;
        }
        Ok(tally?.stopped)
    }
}
