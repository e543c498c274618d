//! Studies of kind `lyapunov-mnist`: finite-time Lyapunov exponents over the plane of two neurons that every picture passes through.
//!
//! A net of dense layers with a layer of two neurons is a way from pictures to a plane, and a net above the plane. Its exponents over the plane are
//! mapped, their ridges held against the borders between classes, and both against what the net and all trainings together say of test
//! pictures. A study goes cell by cell; a cell is one training of one net. Source: Storm et al. 2024, figure 3.

mod spec;

mod cell;
mod measure;

mod evidence;
mod together;

mod claims;

mod figures;
mod tables;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use serde_json::json;

use crate::folder::Existing;
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::train::Halves;

pub(super) use cell::keys;
pub use spec::{NetSpec, Spec};

use cell::{Cell, Measured};
use evidence::Evidence;
use measure::Bench;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
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
    let mut record = Record::new("study lyapunov-mnist", surroundings, spec, device);
    data.examples().note(&mut record)?;
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), data, desk })
}

impl Prepared {
    /// Trains, judges, draws.
    ///
    /// # Errors
    /// A training that diverged; files that cannot be written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let all = cell::cells(&self.spec);
        let measured = self.measure(self.desk.part(&all))?;
        if measured.len() < all.len() {
            return self.desk.pause(began, measured.len(), all.len());
        }
        let device = self.spec.device.resolve()?;
        let nets = self.desk.folder.path("nets");
        let together = together::together(&self.spec, &self.data, &nets, device)?;
        let evidence = Evidence { spec: &self.spec, cells: measured, together };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.data, &self.desk.folder, device)?,
            judgement: None,
            cells: all.len(),
            seconds: json!({"all": began.elapsed().as_secs_f64()}),
            remarks: Vec::new(),
            printed: 2,
        };
        self.desk.finish(began, results)
    }

    /// Does every cell that is not done, side by side; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell]) -> Result<Vec<Measured>> {
        let device = self.spec.device.resolve()?;
        let epochs = |cell: &Cell| {
            let net = self.spec.nets.iter().find(|net| net.name == cell.net);
            net.map_or(0, |net| u64::from(net.training.all_epochs()))
        };
        let all = cells.iter().map(epochs).sum();
        let bar = self.desk.surroundings.progress.bar(all, "training, epochs");
        let nets = self.desk.folder.path("nets");
        let stop = &self.desk.surroundings.stop;
        let bench = Bench { spec: &self.spec, data: &self.data, device, nets: &nets, stop };
        let make = |cell: &Cell| measure::measure(cell, &bench, &|| bar.inc(1));
        let done = self.desk.side_by_side(device, cells, Cell::key, |found: &Measured| &found.cell, &make)?;
        bar.finish_and_clear();
        Ok(done)
    }
}

#[cfg(test)]
mod tests;
