//! `slurm/job.json`: what was submitted, how, and which jobs it became.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::numbers;
use super::resources::Resources;

/// Folder of scripts and logs within a results folder.
pub(super) const FOLDER: &str = "slurm";

const FILE: &str = "job.json";

/// The file `job.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Jobs {
    /// Version of advlab.
    pub(super) advlab: String,
    /// The program that the tasks run.
    pub(super) program: PathBuf,
    /// The experiment file.
    pub(super) file: PathBuf,
    /// Its SHA-256 sum.
    pub(super) sha256: String,
    /// How many shards.
    pub(super) shards: usize,
    /// Further arguments of `advlab run`.
    pub(super) arguments: Vec<String>,
    /// What the tasks asked for when they were submitted last.
    pub(super) resources: Resources,
    /// Array jobs, oldest first.
    pub(super) arrays: Vec<Submission>,
    /// Jobs that join the shards, oldest first.
    pub(super) merges: Vec<Submission>,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Submission {
    /// Slurm's number of it.
    pub(super) job: u64,
    /// Its tasks, such as `1-3,7`; empty for a job that is no array.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) tasks: String,
    /// When it was submitted, in UTC.
    pub(super) submitted: String,
}

impl Submission {
    /// A job that was submitted just now.
    pub(super) fn now(job: u64, tasks: &[usize]) -> Self {
        let submitted = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        Self { job, tasks: numbers::shown(tasks), submitted }
    }
}

impl Jobs {
    /// What was submitted to this results folder, if anything was.
    ///
    /// # Errors
    /// A damaged file.
    pub(super) fn read(out: &Path) -> Result<Option<Self>> {
        let path = out.join(FOLDER).join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let jobs: Self = serde_json::from_slice(&text).with_context(|| {
            format!("{} is damaged; remove it if none of its jobs is left, and submit again", path.display())
        })?;
        Ok(Some(jobs))
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, out: &Path) -> Result<()> {
        write(&out.join(FOLDER), FILE, &format!("{}\n", serde_json::to_string_pretty(self)?))
    }

    /// The array job that a shard was submitted with last.
    pub(super) fn array_of(&self, shard: usize) -> Option<u64> {
        let has = |array: &&Submission| numbers::read(&array.tasks).is_ok_and(|tasks| tasks.contains(&shard));
        self.arrays.iter().rev().find(has).map(|array| array.job)
    }

    /// All jobs.
    pub(super) fn all(&self) -> Vec<u64> {
        self.arrays.iter().chain(&self.merges).map(|submission| submission.job).collect()
    }

    /// Settings of which another value would be another study.
    ///
    /// # Errors
    /// The first that differs.
    pub(super) fn same_study(&self, other: &Self, out: &Path) -> Result<()> {
        let out = out.display();
        let instead = "choose another --out";
        if self.shards != other.shards {
            bail!(
                "{out} was submitted as {} shards (now {}); leave --array out, or {instead}",
                self.shards,
                other.shards
            );
        }
        if self.file != other.file {
            bail!("{out} was submitted for {} (now {}); {instead}", self.file.display(), other.file.display());
        }
        if self.sha256 != other.sha256 {
            bail!("{} has changed since {out} was submitted; put it back, or {instead}", self.file.display());
        }
        if self.arguments != other.arguments {
            let (old, new) = (self.arguments.join(" "), other.arguments.join(" "));
            bail!("{out} was submitted with the arguments `{old}` (now `{new}`); give the same, or {instead}");
        }
        Ok(())
    }
}

/// Writes a file whole or not at all.
pub(super) fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    let why = || format!("cannot write {}", path.display());
    fs::create_dir_all(folder).with_context(why)?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(if name.ends_with(".sh") { 0o755 } else { 0o644 }));
    }
    let mut making = builder.prefix(".making-").tempfile_in(folder).with_context(why)?;
    making.write_all(text.as_bytes()).with_context(why)?;
    making.as_file().sync_data().with_context(why)?;
    making.persist(&path).map_err(|error| error.error).with_context(why)?;
    Ok(())
}

/// Takes the folder of scripts, so that nobody else submits the same; until what is returned is dropped.
pub(super) fn lock(out: &Path) -> Result<Option<File>> {
    let folder = out.join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let Ok(folder) = File::open(&folder) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => bail!("another advlab is submitting {}; wait for it", out.display()),
        Err(TryLockError::Error(_)) => Ok(None), // some file systems know no locks
    }
}
