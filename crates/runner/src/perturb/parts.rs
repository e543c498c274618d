//! Examples on their way to disk, block by block.
//!
//! Searches are made in *blocks* of a fixed number; a *part* is a NumPy file that holds what came of one, written whole or not
//! at all. A run goes on from the end of its last whole block: the last bits of a result depend on which pictures go through
//! the net together, so a block that was broken off is made again from its beginning, and the run comes to the same bytes as
//! one that was never interrupted.

use std::fs::File;
use std::io::{BufReader, Cursor, Write as _};

use advlab_core::InputShape;
use anyhow::{Context as _, Result, bail};
use ndarray::{Array1, Array4};
use ndarray_npy::{NpzReader, NpzWriter};

use super::example::Example;
use crate::folder::Folder;

const FOLDER: &str = ".parts";

/// What came of a block: the searches that ended, in their order, with their pictures before and after.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) examples: Vec<Example>,
    pub(super) clean: Vec<f32>,
    pub(super) results: Vec<f32>,
}

/// The parts of a run.
#[derive(Debug)]
pub(super) struct Parts {
    folder: Folder,
    shape: InputShape,
}

impl Parts {
    /// The parts in a results folder; those of a block that was broken off are removed.
    ///
    /// # Errors
    /// A folder that cannot be written, a part that is damaged.
    pub(super) fn open(folder: &Folder, shape: InputShape) -> Result<Self> {
        folder.subfolder(FOLDER)?;
        let parts = Self { folder: folder.clone(), shape };
        let mut block = 0;
        while parts.is_there(block) {
            let mut reader = parts.reader(block)?;
            let counts: Array1<u64> = reader.by_name("counts").with_context(|| parts.damaged(block))?;
            let [_, whole] = counts.to_vec()[..] else { bail!(parts.damaged(block)) };
            if whole == 0 {
                folder.remove(&Self::name(block))?;
            }
            block += 1;
        }
        Ok(parts)
    }

    fn name(block: usize) -> String {
        format!("{FOLDER}/{block:05}.npz")
    }

    fn is_there(&self, block: usize) -> bool {
        self.folder.path(&Self::name(block)).is_file()
    }

    /// Blocks that are done.
    pub(super) fn done(&self) -> usize {
        (0..).take_while(|block| self.is_there(*block)).count()
    }

    /// Writes a block; `whole` says whether all its searches ended.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn write(&self, number: usize, block: &Block, whole: bool) -> Result<()> {
        let n = block.examples.len();
        let shape = self.shape.batch(n as i64).map(|side| side as usize);
        let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
        npz.add_array("clean", &Array4::from_shape_vec(shape, block.clean.clone())?)?;
        npz.add_array("results", &Array4::from_shape_vec(shape, block.results.clone())?)?;
        npz.add_array("counts", &Array1::from(vec![n as u64, u64::from(whole)]))?;
        npz.add_array("examples", &Array1::from(serde_json::to_vec(&block.examples)?))?;
        let bytes = npz.finish()?.into_inner();
        self.folder.write(&Self::name(number), |file| Ok(file.write_all(&bytes)?))
    }

    /// Reads a block.
    ///
    /// # Errors
    /// A file that cannot be read or is damaged.
    pub(super) fn read(&self, number: usize) -> Result<Block> {
        let mut reader = self.reader(number)?;
        let damaged = || self.damaged(number);
        let clean: Array4<f32> = reader.by_name("clean").with_context(damaged)?;
        let results: Array4<f32> = reader.by_name("results").with_context(damaged)?;
        let json: Array1<u8> = reader.by_name("examples").with_context(damaged)?;
        let examples = serde_json::from_slice(&json.to_vec()).with_context(damaged)?;
        Ok(Block { examples, clean: clean.into_raw_vec_and_offset().0, results: results.into_raw_vec_and_offset().0 })
    }

    fn reader(&self, number: usize) -> Result<NpzReader<BufReader<File>>> {
        let path = self.folder.path(&Self::name(number));
        let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
        NpzReader::new(BufReader::new(file)).with_context(|| self.damaged(number))
    }

    fn damaged(&self, number: usize) -> String {
        let file = self.folder.path(&Self::name(number));
        format!("{} is damaged; delete it and all parts after it, and the run goes on from there", file.display())
    }

    /// Removes all parts: what they hold stands in the run's own files.
    pub(super) fn remove(&self) -> Result<()> {
        self.folder.remove(FOLDER)
    }
}
