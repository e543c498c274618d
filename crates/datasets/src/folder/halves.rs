//! Which folders are classes, and which hold the halves.

use std::fs;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use crate::locate::holds_any;
use crate::photo::is_photo;
use crate::{Error, Result, Split};

/// Names of the folder that holds the test half; the first that is there counts.
const TEST: [&str; 4] = ["test", "val", "valid", "validation"];

/// Files and folders that systems leave behind.
const LEFT_BEHIND: [&str; 7] =
    ["thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin", "system volume information"];

/// Where the pictures of a split lie.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Halves {
    /// The folder that holds those of the classes.
    pub(super) root: PathBuf,
    /// Names of the classes, which are those of their folders, sorted.
    pub(super) classes: Vec<String>,
    /// The folders of the training and of the test half, where these are apart.
    pub(super) divided: Option<[String; 2]>,
    /// What was left out, a sentence each.
    pub(super) notes: Vec<String>,
}

/// Whether a folder looks like one of pictures: it holds folders or picture files, and no files of a data set such as MNIST.
pub fn is_one(dir: &Path) -> bool {
    if holds_any(dir) {
        return false;
    }
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| !is_hidden(&name(&path)) && (path.is_dir() || is_photo(&path)))
}

/// Whether a file or folder is none of the user's.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || LEFT_BEHIND.contains(&name.to_lowercase().as_str())
}

impl Halves {
    /// Looks at the names of folders, and at nothing in them.
    pub(super) fn find(dir: &Path, split: Split) -> Result<Self> {
        let refuse = |fault| Error::Folder { folder: dir.to_owned(), fault };
        if !dir.is_dir() {
            return Err(refuse(Fault::NoFolder));
        }
        let mut folders = folders(dir)?;
        let mut notes = loose(dir)?;
        let named = |names: &[&str]| {
            names.iter().find_map(|name| folders.iter().find(|folder| folder.eq_ignore_ascii_case(name)).cloned())
        };
        let divided = match (named(&["train"]), named(&TEST)) {
            (Some(train), Some(test)) => [train, test],
            (Some(has), None) if folders.len() == 1 => return Err(refuse(Fault::LoneHalf { has, lacks: "test" })),
            (None, Some(has)) if folders.len() == 1 => return Err(refuse(Fault::LoneHalf { has, lacks: "train" })),
            // A class of trains, among other classes, is one.
            _ => {
                check(&folders).map_err(refuse)?;
                return Ok(Self { root: dir.to_owned(), classes: folders, divided: None, notes });
            }
        };
        let [train, test] = divided.each_ref().map(|half| dir.join(half));
        let (root, other) = if split == Split::Train { (&train, &test) } else { (&test, &train) };
        let (classes, others) = (self::folders(root)?, self::folders(other)?);
        let only = |here: &[String], there: &[String]| here.iter().find(|class| !there.contains(class)).cloned();
        let (own, foreign) = (name(root), name(other));
        if let Some(class) = only(&classes, &others) {
            return Err(refuse(Fault::OneHalf { class, has: own, lacks: foreign }));
        }
        if let Some(class) = only(&others, &classes) {
            return Err(refuse(Fault::OneHalf { class, has: foreign, lacks: own }));
        }
        check(&classes).map_err(|fault| Error::Folder { folder: root.clone(), fault })?;
        folders.retain(|folder| !divided.contains(folder));
        if !folders.is_empty() {
            let besides = folders.iter().map(|folder| format!("{folder}/")).collect::<Vec<_>>().join(", ");
            notes.push(format!("{}: left out {besides} beside {}/ and {}/", dir.display(), divided[0], divided[1]));
        }
        notes.extend(loose(root)?);
        Ok(Self { root: root.clone(), classes, divided: Some(divided), notes })
    }
}

/// Names of the folders in a folder, sorted.
fn folders(dir: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> =
        entries(dir)?.into_iter().filter(|path| path.is_dir()).map(|path| name(&path)).collect();
    names.sort();
    Ok(names)
}

/// A word on pictures that lie in no class's folder.
fn loose(dir: &Path) -> Result<Vec<String>> {
    let mut pictures: Vec<PathBuf> =
        entries(dir)?.into_iter().filter(|path| is_photo(path) && path.is_file()).collect();
    pictures.sort();
    let note = pictures.first().map(|first| {
        let first = name(first);
        match pictures.len() {
            1 => format!("{}: left out {first}, which lies in no class's folder", dir.display()),
            n => format!("{}: left out {n} pictures that lie in no class's folder, such as {first}", dir.display()),
        }
    });
    Ok(note.into_iter().collect())
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(Error::read(dir))?;
    Ok(entries.into_iter().map(|entry| entry.path()).filter(|path| !is_hidden(&name(path))).collect())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn check(classes: &[String]) -> Result<(), Fault> {
    for (i, class) in classes.iter().enumerate() {
        if let Some(other) = classes[..i].iter().find(|other| other.to_lowercase() == class.to_lowercase()) {
            return Err(Fault::SameName { names: [other.clone(), class.clone()] });
        }
    }
    match classes {
        [] => Err(Fault::NoClasses),
        [class] => Err(Fault::OneClass { class: class.clone() }),
        _ => Ok(()),
    }
}
