//! `advlab eval`: how well a net does on data it has not seen, and how far its confidence can be believed.

mod figures;
mod files;
mod summary;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use advlab_core::{Device, InputShape, ScoreKind, Seed, Stop};
use advlab_datasets::{Examples, Split};
use advlab_model_zoo::{Foreign, Model, evaluate};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use summary::Summary;

pub(crate) use figures::{CONFUSION, PANEL, RELIABILITY, panel};

use crate::data::DataSpec;
use crate::folder::{Existing, Folder};
use crate::model::ModelChoice;
use crate::record::{Ending, Record, Surroundings};
use crate::report;
use crate::warnings::warnings;

/// What to evaluate, on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// The net: a name of the zoo, or a file.
    pub model: String,
    /// Shape of a TorchScript net's pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_shape: Option<InputShape>,
    /// File with the class names of a TorchScript net.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<PathBuf>,
    /// What a TorchScript net puts out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<ScoreKind>,
    /// The data.
    pub data: DataSpec,
    /// Which half.
    pub split: Split,
    /// Seed of the pictures on the panel and of the draws behind the calibration error's interval.
    pub seed: u64,
    /// Where to run.
    #[serde(default, skip_serializing_if = "is_auto")] // records of before have none
    pub device: Device,
}

fn is_auto(device: &Device) -> bool {
    *device == Device::Auto
}

impl Spec {
    fn choice(&self) -> ModelChoice {
        let foreign = Foreign { input_shape: self.input_shape, classes: self.classes.clone(), scores: self.scores };
        ModelChoice { model: self.model.clone(), foreign, device: self.device }
    }
}

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
#[derive(Debug)]
pub struct Report {
    /// Numbers.
    pub summary: Summary,
    /// Where the results are.
    pub folder: PathBuf,
}

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
        report::evaluate(&self.folder, &record, &summary)?;
        self.folder.record(&record)?;
        Ok(Report { summary, folder: self.folder.root().to_owned() })
    }
}
