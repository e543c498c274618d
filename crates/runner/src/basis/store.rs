//! Activations of a layer, computed once: in memory as far as the user allows, otherwise in a file that is gone with the run.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use anyhow::{Context as _, Result};
use tch::{Kind, Tensor};

use crate::folder::Folder;

/// Bytes of a number.
const NUMBER: usize = size_of::<f32>();

/// The vectors that a layer holds for each picture, in the order of the pictures.
#[derive(Debug)]
pub(crate) struct Store {
    place: Place,
    /// Positions and units: a picture has so many vectors of so many numbers.
    shape: [usize; 2],
    /// Pictures in each block.
    blocks: Vec<usize>,
    /// A block's bytes on their way; the same ones each time, since large pieces that come and go leave gaps in the memory.
    bytes: Vec<u8>,
}

#[derive(Debug)]
enum Place {
    Memory(Vec<Tensor>),
    File(File),
}

impl Store {
    /// An empty store for so many pictures. One that is larger than `memory` bytes goes to a file without a name in `folder`.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub(crate) fn new(pictures: usize, shape: [usize; 2], memory: u64, folder: &Folder) -> Result<Self> {
        let place = if (pictures * shape[0] * shape[1] * NUMBER) as u64 <= memory {
            Place::Memory(Vec::new())
        } else {
            let at = || format!("cannot make a file for activations in {}", folder.root().display());
            Place::File(tempfile::tempfile_in(folder.root()).with_context(at)?)
        };
        Ok(Self { place, shape, blocks: Vec::new(), bytes: Vec::new() })
    }

    /// Whether it is on disk.
    pub(crate) const fn is_on_disk(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// Takes the vectors `[N, S, D]` of the next pictures in.
    ///
    /// # Errors
    /// A full disk.
    pub(crate) fn push(&mut self, vectors: &Tensor) -> Result<()> {
        let vectors = vectors.f_to_device(tch::Device::Cpu)?.f_to_kind(Kind::Float)?.f_contiguous()?;
        self.blocks.push(vectors.size()[0] as usize);
        match &mut self.place {
            Place::Memory(blocks) => blocks.push(vectors),
            Place::File(file) => {
                self.bytes.resize(vectors.numel() * NUMBER, 0);
                vectors.f_copy_data_u8(&mut self.bytes, vectors.numel())?;
                file.write_all(&self.bytes).context("cannot keep activations on disk")?;
            }
        }
        Ok(())
    }

    /// Goes through all vectors, block by block: the number of a block's first picture, and `[N, S, D]`.
    ///
    /// # Errors
    /// Those of `visit`; a file that cannot be read.
    pub(crate) fn visit(&mut self, mut visit: impl FnMut(usize, &Tensor) -> Result<()>) -> Result<()> {
        let [positions, width] = self.shape;
        let mut first = 0;
        if let Place::File(file) = &mut self.place {
            file.seek(SeekFrom::Start(0))?;
        }
        for (index, pictures) in self.blocks.iter().enumerate() {
            match &mut self.place {
                Place::Memory(blocks) => visit(first, &blocks[index])?,
                Place::File(file) => {
                    self.bytes.resize(pictures * positions * width * NUMBER, 0);
                    file.read_exact(&mut self.bytes).context("cannot read activations from disk")?;
                    let size = [*pictures as i64, positions as i64, width as i64];
                    visit(first, &Tensor::f_from_data_size(&self.bytes, &size, Kind::Float)?)?;
                }
            }
            first += pictures;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tch::Device;

    use super::*;
    use crate::folder::Existing;
    use crate::progress::Progress;
    use crate::record::{Record, Surroundings};

    #[test]
    fn memory_and_disk_hold_the_same() {
        let place = tempfile::tempdir().unwrap();
        let surroundings = Surroundings::new("", advlab_core::Stop::default(), Progress::Hidden);
        let record = Record::new("test", &surroundings, &serde_json::json!({}), Device::Cpu);
        let (folder, _) = Folder::open(place.path(), Existing::Refuse, &record).unwrap();
        let values = Tensor::arange(5 * 2 * 3, (Kind::Float, Device::Cpu)).reshape([5, 2, 3]);
        for (memory, on_disk) in [(5 * 2 * 3 * 4, false), (5 * 2 * 3 * 4 - 1, true)] {
            let mut store = Store::new(5, [2, 3], memory, &folder).unwrap();
            store.push(&values.narrow(0, 0, 3)).unwrap();
            store.push(&values.narrow(0, 3, 2)).unwrap();
            assert_eq!(store.is_on_disk(), on_disk);
            // Twice, for there are several sets of directions.
            for _ in 0..2 {
                let mut seen = Vec::new();
                store
                    .visit(|first, block| {
                        seen.push((first, block.copy()));
                        Ok(())
                    })
                    .unwrap();
                assert_eq!(seen.iter().map(|(first, _)| *first).collect::<Vec<_>>(), [0, 3]);
                let blocks: Vec<&Tensor> = seen.iter().map(|(_, block)| block).collect();
                assert_eq!(Tensor::cat(&blocks, 0), values);
            }
        }
        let files = std::fs::read_dir(place.path()).unwrap().count();
        assert_eq!(files, 1, "run.json alone has a name");
    }
}
