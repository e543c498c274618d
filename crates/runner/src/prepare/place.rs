//! The folder that is made: whole or not at all, and never over somebody's own files.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use advlab_datasets::prepare::is_hidden;
use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::{RECORD, TABLE};

/// What the record calls such a folder.
pub(super) const KIND: &str = "prepared pictures";

/// Where a folder is to be made.
#[derive(Debug)]
pub(super) struct Place {
    /// As it was named.
    shown: PathBuf,
    /// The same without links.
    out: PathBuf,
}

/// A folder under another name that goes away again unless it becomes the one that was wanted.
#[derive(Debug)]
pub(super) struct Making {
    folder: TempDir,
    /// Held so that no other process takes the folder for a leftover. Some file systems know no locks.
    _lock: Option<File>,
}

impl Making {
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Place {
    /// Sees whether a folder may be made there.
    pub(super) fn check(input: &Path, out: &Path, force: bool) -> Result<Self> {
        let shown = out.display();
        let place = Self { shown: out.to_owned(), out: resolved(out)? };
        if let Ok(input) = fs::canonicalize(input) {
            if place.out == input {
                bail!("{shown} is the input itself; choose another --out");
            }
            if place.out.starts_with(&input) {
                bail!("{shown} lies in the input, where it would become a class; choose an --out elsewhere");
            }
            if input.starts_with(&place.out) {
                bail!("the input lies in {shown}, which would be replaced; choose another --out");
            }
        }
        if place.out.file_name().is_none() {
            bail!("{shown} has no name to make a folder of; choose another --out");
        }
        match fs::metadata(&place.out) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => bail!("cannot make {shown}: {error}"),
            Ok(what) if !what.is_dir() => bail!("{shown} is a file; choose another --out"),
            Ok(_) if is_empty(&place.out)? => {}
            Ok(_) if !place.is_ours() && force => {
                bail!("{shown} holds no {RECORD} of advlab, so that --force does not replace it; choose another --out");
            }
            Ok(_) if !place.is_ours() => bail!("{shown} is not empty; choose another --out"),
            Ok(_) if !force => {
                bail!("{shown} holds prepared pictures; replace them by --force, or choose another --out")
            }
            Ok(_) => {
                if let Some(file) = place.foreign()? {
                    bail!("{shown} holds {file}, which --force would delete; move it away, or choose another --out");
                }
            }
        }
        Ok(place)
    }

    fn is_ours(&self) -> bool {
        let text = fs::read_to_string(self.out.join(RECORD)).unwrap_or_default();
        serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|record| record["kind"] == KIND)
    }

    /// A file in the folder that was not prepared, if there is one.
    fn foreign(&self) -> Result<Option<String>> {
        let table = self.out.join(TABLE);
        let mut own: HashSet<String> = [TABLE, RECORD].map(str::to_owned).into();
        if let Ok(mut rows) = csv::Reader::from_path(&table) {
            own.extend(rows.records().flatten().filter_map(|row| row.get(0).map(str::to_owned)));
        }
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let path = self.out.join(&folder);
            for entry in fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let inside = format!("{folder}{name}");
                if entry.file_type()?.is_dir() {
                    folders.push(format!("{inside}/"));
                } else if !own.contains(&inside) && !is_hidden(&name) {
                    return Ok(Some(inside));
                }
            }
        }
        Ok(None)
    }

    /// Begins to make the folder, and removes what killed runs left.
    pub(super) fn begin(&self) -> Result<Making> {
        let parent = self.parent();
        let why = || format!("cannot make {}", self.shown.display());
        fs::create_dir_all(parent).with_context(why)?;
        let prefix = self.name(".making-");
        for entry in fs::read_dir(parent).with_context(why)?.flatten() {
            let left = entry.file_name().to_string_lossy().starts_with(&*prefix.to_string_lossy());
            if left && File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok()) {
                fs::remove_dir_all(entry.path())
                    .with_context(|| format!("cannot remove {}", entry.path().display()))?;
            }
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        // Temporary folders are private by default; this one becomes everyone's.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let folder = builder.tempdir_in(parent).with_context(why)?;
        let lock = File::open(folder.path()).ok().filter(|folder| folder.try_lock().is_ok());
        Ok(Making { folder, _lock: lock })
    }

    /// Gives the folder its name, in the place of what is there.
    pub(super) fn finish(&self, making: Making) -> Result<()> {
        let why = || format!("cannot make {}", self.shown.display());
        // A folder of others that appeared meanwhile is not touched.
        if !self.out.exists() || is_empty(&self.out)? {
            if self.out.exists() {
                fs::remove_dir(&self.out).with_context(why)?;
            }
            fs::rename(making.path(), &self.out).with_context(why)?;
        } else if self.is_ours() {
            let old =
                tempfile::Builder::new().prefix(&self.name(".old-")).tempdir_in(self.parent()).with_context(why)?;
            let aside = old.path().join("old");
            fs::rename(&self.out, &aside).with_context(why)?;
            if let Err(error) = fs::rename(making.path(), &self.out) {
                fs::rename(&aside, &self.out).with_context(why)?;
                return Err(error).with_context(why);
            }
        } else {
            bail!("{} was made by someone else meanwhile; choose another --out", self.shown.display());
        }
        // It is under its own name now, and must stay.
        let _ = making.folder.keep();
        Ok(())
    }

    fn parent(&self) -> &Path {
        self.out.parent().unwrap_or(Path::new("/"))
    }

    /// A hidden name beside the folder.
    fn name(&self, end: &str) -> OsString {
        let mut name = OsString::from(".");
        name.push(self.out.file_name().unwrap_or_default());
        name.push(end);
        name
    }
}

fn is_empty(folder: &Path) -> Result<bool> {
    let mut entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    Ok(entries.next().is_none())
}

/// A path without links and dots, whose last parts need not be there.
fn resolved(path: &Path) -> Result<PathBuf> {
    let absolute = std::path::absolute(path).with_context(|| format!("cannot make {}", path.display()))?;
    let mut resolved = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            other => resolved.push(other),
        }
        match fs::canonicalize(&resolved) {
            Ok(real) => resolved = real,
            Err(_) if fs::symlink_metadata(&resolved).is_ok_and(|what| what.is_symlink()) => {
                bail!("cannot make {}: {} is a symbolic link to what is not there", path.display(), resolved.display());
            }
            Err(_) => {}
        }
    }
    Ok(resolved)
}
