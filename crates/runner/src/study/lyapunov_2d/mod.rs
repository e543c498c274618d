//! Studies of kind `lyapunov-2d`: finite-time Lyapunov exponents of nets that tell a disc from its surroundings.
//!
//! The problem of Storm et al. 2024: points uniform in a square, labelled by whether they are nearer to the centre than the
//! median point. A study goes cell by cell; a cell is one training of a net of one width and depth, its exponents on a grid over the
//! square, their ridges, and how far those lie from the decision boundary. Nets whose hidden layers stay random stand beside trained ones.

mod spec;

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

pub(super) use cell::keys;
pub use spec::Spec;

use cell::{Cell, Measured};
use evidence::Evidence;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    desk: Desk,
}

/// Checks everything that can be checked before the first training.
///
/// # Errors
/// Bad settings, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let record = Record::new("study lyapunov-2d", surroundings, spec, tch::Device::Cpu);
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), desk })
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
            seconds: json!({"all": began.elapsed().as_secs_f64()}),
            remarks: Vec::new(),
            printed: 1,
        };
        self.desk.finish(began, results)
    }

    /// Does every cell that is not done, side by side; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell]) -> Result<Vec<Measured>> {
        let bar = self.desk.surroundings.progress.bar(cells.len() as u64, "training");
        let nets = self.desk.folder.path("nets");
        let make = |cell: &Cell| {
            let made = measure::measure(cell, &self.spec, &nets, &self.desk.surroundings.stop);
            bar.inc(1);
            made
        };
        let done = self.desk.side_by_side(tch::Device::Cpu, cells, Cell::key, |found: &Measured| &found.cell, &make)?;
        bar.finish_and_clear();
        Ok(done)
    }
}

#[cfg(test)]
mod tests;
