//! Folders of pictures, one for each class.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Trouble;
use crate::{Error, Result};

/// A class: its name, which is that of its folder, and its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassFolder {
    /// Name of the folder.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Names of the files in it, sorted; hidden ones left out. Whether they are pictures has not been looked at.
    pub files: Vec<String>,
}

/// Whether a file or folder of this name is one that systems leave behind, and nobody's picture or class.
pub fn is_hidden(name: &str) -> bool {
    const LEFT_BEHIND: [&str; 4] = ["thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx"];
    name.starts_with('.') || LEFT_BEHIND.contains(&name.to_lowercase().as_str())
}

/// The classes of a folder, sorted by name, and the number of files that lie beside them.
///
/// # Errors
/// [`Error::Read`]; [`Error::Prepare`] if there is no class, one without a file, two of one name but for capitals, a folder
/// within a class, or a symbolic link that leads nowhere or back.
pub fn class_folders(folder: &Path) -> Result<(Vec<ClassFolder>, usize)> {
    if !folder.is_dir() {
        return Err(Trouble::NoFolder { folder: folder.to_owned() }.into());
    }
    let own = fs::canonicalize(folder).map_err(Error::read(folder))?;
    let (mut classes, mut places, mut beside) = (Vec::<ClassFolder>::new(), Vec::<PathBuf>::new(), 0);
    for (name, path) in entries(folder)? {
        if !is_folder(&path)? {
            beside += 1;
            continue;
        }
        let place = fs::canonicalize(&path).map_err(Error::read(&path))?;
        if own.starts_with(&place) {
            return Err(Trouble::Loop { path }.into());
        }
        if let Some(other) = places.iter().position(|other| *other == place) {
            return Err(Trouble::SameFolder { one: classes[other].path.clone(), other: path }.into());
        }
        places.push(place);
        let mut files = Vec::new();
        for (file, path) in entries(&path)? {
            if is_folder(&path)? {
                let place = fs::canonicalize(&path).map_err(Error::read(&path))?;
                let back = places.last().is_some_and(|class| class.starts_with(&place));
                return Err(if back { Trouble::Loop { path } } else { Trouble::Nested { path } }.into());
            }
            files.push(file);
        }
        classes.push(ClassFolder { name, path, files });
    }
    if classes.is_empty() {
        return Err(Trouble::NoClasses { folder: folder.to_owned(), files: beside }.into());
    }
    let lower: Vec<String> = classes.iter().map(|class| class.name.to_lowercase()).collect();
    for (at, name) in lower.iter().enumerate() {
        if let Some(before) = lower[..at].iter().position(|other| other == name) {
            let [one, other] = [before, at].map(|at| classes[at].name.clone());
            return Err(Trouble::SameName { folder: folder.to_owned(), one, other }.into());
        }
    }
    if let Some(empty) = classes.iter().find(|class| class.files.is_empty()) {
        return Err(Trouble::EmptyClass { folder: empty.path.clone() }.into());
    }
    Ok((classes, beside))
}

/// What lies in a folder and is not hidden: names and paths, sorted by name.
pub(super) fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let entries =
        fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(Error::read(folder))?;
    let mut named = Vec::with_capacity(entries.len());
    for entry in entries {
        let path = entry.path();
        if is_hidden(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let name = entry.file_name().into_string().map_err(|_| Trouble::Name { path: path.clone() })?;
        named.push((name, path));
    }
    named.sort();
    Ok(named)
}

/// Whether a path leads to a folder, links followed.
pub(super) fn is_folder(path: &Path) -> Result<bool> {
    match fs::metadata(path) {
        Ok(what) => Ok(what.is_dir()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Trouble::Dangling { path: path.to_owned() }.into())
        }
        // What a system says of a link to itself has no stable name in the standard library.
        Err(_) if fs::symlink_metadata(path).is_ok_and(|what| what.is_symlink()) && is_circle(path) => {
            Err(Trouble::Loop { path: path.to_owned() }.into())
        }
        Err(error) => Err(Error::read(path)(error)),
    }
}

/// Follows a link from name to name, and sees whether it ends.
fn is_circle(path: &Path) -> bool {
    const MOST: usize = 64;
    let mut at = path.to_owned();
    for _ in 0..MOST {
        match fs::read_link(&at) {
            Ok(next) => at = at.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return false,
        }
    }
    true
}
