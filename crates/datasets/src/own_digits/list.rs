//! Which digit a file shows, by its name.

use std::fs;
use std::path::{Path, PathBuf};

use crate::photo;
use crate::{Error, Result};

/// A photograph and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnDigit {
    /// The file.
    pub path: PathBuf,
    /// The digit, 0 to 9.
    pub digit: usize,
}

/// The photographs of a folder, sorted by path.
///
/// Either there are folders in it called `0` to `9`, and the picture files that lie directly in one show its digit; or picture
/// files lie in the folder itself, and their names begin with the digit and go on with something else than a digit: `3_07.jpg`,
/// `3-anything.png`, `3.png`. Both may be there. What is hidden (names that begin with a dot) and files that are no pictures by
/// their names are left out. Only names are looked at.
///
/// # Errors
/// [`Error::Read`] if a folder cannot be read; [`Error::NoDigit`] for a folder or a picture file that names no digit;
/// [`Error::NoPhotos`] if there is no picture at all.
pub fn list(folder: &Path) -> Result<Vec<OwnDigit>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(Error::read(folder))?;
    let others = entries.len();
    let mut digits = Vec::new();
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || !path.is_dir() {
            continue;
        }
        let digit = digit_of(&name).filter(|_| name.len() == 1).ok_or_else(|| Error::NoDigit { path: path.clone() })?;
        digits.extend(pictures(&path)?.into_iter().map(|path| OwnDigit { path, digit }));
    }
    for path in pictures(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let digit = digit_of(&name).ok_or_else(|| Error::NoDigit { path: path.clone() })?;
        digits.push(OwnDigit { path, digit });
    }
    if digits.is_empty() {
        return Err(Error::NoPhotos { folder: folder.to_owned(), others });
    }
    digits.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(digits)
}

/// The digit that a name begins with, if no other follows.
fn digit_of(name: &str) -> Option<usize> {
    let mut letters = name.chars();
    let digit = letters.next()?.to_digit(10)? as usize;
    letters.next().is_none_or(|next| !next.is_ascii_digit()).then_some(digit)
}

/// Picture files directly in a folder, of which there may be none.
fn pictures(folder: &Path) -> Result<Vec<PathBuf>> {
    match photo::list(folder) {
        Err(Error::NoPhotos { .. }) => Ok(Vec::new()),
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn folders_and_names_say_the_digit_and_what_is_hidden_counts_for_nothing() {
        let folder = folder(&[
            "3/a.jpg",
            "3/12.png",
            "3/note.txt",
            "0/x.PNG",
            "7_07.jpg",
            "1.png",
            "9-any.thing.webp",
            "read-me.md",
            ".git/x.png",
            "._5.png",
            "4/.DS_Store",
        ]);
        let found = list(folder.path()).unwrap();
        let names: Vec<(String, usize)> = found
            .iter()
            .map(|own| (own.path.strip_prefix(folder.path()).unwrap().display().to_string(), own.digit))
            .collect();
        let wanted =
            [("0/x.PNG", 0), ("1.png", 1), ("3/12.png", 3), ("3/a.jpg", 3), ("7_07.jpg", 7), ("9-any.thing.webp", 9)];
        assert_eq!(names, wanted.map(|(name, digit)| (name.to_owned(), digit)));
    }

    #[test]
    fn names_without_a_digit_and_folders_without_pictures_are_refused() {
        let refusal = |files: &[&str]| list(folder(files).path()).unwrap_err().to_string();
        for (files, wanted) in [
            (&["3/a.jpg", "three/b.jpg"][..], "three: names no digit"),
            (&["3/a.jpg", "12/b.jpg"], "12: names no digit"),
            (&["IMG_2041.jpg"], "IMG_2041.jpg: names no digit"),
            (&["07.jpg"], "07.jpg: names no digit"),
            (&["3/note.txt"], "no picture file in this folder"),
        ] {
            let text = refusal(files);
            assert!(text.contains(wanted), "{text}");
        }
        assert!(matches!(list(Path::new("no/such/folder")), Err(Error::Read { .. })));
    }
}
