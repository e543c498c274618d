//! Writing.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{IMAGES_MAGIC, LABELS_MAGIC};
use crate::{Error, Result};

/// Writes a file of grey pictures, `pixels` row by row; gzipped if the name ends in `.gz`.
///
/// # Errors
/// [`Error::Write`] if the file cannot be written, or if `pixels` are not whole pictures.
pub fn write_images(path: &Path, rows: usize, columns: usize, pixels: &[u8]) -> Result<()> {
    let len = rows * columns;
    if len == 0 || !pixels.len().is_multiple_of(len) {
        let why = format!("{} bytes are not a whole number of {rows} x {columns} pictures", pixels.len());
        return Err(Error::Write { path: path.to_owned(), source: io::Error::other(why) });
    }
    write(path, IMAGES_MAGIC, &[pixels.len() / len, rows, columns], pixels)
}

/// Writes a file of labels; gzipped if the name ends in `.gz`.
///
/// # Errors
/// [`Error::Write`] if the file cannot be written.
pub fn write_labels(path: &Path, labels: &[u8]) -> Result<()> {
    write(path, LABELS_MAGIC, &[labels.len()], labels)
}

fn write(path: &Path, magic: u32, sizes: &[usize], bytes: &[u8]) -> Result<()> {
    let mut header = magic.to_be_bytes().to_vec();
    for &size in sizes {
        let size = u32::try_from(size).map_err(io::Error::other).map_err(Error::write(path))?;
        header.extend(size.to_be_bytes());
    }
    let gzip = path.extension().is_some_and(|end| end == "gz");
    File::create(path)
        .and_then(|file| {
            if gzip {
                let mut file = GzEncoder::new(BufWriter::new(file), Compression::default());
                file.write_all(&header)?;
                file.write_all(bytes)?;
                file.finish()?.flush()
            } else {
                let mut file = BufWriter::new(file);
                file.write_all(&header)?;
                file.write_all(bytes)?;
                file.flush()
            }
        })
        .map_err(Error::write(path))
}
