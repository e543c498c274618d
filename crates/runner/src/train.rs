//! `advlab train`: a net from data, epoch by epoch, with a checkpoint after each.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use advlab_core::{Device, InputShape, Seed};
use advlab_datasets::{Dataset, Examples, Split};
use advlab_model_zoo::{EpochRecord, ModelCard, ModelSpec, TrainSpec, Trainer, Training, write};
use advlab_plots::{Axis, Curve, CurvePanel, Curves};
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::data::DataSpec;
use crate::folder::{Existing, Folder, Found};
use crate::record::{Ending, Record, Surroundings};

/// Name of the weights in the results folder.
pub const WEIGHTS: &str = "model.safetensors";
const CHECKPOINT: &str = "checkpoint.safetensors";

/// What to train, on what, how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// What the net is called.
    pub name: String,
    /// Its architecture.
    pub model: ModelSpec,
    /// How it is trained.
    pub training: TrainSpec,
    /// On what.
    pub data: DataSpec,
    /// Start weights and all that is drawn while training come from it.
    pub seed: u64,
    /// Where.
    #[serde(default)]
    pub device: Device,
}

/// A training that can start: every setting is checked and the data are in memory.
#[derive(Debug)]
pub struct Prepared {
    trainer: Trainer,
    train: String,
    test: Arc<dyn Examples>,
    folder: Folder,
    finished: bool,
    record: Record,
    spec: Spec,
    surroundings: Surroundings,
}

/// Both halves of a data set, for any number of trainings.
#[derive(Debug)]
pub(crate) struct Halves<E: ?Sized = Dataset> {
    pub(crate) train: Arc<E>,
    pub(crate) test: Arc<E>,
}

impl<E: ?Sized> Clone for Halves<E> {
    fn clone(&self) -> Self {
        Self { train: Arc::clone(&self.train), test: Arc::clone(&self.test) }
    }
}

impl Halves {
    pub(crate) fn load(spec: &DataSpec, surroundings: &Surroundings) -> Result<Self> {
        let half = |split| spec.load(split, &surroundings.stop, surroundings.progress).map(Arc::new);
        Ok(Self { train: half(Split::Train)?, test: half(Split::Test)? })
    }

    /// The same for whoever does not ask where they are.
    pub(crate) fn examples(&self) -> Halves<dyn Examples> {
        Halves {
            train: Arc::clone(&self.train) as Arc<dyn Examples>,
            test: Arc::clone(&self.test) as Arc<dyn Examples>,
        }
    }
}

impl Halves<dyn Examples> {
    /// For a net that takes pictures of this shape; those of a folder stay in their files.
    pub(crate) fn open(spec: &DataSpec, shape: InputShape, surroundings: &Surroundings) -> Result<Self> {
        let half = |split| spec.examples(split, shape, &surroundings.stop, surroundings.progress);
        Ok(Self { train: half(Split::Train)?, test: half(Split::Test)? })
    }

    /// Notes both as inputs of a run.
    pub(crate) fn note(&self, record: &mut Record) -> Result<()> {
        for data in [&self.train, &self.test] {
            let role = format!("{} data", data.split());
            let facts =
                json!({"set": data.name(), "origin": data.origin(), "pictures": data.len(), "sha256": data.digest()?});
            record.input(&role, facts);
        }
        Ok(())
    }
}

/// What a training came to.
#[derive(Debug)]
pub struct Report {
    /// The net as it was trained, in a line.
    pub architecture: String,
    /// Epoch by epoch.
    pub history: Vec<EpochRecord>,
    /// Where the results are.
    pub folder: PathBuf,
    /// How it ended.
    pub ending: Ending,
    /// Whether it had ended so before, and nothing was left to do.
    pub was_finished: bool,
    /// Number of the epoch whose weights were written: the last, or the best of a training that may stop early.
    pub kept: u32,
}

impl Report {
    /// The epoch whose weights were written, if one was done.
    pub fn kept(&self) -> Option<&EpochRecord> {
        self.history.get((self.kept as usize).checked_sub(1)?)
    }
}

/// Checks everything that can be checked before the first step.
///
/// # Errors
/// Bad settings, missing data, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    let mut spec = spec.clone();
    let data = data_of(&mut spec, surroundings)?;
    prepare_on(&spec, &data, out, existing, surroundings)
}

/// The data of a training. The net's classes are called as the data call them; of a net that names none there are as many as in
/// the data.
pub(crate) fn data_of(spec: &mut Spec, surroundings: &Surroundings) -> Result<Halves<dyn Examples>> {
    spec.training.check()?;
    let data = Halves::open(&spec.data, spec.model.input, surroundings)?;
    let classes = data.train.classes();
    if spec.model.names_no_classes() || spec.model.classes.len() == classes.len() {
        spec.model.classes = classes.to_vec();
    }
    Ok(data)
}

/// Whether net, settings and data fit together.
pub(crate) fn check(spec: &Spec, data: &Halves<dyn Examples>) -> Result<()> {
    let device = spec.device.resolve()?;
    Trainer::new(&spec.name, &spec.model, &spec.training, Seed::new(spec.seed), Arc::clone(&data.train), device)?;
    Ok(())
}

/// [`prepare`] on data that are in memory already.
pub(crate) fn prepare_on(
    spec: &Spec,
    data: &Halves<dyn Examples>,
    out: PathBuf,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Prepared> {
    spec.training.check()?;
    let device = spec.device.resolve()?;
    let seed = Seed::new(spec.seed);
    let mut trainer = Trainer::new(&spec.name, &spec.model, &spec.training, seed, Arc::clone(&data.train), device)?;
    let mut record = Record::new("train", surroundings, spec, device);
    data.note(&mut record)?;
    let (folder, found) = Folder::open(&out, existing, &record)?;
    let checkpoint = folder.path(CHECKPOINT);
    if matches!(found, Found::Fresh) {
        folder.remove(CHECKPOINT)?;
    } else if checkpoint.is_file() {
        trainer.resume(&checkpoint)?;
    }
    // A training may have been killed between its last epoch and its weights.
    let finished = matches!(found, Found::Finished(_)) && trainer.is_over();
    let (train, test) = (data.train.digest()?, Arc::clone(&data.test));
    let surroundings = surroundings.clone();
    Ok(Prepared { trainer, train, test, folder, finished, record, spec: spec.clone(), surroundings })
}

impl Prepared {
    /// Trains to the end, or until asked to stop.
    ///
    /// # Errors
    /// A cost that is no longer a number; files that cannot be written.
    pub fn run(self) -> Result<Report> {
        self.watched(&mut |_| ())
    }

    /// [`run`](Self::run) that tells of every epoch when it is over.
    pub(crate) fn watched(mut self, watch: &mut dyn FnMut(&EpochRecord)) -> Result<Report> {
        let began = Instant::now();
        if self.finished {
            let (history, folder) = (self.trainer.history().to_vec(), self.folder.root().to_owned());
            let kept = self.trainer.kept().map_or(0, |kept| kept.epoch);
            let architecture = self.spec.model.text();
            return Ok(Report { architecture, history, folder, ending: Ending::Complete, was_finished: true, kept });
        }
        let epochs = self.spec.training.all_epochs();
        let mut ending = Ending::Complete;
        while !self.trainer.is_over() {
            let number = self.trainer.epochs_done() + 1;
            let bar = self.surroundings.progress.bar(0, &format!("{} epoch {number}/{epochs}", self.spec.name));
            if let Some(last) = self.trainer.history().last() {
                bar.set_message(format!("test {:.2} %", 100.0 * last.test_accuracy));
            }
            let mut tick = |done: usize, total: usize| {
                bar.set_length(total as u64);
                bar.set_position(done as u64);
            };
            match self.trainer.epoch(&*self.test, &self.surroundings.stop, &mut tick) {
                Ok(record) => watch(record),
                Err(advlab_model_zoo::Error::Core(advlab_core::Error::Stopped)) => {
                    ending = Ending::Stopped;
                    break;
                }
                Err(error) => return Err(error.into()),
            }
            bar.finish_and_clear();
            self.trainer.save(&self.folder.path(CHECKPOINT))?;
            self.write_history()?;
        }
        let history = self.trainer.history().to_vec();
        let kept = self.trainer.kept().cloned();
        if let Some(kept) = &kept {
            let card = ModelCard {
                spec: self.spec.model.clone(),
                training: Some(Training {
                    spec: self.spec.training.clone(),
                    seed: self.spec.seed,
                    data: self.spec.data.set.clone(),
                    data_sha256: self.train.clone(),
                    epochs: kept.epoch,
                    test_accuracy: kept.test_accuracy,
                }),
            };
            self.write_history()?;
            write(&self.folder.path(WEIGHTS), &self.trainer.net()?, &card)?;
            self.draw_curves(&history)?;
        }
        let result = json!({
            "epochs": history.len(),
            "kept_epoch": kept.as_ref().map(|kept| kept.epoch),
            "loss": kept.as_ref().map(|kept| kept.loss),
            "train_accuracy": kept.as_ref().map(|kept| kept.train_accuracy),
            "test_accuracy": kept.as_ref().map(|kept| kept.test_accuracy),
        });
        self.folder.record(&self.record.ended(ending, began, result))?;
        let kept = kept.map_or(0, |kept| kept.epoch);
        let architecture = self.spec.model.text();
        Ok(Report { architecture, history, folder: self.folder.root().to_owned(), ending, was_finished: false, kept })
    }

    fn write_history(&self) -> Result<()> {
        self.folder.write("history.csv", |file| {
            let mut table = csv::Writer::from_writer(file);
            for record in self.trainer.history() {
                table.serialize(record)?;
            }
            Ok(table.flush()?)
        })
    }

    fn draw_curves(&self, history: &[EpochRecord]) -> Result<()> {
        let learnt = self.spec.training.pretraining_epochs() as usize;
        let (before, after) = history.split_at(learnt.min(history.len()));
        let curve = |name: &str, epochs: &[EpochRecord], of: fn(&EpochRecord) -> f64| {
            Curve::new(name, epochs.iter().map(|epoch| (f64::from(epoch.epoch), of(epoch))).collect::<Vec<_>>())
        };
        let panel = |title: &str, y: Axis, curves| CurvePanel::new(title, Axis::plain("epoch"), y, curves);
        let mut panels = Vec::new();
        if !before.is_empty() {
            let loss = vec![curve("pretraining", before, |record| record.loss)];
            panels.push(panel("Cost of the autoencoder", Axis::plain("cost"), loss));
        }
        if !after.is_empty() {
            let loss = vec![curve("training", after, |record| record.loss)];
            let accuracy = vec![
                curve("training", after, |record| record.train_accuracy),
                curve("test", after, |record| record.test_accuracy),
            ];
            panels.push(panel("Cost", Axis::plain("cost"), loss));
            panels.push(panel("Accuracy", Axis::percent("labelled right (%)").fitted(), accuracy));
        }
        let title =
            format!("{}: {}, {}, seed {}", self.spec.name, self.spec.model.text(), self.spec.data.set, self.spec.seed);
        let file = self.folder.path("curves.png");
        Curves::new(title, panels).save(&file).with_context(|| format!("cannot draw {}", file.display()))
    }
}
