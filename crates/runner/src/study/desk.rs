//! What every study works at: its folder and its record, from the first check to the report.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::finding::Finding;
use super::report::Results;
use crate::folder::{Existing, Folder, Found};
use crate::journal::{JOURNAL, Journal};
use crate::lanes::{Lanes, gathered};
use crate::record::{Ending, Record, Surroundings};
use crate::shard::Shard;

/// What a study came to.
#[derive(Debug)]
pub struct Report {
    /// The claims with their verdicts; none if it was stopped.
    pub findings: Vec<Finding>,
    /// The tables that people look at first, as text.
    pub shown: String,
    /// Cells done, of how many: those of the whole study, or of its shard.
    pub cells: (usize, usize),
    /// The part of the study that it was, where it was not all.
    pub shard: Option<Shard>,
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
    journal: Journal,
    record: Record,
    /// The record of the study if it was finished before: then there is nothing to do but to judge and draw again.
    finished: Option<Box<Record>>,
}

impl Desk {
    /// Opens the folder of a study, or of its shard, with a journal of its cells and a subfolder for its nets.
    ///
    /// # Errors
    /// A folder that holds something else, or cannot be written.
    pub(super) fn open(
        mut record: Record,
        out: &Path,
        existing: Existing,
        surroundings: &Surroundings,
    ) -> Result<Self> {
        let mut out = out.to_owned();
        if let Some(shard) = surroundings.shard {
            out.push(shard.folder());
            record.input("shard", json!(shard));
        }
        let (folder, found) = Folder::open(&out, existing, &record)?;
        if matches!(found, Found::Fresh) {
            for product in [JOURNAL, "nets", "attacks"] {
                folder.remove(product)?;
            }
        }
        folder.subfolder("nets")?;
        let journal = Journal::open(&folder)?;
        let finished = match found {
            Found::Finished(old) => Some(old),
            Found::Fresh | Found::Unfinished => None,
        };
        Ok(Self { folder, existing, surroundings: surroundings.clone(), journal, record, finished })
    }

    /// Those of a study's cells that are to be done here: all, or the shard's.
    pub(super) fn part<'a, C>(&self, cells: &'a [C]) -> &'a [C] {
        self.surroundings.shard.map_or(cells, |shard| &cells[shard.range(cells.len())])
    }

    /// What came of a cell: what is in the journal, if `is_it` says that it is of this cell; otherwise what `make` makes of it, which
    /// goes there. None if `make` was asked to stop.
    ///
    /// # Errors
    /// Those of `make`, with the cell's key as context; a journal that cannot be written.
    pub(super) fn taken_up<T: Serialize + DeserializeOwned>(
        &self,
        key: &str,
        is_it: impl Fn(&T) -> bool,
        make: impl FnOnce() -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        if let Some(found) = self.journal.value(key)?.filter(|found| is_it(found)) {
            return Ok(Some(found));
        }
        let Some(made) = make().with_context(|| key.to_owned())? else { return Ok(None) };
        let text = serde_json::to_string(&made)?;
        self.journal.add(key, &text)?;
        // What is read is what goes into the tables, made now or before: a study that goes on comes to the same.
        Ok(Some(serde_json::from_str(&text)?))
    }

    /// What came of cells: those that are not done are done side by side on a device. `key` names a cell, and `of` says which cell a
    /// value is of. Fewer come back if `make` was asked to stop.
    ///
    /// # Errors
    /// Those of [`Self::taken_up`].
    pub(super) fn side_by_side<C: PartialEq + Sync, T: Serialize + DeserializeOwned + Send>(
        &self,
        device: tch::Device,
        cells: &[C],
        key: fn(&C) -> String,
        of: fn(&T) -> &C,
        make: &(dyn Fn(&C) -> Result<Option<T>> + Sync),
    ) -> Result<Vec<T>> {
        let one = |at: usize| {
            let cell = &cells[at];
            self.taken_up(&key(cell), |found| of(found) == cell, || make(cell))
        };
        gathered(cells.len(), Lanes::new(device, self.surroundings.jobs), &one)
    }

    /// How many cells are done.
    pub(super) fn done(&self) -> usize {
        self.journal.len()
    }

    /// Hands over what came of every cell that is done, in the order of the keys.
    ///
    /// # Errors
    /// Those of `take`; a value of another form: that of another version, say.
    pub(super) fn each<T: DeserializeOwned>(&self, mut take: impl FnMut(T) -> Result<()>) -> Result<()> {
        self.journal.each(|key, value| {
            let value = serde_json::from_str(value);
            take(value.with_context(|| format!("cell `{key}` is not of this version's form"))?)
        })
    }

    /// Ends a run that has fewer cells than the study: because someone asked to stop, or because it is a shard of it.
    pub(super) fn pause(self, began: Instant, done: usize, cells: usize) -> Result<Report> {
        let shard = self.surroundings.shard;
        let part = shard.map_or(cells, |shard| shard.range(cells).len());
        let ending = if shard.is_some() && done >= part && !self.surroundings.stop.asked() {
            self.journal.settle(&self.folder)?;
            Ending::Complete
        } else {
            Ending::Stopped
        };
        let result = json!({"cells": part, "done": done});
        self.folder.record(&self.record.ended(ending, began, result))?;
        let folder = self.folder.root().to_owned();
        let (findings, remarks, shown) = (Vec::new(), Vec::new(), String::new());
        Ok(Report { findings, shown, cells: (done, part), shard, remarks, folder, ending })
    }

    /// Writes tables, verdicts and report, and last of all the record.
    pub(super) fn finish(self, began: Instant, mut results: Results) -> Result<Report> {
        if self.journal.damaged() > 0 {
            let lines = self.journal.damaged();
            results.remarks.push(format!("{lines} damaged lines were found in {JOURNAL}; their cells were made again"));
        }
        self.journal.settle(&self.folder)?;
        for table in &results.tables {
            table.write(&self.folder)?;
        }
        match &results.judgement {
            Some(judgement) => self.folder.write_json("verdicts.json", judgement)?,
            None => self.folder.write_json("verdicts.json", &results.findings)?,
        }
        let cells = results.cells;
        let result = json!({
            "verdicts": results.findings.iter().map(|f| (f.key, f.verdict.text())).collect::<Vec<_>>(),
            "cells": cells,
            "remarks": results.remarks,
            "seconds": results.seconds,
        });
        let mut record = self.record.ended(Ending::Complete, began, result);
        if let Some(old) = &self.finished {
            record.result["seconds"] = old.result["seconds"].clone();
            (record.seconds, record.started, record.command) = (old.seconds, old.started.clone(), old.command.clone());
        }
        results.write(&self.folder, &record)?;
        self.folder.record(&record)?;
        Ok(Report {
            shown: results.printed_tables(),
            findings: results.findings,
            cells: (cells, cells),
            shard: None,
            remarks: results.remarks,
            folder: self.folder.root().to_owned(),
            ending: Ending::Complete,
        })
    }
}
