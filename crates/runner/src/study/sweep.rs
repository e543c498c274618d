//! A sweep: the experiment of a file with other values of a few settings, point by point, and one table of what came of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::desk::{Desk, Report, Results};
use super::report::Page;
use super::search::Search;
use crate::experiment::{Experiment, File};
use crate::folder::Existing;
use crate::lanes::{Lanes, gathered};
use crate::progress::Progress;
use crate::record::{Ending, Record, Surroundings};
use crate::table::{Entry, Table};
use crate::trainings::resumed;

/// Where the points' own folders are.
const POINTS: &str = "points";

/// Columns of the table, at most: what came of a point may hold lists as long as its data.
const MOST_COLUMNS: usize = 200;

/// How kinds begin in the records of sweeps.
pub(super) const KIND: &str = "sweep ";

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
            Ok(row)
        };
        let rows = gathered(part.len(), Lanes::new(device, surroundings.jobs), &one)?;
        bar.finish_and_clear();
        if rows.len() < file.len() {
            return desk.pause(began, rows.len(), file.len());
        }
        conclude(desk, &about, &rows, began)
    }
}

/// Makes the table of all points.
fn conclude(desk: Desk, about: &About, rows: &[Row], began: Instant) -> Result<Report> {
    let (tables, left_out) = tables(rows);
    let short = rows.iter().filter(|row| !row.complete).count();
    let mut remarks = Vec::new();
    if short > 0 {
        remarks.push(format!("{short} of {} points did not reach all that they asked for", rows.len()));
    }
    if left_out > 0 {
        remarks.push(format!("{left_out} more numbers of each point stand in the points' own folders"));
    }
    let title = format!("{}: {} at {} points", about.name, about.kind, rows.len());
    let lead = "One experiment with other values of a few settings. Each point has a folder of its own, with all that its kind writes.";
    let page = Page { title: &title, lead, findings: &[], tables: &tables, figures: &[] };
    let seconds = json!({"points": began.elapsed().as_secs_f64()});
    desk.finish(began, Results { page, judgement: &json!([]), cells: rows.len(), seconds, remarks, printed: 1 })
}

/// A row for each point: number, name, settings, then what came of it: in one table the numbers that its record has on top, in the
/// other all; and how many columns there was no room for.
fn tables(rows: &[Row]) -> ([Table; 2], usize) {
    let numbers: Vec<BTreeMap<String, f64>> = rows
        .iter()
        .map(|row| {
            let mut found = BTreeMap::new();
            leaves("", &row.result, &mut found);
            found
        })
        .collect();
    let all: BTreeSet<&String> = numbers.iter().flat_map(BTreeMap::keys).collect();
    let left_out = all.len().saturating_sub(MOST_COLUMNS);
    let all: Vec<&str> = all.into_iter().map(String::as_str).take(MOST_COLUMNS).collect();
    let on_top: Vec<&str> = all.iter().copied().filter(|path| !path.contains('.')).collect();
    let settings: BTreeSet<&str> = rows.iter().flat_map(|row| row.settings.keys().map(String::as_str)).collect();
    let table = |file, title, measured: &[&str]| {
        let named = ["number", "name"].iter().chain(&settings).chain(measured);
        let columns: Vec<(&str, &str)> = named.map(|name| (*name, *name)).collect();
        let mut table = Table::new(file, title, &columns);
        for (row, numbers) in rows.iter().zip(&numbers) {
            let mut entries = vec![Entry::Count(row.number as u64), Entry::Text(row.name.clone())];
            entries.extend(settings.iter().map(|path| row.settings.get(*path).map_or(Entry::Missing, entry)));
            entries.extend(measured.iter().map(|key| numbers.get(*key).map_or(Entry::Missing, |value| number(*value))));
            table.rows.push(entries);
        }
        table
    };
    let short = table("points.csv", "What came of each point", &on_top);
    ([short, table("numbers.csv", "Every number that came of each point", &all)], left_out)
}

fn entry(value: &Value) -> Entry {
    match value {
        Value::Number(n) => n.as_f64().map_or(Entry::Missing, number),
        Value::String(text) => Entry::Text(text.clone()),
        other => Entry::Text(other.to_string()),
    }
}

fn number(value: f64) -> Entry {
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) { Entry::Count(value as u64) } else { Entry::Number(value) }
}

/// Every number in it, by its path. How long things took is left out: it is no outcome.
fn leaves(path: &str, value: &Value, found: &mut BTreeMap<String, f64>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Number(n) => {
            if let Some(n) = n.as_f64() {
                found.insert(path.to_owned(), n);
            }
        }
        Value::Bool(is) => {
            found.insert(path.to_owned(), f64::from(u8::from(*is)));
        }
        Value::Object(fields) => {
            for (key, value) in fields.iter().filter(|(key, _)| *key != "seconds") {
                leaves(&join(key), value, found);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                leaves(&join(&at.to_string()), value, found);
            }
        }
        Value::Null | Value::String(_) => {}
    }
}

/// Finishes the sweep that shards were merged into: its record and folder are there, and its points are in the journal.
///
/// # Errors
/// A folder that holds something else.
pub(super) fn merged(record: &Record, out: &Path, surroundings: &Surroundings) -> Result<Report> {
    let began = Instant::now();
    let about: About = serde_json::from_value(record.spec.clone()).context("its settings are not those of a sweep")?;
    let desk = Desk::open(record.clone(), out, Existing::Resume, surroundings)?;
    let rows = desk.all::<Row>()?;
    if rows.len() < about.points {
        return desk.pause(began, rows.len(), about.points);
    }
    conclude(desk, &about, &rows, began)
}
