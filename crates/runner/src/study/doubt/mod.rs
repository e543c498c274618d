//! Studies of kind `doubts`: when is a prediction certain?
//!
//! One net is trained several times. Each is shown test pictures, pictures of other distributions, noise, and adversarial pictures of its own,
//! and doubted in several ways: by itself, by all nets together, by how far it stretches what lies around a picture, and by the distance to
//! the nearest boundary. A study goes cell by cell; a cell is one of the nets.

mod spec;

mod cell;

mod evidence;

mod claims;

mod figures;
mod tables;

use std::path::PathBuf;
use std::time::Instant;

use advlab_attacks::perturb::{Perturb, PerturbParams};
use advlab_core::{Classifier, Seed};
use advlab_datasets::{Dataset, Split};
use advlab_model_zoo::Net;
use anyhow::Result;
use serde_json::json;

use crate::data::DataSpec;
use crate::doubt::sets::{Showing, show};
use crate::folder::Existing;
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::lone::Lone;
use crate::study::report::Results;
use crate::train::{self, Halves};
use crate::trainings::{Plan, open, train_all};

pub(super) use cell::keys;
pub use spec::Spec;

use cell::{Cell, Measured};
use evidence::Evidence;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    halves: Halves,
    sets: Vec<Dataset>,
    search: Perturb,
    desk: Desk,
}

/// Checks everything that can be checked before the first training.
///
/// # Errors
/// Bad settings, missing data or data that do not fit the net, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    prepare_checked(spec, out, existing, surroundings)
}

fn prepare_checked(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    let device = spec.device.resolve()?;
    let halves = Halves::load(&spec.data, surroundings)?;
    let mut sets = Vec::new();
    for data in std::iter::once(&spec.data).chain(&spec.others) {
        let data = DataSpec { test: Some(spec.n), ..data.clone() };
        let set = data.shaped(spec.model.input).load(Split::Test, &surroundings.stop, surroundings.progress)?;
        if set.shape() != spec.model.input || set.classes().len() != spec.model.classes.len() {
            anyhow::bail!(
                "{} has {} classes of {}, and the net tells {} apart and takes {}",
                data.words(),
                set.classes().len(),
                set.shape(),
                spec.model.classes.len(),
                spec.model.input
            );
        }
        sets.push(set);
    }
    let mut record = Record::new("study doubts", surroundings, spec, device);
    halves.examples().note(&mut record)?;
    for set in &sets {
        record.input(&format!("shown {}", set.name()), json!({"pictures": set.len(), "sha256": set.sha256()}));
    }
    let search = PerturbParams { steps: Some(spec.steps), ..PerturbParams::default() }.check()?;
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), halves, sets, search, desk })
}

/// The training of this number.
fn training(spec: &Spec, number: usize) -> train::Spec {
    let name = format!("net-{number}");
    let seed = Seed::new(spec.seed).child("training").index(number as u64).get();
    let (model, training) = (spec.model.clone(), spec.training.clone());
    train::Spec { name, model, training, data: spec.data.clone(), seed, device: spec.device }
}

impl Prepared {
    /// Trains, shows, judges, draws.
    ///
    /// # Errors
    /// A training that diverged; files that cannot be written. Finished trainings and cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let all = cell::cells(&self.spec);
        let place = self.desk.folder.path("nets");
        // Every net is asked beside every other, so a shard needs all of them.
        let plan = |number| Plan { spec: training(&self.spec, number), data: self.halves.examples() };
        let plans = (1..=self.spec.trainings).map(plan).collect();
        if !train_all(plans, &place, self.desk.existing, &self.desk.surroundings)? {
            return self.desk.pause(began, 0, all.len());
        }
        let trained = began.elapsed().as_secs_f64();
        let measured = self.measure(self.desk.part(&all))?;
        if measured.len() < all.len() {
            return self.desk.pause(began, measured.len(), all.len());
        }
        let evidence = Evidence { spec: &self.spec, cells: measured };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells: all.len(),
            seconds: json!({"training": trained, "showing": began.elapsed().as_secs_f64() - trained}),
            remarks: Vec::new(),
            printed: 2,
        };
        self.desk.finish(began, results)
    }

    /// Does every cell that is not done, side by side; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell]) -> Result<Vec<Measured>> {
        let device = self.spec.device.resolve()?;
        let sets = self.sets.len() + 1 + self.spec.factors.len();
        let bar = self.desk.surroundings.progress.bar((cells.len() * sets) as u64, "sets of pictures");
        let make = |cell: &Cell| self.one(cell, &|_| bar.inc(1));
        let done = self.desk.side_by_side(device, cells, Cell::key, |found: &Measured| &found.cell, &make)?;
        bar.finish_and_clear();
        Ok(done)
    }

    fn one(&self, cell: &Cell, watch: &dyn Fn(&str)) -> Result<Option<Measured>> {
        let began = Instant::now();
        let (place, spec) = (self.desk.folder.path("nets"), &self.spec);
        let mut nets: Vec<Lone> = Vec::new();
        // The one that is doubted first.
        let order = std::iter::once(cell.training).chain((1..=spec.trainings).filter(|other| *other != cell.training));
        for number in order {
            let spec = training(spec, number);
            let net: Net = open(&spec, &place, &spec.name)?.net;
            nets.push(Lone(Box::new(net)));
        }
        let nets: Vec<&dyn Classifier> = nets.iter().map(|net| net as &dyn Classifier).collect();
        let seed = Seed::new(spec.seed).child("showing").index(cell.training as u64);
        let stop = &self.desk.surroundings.stop;
        let showing = Showing {
            nets: &nets,
            sets: &self.sets,
            noise: spec.n,
            factors: &spec.factors,
            search: &self.search,
            seed,
            stop,
        };
        let Some(sets) = show(&showing, watch)? else { return Ok(None) };
        Ok(Some(Measured { cell: cell.clone(), sets, seconds: began.elapsed().as_secs_f64() }))
    }
}

#[cfg(test)]
mod tests;
