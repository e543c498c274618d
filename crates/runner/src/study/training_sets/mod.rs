//! Studies of kind `training-sets`: one net trained on data sets that are nearly alike, and how differently it turns out.
//!
//! First the net is trained on each of several sets and tested on all of them. Then the first set is changed, by more and more,
//! and the net is trained on that with the same start weights and the same order of places, so that only the data differ; what
//! comes out is held against the net of the set as it is, beside what another seed does. A cell is one training. One that is
//! interrupted begins again.

mod spec;

mod change;
mod poison;

mod cell;
mod parting;

mod measure;

mod evidence;
mod thresholds;

mod claims;

mod figures;
mod tables;

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use advlab_core::Seed;
use advlab_datasets::Split;
use advlab_model_zoo::Trainer;
use anyhow::{Context as _, Result, bail};
use indicatif::ProgressBar;
use serde_json::json;

use crate::folder::Existing;
use crate::lanes::{Lanes, gathered};
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::train::Halves;

pub(crate) use cell::CONTROLS;
pub(super) use cell::keys;
pub use spec::{ChangeSpec, Kind, SetSpec, Spec};

use cell::{Cell, Measured, Seeds};
use evidence::Evidence;
use measure::Bench;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    sets: Vec<Halves>,
    desk: Desk,
}

/// Checks everything that can be checked before the first training.
///
/// # Errors
/// Bad settings, missing data, sets of different classes, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let device = spec.device.resolve()?;
    let mut spec = spec.clone();
    let load = |set: &SetSpec| {
        Halves::load(&set.data.shaped(spec.model.input), surroundings).with_context(|| format!("set `{}`", set.name))
    };
    let sets = spec.sets.iter().map(load).collect::<Result<Vec<_>>>()?;
    let classes = sets[0].train.classes().to_vec();
    for (set, halves) in spec.sets.iter().zip(&sets) {
        for half in [&halves.train, &halves.test] {
            if half.classes() != classes {
                let (got, wanted) = (half.classes().join(", "), classes.join(", "));
                bail!("set `{}`: must have the classes of `{}`, {wanted}; got {got}", set.name, spec.sets[0].name);
            }
        }
    }
    spec.model.classes = classes;
    let data = sets[0].examples().train;
    Trainer::new(&spec.name, &spec.model, &spec.training, Seed::new(spec.seed), data, device)?;
    let mut record = Record::new("study training-sets", surroundings, &spec, device);
    for (set, halves) in spec.sets.iter().zip(&sets) {
        for (split, half) in [(Split::Train, &halves.train), (Split::Test, &halves.test)] {
            let facts =
                json!({"set": half.name(), "origin": half.origin(), "pictures": half.len(), "sha256": half.sha256()});
            record.input(&format!("{}, {split} data", set.name), facts);
        }
    }
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec, sets, desk })
}

impl Prepared {
    /// Trains, judges, draws.
    ///
    /// # Errors
    /// A training that diverged; files that cannot be written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let (first, second) = (cell::first(&self.spec), cell::second(&self.spec));
        let cells = first.len() + second.len();
        let (own, first, second) = self.part(first, second);
        let epochs = (first.len() + second.len()) as u64 * u64::from(self.spec.training.epochs);
        let bar = self.desk.surroundings.progress.bar(epochs, "training, epochs");
        let nets = self.desk.folder.path("nets");
        let (device, stop) = (self.spec.device.resolve()?, &self.desk.surroundings.stop);
        let bench = Bench::new(&self.spec, &self.sets, device, &nets, stop);
        let mut measured = self.measure(&first, &bench, &bar)?;
        if measured.len() == first.len() {
            measured.extend(self.measure(&second, &bench, &bar)?);
        }
        bar.finish_and_clear();
        if measured.len() < cells {
            // Those that a shard needs of another are made as well, and do not count.
            let done = measured.iter().filter(|done| own.contains(&done.cell)).count();
            return self.desk.pause(began, done, cells);
        }
        let seeds = self.seeds(&bench)?;
        let evidence = Evidence { spec: &self.spec, sets: &self.sets, cells: measured, seeds };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells,
            seconds: json!({"training": began.elapsed().as_secs_f64()}),
            remarks: evidence.remarks(),
            printed: 3,
        };
        drop(bench);
        self.desk.finish(began, results)
    }

    /// The cells to do here; of them, those that others need, and those that need others. What a shard's cells need is made by it as
    /// well, whosever part it is: shards need nothing of each other.
    fn part(&self, first: Vec<Cell>, second: Vec<Cell>) -> (Vec<Cell>, Vec<Cell>, Vec<Cell>) {
        let n_first = first.len();
        let all: Vec<Cell> = first.into_iter().chain(second).collect();
        let own = self.desk.part(&all).to_vec();
        let second: Vec<Cell> = all[n_first..].iter().filter(|cell| own.contains(cell)).cloned().collect();
        let needed = |cell: &&Cell| own.contains(cell) || second.iter().any(|other| other.needs(cell, &self.spec));
        let first = all[..n_first].iter().filter(needed).cloned().collect();
        (own, first, second)
    }

    /// Does every cell that is not done, side by side; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell], bench: &Bench<'_>, bar: &ProgressBar) -> Result<Vec<Measured>> {
        let epochs = u64::from(self.spec.training.epochs);
        let one = |at: usize| {
            let cell = &cells[at];
            let is_it = |found: &Measured| found.cell == *cell;
            let told = Mutex::new(0);
            let tell = || {
                *told.lock().expect("no thread panics with it") += 1;
                bar.inc(1);
            };
            let make = || measure::measure(cell, bench, &tell);
            let measured = self.desk.taken_up(&cell.key(&self.spec), is_it, make)?;
            bar.inc(epochs.saturating_sub(*told.lock().expect("no thread panics with it")));
            Ok(measured)
        };
        gathered(cells.len(), Lanes::new(bench.device, self.desk.surroundings.jobs), &one)
    }

    /// How far trainings of different seeds on the first set are from each other.
    fn seeds(&self, bench: &Bench<'_>) -> Result<Seeds> {
        let trainings = self.spec.trainings;
        let make = || {
            let both = (0..trainings).flat_map(|a| (a + 1..trainings).map(move |b| (a, b)));
            let epochs = self.spec.training.epochs;
            let one = |(a, b): (usize, usize)| {
                Ok((a, b, parting::pair(bench.nets, (a + 1, b + 1), epochs, &self.spec.model)?))
            };
            Ok(Some(Seeds { trainings, pairs: both.map(one).collect::<Result<_>>()? }))
        };
        let is_it = |found: &Seeds| found.trainings == trainings;
        let seeds = self.desk.taken_up("seeds", is_it, make)?;
        seeds.context("nobody can stop it")
    }
}

#[cfg(test)]
mod tests;
