//! Studies of kind `adversarial-training`: a net trained with pools of adversarial examples, and without.
//!
//! The examples of a pool are what a layer would put out if the picture were changed so little there that the net just gets it
//! wrong; layer 0 is the picture itself. They keep the picture's label, and the layers above learn from them. A study goes
//! cell by cell; a cell is one training of one variant. One that is interrupted begins again.

mod spec;

mod examples;

mod cell;
mod measure;

mod evidence;

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
pub use spec::{PoolSpec, Spec, Variant};

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
    let mut record = Record::new("study adversarial-training", surroundings, spec, device);
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
        let evidence = Evidence { spec: &self.spec, cells: measured };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells: all.len(),
            seconds: json!({"training": began.elapsed().as_secs_f64()}),
            remarks: Vec::new(),
            printed: 1,
        };
        self.desk.finish(began, results)
    }

    /// Does every cell that is not done, side by side; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell]) -> Result<Vec<Measured>> {
        let device = self.spec.device.resolve()?;
        let epochs = u64::from(self.spec.training.all_epochs());
        let bar = self.desk.surroundings.progress.bar(cells.len() as u64 * epochs, "training, epochs");
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
