//! What the folders of shards say.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::journal::JOURNAL;
use crate::record::{Record, State};
use crate::shard::{FOLDER, Shard};

/// How far a shard came, by its own folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) stage: Stage,
    /// Cells done, where that is known.
    pub(super) done: Option<u64>,
    /// Of how many, where that is known.
    pub(super) cells: Option<u64>,
}

/// What a record says of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing there.
    NotBegun,
    /// A process of this machine holds the folder.
    AtWork,
    /// At work on another machine, or killed.
    Unclear,
    /// Asked to stop.
    Stopped,
    /// A record that cannot be read.
    Damaged,
    Finished,
}

impl Progress {
    /// What a results folder says.
    pub(super) fn of(folder: &Path) -> Self {
        let nothing = |stage| Self { stage, done: None, cells: None };
        let Ok(text) = fs::read(folder.join("run.json")) else { return nothing(Stage::NotBegun) };
        let Ok(record) = serde_json::from_slice::<Record>(&text) else { return nothing(Stage::Damaged) };
        let number = |name: &str| record.result.get(name).and_then(serde_json::Value::as_u64);
        let cells = number("cells");
        let (stage, done) = match record.state {
            State::Finished => (Stage::Finished, cells),
            State::Stopped => (Stage::Stopped, number("done")),
            State::Running => (if held(folder) { Stage::AtWork } else { Stage::Unclear }, noted(folder)),
        };
        Self { stage, done, cells }
    }
}

/// Cells in the journal of a run that has not ended.
fn noted(folder: &Path) -> Option<u64> {
    let journal = fs::read(folder.join(JOURNAL)).ok()?;
    Some(journal.iter().filter(|byte| **byte == b'\n').count() as u64)
}

/// Whether a process holds a results folder; file systems without locks say no.
fn held(folder: &Path) -> bool {
    File::open(folder).is_ok_and(|folder| matches!(folder.try_lock(), Err(TryLockError::WouldBlock)))
}

/// How many shards the folders in `out` are of; none if there are no folders of shards.
///
/// # Errors
/// Folders of different numbers of shards.
pub(super) fn count(out: &Path) -> Result<Option<usize>> {
    let folder = out.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
    };
    let mut found: Option<Shard> = None;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some((index, of)) = name.to_str().and_then(|name| name.split_once("-of-")) else { continue };
        let Ok(shard) = format!("{index}/{of}").parse::<Shard>() else { continue };
        match found {
            Some(other) if other.of() != shard.of() => bail!(
                "{} holds shards of two divisions, {shard} and {other}; remove those of one of them",
                folder.display()
            ),
            _ => found = Some(shard),
        }
    }
    Ok(found.map(Shard::of))
}
