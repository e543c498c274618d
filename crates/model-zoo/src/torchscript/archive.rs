//! TorchScript files as what they are: zip archives of code, state and weights.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What becomes of an entry of an archive.
pub(super) enum Edit {
    /// It stays.
    Keep,
    /// It is left out.
    Drop,
    /// Its bytes go through this.
    Change(fn(&[u8]) -> Result<Vec<u8>, String>),
    /// It gets these bytes.
    Replace(Vec<u8>),
}

/// Writes an archive once more, with what `edit` makes of each entry and with further entries; both are given by their path
/// below the folder that holds all of an archive.
///
/// # Errors
/// What cannot be read or written, and what a change complains of.
pub(super) fn rewrite(
    from: &Path,
    to: &Path,
    mut edit: impl FnMut(&str) -> Edit,
    further: &[(&str, &[u8])],
) -> io::Result<()> {
    let mut archive = ZipArchive::new(File::open(from)?)?;
    let mut writer = ZipWriter::new(File::create(to)?);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    let mut folder = String::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name().to_owned();
        let (above, path) = name.split_once('/').unwrap_or_default();
        above.clone_into(&mut folder);
        let bytes = match edit(path) {
            Edit::Drop => continue,
            Edit::Keep => {
                drop(entry);
                writer.raw_copy_file(archive.by_index_raw(index)?)?;
                continue;
            }
            Edit::Replace(bytes) => bytes,
            Edit::Change(change) => {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                change(&bytes).map_err(|why| io::Error::other(format!("{name} {why}")))?
            }
        };
        writer.start_file(name, stored)?;
        writer.write_all(&bytes)?;
    }
    for (path, bytes) in further {
        writer.start_file(format!("{folder}/{path}"), stored)?;
        writer.write_all(bytes)?;
    }
    writer.finish()?;
    Ok(())
}
