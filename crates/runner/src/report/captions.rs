//! `report.json`: what the report of a study says and no other file of its folder holds.

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::run::Run;
use crate::table::TableWords;

/// Name of the file.
pub(crate) const WORDS: &str = "report.json";

/// What the verdicts mean.
pub(crate) const RULE: &str = "A claim is reproduced if every criterion holds, not reproduced if none does, and partly otherwise. The \
                    criteria stand in the code.";

/// A figure's file and what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Captioned {
    pub(crate) file: String,
    pub(crate) caption: String,
}

impl Captioned {
    pub(crate) fn new(file: &str, caption: &str) -> Self {
        Self { file: file.to_owned(), caption: caption.to_owned() }
    }
}

/// Title, captions, and what columns are called, in the order of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    pub(crate) title: String,
    /// What was done, in a few sentences, or lines of their own.
    pub(crate) lead: String,
    pub(crate) figures: Vec<Captioned>,
    pub(crate) tables: Vec<TableWords>,
}

impl Words {
    /// Those of a run, where it has any.
    ///
    /// # Errors
    /// A damaged file.
    pub(super) fn of(run: &Run) -> Result<Option<Self>> {
        let path = run.path(WORDS);
        let Ok(text) = std::fs::read(&path) else { return Ok(None) };
        let words = serde_json::from_slice(&text)
            .with_context(|| format!("{} is damaged; run the study's command again with --resume", path.display()))?;
        Ok(Some(words))
    }
}

/// A file's name as people would say it: `accuracy-levels.png` is `Accuracy levels`.
pub(super) fn plainly(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).replace(['-', '_'], " ");
    let mut letters = stem.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
