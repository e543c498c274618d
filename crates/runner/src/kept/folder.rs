//! The folder of a run, read whatever became of the run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::folder::at_work;
use crate::record::RECORD;
use crate::record::{Record, State};

/// A run on disk.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) folder: PathBuf,
    pub(super) record: Record,
}

impl Kept {
    /// Reads the record.
    ///
    /// # Errors
    /// A folder that is missing, holds no run, or a record that cannot be read.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let shown = folder.display();
        if !folder.exists() {
            bail!("there is no folder {shown}; `advlab list` shows the runs there are");
        }
        if !folder.is_dir() {
            bail!("{shown} is a file; name the results folder of a run");
        }
        let file = folder.join(RECORD);
        if !file.exists() {
            bail!("{shown} holds no run: it has no {RECORD}; `advlab list {shown}` shows the runs below it");
        }
        let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let record = serde_json::from_slice(&text).with_context(|| format!("{} is damaged", file.display()))?;
        Ok(Self { folder: folder.to_owned(), record })
    }

    /// State of the run: one that is neither stopped nor finished is at work, or was killed at it.
    pub(super) fn state(&self) -> &'static str {
        match (self.record.state, self.record.state == State::Running && at_work(&self.folder) == Some(true)) {
            (_, true) => "running",
            (State::Running, false) if at_work(&self.folder).is_none() => "running or killed",
            (State::Running, false) => "killed",
            (state, _) => state.word(),
        }
    }

    /// A JSON file of the folder, if it is there and whole.
    pub(super) fn json(&self, name: &str) -> Option<Value> {
        serde_json::from_slice(&fs::read(self.folder.join(name)).ok()?).ok()
    }

    /// Names of its tables, sorted.
    pub(super) fn tables(&self) -> Result<Vec<String>> {
        Ok(names(&self.folder)?.into_iter().filter(|name| name.ends_with(".csv") && !name.starts_with('.')).collect())
    }
}

/// Names of everything in a folder, sorted.
pub(super) fn names(folder: &Path) -> Result<Vec<String>> {
    let cannot = || format!("cannot read {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        names.push(entry.with_context(cannot)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
