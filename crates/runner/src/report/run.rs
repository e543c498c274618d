//! A results folder as reports see it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::record::RECORD;
use crate::shard;

/// A run: where its files are, and its record. The record is kept as plain values, since a report must bear with settings and facts that
/// were not yet, or are no longer, part of it.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) root: PathBuf,
    pub(super) record: Value,
}

impl Run {
    pub(super) fn of(root: &Path, record: Value) -> Self {
        Self { root: root.to_owned(), record }
    }

    /// Opens the folder of a run that is over.
    ///
    /// # Errors
    /// No folder, one without a run, one of another version, a run that is not over.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let shown = root.display();
        if !root.is_dir() {
            let what = if root.exists() { "is no folder" } else { "does not exist" };
            bail!("{shown} {what}; name the results folder of a run, such as runs/generate-shallow-4");
        }
        let file = root.join(RECORD);
        if !file.is_file() && root.join(shard::FOLDER).is_dir() {
            bail!("{shown} holds shards that were not joined yet; join them first: advlab merge {shown}");
        }
        if !file.is_file() {
            bail!("{shown} holds no {RECORD}; name the folder that a run of advlab wrote, its --out");
        }
        let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let record: Value = serde_json::from_slice(&text)
            .with_context(|| format!("{} is damaged; run the command that it is from again", file.display()))?;
        let word = |key: &str| record[key].as_str().unwrap_or_default();
        let [version, kind, state] = ["advlab", "kind", "state"].map(word);
        if version.is_empty() || kind.is_empty() {
            bail!("{} is no record of a run of advlab; name the folder that one wrote, its --out", file.display());
        }
        let own = env!("CARGO_PKG_VERSION");
        if series(version) != series(own) {
            bail!(
                "the run in {shown} is of advlab {version}, and this is {own}; make its report with advlab {version}"
            );
        }
        if state != "finished" {
            bail!(
                "the run in {shown} is not finished (state: {state}); go on with it by its command, --out {shown} and --resume"
            );
        }
        Ok(Self::of(root, record))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A word of the record, or nothing.
    pub(super) fn word(&self, key: &str) -> &str {
        self.record[key].as_str().unwrap_or_default()
    }

    pub(super) fn kind(&self) -> &str {
        self.word("kind")
    }

    /// What came of it.
    pub(super) fn result(&self) -> &Value {
        &self.record["result"]
    }

    /// Name of its folder.
    pub(super) fn name(&self) -> String {
        let whole = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
        whole.file_name().map_or_else(|| whole.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// Names of the files with this ending that lie in the folder itself, sorted.
    pub(super) fn files(&self, ending: &str) -> Result<Vec<String>> {
        let entries = fs::read_dir(&self.root).with_context(|| format!("cannot read {}", self.root.display()))?;
        let names = entries.flatten().filter(|entry| entry.path().is_file());
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(ending) && !name.starts_with('.')).collect();
        names.sort();
        Ok(names)
    }
}

/// Versions of one series write the same files: those that differ behind the second number.
fn series(version: &str) -> Vec<&str> {
    version.split('.').take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_have_no_report_are_told_apart() {
        let place = tempfile::tempdir().unwrap();
        let told = |record: &str| {
            fs::write(place.path().join(RECORD), record).unwrap();
            Run::open(place.path()).map(|_| ()).map_err(|error| format!("{error:#}")).unwrap_err()
        };
        let none = Run::open(place.path()).unwrap_err().to_string();
        assert!(none.contains("holds no run.json"), "{none}");
        for (record, words) in [
            ("{\"advlab\": ", "is damaged"),
            ("[1]", "is no record of a run"),
            (r#"{"advlab": "9.4.1", "kind": "generate", "state": "finished"}"#, "is of advlab 9.4.1"),
            (
                &format!(r#"{{"advlab": "{}", "kind": "x", "state": "stopped"}}"#, env!("CARGO_PKG_VERSION")),
                "state: stopped",
            ),
        ] {
            let told = told(record);
            assert!(told.contains(words), "{told}");
        }
        assert!(Run::open(&place.path().join("none")).unwrap_err().to_string().contains("does not exist"));
        assert_eq!((series("0.1.7"), series("0.2.0-rc")), (vec!["0", "1"], vec!["0", "2"]));
    }
}
