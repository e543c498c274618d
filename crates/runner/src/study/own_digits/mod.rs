//! Studies of kind `own-digits`: nets trained on one distribution of digits and shown digits of others.
//!
//! One net is trained several times on each of a few data sets. Every net is shown every test half, and photographs of digits,
//! drawn by formula or one's own, under several ways of making pictures of them. A study goes cell by cell; a cell is the nets of
//! one training set on one test set: accuracy, calibration, and how well confidence and disagreement tell what is wrong.

mod spec;

mod sets;

mod cell;
mod measure;

mod evidence;

mod claims;

mod figures;
mod tables;

use std::path::PathBuf;
use std::time::Instant;

use advlab_core::Seed;
use advlab_model_zoo::Net;
use anyhow::{Context as _, Result};
use serde_json::json;

use crate::data::DataSpec;
use crate::folder::Existing;
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::study::search::Search;
use crate::train::{self, Halves};
use crate::trainings::{Plan, open, train_all};

pub use spec::Spec;

use cell::{Cell, Measured};
use evidence::Evidence;
use sets::{Album, TestSet};

/// Photographs without a digit that are named, at most.
const NAMED: usize = 5;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    halves: Vec<Halves>,
    albums: Vec<Album>,
    tests: Vec<TestSet>,
    desk: Desk,
}

/// Checks everything that can be checked before the first training: data and photographs are read.
///
/// # Errors
/// Bad settings, missing data, a folder of photographs that is in none of the places of `search`, names no digits or holds a file
/// that cannot be read, a results folder that holds something else.
pub fn prepare(
    spec: &Spec,
    search: &Search,
    out: PathBuf,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Prepared> {
    spec.check()?;
    let device = spec.device.resolve()?;
    let halves: Vec<Halves> = spec.sets.iter().map(|data| Halves::load(data, surroundings)).collect::<Result<_>>()?;
    let mut albums = Vec::new();
    if let Some(folder) = &spec.own {
        let folder = search.find(folder).context("own")?;
        albums.push(Album::own(&folder, &spec.processing, &surroundings.stop).context("own")?);
    }
    let drawn = Album::drawn(spec.photographs, &spec.processing, Seed::new(spec.seed), &surroundings.stop)
        .context("photographs")?;
    albums.insert(0, drawn);
    let tests = sets::test_sets(&halves, &albums)?;
    let mut record = Record::new("study own-digits", surroundings, spec, device);
    for (data, halves) in spec.sets.iter().zip(&halves) {
        let sums = json!({"train": halves.train.sha256(), "test": halves.test.sha256()});
        record
            .input(&data.set, json!({"origin": halves.train.origin(), "pictures": halves.train.len(), "sha256": sums}));
    }
    for test in tests.iter().filter(|test| test.processing.is_some()) {
        record.input(&test.key, json!({"pictures": test.data.len(), "sha256": test.data.sha256()}));
    }
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), halves, albums, tests, desk })
}

/// The training of this number on a set.
fn training(spec: &Spec, data: &DataSpec, number: usize) -> train::Spec {
    let name = format!("{}-{number}", data.set);
    let seed = Seed::new(spec.seed).child("training").child(&name).get();
    let (model, training) = (spec.model.clone(), spec.training.clone());
    train::Spec { name, model, training, data: data.clone(), seed, device: spec.device }
}

impl Prepared {
    /// Trains, shows, judges, draws.
    ///
    /// # Errors
    /// A training that diverged; files that cannot be written. Finished trainings and cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let cell = |data: &DataSpec, test: &TestSet| Cell { trained: data.set.clone(), test: test.key.clone() };
        let all: Vec<(usize, usize)> =
            (0..self.spec.sets.len()).flat_map(|set| (0..self.tests.len()).map(move |test| (set, test))).collect();
        let (part, n_cells) = (self.desk.part(&all), all.len());
        let asked = |set: usize| part.iter().any(|(of, _)| *of == set);
        let place = self.desk.folder.path("nets");
        let mut plans = Vec::new();
        for (set, (data, halves)) in self.spec.sets.iter().zip(&self.halves).enumerate() {
            if !asked(set) {
                continue;
            }
            let plan = |number| Plan { spec: training(&self.spec, data, number), data: halves.examples() };
            plans.extend((1..=self.spec.trainings).map(plan));
        }
        if !train_all(plans, &place, self.desk.existing, &self.desk.surroundings)? {
            return self.desk.pause(began, 0, n_cells);
        }
        let trained = began.elapsed().as_secs_f64();
        let (mut measured, mut architecture, mut learning) = (Vec::new(), String::new(), 0.0);
        let bar = self.desk.surroundings.progress.bar(part.len() as u64, "test sets, cells");
        for (set, data) in self.spec.sets.iter().enumerate() {
            if !asked(set) {
                continue;
            }
            let mut nets: Vec<Net> = Vec::new();
            for number in 1..=self.spec.trainings {
                let spec = training(&self.spec, data, number);
                let opened = open(&spec, &place, &spec.name)?;
                architecture = opened.architecture;
                learning += opened.seconds;
                nets.push(opened.net);
            }
            for (_, test) in part.iter().filter(|(of, _)| *of == set) {
                let (cell, test) = (cell(data, &self.tests[*test]), &self.tests[*test]);
                bar.set_message(cell.test.clone());
                let Some(done) = self.one(&cell, &nets, test)? else { break };
                measured.push(done);
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        if measured.len() < n_cells {
            return self.desk.pause(began, measured.len(), n_cells);
        }
        let evidence =
            Evidence { spec: &self.spec, tests: &self.tests, albums: &self.albums, cells: measured, architecture };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells: n_cells,
            seconds: json!({
                "training": trained,
                "all trainings one after the other": learning,
                "test sets": began.elapsed().as_secs_f64() - trained,
            }),
            remarks: remarks(&self.albums),
            printed: 1,
        };
        self.desk.finish(began, results)
    }

    fn one(&self, cell: &Cell, nets: &[Net], test: &TestSet) -> Result<Option<Measured>> {
        let make = || measure::measure(cell, nets, test, self.spec.seed, &self.desk.surroundings.stop);
        self.desk.taken_up(&cell.key(), |found: &Measured| found.cell == *cell, make)
    }
}

/// Which of the user's photographs are left out, and why.
fn remarks(albums: &[Album]) -> Vec<String> {
    let mut remarks = Vec::new();
    for album in albums.iter().filter(|album| !album.lost.is_empty()) {
        let (lost, all) = (album.lost.len(), album.lost.len() + album.found.len());
        remarks
            .push(format!("{}: no digit was found on {lost} of {all} photographs, which are left out", album.what()));
        if album.origin == sets::Origin::Own {
            remarks.extend(album.lost.iter().take(NAMED).map(|(name, reason)| format!("  {name}: {reason}")));
        }
    }
    remarks
}

#[cfg(test)]
mod tests;
