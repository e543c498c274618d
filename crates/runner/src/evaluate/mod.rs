//! `advlab eval`: how well a net does on data it has not seen, and how far its confidence can be believed.

mod figures;
mod files;
mod spec;
mod summary;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use advlab_core::{Seed, Stop};
use advlab_datasets::Examples;
use advlab_model_zoo::{Model, evaluate};
use anyhow::Result;
use serde_json::json;

pub use spec::Spec;
pub use summary::Summary;

pub(crate) use figures::{CONFUSION, PANEL, RELIABILITY, panel};

use crate::folder::{Existing, Folder};
use crate::record::{self, Ending, Record, Surroundings};
use crate::report;
use crate::warnings::warnings;

/// An evaluation that can start.
#[derive(Debug)]
pub struct Prepared {
    model: Model,
    warnings: Vec<String>,
    data: Arc<dyn Examples>,
    seed: Seed,
    folder: Folder,
    record: Record,
    stop: Stop,
}

/// What an evaluation came to.
pub type Report = record::Report<Summary>;

/// Opens net, data and folder.
///
/// # Errors
/// An unknown or broken net, missing data, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    let model = spec.choice().open()?;
    let (shape, stop) = (model.net.input(), &surroundings.stop);
    let data = spec.data.examples(spec.split, shape, stop, surroundings.progress)?;
    advlab_model_zoo::fits(&*model.net, &*data)?;
    let mut record = Record::new("eval", surroundings, spec, model.net.device());
    record.input("model", json!({"name": model.net.name(), "origin": model.origin, "sha256": model.sha256}));
    record.input("data", json!({"set": data.name(), "origin": data.origin(), "sha256": data.digest()?}));
    let warnings = warnings(&*model.net)?;
    record.warnings.clone_from(&warnings);
    let (folder, _) = Folder::open(&out, existing, &record)?;
    let seed = Seed::new(spec.seed);
    Ok(Prepared { model, warnings, data, seed, folder, record, stop: surroundings.stop.clone() })
}

impl Prepared {
    /// What is doubtful about the net before anything is tried.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Evaluates and draws.
    ///
    /// # Errors
    /// Those of the net; files that cannot be written.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let evaluation = evaluate(&*self.model.net, &*self.data, &self.stop)?;
        let summary = Summary::new(&self.model, &*self.data, &evaluation, self.seed)?;
        files::write(&self.folder, &*self.data, &evaluation, &summary)?;
        figures::draw(&self.folder, &*self.data, &evaluation, &summary, self.seed)?;
        let record = self.record.ended(Ending::Complete, began, summary.result());
        report::write(&self.folder, &record)?;
        self.folder.record(&record)?;
        let folder = self.folder.root().to_owned();
        Ok(Report { summary, folder, ending: Ending::Complete, was_finished: false })
    }
}
