//! Studies of kind `perceptrons`: what single neurons learn by Hebb's rule, what they cannot, what hidden neurons add, and when
//! hidden neurons learn too much.
//!
//! A cell is one net that learns one sample; it takes seconds.

mod spec;

mod cell;

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
pub use spec::{Lines, Spec};

use cell::{Cell, Measured};
use evidence::Evidence;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    desk: Desk,
}

/// Checks everything that can be checked before the first cell.
///
/// # Errors
/// Bad settings, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let record = Record::new("study perceptrons", surroundings, spec, tch::Device::Cpu);
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), desk })
}

impl Prepared {
    /// Learns, judges, draws.
    ///
    /// # Errors
    /// Files that cannot be written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let all = cell::cells(&self.spec);
        let part = self.desk.part(&all);
        let bar = self.desk.surroundings.progress.bar(part.len() as u64, "learning");
        let make = |cell: &Cell| {
            let made = cell::measure(cell, &self.spec, &self.desk.surroundings.stop);
            bar.inc(1);
            made
        };
        let measured =
            self.desk.side_by_side(tch::Device::Cpu, part, Cell::key, |found: &Measured| &found.cell, &make)?;
        bar.finish_and_clear();
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
            seconds: json!({"learning": began.elapsed().as_secs_f64()}),
            remarks: Vec::new(),
            printed: 1,
        };
        self.desk.finish(began, results)
    }
}

#[cfg(test)]
mod tests;
