//! `advlab train --runs`: the same training many times, each with another seed, and how much they differ.

use std::path::PathBuf;
use std::time::Instant;

use advlab_analysis::{median, quantile};
use advlab_datasets::Examples;
use advlab_model_zoo::EpochRecord;
use advlab_plots::{Axis, BoxPlots, BoxSeries, CurvePanel, Curves, Over};
use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::json;

use crate::folder::{Existing, Folder};
use crate::learning::{LEARNT, band, epochs_to};
use crate::record::{Ending, Record, Surroundings};
use crate::table::{Entry, Table};
use crate::train::{self, Halves};
use crate::trainings::{Plan, open, train_all};

/// Most trainings in one go.
const MOST: usize = 1000;

/// One training and how often to do it.
#[derive(Clone, Debug, Serialize)]
pub struct Spec {
    /// The training; its seed is that of the first, and each further one has the next number.
    pub training: train::Spec,
    /// How many.
    pub runs: usize,
}

/// Trainings that can start.
#[derive(Debug)]
pub struct Prepared {
    spec: Spec,
    data: Halves<dyn Examples>,
    folder: Folder,
    existing: Existing,
    record: Record,
    surroundings: Surroundings,
}

/// What one training came to.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// Epochs done.
    pub epochs: usize,
    /// Share of the training pictures labelled right in its last epoch, as they were seen.
    pub train_accuracy: f64,
    /// Share of the test pictures labelled right by the weights that were written.
    pub test_accuracy: f64,
    /// First epoch with 99 % of the training pictures right; none if it did not come to that.
    pub learnt: Option<u32>,
    /// Wall-clock time.
    pub seconds: f64,
}

/// What all came to.
#[derive(Debug)]
pub struct Report {
    /// The net in a line.
    pub architecture: String,
    /// Training by training; empty if they were stopped.
    pub runs: Vec<Run>,
    /// The table that people look at, as text.
    pub shown: String,
    /// Where the results are.
    pub folder: PathBuf,
    /// How it ended.
    pub ending: Ending,
}

/// Checks everything that can be checked before the first step.
///
/// # Errors
/// Bad settings, missing data, a folder that holds something else.
pub fn prepare(spec: &Spec, out: PathBuf, existing: Existing, surroundings: &Surroundings) -> Result<Prepared> {
    if !(2..=MOST).contains(&spec.runs) {
        bail!("--runs must be from 2 to {MOST}, got {}", spec.runs);
    }
    let mut spec = spec.clone();
    let data = train::data_of(&mut spec.training, surroundings)?;
    train::check(&spec.training, &data)?;
    let mut record = Record::new("train-runs", surroundings, &spec, spec.training.device.resolve()?);
    data.note(&mut record)?;
    let (folder, _) = Folder::open(&out, existing, &record)?;
    folder.subfolder("runs")?;
    Ok(Prepared { spec, data, folder, existing, record, surroundings: surroundings.clone() })
}

impl Prepared {
    /// Trains all, side by side where there are cores for it.
    ///
    /// # Errors
    /// Those of the trainings; files that cannot be written.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let place = self.folder.path("runs");
        let plan = |at: usize| {
            let seed = self.spec.training.seed + at as u64;
            let spec = train::Spec { name: format!("seed-{seed}"), seed, ..self.spec.training.clone() };
            Plan { spec, data: self.data.clone() }
        };
        let plans: Vec<Plan> = (0..self.spec.runs).map(plan).collect();
        let (folder, architecture) = (self.folder.root().to_owned(), self.spec.training.model.text());
        if !train_all(plans.clone(), &place, self.existing, &self.surroundings)? {
            self.folder.record(&self.record.ended(Ending::Stopped, began, json!({})))?;
            let (runs, shown) = (Vec::new(), String::new());
            return Ok(Report { architecture, runs, shown, folder, ending: Ending::Stopped });
        }
        let opened = plans.iter().map(|plan| open(&plan.spec, &place, &plan.spec.name)).collect::<Result<Vec<_>>>()?;
        let histories: Vec<&[EpochRecord]> = opened.iter().map(|net| net.history.as_slice()).collect();
        let one = |(plan, net): (&Plan, &crate::trainings::Opened)| Run {
            seed: plan.spec.seed,
            epochs: net.history.len(),
            train_accuracy: net.history.last().map_or(f64::NAN, |last| last.train_accuracy),
            test_accuracy: net.accuracy,
            learnt: epochs_to(&net.history, LEARNT),
            seconds: net.seconds,
        };
        let runs: Vec<Run> = plans.iter().zip(&opened).map(one).collect();
        table(&runs).write(&self.folder)?;
        self.draw(&runs, &histories)?;
        let result = json!({"runs": runs, "test_accuracy": Spread::of(&runs, |run| run.test_accuracy)});
        self.folder.record(&self.record.ended(Ending::Complete, began, result))?;
        let mut shown = table(&runs).text();
        for (what, of) in [("training", train as fn(&Run) -> f64), ("test", test)] {
            shown += &Spread::of(&runs, of).line(what);
        }
        Ok(Report { architecture, runs, shown, folder, ending: Ending::Complete })
    }

    fn draw(&self, runs: &[Run], histories: &[&[EpochRecord]]) -> Result<()> {
        let training = &self.spec.training;
        let title = format!("{}: {}, {} trainings", training.name, training.data.set, runs.len());
        let accuracy = || Axis::percent("labelled right (%)").fitted();
        let values = |of: fn(&Run) -> f64| vec![runs.iter().map(of).collect()];
        let series =
            vec![BoxSeries::new("training pictures", values(train)), BoxSeries::new("test pictures", values(test))];
        let file = self.folder.path("accuracy.png");
        let boxes = BoxPlots::new(title.clone(), "", accuracy(), [training.name.clone()], series);
        boxes.save(&file).with_context(|| format!("cannot draw {}", file.display()))?;
        let curves = vec![
            band("training pictures", histories, |epoch| epoch.train_accuracy),
            band("test pictures", histories, |epoch| epoch.test_accuracy),
        ];
        let cost = vec![band("training pictures", histories, |epoch| epoch.loss)];
        let panels = vec![
            CurvePanel::new("", Axis::plain("epoch"), accuracy(), curves),
            CurvePanel::new("", Axis::plain("epoch"), Axis::plain("cost"), cost),
        ];
        let file = self.folder.path("curves.png");
        Curves { note: Over::Quartiles.text().to_owned(), ..Curves::new(title, panels) }
            .save(&file)
            .with_context(|| format!("cannot draw {}", file.display()))
    }
}

const fn train(run: &Run) -> f64 {
    run.train_accuracy
}

const fn test(run: &Run) -> f64 {
    run.test_accuracy
}

fn table(runs: &[Run]) -> Table {
    let columns = [
        ("seed", "seed"),
        ("epochs", "epochs"),
        ("epochs_to_99", "epochs to 99 %"),
        ("train_accuracy", "training pictures right"),
        ("test_accuracy", "test pictures right"),
        ("seconds", "seconds"),
    ];
    let mut table = Table::new("runs.csv", "Trainings", &columns);
    for run in runs {
        table.rows.push(vec![
            Entry::Text(run.seed.to_string()),
            Entry::Count(run.epochs as u64),
            run.learnt.map_or(Entry::Missing, |epoch| Entry::Count(epoch.into())),
            Entry::Share(run.train_accuracy),
            Entry::Share(run.test_accuracy),
            Entry::Plain(run.seconds),
        ]);
    }
    table
}

/// How a value spreads over trainings.
#[derive(Clone, Copy, Debug, Serialize)]
struct Spread {
    mean: f64,
    sd: f64,
    least: f64,
    lower_quartile: f64,
    median: f64,
    upper_quartile: f64,
    most: f64,
}

impl Spread {
    fn of(runs: &[Run], of: fn(&Run) -> f64) -> Self {
        let values: Vec<f64> = runs.iter().map(of).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let sd = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let at = |share: f64| quantile(&values, share);
        Self {
            mean,
            sd,
            least: at(0.0),
            lower_quartile: at(0.25),
            median: median(&values),
            upper_quartile: at(0.75),
            most: at(1.0),
        }
    }

    fn line(self, what: &str) -> String {
        let percent = |share: f64| format!("{:.2} %", 100.0 * share);
        format!(
            "{what} pictures right: mean {} (standard deviation {}), median {}, quartiles {} and {}, from {} to {}\n",
            percent(self.mean),
            percent(self.sd),
            percent(self.median),
            percent(self.lower_quartile),
            percent(self.upper_quartile),
            percent(self.least),
            percent(self.most)
        )
    }
}
