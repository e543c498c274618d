//! What the trained nets are shown: test halves, and photographs made into pictures.

use std::path::{Path, PathBuf};

use advlab_core::{InputShape, Seed, Stop};
use advlab_datasets::digits::SIDE;
use advlab_datasets::digits::photographs::photograph;
use advlab_datasets::own_digits::{OwnDigit, Page, Processing, list};
use advlab_datasets::photo::{MAX_PIXELS, Photo};
use advlab_datasets::{Dataset, Parts, Split};
use anyhow::{Result, bail};
use rayon::prelude::*;

use crate::train::Halves;

/// Where pictures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The test half of the set of this number.
    Half(usize),
    /// Photographs drawn by formula.
    Drawn,
    /// The user's photographs.
    Own,
}

/// Pictures with their digits.
#[derive(Clone, Debug)]
pub(super) struct TestSet {
    /// Its name, as files have it.
    pub(super) key: String,
    /// As people write it.
    pub(super) title: String,
    pub(super) origin: Origin,
    /// How photographs became pictures.
    pub(super) processing: Option<Processing>,
    pub(super) data: Dataset,
}

/// Photographs on which a digit was found, and those on which none was.
#[derive(Debug)]
pub(super) struct Album {
    pub(super) origin: Origin,
    /// Where each photograph is that a digit was found on.
    pub(super) found: Vec<Source>,
    /// `(name, reason)` of the others.
    pub(super) lost: Vec<(String, String)>,
    /// What each way of processing makes of each photograph on which a digit was found.
    pictures: Vec<Vec<[u8; SIDE * SIDE]>>,
    ways: Vec<Processing>,
}

/// One photograph: a number of the drawn ones, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Drawn { number: u64, seed: Seed, digit: usize },
    File { path: PathBuf, digit: usize },
}

impl Source {
    pub(super) const fn digit(&self) -> usize {
        match self {
            Self::Drawn { digit, .. } | Self::File { digit, .. } => *digit,
        }
    }

    /// Its name: a number, or folder and file.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Drawn { number, .. } => number.to_string(),
            Self::File { path, .. } => {
                let mut last: Vec<_> = path.components().rev().take(2).map(|part| part.as_os_str()).collect();
                last.reverse();
                last.iter().collect::<PathBuf>().display().to_string()
            }
        }
    }

    pub(super) fn photo(&self) -> Result<Photo> {
        match self {
            Self::Drawn { number, seed, .. } => Ok(photograph(*number, *seed).0),
            Self::File { path, .. } => Ok(Photo::read(path, MAX_PIXELS)?),
        }
    }
}

impl Album {
    /// The first `n` drawn photographs.
    pub(super) fn drawn(n: usize, ways: &[Processing], seed: Seed, stop: &Stop) -> Result<Self> {
        let read = |number: u64| {
            let (photo, digit) = photograph(number, seed);
            (Source::Drawn { number, seed, digit }, photo)
        };
        Self::open(Origin::Drawn, n, ways, stop, |at| Ok(read(at as u64)))
    }

    /// The photographs of a folder.
    ///
    /// # Errors
    /// Those of [`list`], and the first file that cannot be read.
    pub(super) fn own(folder: &Path, ways: &[Processing], stop: &Stop) -> Result<Self> {
        let files = list(folder)?;
        let read = |at: usize| {
            let OwnDigit { path, digit } = files[at].clone();
            let photo = Photo::read(&path, MAX_PIXELS)?;
            Ok((Source::File { path, digit }, photo))
        };
        Self::open(Origin::Own, files.len(), ways, stop, read)
    }

    fn open(
        origin: Origin,
        n: usize,
        ways: &[Processing],
        stop: &Stop,
        read: impl Fn(usize) -> Result<(Source, Photo)> + Sync,
    ) -> Result<Self> {
        let find = |at: usize| -> Result<_> {
            if stop.asked() {
                return Err(advlab_datasets::Error::Stopped.into());
            }
            let (source, photo) = read(at)?;
            let pictures = |page: Page| ways.iter().map(|way| page.picture(*way)).collect::<Vec<_>>();
            Ok((source, Page::find(&photo).map(pictures)))
        };
        let looked: Vec<_> = (0..n).into_par_iter().map(find).collect::<Result<_>>()?;
        let mut album = Self { origin, found: Vec::new(), lost: Vec::new(), pictures: Vec::new(), ways: ways.to_vec() };
        for (source, pictures) in looked {
            match pictures {
                Ok(pictures) => {
                    album.found.push(source);
                    album.pictures.push(pictures);
                }
                Err(fault) => album.lost.push((source.name(), fault.to_string())),
            }
        }
        if album.found.is_empty() {
            let (name, reason) = &album.lost[0];
            bail!("no digit was found on any of {n} photographs; of {name}: {reason}");
        }
        Ok(album)
    }

    /// What of photographs they are.
    pub(super) const fn what(&self) -> &'static str {
        match self.origin {
            Origin::Own => "own",
            Origin::Half(_) | Origin::Drawn => "photographs",
        }
    }

    /// The photographs as pictures.
    fn processed(&self, at: usize) -> Result<TestSet> {
        let processing = self.ways[at];
        let key = format!("{}-{}", self.what(), processing.name());
        let parts = Parts {
            name: key.clone(),
            split: Split::Test,
            shape: InputShape::MNIST,
            pixels: self.pictures.iter().flat_map(|pictures| pictures[at]).collect(),
            labels: self.found.iter().map(|source| source.digit() as i64).collect(),
            classes: (0..10).map(|digit| digit.to_string()).collect(),
            origin: format!("{}, processing `{}`", self.what(), processing.name()),
        };
        let title = match self.origin {
            Origin::Own => format!("own photographs ({})", processing.name()),
            Origin::Half(_) | Origin::Drawn => format!("photographs ({})", processing.name()),
        };
        let (origin, data) = (self.origin, Dataset::new(parts)?);
        Ok(TestSet { key, title, origin, processing: Some(processing), data })
    }
}

/// Every test set of a study: the test halves, then the photographs.
pub(super) fn test_sets(halves: &[Halves], albums: &[Album]) -> Result<Vec<TestSet>> {
    let half = |(at, halves): (usize, &Halves)| TestSet {
        key: format!("{}-test", halves.test.name()),
        title: format!("{} test half", halves.test.name()),
        origin: Origin::Half(at),
        processing: None,
        data: (*halves.test).clone(),
    };
    let mut sets: Vec<TestSet> = halves.iter().enumerate().map(half).collect();
    for album in albums {
        for at in 0..album.ways.len() {
            sets.push(album.processed(at)?);
        }
    }
    Ok(sets)
}
