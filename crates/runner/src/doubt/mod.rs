//! `advlab doubt`: when is a prediction certain? Ways to doubt it, on pictures of several kinds, into a results folder.

mod spec;

pub(crate) mod measures;
pub(crate) mod sets;
pub(crate) mod tasks;

pub(crate) mod figures;
pub(crate) mod summary;

use std::path::PathBuf;
use std::time::Instant;

use advlab_attacks::perturb::{Perturb, PerturbParams};
use advlab_core::{Classifier, Seed};
use advlab_datasets::{Dataset, Split};
use advlab_model_zoo::Model;
use anyhow::{Context as _, Result, bail};
use serde_json::json;

use crate::folder::{Existing, Folder, Found};
use crate::record::{self, Ending, Record, Surroundings};
use crate::report::{self, Captioned, WORDS, Words};
use crate::warnings::warnings;

pub use measures::Measure;
pub use sets::Shown;
pub use spec::Spec;
pub(crate) use spec::{check_factors, factors};
pub use summary::Summary;

use sets::{Showing, show};

/// A run that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    /// The net that is doubted, and those that help.
    models: Vec<Model>,
    sets: Vec<Dataset>,
    search: Perturb,
    warnings: Vec<String>,
    folder: Folder,
    finished: Option<Summary>,
    record: Record,
    surroundings: Surroundings,
}

/// What a run came to.
pub type Report = record::Report<Summary>;

/// Opens nets, data and folder.
///
/// # Errors
/// Bad settings; an unknown or broken net, nets that do not take the same pictures or tell other classes apart; missing data, data that do
/// not fit; a net that says the same of every picture; a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    spec.check()?;
    let mut models = vec![spec.choice(&spec.model).open()?];
    for other in &spec.with {
        let model = spec.choice(other).open().with_context(|| format!("with `{other}`"))?;
        let (first, net) = (&*models[0].net, &*model.net);
        if net.input() != first.input() || net.classes().len() != first.classes().len() {
            bail!(
                "with `{other}`: it takes pictures of {} and tells {} classes apart, {} takes {} and tells {}",
                net.input(),
                net.classes().len(),
                first.name(),
                first.input(),
                first.classes().len()
            );
        }
        // The same weights again would add no disagreement.
        if let Some(same) = models.iter().find(|before| before.sha256 == model.sha256) {
            bail!("with `{other}`: it is `{}`, which is asked already; leave it out", same.net.name());
        }
        models.push(model);
    }
    let net = &*models[0].net;
    let mut sets = Vec::new();
    for data in std::iter::once(&spec.data).chain(&spec.others) {
        let set = data.shaped(net.input()).load(Split::Test, &surroundings.stop, surroundings.progress)?;
        advlab_model_zoo::fits(net, &set)?;
        if set.len() < 2 {
            bail!("{} must have at least 2 test pictures to tell them apart, got {}", data.words(), set.len());
        }
        sets.push(set);
    }
    constant(net, &sets[0])?;
    let mut record = Record::new("doubt", surroundings, spec, net.device());
    for (at, model) in models.iter().enumerate() {
        let role = if at == 0 { "model".to_owned() } else { format!("with {at}") };
        record.input(&role, json!({"name": model.net.name(), "origin": model.origin, "sha256": model.sha256}));
    }
    for set in &sets {
        let facts = json!({"origin": set.origin(), "pictures": set.len(), "sha256": set.sha256()});
        record.input(&format!("data {}", set.name()), facts);
    }
    let search = PerturbParams { steps: Some(spec.steps), ..PerturbParams::default() }.check()?;
    let warnings = warnings(net)?;
    record.warnings.clone_from(&warnings);
    let (folder, found) = Folder::open(&out, existing, &record)?;
    let finished = match found {
        Found::Finished(old) => Some(serde_json::from_value(old.result.clone())?),
        Found::Fresh | Found::Unfinished => None,
    };
    let (spec, surroundings) = (spec.clone(), surroundings.clone());
    Ok(Prepared { spec, models, sets, search, warnings, folder, finished, record, surroundings })
}

/// Refuses a net that gives every picture the same scores: no doubt could tell them apart.
fn constant(net: &dyn Classifier, set: &Dataset) -> Result<()> {
    let which: Vec<usize> = (0..set.len().min(16)).collect();
    let pictures = set.pictures(&which)?;
    let scores = tch::no_grad(|| net.scores(&pictures.tensor().to_device(net.device()).to_kind(net.kind())))?;
    let apart = (&scores - scores.narrow(0, 0, 1)).abs().max().double_value(&[]);
    if apart == 0.0 {
        bail!("{} gives the same scores to every picture, so there is nothing to doubt; check its weights", net.name());
    }
    Ok(())
}

impl Prepared {
    /// What is doubtful about the net before anything is tried.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Shows, doubts, writes and draws.
    ///
    /// # Errors
    /// Those of the nets; files that cannot be written.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let folder = self.folder.root().to_owned();
        if let Some(summary) = self.finished {
            return Ok(Report { summary, folder, ending: Ending::Complete, was_finished: true });
        }
        let nets: Vec<&dyn Classifier> = self.models.iter().map(|model| &*model.net as &dyn Classifier).collect();
        let showing = Showing {
            nets: &nets,
            sets: &self.sets,
            noise: self.spec.noise,
            factors: &self.spec.factors,
            search: &self.search,
            seed: Seed::new(self.spec.seed),
            stop: &self.surroundings.stop,
        };
        let n = self.sets.len() + usize::from(self.spec.noise > 0) + self.spec.factors.len();
        let bar = self.surroundings.progress.bar(n as u64, "sets of pictures");
        let shown = show(&showing, &|set| {
            bar.set_message(set.to_owned());
            bar.inc(1);
        })?;
        bar.finish_and_clear();
        let ending = if shown.is_some() { Ending::Complete } else { Ending::Stopped };
        let names = |model: &Model| model.net.name().to_owned();
        let summary = Summary {
            model: names(&self.models[0]),
            with: self.models[1..].iter().map(names).collect(),
            sets: shown.unwrap_or_default(),
            seconds: began.elapsed().as_secs_f64(),
        };
        if ending == Ending::Complete {
            write(&self.folder, &summary)?;
        }
        let record = self.record.ended(ending, began, serde_json::to_value(&summary)?);
        if ending == Ending::Complete {
            report::write(&self.folder, &record)?;
        }
        self.folder.record(&record)?;
        Ok(Report { summary, folder, ending, was_finished: false })
    }
}

fn write(folder: &Folder, summary: &Summary) -> Result<()> {
    let mut drawn = Vec::new();
    let (tasks, areas) = summary.areas();
    if !tasks.is_empty() {
        let titles: Vec<_> = tasks.iter().map(|task| task.words(&summary.sets)).collect();
        let title = format!("How well doubts of {} tell things apart", summary.model);
        figures::telling(&folder.path(figures::TELLING), &title, &summary.measures(), &titles, &areas)?;
        drawn.push(Captioned::new(figures::TELLING, "Which doubt tells what apart"));
    }
    let title = format!("Errors of {} when the most doubtful answers are refused", summary.model);
    if figures::coverage(&folder.path(figures::COVERAGE), &title, &[&summary.sets])? {
        drawn.push(Captioned::new(figures::COVERAGE, "Errors against coverage"));
    }
    let title = format!("How far {} can be believed", summary.model);
    figures::reliability(&folder.path(figures::RELIABILITY), &title, &summary.sets)?;
    drawn.push(Captioned::new(figures::RELIABILITY, "How often it is right when it is so sure"));
    let tables = [summary.table(), summary.pictures()];
    for table in &tables {
        table.write(folder)?;
    }
    let (lead, tables) = (summary.lines().join("\n"), tables.iter().map(|table| table.words()).collect());
    folder.write_json(WORDS, &Words { title: summary.title(), lead, figures: drawn, tables })
}

/// What is printed of a finished run.
impl Report {
    /// What was shown, which doubt is best for what, and where everything is.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in self.summary.lines() {
            text += &format!("{line}\n");
        }
        text += &format!("\n{}\n", self.summary.table().text());
        text + &format!("{:<18}{}/report.html\n", "report:", self.folder.display())
    }
}
