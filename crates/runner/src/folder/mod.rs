//! The results folder: never half-written, never mixed with another run.

mod products;

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::Value;
use tracing::info;

use crate::log;
use crate::record::{RECORD, Record, State};

/// How long someone who only looks whether a run is at work may hold its folder.
const GLANCE: Duration = Duration::from_millis(50);

/// How files begin that are still being written, here and where figures are drawn.
const UNDER_WAY: [&str; 2] = [".making-", ".plot-"];

/// What may lie in a folder that shards are to be joined in.
const MERGED_BESIDE: [&str; 2] = ["shards", "slurm"];

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
    lock: Option<Arc<File>>,
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

impl Found {
    const fn word(&self) -> &'static str {
        match self {
            Self::Fresh => "begins",
            Self::Unfinished => "goes on",
            Self::Finished(_) => "was finished before",
        }
    }
}

/// Why a run cannot go on with the one that a folder holds: they are not the same.
#[derive(Debug)]
pub(crate) struct AnotherRun {
    folder: PathBuf,
    /// Kind and version of the run in the folder.
    held: String,
    /// Settings that differ, each with both values.
    pub(crate) settings: Vec<String>,
    /// Inputs that differ.
    pub(crate) inputs: Vec<String>,
}

impl fmt::Display for AnotherRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let differences: Vec<&str> = self.settings.iter().chain(&self.inputs).map(String::as_str).collect();
        write!(
            f,
            "{} holds another run ({}); it differs in {}; choose another --out, or write over it by --force",
            self.folder.display(),
            self.held,
            differences.join(", ")
        )
    }
}

impl std::error::Error for AnotherRun {}

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

    /// A folder that is there, to look into.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), lock: None }
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
        let folder = Self { path: path.to_owned(), lock: lock(path)? };
        let found = match existing {
            _ if folder.is_empty()? => Found::Fresh,
            Existing::Refuse => {
                bail!("{shown} is not empty; choose another --out, or write into it by --force");
            }
            Existing::Force => {
                folder.remove(RECORD)?;
                for name in folder.products()? {
                    folder.remove(&name)?;
                }
                Found::Fresh
            }
            Existing::Resume => folder.resumable(record)?,
        };
        folder.tidy(&folder.path)?;
        if !matches!(found, Found::Finished(_)) {
            folder.write_json(RECORD, record)?;
        }
        log::goes_to(path);
        let machine: Vec<String> = record.machine.iter().map(|(name, value)| format!("{name} {value}")).collect();
        info!("{shown}: {} {}; advlab {}, {}", record.kind, found.word(), record.advlab, machine.join(", "));
        Ok((folder, found))
    }

    /// Opens a folder for the run that shards are joined to: one that holds nothing but them, or that run.
    ///
    /// # Errors
    /// If it holds anything else, or cannot be written.
    pub(crate) fn to_merge_into(path: &Path, record: &Record) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make the results folder {}", path.display()))?;
        let folder = Self { path: path.to_owned(), lock: lock(path)? };
        if path.join(RECORD).is_file() {
            folder.resumable(record)?;
        } else {
            let mine = |name: &str| under_way(name) || MERGED_BESIDE.contains(&name);
            for entry in fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?.flatten() {
                if !mine(&entry.file_name().to_string_lossy()) {
                    let (shown, name) = (path.display(), entry.file_name());
                    bail!("{shown} holds something else than shards, `{}`; choose another --out", name.display());
                }
            }
        }
        folder.record(record)?;
        Ok(folder)
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
            } else if products::is_one(&name) && path.is_dir() {
                self.tidy(&path)?;
            }
        }
        Ok(())
    }

    /// Names of what a run left here.
    fn products(&self) -> Result<Vec<String>> {
        let entries = fs::read_dir(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        Ok(names.filter(|name| products::is_one(name)).collect())
    }

    fn resumable(&self, record: &Record) -> Result<Found> {
        let file = self.path(RECORD);
        let text = fs::read_to_string(&file)
            .with_context(|| format!("nothing to resume: {} holds no {RECORD}", self.path.display()))?;
        let old: Record = serde_json::from_str(&text).with_context(|| unreadable(&file, &text))?;
        let held = format!("{} of advlab {}", old.kind, old.advlab);
        let (settings, inputs) = differences(&old, record);
        if !settings.is_empty() || !inputs.is_empty() {
            return Err(AnotherRun { folder: self.path.clone(), held, settings, inputs }.into());
        }
        if old.state != State::Finished && old.advlab != record.advlab {
            bail!(
                "{} holds an unfinished run ({held}), and this is advlab {}, whose numbers may be others; go on with it by \
                 advlab {}, choose another --out, or write over it by --force",
                self.path.display(),
                record.advlab,
                old.advlab
            );
        }
        Ok(if old.state == State::Finished { Found::Finished(Box::new(old)) } else { Found::Unfinished })
    }

    /// A folder that files about runs go to, made if need be; no run is at work in it.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn made(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self { path: path.to_owned(), lock: None })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.path
    }

    /// Path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        debug_assert!(self.lock.is_none() || products::is_known(name), "add {name} to folder/products.rs");
        self.path.join(name)
    }

    /// A folder in it, made if need be.
    pub(crate) fn subfolder(&self, name: &str) -> Result<PathBuf> {
        let path = self.path(name);
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

    /// Notes in the record of a run that it was stopped before it had a result.
    ///
    /// # Errors
    /// A record that cannot be read or written.
    pub fn was_stopped(&self) -> Result<()> {
        let mut record: Record = serde_json::from_str(&fs::read_to_string(self.path(RECORD))?)?;
        if record.state == State::Running {
            record.state = State::Stopped;
            self.record(&record)?;
        }
        Ok(())
    }

    /// Writes the record anew.
    pub(crate) fn record(&self, record: &Record) -> Result<()> {
        self.write_json(RECORD, record)?;
        let (place, state) = (self.path.display(), record.state.word());
        info!("{place}: {} {state} after {} s of work", record.kind, record.seconds);
        Ok(())
    }

    pub(crate) fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(value)?;
        text.push('\n');
        self.write(name, |file| Ok(file.write_all(text.as_bytes())?))
    }

    /// Writes a file whole or not at all: under another name first, which becomes its own once everything is on disk.
    pub(crate) fn write(&self, name: &str, fill: impl FnOnce(&mut fs::File) -> Result<()>) -> Result<()> {
        let path = self.path(name);
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
        if !name.starts_with('.') {
            info!("wrote {}", path.display());
        }
        Ok(())
    }
}

fn under_way(name: &str) -> bool {
    UNDER_WAY.iter().any(|prefix| name.starts_with(prefix))
}

/// Takes a folder for this process, until it ends.
fn lock(path: &Path) -> Result<Option<Arc<File>>> {
    let Ok(folder) = File::open(path) else { return Ok(None) };
    let mut tried = folder.try_lock();
    if matches!(tried, Err(TryLockError::WouldBlock)) {
        sleep(GLANCE); // it may have been someone who only looked
        tried = folder.try_lock();
    }
    match tried {
        Ok(()) => Ok(Some(Arc::new(folder))),
        Err(TryLockError::WouldBlock) => {
            bail!("another advlab is at work in {}; wait for it, or choose another --out", path.display())
        }
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// In what two runs are not the same: kind and settings, and inputs.
pub(crate) fn differences(old: &Record, new: &Record) -> (Vec<String>, Vec<String>) {
    let (mut settings, mut inputs) = (Vec::new(), Vec::new());
    if old.kind != new.kind {
        settings.push(format!("kind of run: {} (now {})", old.kind, new.kind));
    }
    differ("", &old.spec, &new.spec, &mut settings);
    for (role, input) in &new.inputs {
        let was = old.inputs.get(role).unwrap_or(&Value::Null);
        let (was, input) = if was["sha256"] == input["sha256"] && !input["sha256"].is_null() {
            (without_origin(was), without_origin(input)) // the same bytes, wherever they lie now
        } else {
            (was.clone(), input.clone())
        };
        differ(role, &was, &input, &mut inputs);
    }
    (settings, inputs)
}

/// Whether a run is at work in a folder; none where the file system knows no locks.
pub(crate) fn at_work(path: &Path) -> Option<bool> {
    match File::open(path).ok()?.try_lock_shared() {
        Ok(()) => Some(false),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

/// What a record that this version cannot read says of itself.
fn unreadable(file: &Path, text: &str) -> String {
    let told: Value = serde_json::from_str(text).unwrap_or_default();
    let of = match (told["kind"].as_str(), told["advlab"].as_str()) {
        (Some(kind), Some(version)) => {
            format!(" ({kind} of advlab {version}; this is advlab {})", env!("CARGO_PKG_VERSION"))
        }
        _ => String::new(),
    };
    format!("{} is not a run that this version can go on with{of}", file.display())
}

/// An input without the place that it came from.
pub(crate) fn without_origin(input: &Value) -> Value {
    let mut input = input.clone();
    if let Some(facts) = input.as_object_mut() {
        facts.remove("origin");
    }
    input
}

/// Where two specs differ, setting by setting.
fn differ(at: &str, old: &Value, new: &Value, differences: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let null = &Value::Null;
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
