//! A sweep: the experiment of a file with other values of a few settings, point by point, and one table of what came of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::desk::{Desk, Report};
use super::report::Results;
use super::search::Search;
use crate::experiment::{Experiment, File};
use crate::folder::Existing;
use crate::lanes::{Lanes, gathered};
use crate::progress::Progress;
use crate::record::{Ending, Record, Surroundings};
use crate::table::{Entry, Table};
use crate::trainings::resumed;

/// Where the points' own folders are.
pub(crate) const POINTS: &str = "points";

/// Rows of a table that are kept for the report.
const MOST_ROWS: usize = 1000;

/// Columns of the table, at most: what came of a point may hold lists as long as its data.
const MOST_COLUMNS: usize = 200;

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
        tables: tables.into(),
        figures: Vec::new(),
        judgement: None,
        cells: about.points,
        seconds: json!({"points": began.elapsed().as_secs_f64()}),
        remarks,
        printed: 1,
    };
    desk.finish(began, results)
}

/// What the points have that becomes columns.
#[derive(Debug, Default)]
struct Overview {
    /// Settings that some point changes.
    settings: BTreeSet<String>,
    /// Numbers that came of some point, each with its column; without those that there is no room for.
    numbers: BTreeMap<String, usize>,
    left_out: usize,
    /// Points that did not reach all that they asked for.
    short: usize,
}

impl Overview {
    fn of(desk: &Desk) -> Result<Self> {
        let mut found = Self::default();
        desk.each(|row: Row| {
            found.short += usize::from(!row.complete);
            for path in row.settings.keys().filter(|path| !found.settings.contains(*path)).collect::<Vec<_>>() {
                found.settings.insert(path.clone());
            }
            leaves(&mut String::new(), &row.result, &mut |path, _| {
                if !found.numbers.contains_key(path) {
                    found.numbers.insert(path.to_owned(), 0);
                }
            });
            Ok(())
        })?;
        found.left_out = found.numbers.len().saturating_sub(MOST_COLUMNS);
        while found.numbers.len() > MOST_COLUMNS {
            found.numbers.pop_last();
        }
        found.numbers.values_mut().enumerate().for_each(|(at, column)| *column = at);
        Ok(found)
    }

    /// A row for each point: number, name, settings, then what came of it: in one table the numbers that its record has on top, in the
    /// other all. The files are written on the way: a sweep may have more points than fit into memory.
    fn tables(&self, desk: &Desk) -> Result<[Table; 2]> {
        let table = |file, title, measured: &[&str]| {
            let settings = self.settings.iter().map(String::as_str);
            let columns = ["number", "name"].into_iter().chain(settings).chain(measured.iter().copied());
            Table::new(file, title, &columns.map(|name| (name, name)).collect::<Vec<_>>())
        };
        let all: Vec<&str> = self.numbers.keys().map(String::as_str).collect();
        let top: Vec<&str> = all.iter().copied().filter(|path| !path.contains('.')).collect();
        let mut short = table("points.csv", "What came of each point", &top);
        let mut long = table("numbers.csv", "Every number that came of each point", &all);
        desk.folder.write(short.file, |short_file| {
            desk.folder.write(long.file, |long_file| {
                let mut files = [csv::Writer::from_writer(short_file), csv::Writer::from_writer(long_file)];
                files[0].write_record(short.keys())?;
                files[1].write_record(long.keys())?;
                desk.each(|row: Row| {
                    let mut numbers = vec![Entry::Missing; self.numbers.len()];
                    leaves(&mut String::new(), &row.result, &mut |path, value| {
                        if let Some(&column) = self.numbers.get(path) {
                            numbers[column] = number(value);
                        }
                    });
                    let mut head = vec![Entry::Count(row.number as u64), Entry::Text(row.name)];
                    head.extend(self.settings.iter().map(|path| row.settings.get(path).map_or(Entry::Missing, entry)));
                    let top = numbers.iter().zip(&all).filter(|(_, path)| !path.contains('.')).map(|(entry, _)| entry);
                    let top: Vec<Entry> = head.iter().chain(top).cloned().collect();
                    head.append(&mut numbers);
                    for ((table, file), row) in [&mut short, &mut long].into_iter().zip(&mut files).zip([top, head]) {
                        file.write_record(row.iter().map(Entry::raw))?;
                        if table.rows.len() < MOST_ROWS { table.rows.push(row) } else { table.more += 1 }
                    }
                    Ok(())
                })?;
                Ok(files.iter_mut().try_for_each(csv::Writer::flush)?)
            })
        })?;
        Ok([short, long])
    }
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

/// Hands over every number in a value, with its path. How long things took is left out: it is no outcome.
fn leaves(path: &mut String, value: &Value, found: &mut dyn FnMut(&str, f64)) {
    let mut within = |key: &str, value: &Value, found: &mut dyn FnMut(&str, f64)| {
        let length = path.len();
        if length > 0 {
            path.push('.');
        }
        path.push_str(key);
        leaves(path, value, found);
        path.truncate(length);
    };
    match value {
        Value::Number(n) => n.as_f64().into_iter().for_each(|n| found(path, n)),
        Value::Bool(is) => found(path, f64::from(u8::from(*is))),
        Value::Object(fields) => {
            for (key, value) in fields.iter().filter(|(key, _)| *key != "seconds") {
                within(key, value, found);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                within(&at.to_string(), value, found);
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
    let done = desk.done();
    conclude(desk, &about, done, began)
}
