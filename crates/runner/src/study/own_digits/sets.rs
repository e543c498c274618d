//! What the trained nets are shown: test halves, and photographs made into pictures.

use std::path::{Path, PathBuf};

use advlab_core::{InputShape, Seed, Stop};
use advlab_datasets::digits::photographs::photograph;
use advlab_datasets::own_digits::{OwnDigit, Page, Processing, list};
use advlab_datasets::photo::{MAX_PIXELS, Photo};
use advlab_datasets::{Dataset, Parts, Split};
use anyhow::{Result, bail};
use rayon::prelude::*;

use super::spec::Spec;
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
    pages: Vec<Page>,
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
    pub(super) fn drawn(n: usize, seed: Seed, stop: &Stop) -> Result<Self> {
        let read = |number: u64| {
            let (photo, digit) = photograph(number, seed);
            (Source::Drawn { number, seed, digit }, photo)
        };
        Self::open(Origin::Drawn, n, stop, |at| Ok(read(at as u64)))
    }

    /// The photographs of a folder.
    ///
    /// # Errors
    /// Those of [`list`], and the first file that cannot be read.
    pub(super) fn own(folder: &Path, stop: &Stop) -> Result<Self> {
        let files = list(folder)?;
        let read = |at: usize| {
            let OwnDigit { path, digit } = files[at].clone();
            let photo = Photo::read(&path, MAX_PIXELS)?;
            Ok((Source::File { path, digit }, photo))
        };
        Self::open(Origin::Own, files.len(), stop, read)
    }

    fn open(
        origin: Origin,
        n: usize,
        stop: &Stop,
        read: impl Fn(usize) -> Result<(Source, Photo)> + Sync,
    ) -> Result<Self> {
        let find = |at: usize| -> Result<_> {
            if stop.asked() {
                return Err(advlab_datasets::Error::Stopped.into());
            }
            let (source, photo) = read(at)?;
            Ok((source, Page::find(&photo)))
        };
        let looked: Vec<_> = (0..n).into_par_iter().map(find).collect::<Result<_>>()?;
        let mut album = Self { origin, found: Vec::new(), lost: Vec::new(), pages: Vec::new() };
        for (source, page) in looked {
            match page {
                Ok(page) => {
                    album.found.push(source);
                    album.pages.push(page);
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
    pub(super) fn processed(&self, processing: Processing) -> Result<TestSet> {
        let key = format!("{}-{}", self.what(), processing.name());
        let parts = Parts {
            name: key.clone(),
            split: Split::Test,
            shape: InputShape::MNIST,
            pixels: self.pages.iter().flat_map(|page| page.picture(processing)).collect(),
            labels: self.found.iter().map(|source| source.digit() as i64).collect(),
            classes: (0..10).map(|digit| digit.to_string()).collect(),
            origin: format!("{}, processing `{}`", self.what(), processing.name()),
        };
        let title = match self.origin {
            Origin::Own => format!("own photographs, {}", processing.name()),
            Origin::Half(_) | Origin::Drawn => format!("photographs, {}", processing.name()),
        };
        let (origin, data) = (self.origin, Dataset::new(parts)?);
        Ok(TestSet { key, title, origin, processing: Some(processing), data })
    }
}

/// Every test set of a study: the test halves, then the photographs.
pub(super) fn test_sets(spec: &Spec, halves: &[Halves], albums: &[Album]) -> Result<Vec<TestSet>> {
    let half = |(at, halves): (usize, &Halves)| TestSet {
        key: format!("{}-test", halves.test.name()),
        title: format!("{}, test half", halves.test.name()),
        origin: Origin::Half(at),
        processing: None,
        data: (*halves.test).clone(),
    };
    let mut sets: Vec<TestSet> = halves.iter().enumerate().map(half).collect();
    for album in albums {
        for processing in &spec.processing {
            sets.push(album.processed(*processing)?);
        }
    }
    Ok(sets)
}
