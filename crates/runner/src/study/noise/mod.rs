//! Studies of kind `noise`: what nets see, over nets, trainings, recipes and digits; tables, figures and verdicts.
//!
//! A study goes cell by cell. A cell is one digit for one training of one net under one recipe; its result is a small file,
//! written whole or not at all, so that an interrupted study goes on where it was. Verdicts, tables and figures follow from
//! the cells alone.

mod spec;

mod cell;
mod trainings;

mod attack;

mod evidence;
mod likeness;

mod claims;

mod figures;
mod tables;

mod report;

use std::path::PathBuf;
use std::time::Instant;

use advlab_analysis::Seen;
use advlab_attacks::noise::Noise;
use advlab_core::Seed;
use anyhow::Result;
use serde_json::json;

use crate::folder::Existing;
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::train::Halves;

pub(super) use cell::keys;
pub use spec::{NetSpec, NoiseChange, RecipeSpec, Retrained, Spec, Variant};

use cell::{Cell, Measured};
use evidence::{Evidence, NetFacts};
use spec::Group;
use trainings::TrainedNet;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    groups: Vec<Group>,
    data: Halves,
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
    let mut record = Record::new("study noise", surroundings, spec, device);
    data.examples().note(&mut record)?;
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), groups: spec.groups(), data, desk })
}

impl Prepared {
    /// Trains, attacks, judges, draws.
    ///
    /// # Errors
    /// A training or a descent that diverged; files that cannot be written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let all = cell::cells(&self.spec, &self.groups);
        let (desk, data) = (&self.desk, &self.data);
        let cells = desk.part(&all);
        let place = desk.folder.path("nets");
        let nets = trainings::train_all(&self.spec, cells, data, &place, desk.existing, &desk.surroundings)?;
        let trained = began.elapsed().as_secs_f64();
        let Some(nets) = nets else { return self.desk.pause(began, 0, all.len()) };
        let means: Vec<Vec<f64>> = (0..self.spec.nets[0].model.classes.len())
            .map(|class| Ok(evidence::doubles(&data.train.mean_of_class(class)?)))
            .collect::<Result<_>>()?;
        let measured = self.measure(cells, &nets, &means)?;
        if measured.len() < all.len() {
            return self.desk.pause(began, measured.len(), all.len());
        }
        let attacked = began.elapsed().as_secs_f64() - trained;
        let facts = nets.iter().map(|net| facts(&self.spec, net, &means)).collect::<Result<_>>()?;
        let evidence = Evidence { spec: &self.spec, groups: &self.groups, cells: measured, nets: facts, means };
        let judgement = claims::judge(&evidence);
        let short = short(&self.groups, &evidence.cells);
        let results = Results {
            title: report::title(&evidence),
            lead: report::lead(&evidence),
            tables: tables::tables(&evidence, &judgement),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: Some(serde_json::to_value(&judgement)?),
            findings: judgement.findings,
            cells: all.len(),
            seconds: json!({"training": trained, "examples": attacked}),
            remarks: short.into_iter().collect(),
            printed: 0,
        };
        self.desk.finish(began, results)
    }

    /// Does every cell that is not done; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell], nets: &[TrainedNet], means: &[Vec<f64>]) -> Result<Vec<Measured>> {
        let bar = self.desk.surroundings.progress.bar(cells.len() as u64, "examples, cells");
        let mut measured = Vec::with_capacity(cells.len());
        for cell in cells {
            bar.set_message(format!("{} {} {}", cell.group, cell.net, cell.digit));
            let is_it = |found: &Measured| found.cell == *cell;
            let make = || self.one(cell, nets, means);
            let Some(done) = self.desk.taken_up(&cell.key(), is_it, make)? else { break };
            measured.push(done);
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(measured)
    }

    fn one(&self, cell: &Cell, nets: &[TrainedNet], means: &[Vec<f64>]) -> Result<Option<Measured>> {
        let group = self.groups.iter().find(|group| group.name == cell.group).expect("cells are made from groups");
        let net = nets
            .iter()
            .find(|net| (&net.name, &net.retrained, net.training) == (&cell.net, &cell.retrained, cell.training))
            .expect("every net that a cell asks for is trained");
        let noise: Noise = group.noise.clone().check()?;
        let task = attack::Task {
            net: &net.net,
            group,
            noise: &noise,
            mean_digit: &means[cell.digit as usize],
            seed: attack::seed_of(Seed::new(self.spec.seed), cell),
            batch: self.spec.batch,
            stop: &self.desk.surroundings.stop,
        };
        attack::attack(cell, &task)
    }
}

/// How many cells ran out of attempts, if any did.
fn short(groups: &[Group], cells: &[Measured]) -> Option<String> {
    let wanted = |cell: &Measured| groups.iter().find(|group| group.name == cell.cell.group).map_or(0, |group| group.n);
    let short = cells.iter().filter(|cell| cell.successes < wanted(cell) as u64).count();
    let of = cells.len();
    (short > 0).then(|| format!("{short} of {of} cells ran out of attempts before they had all their examples"))
}

fn facts(spec: &Spec, net: &TrainedNet, means: &[Vec<f64>]) -> Result<NetFacts> {
    let seen = |digit: &i64| {
        let mean: Vec<f32> = means[*digit as usize].iter().map(|value| *value as f32).collect();
        Seen::by(&net.net, &mean, *digit)
    };
    Ok(NetFacts {
        name: net.name.clone(),
        retrained: net.retrained.clone(),
        architecture: net.architecture.clone(),
        training: net.training,
        accuracy: net.accuracy,
        seconds: net.seconds,
        means_seen: spec.digits.iter().map(seen).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests;
