//! The pictures that a run works on, from files or from a data set, read when their turn comes: however many files there are, only
//! so many are in memory.

use std::fs;
use std::path::{Path, PathBuf};

use advlab_core::{Classifier, InputShape};
use advlab_datasets::photo::{Fault, Fit, Fitted, MAX_PIXELS, Photo, list};
use advlab_datasets::{Dataset, Error, Split};
use anyhow::{Result, anyhow, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::data::DataSpec;
use crate::record::Surroundings;

/// Bytes of the first pictures, at the net's size, that stay in memory: a few files are read once only.
const KEPT: usize = 16 << 20;

/// Pictures that cannot be used of which a message tells.
const TOLD: usize = 20;

/// Where the pictures come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Input {
    /// Picture files.
    Images(Images),
    /// A data set.
    Data {
        /// The set; its own counts say how many pictures.
        set: DataSpec,
        /// Which half.
        #[serde(default = "test_half")]
        split: Split,
    },
}

const fn test_half() -> Split {
    Split::Test
}

const fn max_pixels() -> u64 {
    MAX_PIXELS
}

/// Picture files, and how they become what a net takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Images {
    /// Files, and folders that stand for the picture files in them.
    #[schemars(length(min = 1))]
    pub files: Vec<PathBuf>,
    /// Which part of a picture the net sees.
    #[serde(default)]
    pub fit: Fit,
    /// Most pixels of a file.
    #[serde(default = "max_pixels")]
    pub max_pixels: u64,
}

impl Input {
    /// Settings that can be wrong by themselves.
    ///
    /// # Errors
    /// The first that cannot be used, by name.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Images(images) if images.files.is_empty() => bail!("`files` must name at least one picture"),
            Self::Images(_) | Self::Data { .. } => Ok(()),
        }
    }

    /// The pictures in a few words, of how many there are.
    pub(crate) fn words(&self, pictures: usize) -> String {
        match self {
            Self::Images(images) if pictures == 1 => images.files[0].display().to_string(),
            Self::Images(_) => format!("{pictures} pictures"),
            Self::Data { set, split } if pictures == 1 => format!("the first {split} picture of {}", set.words()),
            Self::Data { set, split } => format!("the first {pictures} {split} pictures of {}", set.words()),
        }
    }
}

/// Pictures, by their numbers.
#[derive(Debug)]
pub(crate) enum Inputs {
    /// From picture files.
    Photos {
        files: Vec<PathBuf>,
        /// What was left out of folders.
        notes: Vec<String>,
        images: Images,
        shape: InputShape,
        /// Grey levels of the first of them, once they were read.
        kept: Vec<Vec<u8>>,
    },
    /// From a data set.
    Set(Box<Dataset>),
}

impl Inputs {
    /// Finds the pictures.
    ///
    /// # Errors
    /// A data set that is missing or does not fit the net, a folder without pictures.
    pub(crate) fn open(input: &Input, net: &dyn Classifier, surroundings: &Surroundings) -> Result<Self> {
        match input {
            Input::Images(images) => {
                let (mut files, mut notes) = (Vec::new(), Vec::new());
                for path in &images.files {
                    if path.is_dir() {
                        let photos = list(path)?;
                        notes.extend(left_out(path, &photos));
                        files.extend(photos);
                    } else {
                        files.push(path.clone());
                    }
                }
                Ok(Self::Photos { files, notes, images: images.clone(), shape: net.input(), kept: Vec::new() })
            }
            Input::Data { set, split } => {
                let data = set.shaped(net.input()).load(*split, &surroundings.stop, surroundings.progress)?;
                advlab_model_zoo::fits(net, &data)?;
                Ok(Self::Set(Box::new(data)))
            }
        }
    }

    /// What was left out of folders, a sentence for each.
    pub(crate) fn notes(&self) -> &[String] {
        match self {
            Self::Photos { notes, .. } => notes,
            Self::Set(_) => &[],
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Photos { files, .. } => files.len(),
            Self::Set(data) => data.len(),
        }
    }

    /// The file, or the set and the number in it.
    pub(crate) fn name(&self, picture: usize) -> String {
        match self {
            Self::Photos { files, .. } => files[picture].display().to_string(),
            Self::Set(data) => match data.files() {
                Some(files) => files[picture].display().to_string(),
                None => format!("{} {picture}", data.title()),
            },
        }
    }

    /// What names of results begin with: the file's own name without its ending, or the true label.
    pub(crate) fn stem(&self, picture: usize) -> String {
        match self {
            Self::Photos { files, .. } => files[picture].file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            Self::Set(data) => data.classes()[data.labels()[picture] as usize].clone(),
        }
    }

    /// The true class, where it is known.
    pub(crate) fn truth(&self, picture: usize) -> Option<i64> {
        match self {
            Self::Photos { .. } => None,
            Self::Set(data) => Some(data.labels()[picture]),
        }
    }

    /// The file, where there is one.
    pub(crate) fn file(&self, picture: usize) -> Option<&Path> {
        match self {
            Self::Photos { files, .. } => Some(&files[picture]),
            Self::Set(_) => None,
        }
    }

    /// What the net gets to see: values in [0, 1], each of them `k/255`, `[C, H, W]` in order.
    ///
    /// # Errors
    /// A file that is no picture, is damaged, animated, too small or too large.
    pub(crate) fn values(&self, picture: usize) -> Result<Vec<f32>> {
        Ok(from_levels(&self.bytes(picture)?))
    }

    /// The same in grey levels.
    ///
    /// A file that was scaled to the net's size is rounded to whole grey levels, as if it had been saved at that size: what
    /// rounding does to a picture is not a part of its change.
    pub(crate) fn bytes(&self, picture: usize) -> Result<Vec<u8>> {
        match self {
            Self::Photos { kept, .. } if picture < kept.len() => Ok(kept[picture].clone()),
            Self::Photos { .. } => {
                let (_, fitted) = self.photo(picture)?.expect("these are files");
                Ok(grey_levels(&fitted))
            }
            Self::Set(data) => Ok(data.picture(picture).to_vec()),
        }
    }

    /// The picture of a file at its own size, and fitted to the net.
    ///
    /// # Errors
    /// Those of [`values`](Self::values).
    pub(crate) fn photo(&self, picture: usize) -> Result<Option<(Photo, Fitted)>> {
        let Self::Photos { files, images, shape, .. } = self else { return Ok(None) };
        let photo = Photo::read(&files[picture], images.max_pixels)?;
        let fitted = photo.fit(*shape, images.fit)?;
        Ok(Some((photo, fitted)))
    }

    /// Reads every picture once, and says what the record says of them.
    ///
    /// # Errors
    /// Those of [`values`](Self::values), of every picture that cannot be used; [`advlab_core::Error::Stopped`].
    pub(crate) fn examined(&mut self, surroundings: &Surroundings) -> Result<Value> {
        let n = self.len();
        if let Self::Set(data) = self {
            return Ok(json!({
                "set": data.name(), "split": data.split(), "origin": data.origin(), "pictures": n, "sha256": data.sha256(),
            }));
        }
        let bar = surroundings.progress.bar(n as u64, "reading pictures");
        let mut hash = Sha256::new();
        let mut faults = Vec::new();
        for picture in 0..n {
            if surroundings.stop.asked() {
                return Err(advlab_core::Error::Stopped.into());
            }
            bar.inc(1);
            let bytes = match self.bytes(picture) {
                Ok(bytes) => bytes,
                Err(error) => {
                    faults.push(told(&error));
                    continue;
                }
            };
            hash.update(&bytes);
            if let Self::Photos { kept, .. } = self
                && (picture + 1) * bytes.len() <= KEPT
            {
                kept.push(bytes);
            }
        }
        bar.finish_and_clear();
        if !faults.is_empty() {
            return Err(refused(&faults, n));
        }
        let sha256: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(json!({"pictures": n, "sha256 as the net sees them": sha256}))
    }
}

/// What of a folder is no picture to change: it is read without the folders in it, and without what is hidden.
fn left_out(folder: &Path, photos: &[PathBuf]) -> Option<String> {
    let (mut folders, mut hidden, mut others) = (0, 0, 0);
    for entry in fs::read_dir(folder).ok()?.flatten().filter(|entry| !photos.contains(&entry.path())) {
        if entry.file_name().to_string_lossy().starts_with('.') {
            hidden += 1;
        } else if entry.path().is_dir() {
            folders += 1;
        } else {
            others += 1;
        }
    }
    let count = |n: usize, one: &str, many: &str| (n > 0).then(|| format!("{n} {}", if n == 1 { one } else { many }));
    let parts = [
        count(folders, "folder", "folders"),
        count(hidden, "hidden file", "hidden files"),
        count(others, "file that is no picture", "files that are no pictures"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{}: left out {}", folder.display(), parts.join(", ")))
}

/// What is wrong with a picture file, with the flag that helps.
fn told(error: &anyhow::Error) -> String {
    let is_too_large = matches!(
        error.downcast_ref(),
        Some(Error::Photo { fault: Fault::TooLarge { .. } | Fault::TooLong { .. }, .. })
    );
    format!("{error}{}", if is_too_large { " (--max-pixels)" } else { "" })
}

/// One error for all pictures, of `n`, that cannot be used.
fn refused(faults: &[String], n: usize) -> anyhow::Error {
    if let [fault] = faults {
        return anyhow!("{fault}");
    }
    let mut lines = vec![format!("{} of {n} pictures cannot be used:", faults.len())];
    lines.extend(faults.iter().take(TOLD).map(|fault| format!("  {fault}")));
    if faults.len() > TOLD {
        lines.push(format!("  and {} more", faults.len() - TOLD));
    }
    anyhow!("{}", lines.join("\n"))
}

/// A picture at the net's size as an 8-bit file would have it.
pub(crate) fn grey_levels(fitted: &Fitted) -> Vec<u8> {
    fitted.values().iter().map(|value| (255.0 * value).round() as u8).collect()
}

/// Grey levels as values in [0, 1].
pub(crate) fn from_levels(bytes: &[u8]) -> Vec<f32> {
    bytes.iter().map(|byte| f32::from(*byte) / 255.0).collect()
}

/// What a net gets to see of a fitted picture.
pub(crate) fn seen(fitted: &Fitted) -> Vec<f32> {
    from_levels(&grey_levels(fitted))
}
