//! What every study works at: its folder and its record, from the first check to the report.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

use super::finding::Finding;
use super::report::Page;
use crate::folder::{Existing, Folder, Found};
use crate::record::{Ending, Record, Surroundings};

/// What a study came to.
#[derive(Debug)]
pub struct Report {
    /// The claims with their verdicts; none if it was stopped.
    pub findings: Vec<Finding>,
    /// The tables that people look at first, as text.
    pub shown: String,
    /// Cells done, of how many.
    pub cells: (usize, usize),
    /// What else is to be said, a line each.
    pub remarks: Vec<String>,
    /// Where the results are.
    pub folder: PathBuf,
    /// How it ended.
    pub ending: Ending,
}

/// A study's folder and record.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) folder: Folder,
    pub(super) existing: Existing,
    pub(super) surroundings: Surroundings,
    record: Record,
    /// The record of the study if it was finished before: then there is nothing to do but to judge and draw again.
    finished: Option<Box<Record>>,
}

/// What a finished study has to show.
#[derive(Debug)]
pub(super) struct Results<'a, J> {
    pub(super) page: Page<'a>,
    /// Findings and what they follow from, for `verdicts.json`.
    pub(super) judgement: &'a J,
    /// Number of cells.
    pub(super) cells: usize,
    /// Seconds of each stage, by name.
    pub(super) seconds: Value,
    pub(super) remarks: Vec<String>,
    /// How many tables, from the first, are printed as well.
    pub(super) printed: usize,
}

impl Desk {
    /// Opens the folder of a study, with subfolders for its cells and nets.
    ///
    /// # Errors
    /// A folder that holds something else, or cannot be written.
    pub(super) fn open(record: Record, out: &Path, existing: Existing, surroundings: &Surroundings) -> Result<Self> {
        let (folder, found) = Folder::open(out, existing, &record)?;
        if matches!(found, Found::Fresh) {
            folder.remove("cells")?;
            folder.remove("nets")?;
            folder.remove("attacks")?;
        }
        folder.subfolder("cells")?;
        folder.subfolder("nets")?;
        let finished = match found {
            Found::Finished(old) => Some(old),
            Found::Fresh | Found::Unfinished => None,
        };
        Ok(Self { folder, existing, surroundings: surroundings.clone(), record, finished })
    }

    /// Notes that someone asked to stop when so many cells, of how many, were done.
    pub(super) fn stopped(self, began: Instant, cells: (usize, usize)) -> Result<Report> {
        let result = json!({"cells": cells.1, "done": cells.0});
        self.folder.record(&self.record.ended(Ending::Stopped, began, result))?;
        let folder = self.folder.root().to_owned();
        let (findings, remarks, shown) = (Vec::new(), Vec::new(), String::new());
        Ok(Report { findings, shown, cells, remarks, folder, ending: Ending::Stopped })
    }

    /// Writes tables, verdicts and report, and last of all the record.
    pub(super) fn finish<J: Serialize>(self, began: Instant, results: Results<'_, J>) -> Result<Report> {
        let Results { page, judgement, cells, seconds, remarks, printed } = results;
        for table in page.tables {
            table.write(&self.folder)?;
        }
        self.folder.write_json("verdicts.json", judgement)?;
        let result = json!({
            "verdicts": page.findings.iter().map(|f| (f.key, f.verdict.text())).collect::<Vec<_>>(),
            "cells": cells,
            "remarks": remarks,
            "seconds": seconds,
        });
        let mut record = self.record.ended(Ending::Complete, began, result);
        if let Some(old) = &self.finished {
            record.result["seconds"] = old.result["seconds"].clone();
            (record.seconds, record.started, record.command) = (old.seconds, old.started.clone(), old.command.clone());
        }
        page.write(&self.folder, &record)?;
        self.folder.record(&record)?;
        Ok(Report {
            findings: page.findings.to_vec(),
            shown: page.filled().take(printed).map(|table| format!("{}\n\n{}\n", table.title, table.text())).collect(),
            cells: (cells, cells),
            remarks,
            folder: self.folder.root().to_owned(),
            ending: Ending::Complete,
        })
    }
}
