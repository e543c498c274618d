//! Which pictures a run works on.

use std::ops::Not;
use std::path::PathBuf;
use std::sync::Arc;

use advlab_core::{InputShape, Seed, Stop};
use advlab_datasets::catalogue::{Source, find};
use advlab_datasets::cells::Sample;
use advlab_datasets::folder::{Options, PictureFolder, Seen};
use advlab_datasets::photo::Fit;
use advlab_datasets::{Dataset, Examples, FOLDER, LoadOptions, Split, load, open_folder};
use anyhow::{Result, bail};
use indicatif::ProgressBar;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::progress::{Progress, transfers};

/// A data set as the user names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DataSpec {
    /// Name, such as `mnist`.
    pub set: String,
    /// Folder that holds its files; unset looks in the usual places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dir: Option<PathBuf>,
    /// The first so many training pictures only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<usize>,
    /// The first so many test pictures only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<usize>,
    /// Not more than so many pictures of a folder's half; unset takes all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<usize>,
    /// Seed of pictures drawn by formula, and of how a folder of pictures is divided.
    #[serde(default)]
    pub seed: u64,
    /// Which cells are drawn; unset takes the usual ones of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells: Option<Sample>,
    /// Shape that the pictures of a folder are made to, or drawn cells are drawn in; unset takes the net's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<InputShape>,
    /// Which part of a folder's pictures is seen; unset takes the largest in the middle that has the shape's proportions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
    /// Share of the pictures of a folder that are for testing, where it does not say itself; unset takes 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub test_share: Option<f64>,
    /// Whether grey pictures of a folder may stand among coloured ones.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub mixed: bool,
    /// Whether pictures of a folder that cannot be read are left out.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub skip_broken: bool,
}

impl DataSpec {
    /// A set by its name, whole.
    pub fn named(set: &str) -> Self {
        Self {
            set: set.to_owned(),
            dir: None,
            train: None,
            test: None,
            at_most: None,
            seed: 0,
            cells: None,
            shape: None,
            fit: None,
            test_share: None,
            mixed: false,
            skip_broken: false,
        }
    }

    /// A folder of pictures, a folder a class.
    pub fn folder(dir: impl Into<PathBuf>) -> Self {
        Self { dir: Some(dir.into()), ..Self::named(FOLDER) }
    }

    /// Whether it is a folder of pictures.
    pub fn is_folder(&self) -> bool {
        self.set == FOLDER
    }

    /// Whether it is cells drawn by formula.
    pub fn is_cells(&self) -> bool {
        matches!(find(&self.set), Ok(Source::Drawn(drawn)) if drawn.is_cells())
    }

    /// The same for a net that takes pictures of this shape, where no other shape was asked for.
    #[must_use]
    pub fn shaped(&self, shape: InputShape) -> Self {
        let made = self.is_folder() || self.is_cells();
        Self { shape: self.shape.or_else(|| made.then_some(shape)), ..self.clone() }
    }

    /// The set in a word: its name, or its folder.
    pub fn words(&self) -> String {
        match &self.dir {
            Some(dir) if self.is_folder() => dir.display().to_string(),
            _ => self.set.clone(),
        }
    }

    /// Loads one half into memory.
    ///
    /// # Errors
    /// Those of [`load`]; settings for folders of pictures where the set is none.
    pub fn load(&self, split: Split, stop: &Stop, progress: Progress) -> Result<Dataset> {
        self.check()?;
        if self.is_folder() {
            let bar = progress.bar(0, "reading pictures");
            let seen = on(&bar);
            let set = self.open(split, stop, &seen)?.into_memory(stop, &seen)?;
            bar.finish_and_clear();
            set.notes().iter().for_each(|note| progress.note(note));
            return Ok(set);
        }
        let bar = progress.bytes(&format!("fetching {}", self.set));
        let options = LoadOptions { progress: transfers(&bar), ..self.options(split, stop) };
        let loaded = load(&self.set, split, &options);
        bar.finish_and_clear();
        Ok(loaded?)
    }

    /// One half for a net that takes pictures of this shape: those of a folder stay in their files, and each was read once, so that
    /// broken ones have shown; other sets are in memory.
    ///
    /// # Errors
    /// Those of [`load`](Self::load).
    pub fn examples(
        &self,
        split: Split,
        shape: InputShape,
        stop: &Stop,
        progress: Progress,
    ) -> Result<Arc<dyn Examples>> {
        if !self.is_folder() {
            return Ok(Arc::new(self.shaped(shape).load(split, stop, progress)?));
        }
        let bar = progress.bar(0, "looking at pictures");
        let seen = on(&bar);
        let folder = self.shaped(shape).open(split, stop, &seen)?;
        folder.check(stop, &seen)?;
        bar.finish_and_clear();
        folder.notes().iter().for_each(|note| progress.note(note));
        Ok(Arc::new(folder))
    }

    fn open(&self, split: Split, stop: &Stop, seen: Seen<'_>) -> Result<PictureFolder> {
        let folder = open_folder(split, &self.options(split, stop), seen)?;
        Ok(match self.at_most {
            Some(n) if n < folder.len() => folder.first(n)?,
            _ => folder,
        })
    }

    fn options(&self, split: Split, stop: &Stop) -> LoadOptions {
        LoadOptions {
            dir: self.dir.clone(),
            count: match split {
                Split::Train => self.train,
                Split::Test => self.test,
            },
            seed: Seed::new(self.seed),
            shape: self.shape,
            cells: self.cells.clone(),
            folder: Options {
                test_share: self.test_share,
                fit: self.fit.unwrap_or_default(),
                mixed: self.mixed,
                skip_broken: self.skip_broken,
            },
            stop: stop.clone(),
            ..LoadOptions::default()
        }
    }

    /// Settings that say nothing of this set.
    fn check(&self) -> Result<()> {
        let said = [
            ("at-most", self.at_most.is_some()),
            ("shape", self.shape.is_some() && !self.is_cells()),
            ("fit", self.fit.is_some()),
            ("test-share", self.test_share.is_some()),
            ("mixed", self.mixed),
            ("skip-broken", self.skip_broken),
        ];
        if let Some((name, _)) = said.iter().find(|(_, is_said)| *is_said && !self.is_folder()) {
            bail!("--{name} is for folders of pictures, --data DIR, and `{}` is none; leave it out", self.set);
        }
        if self.cells.is_some() && !self.is_cells() {
            bail!(
                "`cells` says which cells to draw, and `{}` draws none; take the set cells, or leave it out",
                self.set
            );
        }
        Ok(())
    }
}

/// Shows on a bar how many pictures have been looked at.
fn on(bar: &ProgressBar) -> impl Fn(usize, usize) + Sync {
    |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_folders_are_for_folders() {
        let spec: DataSpec = toml::from_str("set = 'digits'\nskip-broken = true").unwrap();
        let text = spec.load(Split::Test, &Stop::default(), Progress::Hidden).unwrap_err().to_string();
        assert!(text.starts_with("--skip-broken is for folders of pictures"), "{text}");
        // What was not said is not written, so that records of other sets stay what they were.
        assert_eq!(toml::to_string(&DataSpec::named("digits")).unwrap(), "set = \"digits\"\nseed = 0\n");
        let shape = InputShape::MNIST;
        assert_eq!(DataSpec::named("digits").shaped(shape).shape, None);
        assert_eq!(DataSpec::folder("plates").shaped(shape).shape, Some(shape));
    }
}
