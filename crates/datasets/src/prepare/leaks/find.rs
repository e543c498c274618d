//! The two sides of a split, and the pictures of each.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::Trouble;
use super::super::classes::{entries, is_folder};
use crate::{Error, Result};

/// Names that the side to learn from goes by.
const TRAIN: [&str; 3] = ["train", "training", "trn"];
/// Names that the other sides go by.
const TEST: [&str; 8] = ["test", "testing", "tst", "val", "valid", "validation", "dev", "holdout"];

/// A file that may be a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The folder it lies in below its side, which is its class; none for files that lie in the side itself.
    pub class: Option<String>,
    /// Where it is.
    pub path: PathBuf,
}

/// The sides of a folder: the one to learn from, and those to be judged by, such as `test` and `val`.
///
/// # Errors
/// [`Error::Prepare`] if one of the two is missing; [`Error::Read`].
pub fn halves(folder: &Path) -> Result<(PathBuf, Vec<PathBuf>)> {
    if !folder.is_dir() {
        let got = if folder.exists() { "is not a folder" } else { "is not there" };
        return Err(
            Trouble::Setting(format!("{}: {got}; name a folder that holds train and test", folder.display())).into()
        );
    }
    let named = |names: &[&str]| -> Result<Vec<PathBuf>> {
        let mut folders = Vec::new();
        for (name, path) in entries(folder)? {
            if names.contains(&name.to_lowercase().as_str()) && is_folder(&path)? {
                folders.push(path);
            }
        }
        Ok(folders)
    };
    match (named(&TRAIN)?.as_slice(), named(&TEST)?) {
        ([train], test) if !test.is_empty() => Ok((train.clone(), test)),
        _ => Err(Trouble::Setting(format!(
            "{}: wanted two folders in it, train and test; name them with --train DIR and --test DIR",
            folder.display()
        ))
        .into()),
    }
}

/// The files below one side: those in it and those in its classes, sorted; hidden ones left out.
///
/// # Errors
/// [`Error::Prepare`] if there is none, for a folder within a class, and for symbolic links that lead nowhere; [`Error::Read`].
pub fn pictures(side: &Path) -> Result<Vec<Found>> {
    let own = fs::canonicalize(side).map_err(Error::read(side))?;
    let mut found = Vec::new();
    for (name, path) in entries(side)? {
        if !is_folder(&path)? {
            found.push(Found { class: None, path });
            continue;
        }
        if own.starts_with(fs::canonicalize(&path).map_err(Error::read(&path))?) {
            return Err(Trouble::Loop { path }.into());
        }
        for (_, path) in entries(&path)? {
            if is_folder(&path)? {
                return Err(Trouble::Nested { path }.into());
            }
            found.push(Found { class: Some(name.clone()), path });
        }
    }
    if found.is_empty() {
        return Err(Trouble::Setting(format!("{}: no picture in it or in its classes", side.display())).into());
    }
    Ok(found)
}
