//! Whether a file is the one that its authors published.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use md5::{Digest, Md5};
use sha2::Sha256;

use crate::idx;
use crate::{Error, Result};

/// A sum as hexadecimal text, and of which bytes it is.
///
/// MD5 is what the authors of the data sets published. It tells damage and mix-ups, not malice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// MD5 of the gzip file as it lies on the server.
    Gzip(&'static str),
    /// MD5 of the unpacked bytes, so that it does not matter who packed them.
    Unpacked(&'static str),
    /// First digits of the SHA-256 of the file as it is, as the names of published weights carry them.
    Sha256Head(&'static str),
}

impl Checksum {
    /// Whether the file at `path`, gzipped or not, has this sum. A file whose gzip data is damaged has not.
    ///
    /// An unpacked file cannot have the sum of a gzip file, so it never matches [`Checksum::Gzip`].
    ///
    /// # Errors
    /// [`Error::Read`] if the file cannot be read.
    pub fn matches(self, path: &Path) -> Result<bool> {
        let (mut source, wanted): (Box<dyn Read>, _) = match self {
            Self::Gzip(sum) => (Box::new(File::open(path).map_err(Error::read(path))?), sum),
            Self::Unpacked(sum) => (idx::open(path)?, sum),
            Self::Sha256Head(sum) => {
                let (mut source, mut hash) = (File::open(path).map_err(Error::read(path))?, Sha256::new());
                return Ok(copies(path, &mut source, &mut hash)? && format!("{:x}", hash.finalize()).starts_with(sum));
            }
        };
        let mut hash = Md5::new();
        Ok(copies(path, &mut source, &mut hash)? && format!("{:x}", hash.finalize()) == wanted)
    }
}

/// Whether the gzip data at `path` is whole; a file that is not gzipped always is.
pub(crate) fn unpacks(path: &Path) -> Result<bool> {
    copies(path, &mut idx::open(path)?, &mut io::sink())
}

/// Whether everything could be unpacked.
fn copies(path: &Path, source: &mut dyn Read, target: &mut dyn Write) -> Result<bool> {
    match io::copy(source, target) {
        Ok(_) => Ok(true),
        Err(error) => match error.kind() {
            ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => Ok(false),
            _ => Err(Error::read(path)(error)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idx::write_labels;

    #[test]
    fn a_sum_is_of_the_bytes_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, packed) = (folder.path().join("labels"), folder.path().join("labels.gz"));
        write_labels(&plain, &[1, 2, 3]).unwrap();
        write_labels(&packed, &[1, 2, 3]).unwrap();
        let unpacked = Checksum::Unpacked("3e606f983fbda61c8e0ba038a607e02d"); // of 00000801 00000003 010203
        assert!(unpacked.matches(&plain).unwrap() && unpacked.matches(&packed).unwrap());
        let head = Checksum::Sha256Head("398a8a7f");
        assert!(head.matches(&plain).unwrap() && !head.matches(&packed).unwrap());
        assert!(!Checksum::Gzip("3e606f983fbda61c8e0ba038a607e02d").matches(&packed).unwrap());

        let bytes = std::fs::read(&packed).unwrap();
        std::fs::write(&packed, &bytes[..bytes.len() - 3]).unwrap();
        assert!(!unpacked.matches(&packed).unwrap());
        assert!(unpacked.matches(&folder.path().join("absent")).is_err());
    }
}
