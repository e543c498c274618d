//! Studies of kind `photos`: photographs that become a chosen class, to nets that know photographs.
//!
//! A study goes cell by cell. A cell is a few photographs for one net and one target; each result is written as a file of 8
//! bits, read back, and shown to the net again and to the others. Verdicts, tables and figures follow from the cells.

mod spec;

mod album;

mod cell;
mod measure;

mod evidence;

mod claims;

mod figures;
mod tables;

use std::path::PathBuf;
use std::time::Instant;

use advlab_model_zoo::Model;
use anyhow::{Context as _, Result, bail};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::folder::Existing;
use crate::labels;
use crate::record::{Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::study::search::Search;

pub use spec::{Published, Spec};

use album::Album;
use cell::{Cell, Measured};
use evidence::Evidence;
use measure::Bench;

/// A study that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    album: Album,
    nets: Vec<Model>,
    desk: Desk,
}

/// Checks everything that can be checked before the first change.
///
/// # Errors
/// Bad settings; nets, class names or photographs that are in none of the places of `search`; a folder that holds something
/// else.
pub fn prepare(
    spec: &Spec,
    search: &Search,
    out: PathBuf,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Prepared> {
    spec.check()?;
    let device = spec.device.resolve()?;
    let album = Album::open(&search.find(&spec.photos).context("photos")?, spec.fit)?;
    let mut nets: Vec<Model> = Vec::new();
    for (index, net) in spec.nets.iter().enumerate() {
        let at = || format!("nets[{index}] (`{}`)", net.name);
        let model = net.open(search, device).with_context(at)?;
        if nets.first().is_some_and(|first| first.net.classes() != model.net.classes()) {
            bail!("{}: must tell the same classes as nets[0]", at());
        }
        for target in spec.targets.iter().filter(|target| *target != spec::RANDOM) {
            labels::find(target, model.net.classes(), model.net.name()).context("targets")?;
        }
        nets.push(model);
    }
    let mut record = Record::new("study photos", surroundings, spec, device);
    for (net, model) in spec.nets.iter().zip(&nets) {
        record.input(&format!("net {}", net.name), json!({"origin": model.origin, "sha256": model.sha256}));
    }
    let mut hash = Sha256::new();
    for photo in 0..album.len() {
        hash.update(album.name(photo));
        for value in album.values(photo, nets[0].net.input())? {
            hash.update([(255.0 * value).round() as u8]);
        }
    }
    let sha256: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    record.input("photographs", json!({"n": album.len(), "sha256 as nets[0] sees them": sha256}));
    let desk = Desk::open(record, &out, existing, surroundings)?;
    Ok(Prepared { spec: spec.clone(), album, nets, desk })
}

impl Prepared {
    /// Changes, writes, reads back, shows around, judges, draws.
    ///
    /// # Errors
    /// Files that cannot be read or written. Finished cells are on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let cells = cell::cells(&self.spec, self.album.len());
        let measured = self.measure(self.desk.part(&cells))?;
        if measured.len() < cells.len() {
            return self.desk.pause(began, measured.len(), cells.len());
        }
        let evidence = Evidence {
            spec: &self.spec,
            album: &self.album,
            cells: measured,
            classes: self.nets[0].net.classes(),
            shapes: self.nets.iter().map(|model| model.net.input()).collect(),
        };
        let results = Results {
            title: evidence.title(),
            lead: evidence.lead(),
            findings: claims::judge(&evidence),
            tables: tables::tables(&evidence),
            figures: figures::draw(&evidence, &self.desk.folder)?,
            judgement: None,
            cells: cells.len(),
            seconds: json!({"examples": began.elapsed().as_secs_f64()}),
            remarks: Vec::new(),
            printed: 2,
        };
        self.desk.finish(began, results)
    }

    /// Does every cell that is not done; fewer come back if someone asked to stop.
    fn measure(&self, cells: &[Cell]) -> Result<Vec<Measured>> {
        let perturb = self.spec.attack.clone().check()?;
        let bar = self.desk.surroundings.progress.bar(cells.len() as u64, "photographs, cells");
        let bench = Bench {
            spec: &self.spec,
            album: &self.album,
            nets: &self.nets,
            perturb: &perturb,
            folder: &self.desk.folder,
            stop: &self.desk.surroundings.stop,
        };
        let mut measured = Vec::with_capacity(cells.len());
        for cell in cells {
            bar.set_message(self.spec.nets[cell.net].name.clone());
            let is_it = |found: &Measured| found.cell == *cell;
            let make = || measure::measure(cell, &bench);
            let Some(done) = self.desk.taken_up(&cell.key(&self.spec), is_it, make)? else { break };
            measured.push(done);
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(measured)
    }
}
