//! NumPy archives that are written piece by piece.
//!
//! `ndarray-npy` writes arrays that are in memory; an archive of a million pictures never is.

use std::io::{self, Seek, SeekFrom, Write};

use anyhow::{Result, bail};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A number that NumPy knows.
pub(crate) trait Element: Copy {
    /// NumPy's name for it.
    const DESCR: &'static str;
    /// Its bytes, least significant first.
    fn bytes(self) -> impl AsRef<[u8]>;
}

macro_rules! element {
    ($($number:ty: $descr:literal),*) => {$(
        impl Element for $number {
            const DESCR: &'static str = $descr;
            fn bytes(self) -> impl AsRef<[u8]> {
                self.to_le_bytes()
            }
        }
    )*};
}
element!(f32: "<f4", f64: "<f8", i64: "<i8", u32: "<u4", u64: "<u8");

/// A writer that fails once and from then on only counts: the archive writes its last words even where it is given up, and
/// reports on stderr, or panics, if that does not go as it expects.
struct FailsOnce<W> {
    to: W,
    failed: bool,
    at: u64,
    end: u64,
}

impl<W> FailsOnce<W> {
    const fn new(to: W) -> Self {
        Self { to, failed: false, at: 0, end: 0 }
    }
}

impl<W: Write> Write for FailsOnce<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = if self.failed { bytes.len() } else { self.to.write(bytes).inspect_err(|_| self.failed = true)? };
        self.at += n as u64;
        self.end = self.end.max(self.at);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed { Ok(()) } else { self.to.flush().inspect_err(|_| self.failed = true) }
    }
}

impl<W: Seek> Seek for FailsOnce<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let counted = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
        };
        self.at = match counted {
            Some(at) if self.failed => at,
            _ => self.to.seek(to).inspect_err(|_| self.failed = true)?,
        };
        Ok(self.at)
    }
}

/// An `.npz` file under way.
pub(crate) struct Npz<W: Write + Seek> {
    zip: ZipWriter<FailsOnce<W>>,
    /// Bytes that the array at hand still needs.
    missing: u64,
}

impl<W: Write + Seek> Npz<W> {
    pub(crate) fn new(to: W) -> Self {
        Self { zip: ZipWriter::new(FailsOnce::new(to)), missing: 0 }
    }

    /// Begins an array of this shape; [`push`](Self::push) brings its values in order.
    pub(crate) fn begin<T: Element>(&mut self, name: &str, shape: &[usize]) -> Result<()> {
        self.complete()?;
        let sides = shape.iter().map(|side| format!("{side}, ")).collect::<String>();
        let dict = format!("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", T::DESCR, sides.trim_end());
        // The format wants the data to begin at a multiple of 64 bytes, and a line end before them.
        let width = (10 + dict.len() + 1).next_multiple_of(64) - 10;
        self.missing = (shape.iter().product::<usize>() * size_of::<T>()) as u64;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(self.missing > u64::from(u32::MAX) / 2);
        self.zip.start_file(format!("{name}.npy"), options)?;
        self.zip.write_all(b"\x93NUMPY\x01\x00")?;
        self.zip.write_all(&(width as u16).to_le_bytes())?;
        self.zip.write_all(format!("{dict:<pad$}\n", pad = width - 1).as_bytes())?;
        Ok(())
    }

    /// The next values of the array at hand.
    pub(crate) fn push<T: Element>(&mut self, values: &[T]) -> Result<()> {
        let mut bytes = Vec::with_capacity(size_of_val(values));
        for value in values {
            bytes.extend_from_slice(value.bytes().as_ref());
        }
        let Some(missing) = self.missing.checked_sub(bytes.len() as u64) else {
            bail!("an array got more values than its shape holds");
        };
        self.missing = missing;
        Ok(self.zip.write_all(&bytes)?)
    }

    /// A whole array.
    pub(crate) fn array<T: Element>(&mut self, name: &str, shape: &[usize], values: &[T]) -> Result<()> {
        self.begin::<T>(name, shape)?;
        self.push(values)
    }

    fn complete(&self) -> Result<()> {
        if self.missing > 0 {
            bail!("an array is {} bytes short of its shape", self.missing);
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<()> {
        self.complete()?;
        Ok(self.zip.finish()?.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use ndarray::{Array1, Array2};
    use ndarray_npy::NpzReader;

    use super::*;

    #[test]
    fn another_reader_finds_what_was_written() {
        let mut file = Cursor::new(Vec::new());
        let mut npz = Npz::new(&mut file);
        npz.begin::<f32>("images", &[3, 2]).unwrap();
        npz.push(&[1.0_f32, 2.0]).unwrap();
        npz.push(&[3.0_f32, 4.0, 5.0, 6.0]).unwrap();
        npz.array("steps", &[2], &[7_u64, 8]).unwrap();
        npz.finish().unwrap();
        let mut reader = NpzReader::new(file).unwrap();
        let images: Array2<f32> = reader.by_name("images").unwrap();
        assert_eq!(images, ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]));
        let steps: Array1<u64> = reader.by_name("steps").unwrap();
        assert_eq!(steps.to_vec(), [7, 8]);
    }

    #[test]
    fn arrays_that_do_not_fill_their_shape_are_refused() {
        let mut npz = Npz::new(Cursor::new(Vec::new()));
        npz.begin::<f32>("a", &[2]).unwrap();
        npz.push(&[1.0_f32]).unwrap();
        assert!(npz.begin::<f32>("b", &[1]).is_err());
        assert!(npz.push(&[1.0_f32, 2.0]).is_err());
    }

    #[test]
    fn a_full_disk_is_an_error_wherever_it_shows() {
        // A disk with room for so many bytes.
        struct Disk(Cursor<Vec<u8>>, u64);
        impl Write for Disk {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                if self.0.position() + bytes.len() as u64 > self.1 {
                    return Err(io::ErrorKind::StorageFull.into());
                }
                self.0.write(bytes)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        impl Seek for Disk {
            fn seek(&mut self, at: SeekFrom) -> io::Result<u64> {
                self.0.seek(at)
            }
        }
        let write = |room: u64| -> Result<()> {
            let mut npz = Npz::new(io::BufWriter::new(Disk(Cursor::new(Vec::new()), room)));
            npz.array("a", &[100], &[1.0_f32; 100])?;
            npz.finish()
        };
        for room in [0, 200, 400, 600] {
            assert!(write(room).is_err(), "room for {room} bytes");
        }
        write(2000).unwrap();
    }
}
