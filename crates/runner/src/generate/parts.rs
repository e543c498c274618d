//! Examples on their way to disk: they are written as they finish, so that memory stays bounded and a kill loses little.
//!
//! A *part* holds the examples of a stretch of attempts at one class, and how many attempts that were. Parts are NumPy files,
//! named by class and number, each written whole or not at all; together they say exactly how far a run has come.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;

use advlab_core::{InputShape, Outcome, Outcomes};
use anyhow::{Context as _, Result};
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
        let mut done = Done::default();
        while self.file(class, done.parts).is_file() {
            let mut reader = self.reader(class, done.parts)?;
            let counts: Array1<u64> = reader.by_name("counts")?;
            done.attempts += counts[0];
            done.successes += counts[1] as usize;
            done.parts += 1;
        }
        Ok(done)
    }

    fn reader(&self, class: i64, number: usize) -> Result<NpzReader<BufReader<File>>> {
        let path = self.file(class, number);
        let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
        NpzReader::new(BufReader::new(file)).with_context(|| format!("{} is damaged", path.display()))
    }

    /// Writes the next part of `class`: examples, and the attempts it took to get them.
    pub(super) fn write(&self, class: i64, number: usize, examples: &Outcomes, attempts: u64) -> Result<()> {
        let n = examples.records.len();
        let shape = self.shape.batch(n as i64).map(|side| side as usize);
        let images = Array4::from_shape_vec(shape, examples.pictures.clone())?;
        self.folder.write(&Self::name(class, number), |file| {
            let mut npz = NpzWriter::new(BufWriter::new(file));
            npz.add_array("images", &images)?;
            npz.add_array("counts", &Array1::from(vec![attempts, n as u64]))?;
            let json = serde_json::to_vec(&examples.records)?;
            npz.add_array("records", &Array1::from(json))?;
            npz.finish()?;
            Ok(())
        })
    }

    /// Reads a part of `class`.
    pub(super) fn read(&self, class: i64, number: usize) -> Result<Outcomes> {
        let mut reader = self.reader(class, number)?;
        let images: Array4<f32> = reader.by_name("images")?;
        let json: Array1<u8> = reader.by_name("records")?;
        let records: Vec<Outcome> = serde_json::from_slice(&json.to_vec())?;
        let (pictures, _) = images.into_raw_vec_and_offset();
        Ok(Outcomes { records, pictures })
    }

    /// Removes all parts: their examples stand in the run's own files.
    pub(super) fn remove(&self) -> Result<()> {
        self.folder.remove_folder(FOLDER)
    }
}
