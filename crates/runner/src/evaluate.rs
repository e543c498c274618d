//! `advlab eval`: how well a net does on data it has not seen.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use advlab_core::Stop;
use advlab_datasets::{Examples, Split};
use advlab_model_zoo::{Evaluation, Model, evaluate};
use advlab_plots::{ConfusionMatrix, Judged, Panel, Picture, Verdict, percent};
use anyhow::Result;
use ndarray::Array2;
use serde::Serialize;
use serde_json::json;

use crate::data::DataSpec;
use crate::folder::{Existing, Folder};
use crate::model::ModelChoice;
use crate::record::{Ending, Record, Surroundings};
use crate::warnings::warnings;

/// Pictures on the panel.
const ON_PANEL: usize = 64;

/// What to evaluate, on what.
#[derive(Clone, Debug, Serialize)]
pub struct Spec {
    /// The net.
    #[serde(skip)]
    pub choice: ModelChoice,
    /// Its name, for the record.
    pub model: String,
    /// The data.
    pub data: DataSpec,
    /// Which half.
    pub split: Split,
}

/// An evaluation that can start.
#[derive(Debug)]
pub struct Prepared {
    model: Model,
    warnings: Vec<String>,
    data: Arc<dyn Examples>,
    folder: Folder,
    record: Record,
    stop: Stop,
}

/// What an evaluation came to.
#[derive(Debug)]
pub struct Report {
    /// Every answer.
    pub evaluation: Evaluation,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Pictures evaluated.
    pub pictures: usize,
    /// Where the results are.
    pub folder: PathBuf,
}

/// Opens net, data and folder.
///
/// # Errors
/// An unknown or broken net, missing data, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    let model = spec.choice.open()?;
    let (shape, stop) = (model.net.input(), &surroundings.stop);
    let data = spec.data.examples(spec.split, shape, stop, surroundings.progress)?;
    advlab_model_zoo::fits(&*model.net, &*data)?;
    let mut record = Record::new("eval", surroundings, spec, model.net.device());
    record.input("model", json!({"name": model.net.name(), "origin": model.origin, "sha256": model.sha256}));
    record.input("data", json!({"set": data.name(), "origin": data.origin(), "sha256": data.digest()?}));
    let warnings = warnings(&*model.net)?;
    let (folder, _) = Folder::open(&out, existing, &record)?;
    Ok(Prepared { model, warnings, data, folder, record, stop: surroundings.stop.clone() })
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
        let classes = self.data.classes().to_vec();
        let title = format!("{} on {} ({})", self.model.net.name(), self.data.name(), self.data.split());
        self.write_answers(&evaluation)?;
        self.write_confusion(&evaluation, &classes)?;
        let k = classes.len();
        let counts = Array2::from_shape_fn((k, k), |(truth, label)| evaluation.confusion[truth][label]);
        ConfusionMatrix::new(&title, classes.clone(), counts).save(self.folder.path("confusion.png"))?;
        let mut panel = Panel::new(&title, self.panel(&evaluation)?);
        let wrong = panel.groups[0].items.iter().filter(|item| item.verdict() == Verdict::Wrong).count();
        panel.note = Some(format!(
            "The first {} that it gets right and the first {wrong} that it gets wrong; {} of all {} are right",
            panel.groups[0].items.len() - wrong,
            percent(evaluation.accuracy()),
            self.data.len()
        ));
        panel.save(self.folder.path("panel.png"))?;
        let result = json!({"pictures": self.data.len(), "accuracy": evaluation.accuracy()});
        self.folder.record(&self.record.ended(Ending::Complete, began, result))?;
        let folder = self.folder.root().to_owned();
        Ok(Report { evaluation, classes, pictures: self.data.len(), folder })
    }

    /// The first pictures and the first mistakes, half and half: a good net's mistakes would hardly ever show otherwise.
    fn panel(&self, evaluation: &Evaluation) -> Result<Vec<Judged<'static>>> {
        let truth = self.data.labels();
        let wrong = (0..self.data.len()).filter(|i| truth[*i] != evaluation.labels[*i]).take(ON_PANEL / 2);
        let wrong: Vec<usize> = wrong.collect();
        let right = (0..self.data.len()).filter(|i| truth[*i] == evaluation.labels[*i]).take(ON_PANEL - wrong.len());
        let shown: Vec<usize> = right.chain(wrong.iter().copied()).collect();
        let shape = self.data.shape();
        let mut bytes = vec![0; shown.len() * shape.len()];
        self.data.fill(&shown, &mut bytes)?;
        let pictures = bytes.chunks_exact(shape.len());
        let shape = [shape.channels as usize, shape.height as usize, shape.width as usize];
        let name = |label: i64| self.data.classes()[label as usize].clone();
        let judged = shown.iter().zip(pictures).map(|(&i, bytes)| Judged {
            picture: Picture::new(bytes.iter().map(|byte| f32::from(*byte) / 255.0).collect::<Vec<_>>(), shape),
            truth: name(truth[i]),
            prediction: name(evaluation.labels[i]),
            confidence: f64::from(evaluation.confidences[i]),
        });
        Ok(judged.collect())
    }

    fn write_answers(&self, evaluation: &Evaluation) -> Result<()> {
        self.folder.write("answers.csv", |file| {
            let mut table = csv::Writer::from_writer(file);
            let has_files = self.data.file(0).is_some();
            let columns = ["index", "truth", "label", "confidence", "file"];
            table.write_record(&columns[..if has_files { 5 } else { 4 }])?;
            for (i, (label, confidence)) in evaluation.labels.iter().zip(&evaluation.confidences).enumerate() {
                let truth = self.data.labels()[i];
                let mut row = vec![i.to_string(), truth.to_string(), label.to_string(), confidence.to_string()];
                row.extend(self.data.file(i).map(|file| file.display().to_string()));
                table.write_record(row)?;
            }
            Ok(table.flush()?)
        })
    }

    fn write_confusion(&self, evaluation: &Evaluation, classes: &[String]) -> Result<()> {
        self.folder.write("confusion.csv", |file| {
            let mut table = csv::Writer::from_writer(file);
            table.write_record(std::iter::once("truth").chain(classes.iter().map(String::as_str)))?;
            for (class, row) in classes.iter().zip(&evaluation.confusion) {
                table.write_record(std::iter::once(class.clone()).chain(row.iter().map(u64::to_string)))?;
            }
            Ok(table.flush()?)
        })
    }
}
