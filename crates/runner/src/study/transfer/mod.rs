//! Studies of kind `transfer`: the smallest changes that fool each net, and what the other nets say of them.
//!
//! A study goes cell by cell. A cell is one training of one net: examples are made for it, and all nets of that training are
//! asked. A cell of its own for each training holds the controls: the same pictures unchanged, and under Gaussian noise.
//! Verdicts, tables and figures follow from the cells alone.

mod spec;

mod change;
mod parts;

mod cell;
mod make;
mod measure;

mod evidence;

mod claims;

mod figures;
mod tables;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use advlab_attacks::perturb::PerturbParams;
use advlab_core::Seed;
use advlab_model_zoo::Net;
use anyhow::Result;
use serde_json::json;

use crate::folder::Existing;
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::train::{self, Halves};
use crate::trainings::{self, Opened, Plan};

pub(super) use cell::keys;
pub use spec::{Claim, NetSpec, Part, Published, PublishedNet, PublishedRow, Spec, Targets};

use cell::{Cell, Measured};
use evidence::Evidence;
use measure::Bench;
use parts::Parts;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    parts: Parts,
    desk: Desk,
}

/// Checks everything that can be checked before the first training.
///
/// # Errors
/// Bad settings, missing data, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let device = spec.device.resolve()?;
    let data = Halves::load(&spec.data, surroundings)?;
    let mut record = Record::new("study transfer", surroundings, spec, device);
    data.examples().note(&mut record)?;
    let parts = Parts::new(spec, data)?;
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), parts, desk })
}

impl Prepared {
    /// Trains, makes examples, shows them around, judges, draws.
    ///
    /// # Errors
    /// A training that diverged; files that cannot be written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let all = cell::cells(&self.spec);
        let desk = &self.desk;
        let cells = desk.part(&all);
        let place = desk.folder.path("nets");
        let trainings = self.trainings(cells);
        let plans = self.plans(&trainings);
        if !trainings::train_all(plans.clone(), &place, desk.existing, &desk.surroundings)? {
            return self.desk.pause(began, 0, all.len());
        }
        let trained = began.elapsed().as_secs_f64();
        let titles = self.spec.nets.iter().map(|net| &net.title).cycle();
        let open = |(plan, title): (&Plan, &String)| trainings::open(&plan.spec, &place, title);
        let nets = plans.iter().zip(titles).map(open).collect::<Result<Vec<Opened>>>()?;
        let measured = self.measure(cells, &trainings, &nets)?;
        if measured.len() < all.len() {
            return self.desk.pause(began, measured.len(), all.len());
        }
        let attacked = began.elapsed().as_secs_f64() - trained;
        let evidence = Evidence { spec: &self.spec, parts: self.parts.names(), cells: measured, nets };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells: all.len(),
            seconds: json!({"training": trained, "examples": attacked}),
            remarks: Vec::new(),
            printed: 2,
        };
        self.desk.finish(began, results)
    }

    /// The trainings that cells ask for: their own, and the next one, whose nets are shown the examples too.
    fn trainings(&self, cells: &[Cell]) -> Vec<usize> {
        let both = cells.iter().flat_map(|cell| [cell.training, self.after(cell.training)]);
        both.collect::<BTreeSet<_>>().into_iter().collect()
    }

    const fn after(&self, training: usize) -> usize {
        training % self.spec.trainings + 1
    }

    /// Every net for each of these trainings, training by training.
    fn plans(&self, trainings: &[usize]) -> Vec<Plan> {
        let plan = |training: usize, net: &NetSpec| {
            let name = format!("{}-{training}", net.name);
            let seed = Seed::new(self.spec.seed).child("training").child(&name).get();
            let (model, settings) = (net.model.clone(), net.training.clone());
            let (data, device) = (self.spec.data.clone(), self.spec.device);
            let spec = train::Spec { name, model, training: settings, data, seed, device };
            Plan { spec, data: self.parts.of(net.part).examples() }
        };
        trainings.iter().flat_map(|t| self.spec.nets.iter().map(move |net| plan(*t, net))).collect()
    }

    /// Does every cell that is not done; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell], trainings: &[usize], nets: &[Opened]) -> Result<Vec<Measured>> {
        let perturb = self.spec.attack.clone().check()?;
        let beside = self.spec.beside.clone().map(PerturbParams::check).transpose()?;
        let bar = self.desk.surroundings.progress.bar(cells.len() as u64, "examples, cells");
        let n_nets = self.spec.nets.len();
        let of = |training: usize| -> Vec<&Net> {
            let at = trainings.binary_search(&training).expect("they are those that the cells ask for");
            nets[at * n_nets..][..n_nets].iter().map(|opened| &opened.net).collect()
        };
        let mut measured = Vec::with_capacity(cells.len());
        for cell in cells {
            bar.set_message(cell.net.clone().unwrap_or_else(|| "controls".to_owned()));
            let next = (self.spec.trainings > 1).then(|| of(self.after(cell.training)));
            let at = self.spec.nets.iter().position(|net| Some(&net.name) == cell.net.as_ref());
            let bench = Bench {
                spec: &self.spec,
                parts: &self.parts,
                perturb: &perturb,
                beside: beside.as_ref(),
                nets: &of(cell.training),
                again: next.as_ref().zip(at).map(|(next, at)| next[at]),
                stop: &self.desk.surroundings.stop,
                jobs: self.desk.surroundings.jobs,
            };
            let is_it = |found: &Measured| found.cell == *cell;
            let make = || measure::measure(cell, &bench);
            let Some(done) = self.desk.taken_up(&cell.key(), is_it, make)? else { break };
            measured.push(done);
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(measured)
    }
}

#[cfg(test)]
mod tests;
