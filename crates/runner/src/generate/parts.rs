//! Examples on their way to disk: they are written as they finish, so that memory stays bounded and a kill loses little.
//!
//! A *part* holds the examples of a stretch of attempts at one class, and how many attempts that were. Parts are NumPy files,
//! named by class and number, each written whole or not at all; together they say exactly how far a run has come.
//!
//! Attempts are made in *blocks*, and the last part of a block says that it is the last. A run goes on from the end of a whole
//! block: the last bits of a picture depend on which attempts go through the net together, so a block that was broken off is
//! made again from its beginning, and the run comes to the same bytes as one that was never interrupted.

use std::fs::File;
use std::io::{BufReader, Cursor, Write as _};
use std::path::PathBuf;

use advlab_core::{InputShape, Outcome, Outcomes};
use anyhow::{Context as _, Result, bail};
use ndarray::{Array1, Array4};
use ndarray_npy::{NpzReader, NpzWriter};

use crate::folder::Folder;

const FOLDER: &str = ".parts";

/// How far a class has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) parts: usize,
    pub(super) attempts: u64,
    pub(super) successes: usize,
}

/// The parts of a run.
#[derive(Debug)]
pub(super) struct Parts {
    folder: Folder,
    shape: InputShape,
}

impl Parts {
    pub(super) fn open(folder: &Folder, shape: InputShape) -> Result<Self> {
        folder.subfolder(FOLDER)?;
        Ok(Self { folder: folder.clone(), shape })
    }

    fn name(class: i64, number: usize) -> String {
        format!("{FOLDER}/{class}-{number:05}.npz")
    }

    fn file(&self, class: i64, number: usize) -> PathBuf {
        self.folder.path(&Self::name(class, number))
    }

    /// How far `class` has come.
    pub(super) fn done(&self, class: i64) -> Result<Done> {
        Ok(self.count(class)?.0)
    }

    /// How far `class` has come in whole blocks; parts of a block that was broken off are removed.
    pub(super) fn done_in_blocks(&self, class: i64) -> Result<Done> {
        let (all, blocks) = self.count(class)?;
        // From the last one backwards: wherever this is broken off, the parts that are left still follow each other.
        for number in (blocks.parts..all.parts).rev() {
            self.folder.remove(&Self::name(class, number))?;
        }
        Ok(blocks)
    }

    /// How far `class` has come, in all and in whole blocks.
    fn count(&self, class: i64) -> Result<(Done, Done)> {
        let (mut done, mut blocks) = (Done::default(), Done::default());
        while self.file(class, done.parts).is_file() {
            let mut reader = self.reader(class, done.parts)?;
            let counts: Array1<u64> = reader.by_name("counts").with_context(|| self.damaged(class, done.parts))?;
            let [attempts, successes, ends_block] = counts.to_vec()[..] else {
                bail!(self.damaged(class, done.parts));
            };
            done.attempts += attempts;
            done.successes += successes as usize;
            done.parts += 1;
            if ends_block != 0 {
                blocks = done;
            }
        }
        Ok((done, blocks))
    }

    fn damaged(&self, class: i64, number: usize) -> String {
        let file = self.file(class, number);
        format!("{} is damaged; delete it and all parts after it, and the run goes on from there", file.display())
    }

    fn reader(&self, class: i64, number: usize) -> Result<NpzReader<BufReader<File>>> {
        let path = self.file(class, number);
        let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
        NpzReader::new(BufReader::new(file)).with_context(|| self.damaged(class, number))
    }

    /// Writes the next part of `class`: examples, the attempts it took to get them, and whether a block ends with it.
    pub(super) fn write(
        &self,
        class: i64,
        number: usize,
        examples: &Outcomes,
        attempts: u64,
        ends_block: bool,
    ) -> Result<()> {
        let n = examples.records.len();
        let shape = self.shape.batch(n as i64).map(|side| side as usize);
        let images = Array4::from_shape_vec(shape, examples.pictures.clone())?;
        let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
        npz.add_array("images", &images)?;
        npz.add_array("counts", &Array1::from(vec![attempts, n as u64, u64::from(ends_block)]))?;
        npz.add_array("records", &Array1::from(serde_json::to_vec(&examples.records)?))?;
        let bytes = npz.finish()?.into_inner();
        self.folder.write(&Self::name(class, number), |file| Ok(file.write_all(&bytes)?))
    }

    /// Reads a part of `class`.
    pub(super) fn read(&self, class: i64, number: usize) -> Result<Outcomes> {
        let mut reader = self.reader(class, number)?;
        let damaged = || self.damaged(class, number);
        let images: Array4<f32> = reader.by_name("images").with_context(damaged)?;
        let json: Array1<u8> = reader.by_name("records").with_context(damaged)?;
        let records: Vec<Outcome> = serde_json::from_slice(&json.to_vec()).with_context(damaged)?;
        let (pictures, _) = images.into_raw_vec_and_offset();
        Ok(Outcomes { records, pictures })
    }

    /// Removes all parts: their examples stand in the run's own files.
    pub(super) fn remove(&self) -> Result<()> {
        self.folder.remove(FOLDER)
    }
}
