//! The files of a class.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::fault::Fault;
use super::halves::is_hidden;
use crate::photo::is_photo;
use crate::{Error, Result};

/// What lies in a class's folder.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The pictures in it and in the folders below it, sorted; each path begins with the class.
    pub(super) pictures: Vec<Box<Path>>,
    /// Files that are no pictures.
    pub(super) others: usize,
    /// The first of those.
    pub(super) other: Option<PathBuf>,
}

/// Looks through the folder of a class. Links are followed; names alone are looked at.
pub(super) fn scan(root: &Path, class: &str) -> Result<Scan> {
    let mut scan = Scan::default();
    let walk = WalkDir::new(root.join(class)).follow_links(true);
    let visible = |entry: &walkdir::DirEntry| entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy());
    for entry in walk.into_iter().filter_entry(visible) {
        let (path, is_file) = match entry {
            Ok(entry) if entry.file_type().is_dir() => continue,
            Ok(entry) => (entry.path().to_owned(), entry.file_type().is_file()),
            Err(error) => match (error.path(), error.loop_ancestor()) {
                (Some(link), Some(to)) => {
                    let fault = Fault::Loop { link: link.to_owned(), to: to.to_owned() };
                    return Err(Error::Folder { folder: root.to_owned(), fault });
                }
                // A link to nowhere is a file that cannot be read, when it is its turn.
                (Some(path), None) if path.is_symlink() => (path.to_owned(), true),
                (path, _) => {
                    let path = path.unwrap_or(root).to_owned();
                    return Err(Error::Read { path, source: error.into() });
                }
            },
        };
        if is_file && is_photo(&path) {
            let below = path.strip_prefix(root).expect("what is found below a folder begins with it");
            scan.pictures.push(below.into());
        } else {
            scan.others += 1;
            scan.other = Some(scan.other.map_or(path.clone(), |other| other.min(path)));
        }
    }
    scan.pictures.sort_unstable();
    Ok(scan)
}
