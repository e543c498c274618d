//! The runs below a folder, a line each.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Serialize;
use walkdir::WalkDir;

use super::folder::Kept;
use super::headline::headline;
use crate::record::RECORD;

/// Folders below each other that are looked into.
const DEEPEST: usize = 8;

/// A run in a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    /// Its folder, below the one that was asked for; `.` is that folder itself.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
    /// What kind of run; empty where that cannot be read.
    pub kind: String,
    /// `running`, `killed`, `stopped`, `finished` or `damaged`; `running or killed` where the file system cannot tell.
    pub state: String,
    /// When it began, in UTC.
    pub started: String,
    /// Wall-clock seconds of its last stretch of work.
    pub seconds: Option<f64>,
    /// What it found in a few words, or what is wrong with the folder.
    pub found: String,
}

/// The runs below a folder, in the order in which they began; those that cannot be read stand last. Runs within runs are parts of
/// those and not listed.
///
/// # Errors
/// A folder that is missing or cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Listed>> {
    if !folder.exists() {
        bail!("there is no folder {}; runs make `runs/` in the folder that they are started in", folder.display());
    }
    if !folder.is_dir() {
        bail!("{} is a file; name a folder with runs in it", folder.display());
    }
    std::fs::read_dir(folder).map_err(|error| anyhow::anyhow!("cannot read {}: {error}", folder.display()))?;
    let mut listed = Vec::new();
    let mut walk = WalkDir::new(folder).max_depth(DEEPEST).into_iter();
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) if !entry.file_type().is_dir() => {}
            Ok(entry) if entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.') => {
                walk.skip_current_dir();
            }
            Ok(entry) if entry.path().join(RECORD).symlink_metadata().is_ok() => {
                listed.push(line(entry.path(), folder));
                walk.skip_current_dir();
            }
            Ok(_) => {}
            Err(error) => {
                let place = error.path().unwrap_or(folder).to_owned();
                let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                listed.push(damaged(&place, folder, format!("cannot be read: {why}")));
            }
        }
    }
    listed
        .sort_by(|a, b| (a.state == "damaged", &a.started, &a.name).cmp(&(b.state == "damaged", &b.started, &b.name)));
    Ok(listed)
}

fn line(place: &Path, below: &Path) -> Listed {
    match Kept::open(place) {
        Ok(run) => Listed {
            name: name(place, below),
            folder: place.to_owned(),
            kind: run.record.kind.clone(),
            state: run.state().to_owned(),
            started: run.record.started.clone(),
            seconds: Some(run.record.seconds),
            found: headline(&run.record),
        },
        Err(error) => damaged(place, below, format!("{RECORD}: {}", error.root_cause())),
    }
}

fn damaged(place: &Path, below: &Path, why: String) -> Listed {
    let (kind, started) = (String::new(), String::new());
    Listed {
        name: name(place, below),
        folder: place.to_owned(),
        kind,
        state: "damaged".to_owned(),
        started,
        seconds: None,
        found: why,
    }
}

fn name(place: &Path, below: &Path) -> String {
    let name = place.strip_prefix(below).unwrap_or(place).display().to_string();
    if name.is_empty() { ".".to_owned() } else { name }
}
