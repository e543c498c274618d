//! The results folder: never half-written, never mixed with another run.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::record::{Record, State};

pub(crate) const RECORD: &str = "run.json";

/// How files begin that are still being written, here and where figures are drawn.
const UNDER_WAY: [&str; 2] = [".making-", ".plot-"];

/// What runs leave in their folder besides [`RECORD`], to be removed before another run takes it over.
const PRODUCTS: &[&str] = &[
    ".parts",
    "accuracy-levels.png",
    "accuracy.csv",
    "accuracy.png",
    "agreement-levels.png",
    "agreement-matrix.png",
    "agreement.csv",
    "answers.csv",
    "answers.npz",
    "attacks",
    "attacks.csv",
    "average.png",
    "averages-default.png",
    "averages-published.png",
    "averages.png",
    "cells",
    "changed.png",
    "changes.png",
    "classes.png",
    "checkpoint.safetensors",
    "comparisons.csv",
    "conditions.csv",
    "confidence.csv",
    "confidence.png",
    "confusion.csv",
    "confusion.png",
    "correlations-default.png",
    "correlations-published.png",
    "correlations.csv",
    "cross-errors-in-full.csv",
    "cross-errors.csv",
    "cross-errors.png",
    "curves.png",
    "differences.png",
    "directions.csv",
    "directions.npz",
    "distances.png",
    "distortion.png",
    "divergence.csv",
    "divergence.png",
    "double.csv",
    "epochs.csv",
    "errors.png",
    "examples.csv",
    "examples.npz",
    "examples.png",
    "histograms.png",
    "history.csv",
    "leaks.csv",
    "leaks.png",
    "levels.csv",
    "likeness.csv",
    "likeness.png",
    "measures.png",
    "model.safetensors",
    "nets",
    "nets.csv",
    "panel-own.png",
    "panel.png",
    "photos.csv",
    "pictures",
    "processing.png",
    "refusing.png",
    "reliability-ensemble.png",
    "reliability.png",
    "report.html",
    "report.json",
    "report.md",
    "runs",
    "runs.csv",
    "saturation.png",
    "sheets",
    "steps.png",
    "success-variants.csv",
    "success.csv",
    "success.png",
    "sweep.png",
    "synthesized.csv",
    "synthesized.npz",
    "synthesized.png",
    "tables",
    "telling.csv",
    "test-sets.csv",
    "thresholds.csv",
    "top.csv",
    "top.png",
    "trainings.csv",
    "transfer.csv",
    "triptychs.png",
    "variants.csv",
    "variants.png",
    "verdicts.json",
    "weights-levels.png",
];

/// What to do with a folder that already holds something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Leave it alone and say so.
    #[default]
    Refuse,
    /// Write over the run in it.
    Force,
    /// Go on where the run in it stopped.
    Resume,
}

/// A folder that results go to.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    /// Held while a run is at work here, so that no second one mixes its files in. Some file systems know no locks.
    _lock: Option<Arc<File>>,
}

/// What a folder was found to hold.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing that counts: a run begins.
    Fresh,
    /// The same run, unfinished: it goes on.
    Unfinished,
    /// The same run, finished.
    Finished(Box<Record>),
}

impl Folder {
    /// A name for results that no other run has: `runs/NAME`, or `runs/NAME-2` and so on. Characters that mean something
    /// in a path become dashes.
    pub fn unused(name: &str) -> PathBuf {
        let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
        let name: String = name.chars().map(plain).take(100).collect();
        let free = |path: &PathBuf| !path.exists();
        let first = PathBuf::from("runs").join(&name);
        if free(&first) {
            return first;
        }
        (2..).map(|n| PathBuf::from("runs").join(format!("{name}-{n}"))).find(free).expect("numbers do not run out")
    }

    /// Opens a folder for a run.
    ///
    /// # Errors
    /// If it holds another run and `existing` does not allow for it, or cannot be written.
    pub(crate) fn open(path: &Path, existing: Existing, record: &Record) -> Result<(Self, Found)> {
        fs::create_dir_all(path).with_context(|| format!("cannot make the results folder {}", path.display()))?;
        let shown = path.display();
        if path.join(RECORD).is_file() && existing == Existing::Refuse {
            bail!(
                "{shown} already holds a run; go on with it by --resume, write over it by --force, or choose another --out"
            );
        }
        let folder = Self { path: path.to_owned(), _lock: lock(path)? };
        let found = match existing {
            _ if folder.is_empty()? => Found::Fresh,
            Existing::Refuse => {
                bail!("{shown} is not empty; choose another --out, or write into it by --force");
            }
            Existing::Force => {
                folder.remove(RECORD)?;
                for name in PRODUCTS {
                    folder.remove(name)?;
                }
                Found::Fresh
            }
            Existing::Resume => folder.resumable(record)?,
        };
        folder.tidy(&folder.path)?;
        if !matches!(found, Found::Finished(_)) {
            folder.write_json(RECORD, record)?;
        }
        Ok((folder, found))
    }

    /// Whether nothing is in it but what a kill left behind before the first record was written.
    fn is_empty(&self) -> Result<bool> {
        let entries = fs::read_dir(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
        Ok(entries.flatten().all(|entry| under_way(&entry.file_name().to_string_lossy())))
    }

    /// Removes files that a kill left half-written, here and in the folders of runs.
    fn tidy(&self, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?.flatten() {
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            if under_way(&name) && path.is_file() {
                fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            } else if PRODUCTS.contains(&name.as_str()) && path.is_dir() {
                self.tidy(&path)?;
            }
        }
        Ok(())
    }

    fn resumable(&self, record: &Record) -> Result<Found> {
        let file = self.path(RECORD);
        let text = fs::read_to_string(&file)
            .with_context(|| format!("nothing to resume: {} holds no {RECORD}", self.path.display()))?;
        let old: Record = serde_json::from_str(&text)
            .with_context(|| format!("{} is not a run that this version can go on with", file.display()))?;
        let mut differences = Vec::new();
        if old.kind != record.kind {
            differences.push(format!("kind of run: {} (now {})", old.kind, record.kind));
        }
        differ("", &old.spec, &record.spec, &mut differences);
        for (role, input) in &record.inputs {
            differ(role, old.inputs.get(role).unwrap_or(&serde_json::Value::Null), input, &mut differences);
        }
        if !differences.is_empty() {
            bail!(
                "{} holds another run; it differs in {}; choose another --out, or write over it by --force",
                self.path.display(),
                differences.join(", ")
            );
        }
        Ok(if old.state == State::Finished { Found::Finished(Box::new(old)) } else { Found::Unfinished })
    }

    /// A folder that files about runs go to, made if need be; no run is at work in it.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn at(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self { path: path.to_owned(), _lock: None })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.path
    }

    /// Path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A folder in it, made if need be.
    pub(crate) fn subfolder(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(path)
    }

    /// Removes a file or a folder, if it is there.
    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        let path = self.path.join(name);
        let removed = match fs::symlink_metadata(&path) {
            Err(_) => Ok(()),
            Ok(what) if what.is_dir() => fs::remove_dir_all(&path),
            Ok(_) => fs::remove_file(&path),
        };
        removed.with_context(|| format!("cannot remove {}", path.display()))
    }

    /// Writes the record anew.
    pub(crate) fn record(&self, record: &Record) -> Result<()> {
        self.write_json(RECORD, record)
    }

    pub(crate) fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(value)?;
        text.push('\n');
        self.write(name, |file| Ok(file.write_all(text.as_bytes())?))
    }

    /// Writes a file whole or not at all: under another name first, which becomes its own once everything is on disk.
    pub(crate) fn write(&self, name: &str, fill: impl FnOnce(&mut fs::File) -> Result<()>) -> Result<()> {
        let path = self.path.join(name);
        let why = || format!("cannot write {}", path.display());
        let mut making = tempfile::Builder::new().prefix(".making-").tempfile_in(&self.path).with_context(why)?;
        fill(making.as_file_mut()).with_context(why)?;
        making.as_file().sync_data().with_context(why)?;
        // Temporary files are for their owner alone; results are for everyone the folder is for.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            making.as_file().set_permissions(fs::Permissions::from_mode(0o644)).with_context(why)?;
        }
        making.persist(&path).map_err(|error| error.error).with_context(why)?;
        Ok(())
    }
}

fn under_way(name: &str) -> bool {
    UNDER_WAY.iter().any(|prefix| name.starts_with(prefix))
}

/// Takes a folder for this process, until it ends.
fn lock(path: &Path) -> Result<Option<Arc<File>>> {
    let Ok(folder) = File::open(path) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(Arc::new(folder))),
        Err(TryLockError::WouldBlock) => {
            bail!("another advlab is at work in {}; wait for it, or choose another --out", path.display())
        }
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Where two specs differ, setting by setting.
fn differ(at: &str, old: &serde_json::Value, new: &serde_json::Value, differences: &mut Vec<String>) {
    match (old, new) {
        (serde_json::Value::Object(a), serde_json::Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let null = &serde_json::Value::Null;
                let name = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                differ(&name, a.get(key).unwrap_or(null), b.get(key).unwrap_or(null), differences);
            }
        }
        _ if old != new => differences.push(format!("{at}: {old} (now {new})")),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_named_by_their_path() {
        let old = serde_json::json!({"n": 10, "noise": {"rate": 1.0, "clip": true}});
        let new = serde_json::json!({"n": 10, "noise": {"rate": 2.0, "clip": true}, "seed": 3});
        let mut found = Vec::new();
        differ("", &old, &new, &mut found);
        assert_eq!(found, ["noise.rate: 1.0 (now 2.0)", "seed: null (now 3)"]);
    }
}
