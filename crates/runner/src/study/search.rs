//! Where the files of a study are.

use std::path::{Path, PathBuf};

use advlab_datasets::Places;
use anyhow::{Result, bail};

/// The folders that a relative path is looked for in, in this order: the one that the caller names, the one that the experiment
/// file lies in, the present one, the one in `ADVLAB_DATA`, the user's data folder.
#[derive(Clone, Debug)]
pub struct Search(Vec<(&'static str, PathBuf)>);

impl Search {
    /// The places of this process; `named` is for `--data`, `beside` is where the experiment file lies.
    pub fn of_process(named: Option<PathBuf>, beside: Option<&Path>) -> Self {
        let places = Places::of_process(None);
        let all = [
            ("--data", named),
            ("the experiment's folder", beside.map(Path::to_owned)),
            ("the present folder", Some(PathBuf::from("."))),
            ("ADVLAB_DATA", places.env),
            ("the user's data folder", places.home),
        ];
        Self(all.into_iter().filter_map(|(what, folder)| Some((what, folder?))).collect())
    }

    /// The first place that has it.
    ///
    /// # Errors
    /// None has: says where it was looked for, and what to do.
    pub(crate) fn find(&self, path: &Path) -> Result<PathBuf> {
        let mut candidates = self.0.iter().map(|(_, folder)| folder.join(path));
        if let Some(found) = candidates.find(|candidate| candidate.exists()) {
            return Ok(found);
        }
        let places: Vec<String> =
            self.0.iter().map(|(what, folder)| format!("{what} ({})", folder.display())).collect();
        bail!(
            "there is no {} in {}; name the folder that holds it with --data or in ADVLAB_DATA",
            path.display(),
            places.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_wins_and_a_missing_file_is_told_with_all_places() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in [&a, &b] {
            std::fs::write(folder.path().join("net.pt"), "").unwrap();
        }
        let search = Search::of_process(Some(a.path().to_owned()), Some(b.path()));
        assert_eq!(search.find(Path::new("net.pt")).unwrap(), a.path().join("net.pt"));
        let text = search.find(Path::new("no/such.pt")).unwrap_err().to_string();
        for wanted in ["there is no no/such.pt in --data (", "the experiment's folder (", "ADVLAB_DATA"] {
            assert!(text.contains(wanted), "{text}");
        }
    }
}
