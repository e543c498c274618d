//! The picture files of a folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Names of picture files end in one of these, in small letters or capitals.
const ENDINGS: [&str; 13] =
    ["bmp", "gif", "jpeg", "jpg", "pam", "pbm", "pgm", "png", "pnm", "ppm", "tif", "tiff", "webp"];

/// The picture files that lie directly in a folder, sorted by name; hidden ones are left out.
///
/// Only names are looked at.
///
/// # Errors
/// [`Error::Read`] if it is not a folder that can be read; [`Error::NoPhotos`] if there is none in it.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(Error::read(folder))?;
    let others = entries.len();
    let mut photos: Vec<PathBuf> =
        entries.into_iter().map(|entry| entry.path()).filter(|path| is_photo(path) && path.is_file()).collect();
    if photos.is_empty() {
        return Err(Error::NoPhotos { folder: folder.to_owned(), others });
    }
    photos.sort();
    Ok(photos)
}

/// Whether a file has the name of a picture, and is not hidden.
pub(crate) fn is_photo(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    !hidden && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}
