//! Studies of kind `operator-norms`: how far each layer of some nets can stretch a difference, and how far the nets do.
//!
//! A study goes cell by cell. A net has one cell for its layers and, where pictures are named for it, one for those. Verdicts, tables
//! and figures follow from the cells.

mod spec;

mod cell;
mod opened;

mod evidence;

mod claims;

mod figures;
mod tables;

use std::path::PathBuf;
use std::time::Instant;

use advlab_core::Seed;
use anyhow::{Context as _, Result, bail};
use serde_json::json;

use crate::folder::Existing;
use crate::norms::{bounds, layers, pictures};
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::study::search::Search;

pub use spec::{NetSpec, Spec};

use cell::{Cell, Measured, Part};
use evidence::Evidence;
use opened::Opened;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    nets: Vec<Opened>,
    /// Nets that are not on this machine, with what to do.
    missing: Vec<String>,
    desk: Desk,
}

/// Checks everything that can be checked before the first layer.
///
/// # Errors
/// Bad settings; nets or photographs that are in none of the places of `search`, but for nets that may be missing; a net of which no
/// layer can be read; a folder that holds something else.
pub fn prepare(
    spec: &Spec,
    search: &Search,
    out: PathBuf,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Prepared> {
    spec.check()?;
    let device = spec.device.resolve()?;
    let (mut nets, mut missing) = (Vec::new(), Vec::new());
    for (index, net) in spec.nets.iter().enumerate() {
        let at = || format!("nets[{index}] (`{}`)", net.net.name);
        if let Some(why) = opened::missing(net, search) {
            missing.push(format!("{} was left out: {why}", net.net.name));
            continue;
        }
        nets.push(Opened::new(net, search, device, surroundings).with_context(at)?);
    }
    if nets.is_empty() {
        bail!("none of the nets is on this machine: {}", missing.join("; "));
    }
    let mut record = Record::new("study operator-norms", surroundings, spec, device);
    for net in &nets {
        record.input(&format!("net {}", net.name), net.origin.clone());
    }
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), nets, missing, desk })
}

impl Prepared {
    /// Measures, judges, draws.
    ///
    /// # Errors
    /// Those of the nets; files that cannot be written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let mut cells = Vec::new();
        for net in &self.nets {
            let parts = std::iter::once(Part::Layers).chain(net.inputs.is_some().then_some(Part::Pictures));
            cells.extend(parts.map(|part| Cell { net: net.name.clone(), part }));
        }
        let measured = self.measure(self.desk.part(&cells))?;
        if measured.len() < cells.len() {
            return self.desk.pause(began, measured.len(), cells.len());
        }
        let evidence = Evidence::new(&self.spec, measured);
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells: cells.len(),
            seconds: json!({"measuring": began.elapsed().as_secs_f64()}),
            remarks: self.missing,
            printed: 1,
        };
        self.desk.finish(began, results)
    }

    /// Does every cell that is not done; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell]) -> Result<Vec<Measured>> {
        let bar = self.desk.surroundings.progress.bar(cells.len() as u64, "nets, cells");
        let mut measured = Vec::with_capacity(cells.len());
        for cell in cells {
            bar.set_message(cell.key());
            let is_it = |found: &Measured| found.cell == *cell;
            let Some(done) = self.desk.taken_up(&cell.key(), is_it, || self.one(cell))? else { break };
            measured.push(done);
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(measured)
    }

    fn one(&self, cell: &Cell) -> Result<Option<Measured>> {
        let began = Instant::now();
        let net = self.nets.iter().find(|net| net.name == cell.net).expect("cells are made from nets");
        let seed = Seed::new(self.spec.seed).child("net").child(&net.name);
        let (stop, bar) = (&self.desk.surroundings.stop, indicatif::ProgressBar::hidden());
        let mut measured = Measured { cell: cell.clone(), norms: None, bounds: None, seconds: 0.0 };
        match (cell.part, &net.inputs) {
            (Part::Layers, _) => {
                measured.norms = layers::measure(&net.operators, true, seed, stop, &bar)?;
                if measured.norms.is_none() {
                    return Ok(None);
                }
            }
            (Part::Pictures, Some(inputs)) => {
                let search = self.spec.attack.clone().check()?;
                let pictures = pictures(inputs, advlab_core::Classifier::input(&net.net))?;
                measured.bounds = bounds::measure(&net.net, &pictures, Some(&search), seed, stop, &bar)?;
                if measured.bounds.is_none() {
                    return Ok(None);
                }
            }
            (Part::Pictures, None) => unreachable!("a net without pictures has no cell for them"),
        }
        measured.seconds = began.elapsed().as_secs_f64();
        Ok(Some(measured))
    }
}

#[cfg(test)]
mod tests;
