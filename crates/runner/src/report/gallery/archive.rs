//! The first pictures of an array in an `.npz` file, without reading the rest: an archive of a million is never in memory.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use zip::ZipArchive;

/// Pictures from an archive.
#[derive(Debug)]
pub(super) struct Pictures {
    /// Of the whole array: `[N, C, H, W]`.
    pub(super) shape: [usize; 4],
    /// How many are here.
    pub(super) count: usize,
    pub(super) values: Vec<f32>,
}

/// Reads pictures, as many as `most` says for their number of values.
///
/// # Errors
/// A file that cannot be read, or holds something else.
pub(super) fn first(path: &Path, name: &str, most: impl Fn(usize) -> usize) -> Result<Pictures> {
    let read = || -> Result<Pictures> {
        let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
        let mut array = archive.by_name(&format!("{name}.npy"))?;
        let shape = header(&mut array)?;
        let len = shape[1] * shape[2] * shape[3];
        let count = shape[0].min(most(len.max(1)));
        let mut bytes = vec![0; 4 * count * len];
        array.read_exact(&mut bytes)?;
        let values = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("four of them")));
        Ok(Pictures { shape, count, values: values.collect() })
    };
    read().with_context(|| format!("cannot read `{name}` of {}", path.display()))
}

/// The shape that an array of pictures begins with.
fn header(array: &mut impl Read) -> Result<[usize; 4]> {
    let mut start = [0; 10];
    array.read_exact(&mut start)?;
    if !start.starts_with(b"\x93NUMPY\x01") {
        bail!("no array of NumPy's format 1.0");
    }
    let mut dict = vec![0; usize::from(u16::from_le_bytes([start[8], start[9]]))];
    array.read_exact(&mut dict)?;
    let dict = String::from_utf8(dict)?;
    let shape = dict.split_once("'shape': (").and_then(|(_, rest)| rest.split_once(')')).map_or("", |(sides, _)| sides);
    let sides: Vec<usize> = shape.split(',').filter_map(|side| side.trim().parse().ok()).collect();
    match <[usize; 4]>::try_from(sides) {
        Ok(sides) if dict.contains("'<f4'") && dict.contains("'fortran_order': False") => Ok(sides),
        _ => bail!("wanted float32 pictures [N, C, H, W], got {}", dict.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npz::Npz;

    #[test]
    fn only_the_first_pictures_are_read() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.npz");
        let mut npz = Npz::new(File::create(&path).unwrap());
        let values: Vec<f32> = (0..5 * 12).map(|i| i as f32).collect();
        npz.array("images", &[5, 3, 2, 2], &values).unwrap();
        npz.array("labels", &[5], &[1_i64; 5]).unwrap();
        npz.finish().unwrap();
        let pictures = first(&path, "images", |len| 24 / len).unwrap();
        assert_eq!((pictures.shape, pictures.count), ([5, 3, 2, 2], 2));
        assert_eq!(pictures.values, values[..24]);
        assert_eq!(first(&path, "images", |_| 9).unwrap().values, values);
        assert!(format!("{:#}", first(&path, "labels", |_| 1).unwrap_err()).contains("wanted float32 pictures"));
        assert!(first(&path, "clean", |_| 1).is_err());
    }
}
