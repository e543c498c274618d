//! A sample of a run once more, in a folder that goes away: are the numbers the same?

use std::fs;
use std::path::{Path, PathBuf};

use advlab_core::Seed;
use anyhow::{Context as _, Result, anyhow, bail};
use rand::seq::index;
use serde::Serialize;
use serde_json::Value;
use walkdir::WalkDir;

use super::again::{self, Part, part_of};
use super::diff;
use super::folder::{Kept, names};
use super::leaves::{self, Difference, differences};
use super::points;
use super::tables::{Table, compare};
use crate::folder::{AnotherRun, Folder};
use crate::journal::{JOURNAL, Journal};
use crate::record::{RECORD, State, Surroundings};
use crate::study::{Search, sweep};

/// What to repeat of which run.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Folder of the run.
    pub folder: PathBuf,
    /// How many points, cells, examples of each class, searches or epochs; unset takes 3, 3, 10, 10 and 1.
    pub n: Option<usize>,
    /// Seed that cells are drawn by.
    pub seed: u64,
    /// Folder to look for nets and photographs of a study in.
    pub data: Option<PathBuf>,
    /// Relative differences up to this one do not count.
    pub tolerance: f64,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// Folder of the run.
    pub folder: PathBuf,
    /// What kind of run.
    pub kind: String,
    /// What was repeated, in words.
    pub repeated: String,
    /// Whether every number is the same, within the tolerance.
    pub same: bool,
    /// Values that were compared.
    pub compared: usize,
    /// Those that differ by more than the tolerance, the largest relative differences first; the second is the new one.
    pub differences: Vec<Difference>,
    /// Tables, columns and rows that one of both has alone.
    pub alone: Vec<String>,
    /// What it was made on then and is made on now, where that differs.
    pub machine: Vec<Difference>,
    /// What else is to be said.
    pub remarks: Vec<String>,
}

/// Repeats a sample of a run and compares.
///
/// # Errors
/// A run that is not there, not whole or cannot be repeated; data or nets that are not the same as then; errors on the way; a stop.
pub fn verify(asked: &Asked, surroundings: &Surroundings) -> Result<Verified> {
    let run = Kept::open(&asked.folder)?;
    let shown = asked.folder.display();
    if run.record.state != State::Finished {
        bail!("{shown} is not finished ({}); go on with it by its own command and --resume first", run.state());
    }
    if asked.n == Some(0) {
        bail!("--cells must be at least 1, got 0");
    }
    if run.record.kind.starts_with(sweep::KIND) {
        return points::repeated(&run, asked, surroundings);
    }
    let part = part_of(&run.record.kind)?;
    let n = asked.n.unwrap_or(match part {
        Part::Cells => 3,
        Part::Epochs => 1,
        Part::Examples | Part::Searches | Part::Whole => 10,
    });
    let place = tempfile::tempdir().context("cannot make a temporary folder")?;
    let again = place.path().join("again");
    fs::create_dir(&again).with_context(|| format!("cannot make {}", again.display()))?;
    let cells = match part {
        Part::Cells => drawn(&run, n, asked.seed)?,
        _ => Vec::new(),
    };
    begun(&run, &again, &cells).context("cannot copy the run into a temporary folder")?;
    let search = Search::of_process(asked.data.clone(), None);
    let ran = again::go_on(&run.record, n, again.clone(), &search, surroundings);
    let mut remarks = Vec::new();
    if let Err(error) = ran {
        let made = Journal::look(&Folder::at(&again));
        if cells.is_empty() || !made.is_ok_and(|made| cells.iter().all(|key| made.has(key))) {
            return Err(why(error, &run));
        }
        remarks.push(format!("the cells were made; afterwards: {error:#}"));
    }
    if part != Part::Epochs {
        stopped(surroundings)?; // a training is stopped after its first epochs on purpose
    }
    let mut verified = Verified {
        folder: asked.folder.clone(),
        kind: run.record.kind.clone(),
        repeated: words(part, n, &cells),
        same: false,
        compared: 0,
        differences: Vec::new(),
        alone: Vec::new(),
        machine: differences(&diff::machine(&run), &diff::machine(&Kept::open(&again)?)),
        remarks,
    };
    for cell in &cells {
        compare_cells(cell, &run.folder, &again, &mut verified)?;
    }
    for (name, of_each) in tables(part, &run)? {
        if !again.join(&name).is_file() {
            stopped(surroundings)?;
            verified.alone.push(format!("{name} was not made again"));
            continue;
        }
        let (mut then, now) = (Table::read(&run.folder.join(&name))?, Table::read(&again.join(&name))?);
        match part {
            Part::Examples | Part::Epochs => then = then.first(n, of_each),
            Part::Searches => {
                then = then.first(now.rows().max(n), None); // as many as there are in whole blocks
                verified.repeated = words(part, now.rows(), &cells);
            }
            Part::Cells | Part::Whole => {}
        }
        let found = compare(&name, &then, &now);
        verified.compared += found.entries;
        verified.differences.extend(found.differences);
        verified.alone.extend(found.alone);
    }
    if verified.compared == 0 {
        bail!("{shown} holds nothing that could be compared; were its tables removed?");
    }
    verified.differences.retain(|difference| difference.relative.is_none_or(|relative| relative > asked.tolerance));
    leaves::sort(&mut verified.differences);
    verified.same = verified.differences.is_empty() && verified.alone.is_empty();
    Ok(verified)
}

fn stopped(surroundings: &Surroundings) -> Result<()> {
    if surroundings.stop.asked() {
        bail!("stopped before everything was compared");
    }
    Ok(())
}

/// Some of the cells of a study, or points of a sweep.
pub(super) fn drawn(run: &Kept, n: usize, seed: u64) -> Result<Vec<String>> {
    let mut all = Journal::look(&Folder::at(&run.folder)).context("no cells to repeat")?.keys();
    if all.is_empty() {
        bail!("{} has no cells to repeat: its {JOURNAL} is empty", run.folder.display());
    }
    all.sort_unstable();
    let mut rng = Seed::new(seed).child("verify").rng();
    let mut chosen = index::sample(&mut rng, all.len(), n.min(all.len())).into_vec();
    chosen.sort_unstable();
    Ok(chosen.into_iter().map(|at| all[at].clone()).collect())
}

/// Makes a folder in which the run seems to have been broken off before these cells.
fn begun(run: &Kept, again: &Path, cells: &[String]) -> Result<()> {
    if !cells.is_empty() {
        for folder in names(&run.folder)?.iter().map(|name| run.folder.join(name)).filter(|f| again::is_needed(f)) {
            for entry in WalkDir::new(&folder).follow_links(true) {
                let entry = entry?;
                let to = again.join(entry.path().strip_prefix(&run.folder).expect("it is below"));
                if entry.file_type().is_dir() {
                    fs::create_dir_all(&to)?;
                } else {
                    fs::copy(entry.path(), &to).with_context(|| entry.path().display().to_string())?;
                }
            }
        }
    }
    if !cells.is_empty() {
        let (then, now) = (Journal::look(&Folder::at(&run.folder))?, Journal::open(&Folder::at(again))?);
        for key in then.keys().into_iter().filter(|key| !cells.contains(key)) {
            now.add(&key, &then.text(&key)?.unwrap_or_default())?;
        }
    }
    let mut record = run.record.clone();
    record.state = State::Running;
    record.result = Value::Null;
    record.advlab = env!("CARGO_PKG_VERSION").to_owned(); // that another one made it is told beside the numbers
    fs::write(again.join(RECORD), serde_json::to_vec(&record)?)?;
    Ok(())
}

/// What an error means for whoever wanted to repeat a run.
fn why(error: anyhow::Error, run: &Kept) -> anyhow::Error {
    let shown = run.folder.display();
    if error.root_cause().to_string() == advlab_core::Error::Stopped.to_string() {
        return anyhow!("stopped before anything was compared");
    }
    match error.downcast_ref::<AnotherRun>() {
        Some(other) if other.settings.is_empty() => anyhow!(
            "{shown} cannot be repeated: data or nets are not the same as then: {}; name those of then, or put them back",
            other.inputs.join(", ")
        ),
        Some(other) => {
            anyhow!(
                "{shown} cannot be repeated: this version takes its settings for others: {}",
                other.settings.join(", ")
            )
        }
        None => error.context(format!("{shown} cannot be repeated")),
    }
}

fn words(part: Part, n: usize, cells: &[String]) -> String {
    let first =
        |one: &str, many: &str| if n == 1 { format!("the first {one}") } else { format!("the first {n} {many}") };
    match part {
        Part::Cells if cells.len() == 1 => format!("cell {}", cells[0]),
        Part::Cells => format!("cells {}", cells.join(", ")),
        Part::Examples => format!("{} of each class", first("example", "examples")),
        Part::Searches => first("search", "searches"),
        Part::Epochs => first("epoch", "epochs"),
        Part::Whole => "all".to_owned(),
    }
}

fn compare_cells(cell: &str, then: &Path, now: &Path, verified: &mut Verified) -> Result<()> {
    let read = |folder: &Path| -> Result<Value> {
        let found = Journal::look(&Folder::at(folder))?.value(cell)?;
        found.with_context(|| format!("{}: cell `{cell}` is not there", folder.display()))
    };
    let (then, now) = (read(then)?, read(now)?);
    verified.compared += leaves::count(&then);
    let named = |found: Difference| Difference { place: format!("cell {cell}, {}", found.place), ..found };
    verified.differences.extend(differences(&then, &now).into_iter().map(named));
    Ok(())
}

/// The tables to compare, and the column of which each entry has first rows of its own.
fn tables(part: Part, run: &Kept) -> Result<Vec<(String, Option<&'static str>)>> {
    Ok(match part {
        Part::Examples => vec![("examples.csv".to_owned(), Some("class"))],
        Part::Searches => vec![("examples.csv".to_owned(), None)],
        Part::Epochs => vec![("history.csv".to_owned(), None)],
        Part::Cells | Part::Whole => run.tables()?.into_iter().map(|name| (name, None)).collect(),
    })
}
