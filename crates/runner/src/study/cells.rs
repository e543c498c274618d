//! Cells on disk: each a small file, written whole or not at all, so that an interrupted study goes on where it was.

use std::fs;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::folder::Folder;

/// What is in the file of a cell, if it is there and `is_it` says that it is of this cell; otherwise what `make` makes of it,
/// which goes to the file. None if `make` was asked to stop.
///
/// # Errors
/// A damaged file; those of `make`, with the file as context.
pub(super) fn taken_up<T: Serialize + DeserializeOwned>(
    folder: &Folder,
    file: &str,
    is_it: impl Fn(&T) -> bool,
    make: impl FnOnce() -> Result<Option<T>>,
) -> Result<Option<T>> {
    let path = folder.path(file);
    if path.is_file() {
        let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let found: T = serde_json::from_slice(&text)
            .with_context(|| format!("{} is damaged; remove it and resume", path.display()))?;
        if is_it(&found) {
            return Ok(Some(found));
        }
    }
    let Some(made) = make().with_context(|| file.to_owned())? else { return Ok(None) };
    let text = serde_json::to_vec(&made)?;
    folder.write(file, |file| Ok(file.write_all(&text)?))?;
    // What is read is what goes into the tables, made now or before: a study that goes on comes to the same.
    Ok(Some(serde_json::from_slice(&text)?))
}
