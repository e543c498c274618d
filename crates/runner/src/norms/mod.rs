//! `advlab norms`: how far each layer of a net can stretch a difference, and how far the whole net does, into a results folder.

mod spec;

pub(crate) mod bounds;
pub(crate) mod layers;

pub(crate) mod figures;
pub(crate) mod summary;

use std::path::PathBuf;
use std::time::Instant;

use advlab_attacks::perturb::{Perturb, PerturbParams};
use advlab_core::{Operators, Pictures, Seed};
use advlab_datasets::Split;
use advlab_model_zoo::Model;
use anyhow::{Result, bail};
use serde_json::json;
use tch::Tensor;

use crate::basis::pictures_for;
use crate::folder::{Existing, Folder, Found};
use crate::inputs::{Input, Inputs};
use crate::record::{self, Ending, Record, Surroundings};
use crate::report::{self, Captioned, WORDS, Words};
use crate::warnings::warnings;

pub use bounds::{Bounds, Change};
pub use layers::{LayerNorm, LayerNorms};
pub use spec::Spec;
pub use summary::Summary;

/// A run that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    model: Model,
    operators: Operators,
    inputs: Option<Inputs>,
    search: Option<Perturb>,
    notes: Vec<String>,
    warnings: Vec<String>,
    folder: Folder,
    finished: Option<Summary>,
    record: Record,
    surroundings: Surroundings,
}

/// What a run came to.
pub type Report = record::Report<Summary>;

/// Checks everything that can be checked before the first layer: every photograph is read once.
///
/// # Errors
/// Bad settings, an unknown net, a net of which no layer can be read, layers that it does not have, pictures that cannot be used or do not
/// fit the net, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let mut spec = spec.clone();
    let model = spec.choice().open()?;
    let net = &*model.net;
    let mut operators = net.operators()?;
    let mut notes = Vec::new();
    if !spec.layers.is_empty() {
        operators = layers::chosen(operators, &spec.layers, net.name())?;
    } else if spec.input.is_none() {
        match pictures_for(&spec.model, net) {
            Some((input, note)) => {
                notes.push(note);
                spec.input = Some(first(input));
            }
            None => notes.push(format!(
                "no pictures are known that {} was made for, so only its layers are measured; name some with --data or --image",
                net.name()
            )),
        }
    }
    let mut record = Record::new("norms", surroundings, &spec, net.device());
    record.input("model", json!({"name": net.name(), "origin": model.origin, "sha256": model.sha256}));
    let mut inputs = None;
    if let Some(input) = &spec.input {
        let mut found = Inputs::open(input, net, surroundings)?;
        if found.len() == 0 {
            bail!("there is no picture to measure {} at; ask for at least one", net.name());
        }
        record.input("pictures", found.examined(surroundings)?);
        notes.extend(found.notes().iter().cloned());
        inputs = Some(found);
    }
    let search = PerturbParams { steps: Some(spec.steps), ..PerturbParams::default() };
    let search = (spec.steps > 0).then(|| search.check()).transpose()?;
    let warnings = warnings(net)?;
    record.warnings.clone_from(&warnings);
    let (folder, found) = Folder::open(&out, existing, &record)?;
    let finished = match found {
        Found::Finished(old) => Some(serde_json::from_value(old.result.clone())?),
        Found::Fresh | Found::Unfinished => None,
    };
    let surroundings = surroundings.clone();
    Ok(Prepared { spec, model, operators, inputs, search, notes, warnings, folder, finished, record, surroundings })
}

/// The first pictures of a set that says nothing of how many.
fn first(input: Input) -> Input {
    match input {
        Input::Data { mut set, split } => {
            let count = match split {
                Split::Train => &mut set.train,
                Split::Test => &mut set.test,
            };
            count.get_or_insert(Spec::PICTURES_OF_SET);
            Input::Data { set, split }
        }
        images @ Input::Images(_) => images,
    }
}

impl Prepared {
    /// What was chosen for a user who did not say.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What is doubtful about the net before anything is tried.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Measures, writes and draws.
    ///
    /// # Errors
    /// Those of the net; files that cannot be written.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let folder = self.folder.root().to_owned();
        if let Some(summary) = self.finished {
            return Ok(Report { summary, folder, ending: Ending::Complete, was_finished: true });
        }
        let (ending, mut summary) = match self.measure()? {
            (summary, true) => (Ending::Complete, summary),
            (summary, false) => (Ending::Stopped, summary),
        };
        summary.seconds = began.elapsed().as_secs_f64();
        if ending == Ending::Complete {
            self.write(&summary)?;
        }
        let record = self.record.ended(ending, began, serde_json::to_value(&summary)?);
        if ending == Ending::Complete {
            report::write(&self.folder, &record)?;
        }
        self.folder.record(&record)?;
        Ok(Report { summary, folder, ending, was_finished: false })
    }

    /// Measures everything; false if someone asked to stop.
    fn measure(&self) -> Result<(Summary, bool)> {
        let (seed, stop) = (Seed::new(self.spec.seed), &self.surroundings.stop);
        let source = match (&self.spec.input, &self.inputs) {
            (Some(input), Some(inputs)) => Some(input.words(inputs.len())),
            _ => None,
        };
        let norms = LayerNorms { layers: Vec::new(), besides: Vec::new() };
        let mut summary =
            Summary { model: self.model.net.name().to_owned(), norms, source, bound: None, bounds: None, seconds: 0.0 };
        let bar = self.surroundings.progress.bar(0, "layers");
        let Some(norms) = layers::measure(&self.operators, !self.spec.torus_only, seed, stop, &bar)? else {
            return Ok((summary, false));
        };
        bar.finish_and_clear();
        summary.bound = norms.bound();
        summary.norms = norms;
        if let Some(inputs) = &self.inputs {
            let bar = self.surroundings.progress.bar(0, "pictures");
            let net = &*self.model.net;
            let pictures = pictures(inputs, net.input())?;
            summary.bounds = bounds::measure(net, &pictures, self.search.as_ref(), seed, stop, &bar)?;
            bar.finish_and_clear();
            if summary.bounds.is_none() {
                return Ok((summary, false));
            }
        }
        Ok((summary, true))
    }

    fn write(&self, summary: &Summary) -> Result<()> {
        let mut figures = Vec::new();
        if summary.norms.weights().next().is_some() {
            figures::norms(
                &self.folder.path(figures::NORMS),
                &format!("Operator norms of {}", summary.model),
                &summary.norms,
                None,
            )?;
            figures.push(Captioned::new(figures::NORMS, "Operator norm of each layer with weights"));
        }
        if let Some(bounds) = &summary.bounds {
            let nets = [(summary.model.as_str(), &summary.norms, bounds)];
            let allow = if summary.norms.bound().is_some() { ", and what its layers allow" } else { "" };
            let title = format!("What {} does to differences{allow}", summary.model);
            if figures::bounds(&self.folder.path(figures::BOUNDS), &title, &nets)? {
                figures
                    .push(Captioned::new(figures::BOUNDS, "The product of the norms, and what was seen at pictures"));
            }
        }
        let tables: Vec<_> = std::iter::once(summary.table()).chain(summary.pictures()).collect();
        for table in &tables {
            table.write(&self.folder)?;
        }
        let lead = summary.lines().join("\n");
        let tables = tables.iter().map(|table| table.words()).collect();
        self.folder.write_json(WORDS, &Words { title: summary.title(), lead, figures, tables })
    }
}

/// All pictures as a net takes them, `[N, C, H, W]`.
pub(crate) fn pictures(inputs: &Inputs, shape: advlab_core::InputShape) -> Result<Pictures> {
    let mut values = Vec::with_capacity(inputs.len() * shape.len());
    for picture in 0..inputs.len() {
        values.extend(inputs.values(picture)?);
    }
    Ok(Pictures::new(Tensor::from_slice(&values).reshape(shape.batch(inputs.len() as i64)))?)
}

/// What is printed of a finished run.
impl Report {
    /// The table of the layers, what they come to, and where everything is.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.summary.table().text());
        for line in self.summary.lines() {
            text += &format!("{line}\n");
        }
        text + &format!("{:<18}{}/report.html\n", "report:", self.folder.display())
    }
}
