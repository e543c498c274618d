//! Which pictures a run works on.

use std::path::PathBuf;

use advlab_core::{Seed, Stop};
use advlab_datasets::{Dataset, LoadOptions, Split, load};
use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::progress::{Progress, transfers};

/// A data set as the user names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Seed of pictures drawn by formula.
    #[serde(default)]
    pub seed: u64,
}

impl DataSpec {
    /// A set by its name, whole.
    pub fn named(set: &str) -> Self {
        Self { set: set.to_owned(), dir: None, train: None, test: None, seed: 0 }
    }

    /// Loads one half.
    ///
    /// # Errors
    /// Those of [`load`].
    pub fn load(&self, split: Split, stop: &Stop, progress: Progress) -> Result<Dataset> {
        let bar = progress.bytes(&format!("fetching {}", self.set));
        let options = LoadOptions {
            dir: self.dir.clone(),
            count: match split {
                Split::Train => self.train,
                Split::Test => self.test,
            },
            seed: Seed::new(self.seed),
            stop: stop.clone(),
            progress: transfers(&bar),
        };
        let loaded = load(&self.set, split, &options);
        bar.finish_and_clear();
        Ok(loaded?)
    }
}
