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
mod table;
mod tables;

mod report;

use std::path::PathBuf;
use std::time::Instant;

use advlab_analysis::Seen;
use advlab_attacks::noise::Noise;
use advlab_core::Seed;
use anyhow::{Context as _, Result};
use serde_json::json;

use crate::folder::{Existing, Folder, Found};
use crate::record::{Ending, Record, Surroundings};
use crate::train::Halves;

pub use claims::{Criterion, Finding, Verdict};
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
    folder: Folder,
    existing: Existing,
    /// The record of the study if it was finished before: then there is nothing to do but to judge and draw again.
    finished: Option<Box<Record>>,
    record: Record,
    surroundings: Surroundings,
}

/// What a study came to.
#[derive(Debug)]
pub struct Report {
    /// The claims with their verdicts; none if it was stopped.
    pub findings: Vec<Finding>,
    /// Cells done, of how many.
    pub cells: (usize, usize),
    /// Cells that ran out of attempts before they had all their examples.
    pub short: usize,
    /// Where the results are.
    pub folder: PathBuf,
    /// How it ended.
    pub ending: Ending,
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
    data.note(&mut record);
    let (folder, found) = Folder::open(&out, existing, &record)?;
    if matches!(found, Found::Fresh) {
        folder.remove("cells")?;
        folder.remove("nets")?;
    }
    folder.subfolder("cells")?;
    folder.subfolder("nets")?;
    let (spec, groups, surroundings) = (spec.clone(), spec.groups(), surroundings.clone());
    let finished = match found {
        Found::Finished(old) => Some(old),
        Found::Fresh | Found::Unfinished => None,
    };
    Ok(Prepared { spec, groups, data, folder, existing, finished, record, surroundings })
}

impl Prepared {
    /// Trains, attacks, judges, draws.
    ///
    /// # Errors
    /// A training or a descent that diverged; files that cannot be written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let cells = cell::cells(&self.spec, &self.groups);
        let place = self.folder.path("nets");
        let data = &self.data;
        let nets = trainings::train_all(&self.spec, &self.groups, data, &place, self.existing, &self.surroundings)?;
        let trained = began.elapsed().as_secs_f64();
        let Some(nets) = nets else { return self.stopped(began, (0, cells.len())) };
        let means: Vec<Vec<f64>> = (0..self.spec.nets[0].model.classes.len())
            .map(|class| Ok(evidence::doubles(&data.train.mean_of_class(class)?)))
            .collect::<Result<_>>()?;
        let measured = self.measure(&cells, &nets, &means)?;
        if measured.len() < cells.len() {
            return self.stopped(began, (measured.len(), cells.len()));
        }
        let attacked = began.elapsed().as_secs_f64() - trained;
        let facts = nets.iter().map(|net| facts(&self.spec, net, &means)).collect::<Result<_>>()?;
        let evidence = Evidence { spec: &self.spec, groups: &self.groups, cells: measured, nets: facts, means };
        let judgement = claims::judge(&evidence);
        let tables = tables::tables(&evidence, &judgement);
        for table in &tables {
            table.write(&self.folder)?;
        }
        self.folder.write_json("verdicts.json", &judgement)?;
        let figures = figures::draw(&evidence, &self.folder)?;
        let short = short(&self.groups, &evidence.cells);
        let result = json!({
            "verdicts": judgement.findings.iter().map(|f| (f.key, f.verdict.text())).collect::<Vec<_>>(),
            "cells": cells.len(),
            "short": short,
            "seconds": {"training": trained, "examples": attacked},
        });
        let mut record = self.record.clone().ended(Ending::Complete, began, result);
        if let Some(old) = &self.finished {
            record.result["seconds"] = old.result["seconds"].clone();
            (record.seconds, record.started, record.command) = (old.seconds, old.started.clone(), old.command.clone());
        }
        report::write(&self.folder, &record, &evidence, &judgement, &tables, &figures)?;
        self.folder.record(&record)?;
        Ok(Report {
            findings: judgement.findings,
            cells: (cells.len(), cells.len()),
            short,
            folder: self.folder.root().to_owned(),
            ending: Ending::Complete,
        })
    }

    /// Does every cell that is not done; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell], nets: &[TrainedNet], means: &[Vec<f64>]) -> Result<Vec<Measured>> {
        let bar = self.surroundings.progress.bar(cells.len() as u64, "examples, cells");
        let mut measured = Vec::with_capacity(cells.len());
        for cell in cells {
            bar.set_message(format!("{} {} {}", cell.group, cell.net, cell.digit));
            let done = match self.read(cell)? {
                Some(done) => done,
                None => match self.one(cell, nets, means).with_context(|| cell.file())? {
                    Some(done) => done,
                    None => break,
                },
            };
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
            stop: &self.surroundings.stop,
        };
        let Some(measured) = attack::attack(cell, &task)? else { return Ok(None) };
        let text = serde_json::to_vec(&measured)?;
        self.folder.write(&cell.file(), |file| Ok(std::io::Write::write_all(file, &text)?))?;
        // Text holds a number's last bit only most of the time: read it back, so that a study that goes on comes to the same.
        Ok(Some(serde_json::from_slice(&text)?))
    }

    fn read(&self, cell: &Cell) -> Result<Option<Measured>> {
        let file = self.folder.path(&cell.file());
        if !file.is_file() {
            return Ok(None);
        }
        let text = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let measured: Measured = serde_json::from_slice(&text)
            .with_context(|| format!("{} is damaged; remove it and resume", file.display()))?;
        Ok((measured.cell == *cell).then_some(measured))
    }

    fn stopped(self, began: Instant, cells: (usize, usize)) -> Result<Report> {
        let result = json!({"cells": cells.1, "done": cells.0});
        self.folder.record(&self.record.ended(Ending::Stopped, began, result))?;
        let folder = self.folder.root().to_owned();
        Ok(Report { findings: Vec::new(), cells, short: 0, folder, ending: Ending::Stopped })
    }
}

/// Cells that ran out of attempts.
fn short(groups: &[Group], cells: &[Measured]) -> usize {
    let wanted = |cell: &Measured| groups.iter().find(|group| group.name == cell.cell.group).map_or(0, |group| group.n);
    cells.iter().filter(|cell| cell.successes < wanted(cell) as u64).count()
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
