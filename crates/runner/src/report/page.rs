//! The page of one run.

use anyhow::Result;
use minijinja::{Value, context};

use super::captions::{Captioned, plainly};
use super::csv_files::{MOST_ROWS, Shown, unworded};
use super::figures::embedded;
use super::gallery::Gallery;
use super::kinds::{self, Own};
use super::render::render;
use super::run::Run;
use super::settings::{Line, lines};

/// Fields of a record that stand elsewhere on the page.
const TOLD: [&str; 10] =
    ["advlab", "command", "kind", "state", "spec", "inputs", "machine", "started", "seconds", "result"];

/// The page of a run; `here` if it goes into the run's own folder, so that it can name the files beside it.
///
/// # Errors
/// Files that cannot be read or do not belong together.
pub(super) fn of(run: &Run, here: bool) -> Result<String> {
    let Own { template, values, figures, mut tables } = kinds::own(run)?;
    for file in run.files(".csv")? {
        if !tables.iter().any(|table| table.file == file) {
            tables.push(unworded(run, &file, None, &[], MOST_ROWS)?);
        }
    }
    tables.retain(|table| !table.rows.is_empty());
    let figures = match figures {
        Some(figures) => figures,
        None => run.files(".png")?.iter().map(|file| Captioned::new(file, &plainly(file))).collect(),
    };
    let gallery = Gallery::of(run)?;
    let has_gallery = gallery.is_some();
    let frame = context! {
        record => Value::from_serialize(&run.record),
        figures => embedded(run, &figures)?,
        tables => Value::from_serialize(&tables),
        gallery => gallery.map(|gallery| Value::from_serialize(&gallery)),
        has_gallery,
        settings => asked(run),
        inputs => lines(&run.record["inputs"]),
        made => made(run),
        here,
    };
    render(template, context! { ..values, ..frame })
}

/// The settings of a run.
pub(super) fn asked(run: &Run) -> Vec<Line> {
    lines(&run.record["spec"])
}

/// By what it was made, and when.
fn made(run: &Run) -> Vec<Line> {
    let mut made = vec![Line::new("advlab", run.word("advlab")), Line::new("kind of run", run.kind())];
    made.extend(lines(&run.record["machine"]));
    made.push(Line::new("started", run.word("started")));
    if let Some(seconds) = run.record["seconds"].as_f64() {
        made.push(Line::new("seconds", seconds.to_string()));
    }
    // What other versions of a series write down besides.
    if let Some(fields) = run.record.as_object() {
        let others = fields.iter().filter(|(key, _)| !TOLD.contains(&key.as_str()));
        let others: serde_json::Map<_, _> = others.map(|(key, value)| (key.clone(), value.clone())).collect();
        made.extend(lines(&others.into()));
    }
    made
}

/// Tables that a kind of run has words for.
pub(super) fn if_there(run: &Run, file: &str, title: &str, wanted: &[(&str, &str)]) -> Result<Option<Shown>> {
    if !run.path(file).is_file() {
        return Ok(None);
    }
    unworded(run, file, Some(title), wanted, MOST_ROWS).map(Some)
}
