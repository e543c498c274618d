//! A sweep: the experiment of a file with other values of a few settings, point by point, and one table of what came of them.

mod figures;
mod overview;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::overview::Overview;
use crate::experiment::{Experiment, File};
use crate::folder::Existing;
use crate::lanes::{Lanes, gathered};
use crate::progress::Progress;
use crate::record::{Ending, Record, Surroundings};
use crate::study::desk::{Desk, Report};
use crate::study::report::Results;
use crate::study::search::Search;
use crate::trainings::resumed;

/// Where the points' own folders are.
pub(crate) const POINTS: &str = "points";

/// How kinds begin in the records of sweeps.
pub(crate) const KIND: &str = "sweep ";

/// What a sweep is of, as its record says it.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    /// Name of the file, without its ending.
    name: String,
    kind: String,
    points: usize,
    /// What the file says, with what it includes, and its sweep.
    settings: Value,
}

/// What came of a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    number: usize,
    name: String,
    /// What it changes.
    settings: BTreeMap<String, Value>,
    /// Whether all that it asked for was reached.
    complete: bool,
    /// What its record says.
    result: Value,
}

/// A sweep that can start.
pub struct Prepared<'a> {
    file: &'a File,
    settle: &'a (dyn Fn(&mut Experiment) -> Result<()> + Sync),
    search: &'a Search,
    about: About,
    device: tch::Device,
    desk: Desk,
}

/// Opens the folder of a sweep, or of its shard. `settle` puts what flags say in the place of what the file says.
///
/// # Errors
/// Flags that are of no use to its kind; a folder that holds something else.
pub fn prepare<'a>(
    file: &'a File,
    settle: &'a (dyn Fn(&mut Experiment) -> Result<()> + Sync),
    search: &'a Search,
    out: &Path,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Prepared<'a>> {
    let mut first = file.point(0).experiment();
    settle(&mut first)?;
    let device = match first.seed_and_device() {
        (_, Some(device)) => device.resolve()?,
        (_, None) => advlab_core::Device::default().resolve()?,
    };
    let about = About {
        name: file.path().file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        kind: file.kind().to_owned(),
        points: file.len(),
        settings: file.settings(),
    };
    let record = Record::new(&format!("{KIND}{}", about.kind), surroundings, &about, device);
    let desk = Desk::open(record, out, existing, surroundings)?;
    Ok(Prepared { file, settle, search, about, device, desk })
}

impl Prepared<'_> {
    /// Carries out every point that is not done.
    ///
    /// # Errors
    /// Those of the points, with the point's name. What is done is on disk by then.
    pub fn run(self) -> Result<Report> {
        let began = Instant::now();
        let Self { file, settle, search, about, device, desk } = self;
        let (existing, surroundings) = (desk.existing, &desk.surroundings);
        let place = desk.folder.subfolder(POINTS)?;
        let all: Vec<usize> = (0..file.len()).collect();
        let part = desk.part(&all);
        let bar = surroundings.progress.bar(part.len() as u64, "points");
        // A point has neither bars nor shards of its own.
        let hidden = Surroundings { progress: Progress::Hidden, shard: None, jobs: Some(1), ..surroundings.clone() };
        let one = |at: usize| {
            let point = file.point(part[at]);
            bar.set_message(point.name.clone());
            let is_it = |row: &Row| row.number == point.number;
            let make = || {
                let mut experiment = point.experiment();
                settle(&mut experiment)?;
                let place = place.join(&point.name);
                let existing =
                    if desk.existing == Existing::Resume { resumed(&place, existing) } else { Existing::Force };
                let (ending, result) = experiment.carry_out(search, &place, existing, &hidden)?;
                if ending == Ending::Stopped {
                    return Ok(None);
                }
                let settings =
                    point.settings.iter().map(|(path, value)| Ok((path.clone(), serde_json::to_value(value)?)));
                let settings = settings.collect::<Result<_>>()?;
                let (number, name) = (point.number, point.name.clone());
                Ok(Some(Row { number, name, settings, complete: ending == Ending::Complete, result }))
            };
            let row = desk.taken_up(&format!("{:07}", point.number), is_it, make)?;
            bar.inc(1);
            Ok(row.map(|_| ()))
        };
        let done = gathered(part.len(), Lanes::new(device, surroundings.jobs), &one)?.len();
        bar.finish_and_clear();
        conclude(desk, &about, done, began)
    }
}

/// Makes the tables of all points from the journal, if that has them all.
fn conclude(desk: Desk, about: &About, done: usize, began: Instant) -> Result<Report> {
    if done < about.points {
        return desk.pause(began, done, about.points);
    }
    let overview = Overview::of(&desk)?;
    let mut remarks = Vec::new();
    if overview.short > 0 {
        remarks.push(format!("{} of {} points did not reach all that they asked for", overview.short, about.points));
    }
    if overview.left_out > 0 {
        remarks.push(format!("{} more numbers of each point stand in the points' own folders", overview.left_out));
    }
    let tables = overview.tables(&desk)?;
    let results = Results {
        title: format!("{}: {} at {} points", about.name, about.kind, about.points),
        lead: "One experiment with other values of a few settings. Each point has a folder of its own, with all that its kind writes."
            .to_owned(),
        findings: Vec::new(),
        figures: figures::draw(&overview, &tables[0], &desk.folder)?,
        tables: tables.into(),
        judgement: None,
        cells: about.points,
        seconds: json!({"points": began.elapsed().as_secs_f64()}),
        remarks,
        printed: 1,
    };
    desk.finish(began, results)
}

/// Finishes the sweep that shards were merged into: its record and folder are there, and its points are in the journal.
///
/// # Errors
/// A folder that holds something else.
pub(in crate::study) fn merged(record: &Record, out: &Path, surroundings: &Surroundings) -> Result<Report> {
    let began = Instant::now();
    let about: About = serde_json::from_value(record.spec.clone()).context("its settings are not those of a sweep")?;
    let desk = Desk::open(record.clone(), out, Existing::Resume, surroundings)?;
    let done = desk.done();
    conclude(desk, &about, done, began)
}
