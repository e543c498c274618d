//! The pictures of a folder, read when their turn comes.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use advlab_core::{InputShape, Seed, Stop};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::fault::Fault;
use super::halves::Halves;
use super::survey::{Seen, Survey};
use super::{decode, kin, scan, turns};
use crate::photo::Fit;
use crate::{Dataset, Error, Examples, Parts, Result, Split};

/// The share of pictures for testing, unless told otherwise.
const TEST_SHARE: f64 = 0.2;

/// Broken pictures of which a note tells.
const TOLD: usize = 5;

/// How a folder becomes a data set; the defaults are those of a plain command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Share of the pictures that are for testing, above 0 and below 1, in a folder that is not divided; unset takes 0.2.
    pub test_share: Option<f64>,
    /// Which part of a picture is seen.
    pub fit: Fit,
    /// Whether grey pictures may stand among coloured ones, as three equal channels.
    pub mixed: bool,
    /// Whether pictures that cannot be read are left out.
    pub skip_broken: bool,
}

/// The pictures of a folder that holds a folder for each class.
///
/// Paths and labels are in memory, and no picture: [`fill`](Examples::fill) reads and decodes those that are asked for, on all
/// threads. The order lets the classes take turns, and within a class the groups, so that the first few show something of each.
#[derive(Debug)]
pub struct PictureFolder {
    name: String,
    split: Split,
    shape: InputShape,
    options: Options,
    dir: PathBuf,
    /// The folder that all paths begin in.
    root: PathBuf,
    files: Vec<Box<Path>>,
    labels: Vec<i64>,
    groups: Vec<u32>,
    classes: Vec<String>,
    origin: String,
    notes: Vec<String>,
    /// Whether each picture was decoded once, and none was found to be broken.
    surveyed: bool,
    digest: OnceLock<String>,
}

impl PictureFolder {
    /// Finds the pictures of one half: by `dir/train/CLASS/…` and `dir/test/CLASS/…` (or `val`, `valid`, `validation`), or by
    /// `dir/CLASS/…`, which is divided by `seed` so that pictures of one origin stay together. No picture is read.
    ///
    /// The origin of a picture is its source in `dir/prepared.csv`, where there is that table; otherwise files of a class that are
    /// called `PICTURE-TILE-TURN` and share the first number have one origin, and all others one of their own.
    ///
    /// # Errors
    /// [`Error::Folder`] says what about the folder is not as it should be; [`Error::TooFewGroups`] if a class cannot be divided;
    /// [`Error::Read`].
    pub fn open(dir: &Path, split: Split, shape: InputShape, seed: Seed, options: &Options) -> Result<Self> {
        let refuse = |fault| Error::Folder { folder: dir.to_owned(), fault };
        if !matches!(shape.channels, 1 | 3) {
            let (wanted, got) = (shape.to_string(), "pictures, which have 1 or 3 channels".to_owned());
            return Err(advlab_core::Error::Shape { who: "net".to_owned(), wanted, got }.into());
        }
        let Halves { root, classes, divided, mut notes } = Halves::find(dir, split)?;
        let share = match (&divided, options.test_share) {
            (Some([_, test]), Some(_)) => return Err(refuse(Fault::Divided { test: test.clone() })),
            (_, Some(got)) if !(got > 0.0 && got < 1.0) => return Err(refuse(Fault::Share { got })),
            (_, share) => share.unwrap_or(TEST_SHARE),
        };
        let (mut files, mut labels) = (Vec::new(), Vec::new());
        let (mut others, mut other) = (0, None);
        for (label, class) in classes.iter().enumerate() {
            let scan = scan::scan(&root, class)?;
            if scan.pictures.is_empty() {
                let why = if scan.others == 0 { "its folder is empty".to_owned() } else { told(scan.others) };
                return Err(Error::Folder { folder: root, fault: Fault::EmptyClass { class: class.clone(), why } });
            }
            labels.resize(labels.len() + scan.pictures.len(), label as i64);
            files.extend(scan.pictures);
            others += scan.others;
            other = other.or(scan.other);
        }
        if let Some(other) = other {
            notes.push(format!("{}: left out {}, such as {}", root.display(), told(others), other.display()));
        }
        let groups = kin::groups(dir, &root, &files)?;
        let name = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let name = name.file_name().unwrap_or(name.as_os_str()).to_string_lossy().into_owned();
        let mut folder = Self {
            name,
            split,
            shape,
            options: options.clone(),
            dir: dir.to_owned(),
            origin: root.display().to_string(),
            root,
            files,
            labels,
            groups,
            classes,
            notes,
            surveyed: false,
            digest: OnceLock::new(),
        };
        if divided.is_none() {
            let (test, train) = <dyn Examples>::divide(&folder, share, seed.child("test half"))?;
            folder.keep(if split == Split::Train { train } else { test });
            let seed = seed.get();
            folder.origin =
                format!("{}, divided by seed {seed}: {share} of the pictures are for testing", folder.origin);
        }
        folder.keep(turns::order(&folder.labels, &folder.groups).into_iter().map(|i| i as usize));
        Ok(folder)
    }

    /// The same without the pictures that cannot be read; a note names them. All are decoded for it.
    ///
    /// # Errors
    /// Those of [`check`](Self::check) but for broken pictures; [`Fault::EmptyClass`] if no picture of a class is left.
    pub fn without_broken(mut self, stop: &Stop, seen: Seen<'_>) -> Result<Self> {
        let found = self.survey(stop, seen)?;
        self.refuse_mixed(&found)?;
        if !found.broken.is_empty() {
            self.notes.push(self.left_out(&found.broken));
            let mut rest = found.broken.iter().map(|(i, _)| *i).peekable();
            let whole: Vec<usize> = (0..self.files.len()).filter(|i| rest.next_if_eq(i).is_none()).collect();
            self.keep(whole);
            for (label, class) in self.classes.iter().enumerate() {
                if !self.labels.contains(&(label as i64)) {
                    let why = "none that can be read".to_owned();
                    return Err(self.refused(Fault::EmptyClass { class: class.clone(), why }));
                }
            }
        }
        self.surveyed = true;
        Ok(self)
    }

    /// Decodes every picture once, so that what is wrong with one shows before work on them begins.
    ///
    /// # Errors
    /// [`Fault::Broken`] if pictures cannot be read; [`Fault::Mixed`] if grey ones stand among coloured ones, the shape has three
    /// channels and `mixed` was not said; [`Error::Stopped`].
    pub fn check(&self, stop: &Stop, seen: Seen<'_>) -> Result<()> {
        if self.surveyed {
            return Ok(());
        }
        let found = self.survey(stop, seen)?;
        self.refuse_mixed(&found)?;
        self.refuse_broken(found)
    }

    /// The first `n` pictures.
    ///
    /// # Errors
    /// [`Error::Count`] if `n` is 0 or more than there are.
    pub fn first(mut self, n: usize) -> Result<Self> {
        if n == 0 || n > self.files.len() {
            return Err(Error::Count { set: self.title(), wanted: n, got: self.files.len() });
        }
        self.keep(0..n);
        Ok(self)
    }

    /// All pictures in memory.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn into_memory(self, stop: &Stop, seen: Seen<'_>) -> Result<Dataset> {
        let len = self.shape.len();
        let mut pixels = vec![0; self.files.len() * len];
        let judge = |i: usize, room: &mut [u8]| self.decode(i, room);
        let found = Survey::of(pixels.par_chunks_exact_mut(len), judge, stop, seen)?;
        self.refuse_mixed(&found)?;
        self.refuse_broken(found)?;
        let groups = self.groups.iter().map(|group| *group as usize).collect();
        let set = Dataset::new(Parts {
            name: self.name,
            split: self.split,
            shape: self.shape,
            pixels,
            labels: self.labels,
            classes: self.classes,
            origin: self.origin,
        })?;
        let files = self.files.iter().map(|file| self.root.join(file)).collect();
        Ok(set.grouped(groups).filed(files).noted(self.notes))
    }

    /// The file of picture `i`.
    ///
    /// # Panics
    /// If there is no picture `i`.
    pub fn path(&self, i: usize) -> PathBuf {
        self.root.join(&self.files[i])
    }

    fn survey(&self, stop: &Stop, seen: Seen<'_>) -> Result<Survey> {
        let judge = |i: usize, ()| decode::has_colours(&self.path(i));
        Survey::of(rayon::iter::repeat_n((), self.files.len()), judge, stop, seen)
    }

    /// Reads picture `i` to its bytes; returns whether it has colours.
    fn decode(&self, i: usize, room: &mut [u8]) -> Result<bool> {
        let image = decode::read(&self.path(i))?;
        decode::place(&image, self.shape, self.options.fit, room);
        Ok(image.color().has_color())
    }

    fn refuse_mixed(&self, found: &Survey) -> Result<()> {
        match (found.grey, found.colour) {
            (Some(grey), Some(colour)) if self.shape.channels == 3 && !self.options.mixed => {
                Err(self.refused(Fault::Mixed { grey: self.path(grey), colour: self.path(colour) }))
            }
            _ => Ok(()),
        }
    }

    fn refuse_broken(&self, found: Survey) -> Result<()> {
        let (n, of) = (found.broken.len(), self.files.len());
        match found.broken.into_iter().next() {
            Some((_, first)) => Err(self.refused(Fault::Broken { n, of, first: Box::new(first) })),
            None => Ok(()),
        }
    }

    fn refused(&self, fault: Fault) -> Error {
        Error::Folder { folder: self.dir.clone(), fault }
    }

    /// A sentence on the broken pictures.
    fn left_out(&self, broken: &[(usize, Error)]) -> String {
        let mut names: Vec<String> = broken.iter().take(TOLD).map(|(_, error)| error.to_string()).collect();
        if broken.len() > TOLD {
            names.push(format!("and {} more", broken.len() - TOLD));
        }
        let (n, of) = (broken.len(), self.files.len());
        format!("{}: left out {n} of {of} pictures that cannot be used: {}", self.title(), names.join("; "))
    }

    /// Keeps the pictures of these numbers, which are different, in this order.
    fn keep(&mut self, numbers: impl IntoIterator<Item = usize> + Clone) {
        let mut files: Vec<Option<Box<Path>>> = std::mem::take(&mut self.files).into_iter().map(Some).collect();
        let file = |i: usize| files[i].take().expect("the numbers are different");
        self.files = numbers.clone().into_iter().map(file).collect();
        self.labels = numbers.clone().into_iter().map(|i| self.labels[i]).collect();
        self.groups = numbers.into_iter().map(|i| self.groups[i]).collect();
        self.digest = OnceLock::new();
    }
}

/// So many files that are no pictures, in words.
fn told(others: usize) -> String {
    match others {
        1 => "1 file that is no picture".to_owned(),
        n => format!("{n} files that are no pictures"),
    }
}

impl Examples for PictureFolder {
    fn name(&self) -> &str {
        &self.name
    }

    fn split(&self) -> Split {
        self.split
    }

    fn shape(&self) -> InputShape {
        self.shape
    }

    fn labels(&self) -> &[i64] {
        &self.labels
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn origin(&self) -> &str {
        &self.origin
    }

    /// SHA-256 of each file's SHA-256 and its label (8 bytes, little end first), in order.
    fn digest(&self) -> Result<String> {
        if let Some(known) = self.digest.get() {
            return Ok(known.clone());
        }
        let sums = (0..self.files.len()).into_par_iter().map(|i| sum(&self.path(i))).collect::<Result<Vec<_>>>()?;
        let mut hash = Sha256::new();
        for (sum, label) in sums.iter().zip(&self.labels) {
            hash.update(sum);
            hash.update(label.to_le_bytes());
        }
        Ok(self.digest.get_or_init(|| format!("{:x}", hash.finalize())).clone())
    }

    fn group(&self, i: usize) -> usize {
        self.groups[i] as usize
    }

    fn fill(&self, which: &[usize], bytes: &mut [u8]) -> Result<()> {
        let len = self.shape.len();
        assert_eq!(bytes.len(), which.len() * len, "room for so many pictures");
        if let Some(&index) = which.iter().find(|&&i| i >= self.files.len()) {
            return Err(Error::Index { set: self.title(), index, len: self.files.len() });
        }
        let errors = which.par_iter().zip(bytes.par_chunks_exact_mut(len));
        let first = errors.map(|(&i, room)| self.decode(i, room).err()).find_first(Option::is_some);
        first.flatten().map_or(Ok(()), Err)
    }

    fn file(&self, i: usize) -> Option<PathBuf> {
        Some(self.path(i))
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// SHA-256 of a file.
fn sum(path: &Path) -> Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let copied = File::open(path).and_then(|mut file| io::copy(&mut file, &mut hash));
    copied.map_err(Error::read(path))?;
    Ok(hash.finalize().into())
}
