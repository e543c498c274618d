//! A run: what was asked, on what, and what was found.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::folder::{Kept, names};
use super::headline::headline;

/// A run on disk, as `advlab show` shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Where it is.
    pub folder: PathBuf,
    /// What kind of run.
    pub kind: String,
    /// `running`, `killed`, `stopped` or `finished`.
    pub state: String,
    /// The command as it was typed.
    pub command: String,
    /// When it began, in UTC.
    pub started: String,
    /// Wall-clock seconds of its last stretch of work.
    pub seconds: f64,
    /// Every setting, as resolved.
    pub settings: Value,
    /// Model, data: names, origins and SHA-256 sums.
    pub inputs: BTreeMap<String, Value>,
    /// Version of advlab.
    pub advlab: String,
    /// SHA-256 of the program, where it was noted.
    pub program_sha256: Option<String>,
    /// Revision of the directory that it was started in, where git keeps one.
    pub source: Value,
    /// Versions, device, threads, processor, cores, cards, operating system.
    pub machine: BTreeMap<String, String>,
    /// Warnings that were shown.
    pub warnings: Vec<String>,
    /// What it found in a few words.
    pub headline: String,
    /// Claims with verdicts, criteria and notes, of a study.
    pub findings: Vec<Value>,
    /// What else is to be said of a study.
    pub remarks: Vec<String>,
    /// The numbers.
    pub result: Value,
    /// Files with their sizes, and folders with how many files they hold.
    pub files: Vec<Entry>,
}

/// A file or a folder of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its name; that of a folder ends with a slash.
    pub name: String,
    /// Size of the file, or of all in the folder.
    pub bytes: u64,
    /// Files in the folder; none for a file.
    pub files: Option<usize>,
}

/// Reads a run.
///
/// # Errors
/// A folder that is missing, holds no run or a damaged record.
pub fn show(folder: &Path) -> Result<Shown> {
    let run = Kept::open(folder)?;
    let verdicts = run.json("verdicts.json").unwrap_or_default();
    let findings = verdicts.as_array().or_else(|| verdicts["findings"].as_array()).cloned().unwrap_or_default();
    let remarks = run.record.result["remarks"].as_array().into_iter().flatten();
    let files = names(folder)?.into_iter().map(|name| entry(folder, name)).collect();
    let state = run.state().to_owned();
    let record = run.record.clone();
    Ok(Shown {
        folder: run.folder,
        state,
        headline: headline(&record),
        remarks: remarks.filter_map(|remark| remark.as_str().map(str::to_owned)).collect(),
        kind: record.kind,
        command: record.command,
        started: record.started,
        seconds: record.seconds,
        settings: record.spec,
        inputs: record.inputs,
        advlab: record.advlab,
        program_sha256: record.program_sha256,
        source: serde_json::to_value(record.source)?,
        machine: record.machine,
        warnings: record.warnings,
        findings,
        result: record.result,
        files,
    })
}

fn entry(folder: &Path, name: String) -> Entry {
    let path = folder.join(&name);
    if !path.is_dir() {
        return Entry { bytes: fs::metadata(&path).map_or(0, |data| data.len()), name, files: None };
    }
    let within = walkdir::WalkDir::new(&path).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    let sizes: Vec<u64> = within.map(|entry| entry.metadata().map_or(0, |data| data.len())).collect();
    Entry { name: format!("{name}/"), bytes: sizes.iter().sum(), files: Some(sizes.len()) }
}
