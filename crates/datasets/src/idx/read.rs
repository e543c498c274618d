//! Reading, with no trust in the header.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::{IMAGES_MAGIC, LABELS_MAGIC};
use crate::{Error, Result};

/// Most bytes that are read from one file, unpacked: 85 times MNIST.
const LIMIT: u64 = 4 << 30;

/// Memory taken before the first byte has come; the rest is taken as the bytes come, whatever the header says.
const FIRST_ROOM: u64 = 1 << 20;

/// Grey pictures of one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// Height of each, in pixels.
    pub rows: usize,
    /// Width of each, in pixels.
    pub columns: usize,
    /// `count × rows × columns` bytes, row by row.
    pub pixels: Vec<u8>,
}

impl Images {
    /// Number of pictures.
    pub const fn count(&self) -> usize {
        self.pixels.len() / (self.rows * self.columns)
    }
}

/// Reads a file of pictures, gzipped or not.
///
/// # Errors
/// [`Error::Read`], [`Error::Damaged`], [`Error::Foreign`], [`Error::Truncated`], [`Error::Oversized`], [`Error::Absurd`]
/// or [`Error::Empty`].
pub fn read_images(path: &Path) -> Result<Images> {
    let ([rows, columns], pixels) = read(path, "pictures", IMAGES_MAGIC)?;
    Ok(Images { rows: rows as usize, columns: columns as usize, pixels })
}

/// Reads a file of labels, gzipped or not.
///
/// # Errors
/// As [`read_images`].
pub fn read_labels(path: &Path) -> Result<Vec<u8>> {
    read::<0>(path, "labels", LABELS_MAGIC).map(|([], labels)| labels)
}

/// Opens a file and looks through gzip, which begins `1f8b`.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>> {
    let mut file = File::open(path).map_err(Error::read(path))?;
    let mut start = Vec::new();
    file.by_ref().take(2).read_to_end(&mut start).and_then(|_| file.rewind()).map_err(Error::read(path))?;
    let file = BufReader::with_capacity(1 << 16, file);
    Ok(if start == [0x1f, 0x8b] { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// The numbers of the header after the count, and all the bytes.
fn read<const N: usize>(path: &Path, wanted: &'static str, magic: u32) -> Result<([u32; N], Vec<u8>)> {
    let mut source = open(path)?;

    let start = take(path, &mut source, 4)?;
    if start != magic.to_be_bytes() {
        let got = match start.is_empty() {
            true => "with nothing".to_owned(),
            false => start.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        return Err(Error::Foreign { path: path.to_owned(), wanted, magic, got });
    }

    let header_len = 4 * (N as u64 + 2);
    let rest = take(path, &mut source, header_len - 4)?;
    if (rest.len() as u64) < header_len - 4 {
        return Err(Error::Truncated { path: path.to_owned(), expected: header_len, got: 4 + rest.len() as u64 });
    }
    let mut numbers = rest.as_chunks::<4>().0.iter().map(|bytes| u32::from_be_bytes(*bytes));
    let count = numbers.next().unwrap_or(0);
    let sizes: [u32; N] = std::array::from_fn(|_| numbers.next().unwrap_or(0));

    let header = || match sizes[..] {
        [rows, columns] => format!("{count} {wanted} of {rows} x {columns}"),
        _ => format!("{count} {wanted}"),
    };
    let body_len = sizes.iter().try_fold(u64::from(count), |len, &size| len.checked_mul(u64::from(size)));
    let body_len = match body_len {
        Some(0) => {
            return Err(Error::Empty { path: path.to_owned(), header: header() });
        }
        Some(len) if len <= LIMIT => len,
        _ => {
            return Err(Error::Absurd { path: path.to_owned(), header: header(), limit: LIMIT });
        }
    };

    let body = take(path, &mut source, body_len)?;
    let (expected, got) = (header_len + body_len, header_len + body.len() as u64);
    if got < expected {
        return Err(Error::Truncated { path: path.to_owned(), expected, got });
    }
    // A gzip file's own checksum is only looked at when its end is read.
    let more = drain(path, &mut source)?;
    if more > 0 {
        let at_least = more == FIRST_ROOM;
        return Err(Error::Oversized { path: path.to_owned(), expected, got: got + more, at_least });
    }
    Ok((sizes, body))
}

/// At most `len` bytes: fewer if the file, or its gzip data, ends before.
fn take(path: &Path, source: &mut dyn Read, len: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(len.min(FIRST_ROOM) as usize);
    match source.take(len).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        // A gzip file that ends too early: what came before the end is in `bytes`, and the caller counts it.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(bytes),
        Err(error) => Err(failed(path, error)),
    }
}

fn drain(path: &Path, source: &mut dyn Read) -> Result<u64> {
    io::copy(&mut source.take(FIRST_ROOM), &mut io::sink()).map_err(|error| failed(path, error))
}

/// What an error of [`open`]'s reader means.
pub(crate) fn failed(path: &Path, error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
            Error::Damaged { path: path.to_owned(), why: error.to_string() }
        }
        _ => Error::Read { path: path.to_owned(), source: error },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idx::{write_images, write_labels};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    /// Three pictures of 2 × 2 as a file's bytes.
    fn good() -> Vec<u8> {
        let header = [0x0803_u32, 3, 2, 2];
        header.iter().flat_map(|number| number.to_be_bytes()).chain(1..=12).collect()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    /// What reading these bytes comes to, both plain and packed, whatever the file is called.
    fn both(bytes: &[u8]) -> [Result<Images>; 2] {
        let folder = tempfile::tempdir().unwrap();
        [bytes.to_vec(), gzip(bytes)].map(|bytes| {
            let path = folder.path().join("pictures.bin");
            std::fs::write(&path, bytes).unwrap();
            read_images(&path)
        })
    }

    fn refused(bytes: &[u8], want: &str) {
        for result in both(bytes) {
            let text = result.unwrap_err().to_string();
            assert!(text.contains(want) && text.contains("pictures.bin"), "wanted `{want}`: {text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "a.gz"] {
            let path = folder.path().join(name);
            write_images(&path, 2, 3, &[7; 30]).unwrap();
            assert_eq!(read_images(&path).unwrap(), Images { rows: 2, columns: 3, pixels: vec![7; 30] });
            assert_eq!(read_images(&path).unwrap().count(), 5);
            write_labels(&path, &[3, 1, 4]).unwrap();
            assert_eq!(read_labels(&path).unwrap(), [3, 1, 4]);
        }
        assert!(write_images(&folder.path().join("b"), 2, 3, &[7; 31]).is_err());
        assert!(write_labels(&folder.path().join("no/such/folder"), &[1]).is_err());
    }

    #[test]
    fn good_bytes_read() {
        for result in both(&good()) {
            assert_eq!(result.unwrap().pixels, (1..=12).collect::<Vec<u8>>());
        }
    }

    #[test]
    fn a_file_cut_short_anywhere_says_how_much_is_there() {
        let good = good();
        for len in 4..good.len() {
            let expected = if len < 16 { 16 } else { 28 };
            refused(&good[..len], &format!("expected {expected} bytes, found {len};"));
        }
    }

    #[test]
    fn a_gzip_file_cut_short_anywhere_is_no_file() {
        let (folder, packed) = (tempfile::tempdir().unwrap(), gzip(&good()));
        let path = folder.path().join("cut.gz");
        for len in 0..packed.len() {
            std::fs::write(&path, &packed[..len]).unwrap();
            let error = read_images(&path).unwrap_err();
            assert!(
                matches!(error, Error::Truncated { .. } | Error::Damaged { .. } | Error::Foreign { .. }),
                "{len} of {}: {error}",
                packed.len()
            );
        }
        let mut changed = packed.clone();
        let at = changed.len() - 6; // in the packer's own checksum
        changed[at] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        assert!(matches!(read_images(&path), Err(Error::Damaged { .. })));
    }

    #[test]
    fn more_bytes_than_promised_are_refused() {
        refused(&[good(), vec![0]].concat(), "expected 28 bytes, found 29;");
        refused(&[good(), vec![0; 2 << 20]].concat(), "expected 28 bytes, found at least 1048604;");
    }

    #[test]
    fn a_foreign_file_says_how_it_begins() {
        refused(b"", "begins with nothing");
        refused(&[0, 0], "begins 0000;");
        refused(b"\x89PNG\r\n", "wanted IDX pictures, which begin 00000803, but the file begins 89504e47");
        refused(&[0, 0, 8, 1, 0, 0, 0, 1, 5], "begins 00000801");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels");
        std::fs::write(&path, good()).unwrap();
        let text = read_labels(&path).unwrap_err().to_string();
        assert!(text.contains("wanted IDX labels, which begin 00000801, but the file begins 00000803"), "{text}");
    }

    #[test]
    fn a_header_s_numbers_are_not_believed() {
        let header = |numbers: [u32; 3]| {
            let start = 0x0803_u32.to_be_bytes();
            start.into_iter().chain(numbers.iter().flat_map(|number| number.to_be_bytes())).collect::<Vec<u8>>()
        };
        refused(&header([u32::MAX, u32::MAX, u32::MAX]), "4294967295 pictures of 4294967295 x 4294967295");
        refused(&header([6_000_000, 28, 28]), "6000000 pictures of 28 x 28, more than");
        refused(&header([5_000_000, 28, 28]), "expected 3920000016 bytes, found 16;"); // and takes no 4 GB to say so
        refused(&header([0, 28, 28]), "holds 0 pictures of 28 x 28");
        refused(&header([9, 0, 28]), "holds 9 pictures of 0 x 28");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let text = read_images(Path::new("no/such/file")).unwrap_err().to_string();
        assert!(text.contains("no/such/file: cannot be read"), "{text}");
        assert!(read_labels(&std::env::temp_dir()).is_err(), "a folder is no file");
    }
}
