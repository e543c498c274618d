//! The revision of the working directory, where git keeps one: experiment files and notes are often under version control.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    /// Name of the commit.
    pub(crate) revision: String,
    /// Whether files that git knows were changed since. Files that it does not know, such as results, do not count.
    pub(crate) dirty: bool,
}

/// Of the present directory; none without git, outside a repository, or before its first commit.
pub(crate) fn source() -> Option<&'static Source> {
    static SOURCE: OnceLock<Option<Source>> = OnceLock::new();
    SOURCE.get_or_init(|| of(Path::new("."))).as_ref()
}

fn of(folder: &Path) -> Option<Source> {
    let told = Command::new("git")
        .args(["status", "--porcelain=v2", "--branch", "--untracked-files=no"])
        .current_dir(folder)
        .env("GIT_OPTIONAL_LOCKS", "0") // looking at it must not get into the way of whoever works there
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    if told.status.success() { read(&String::from_utf8_lossy(&told.stdout)) } else { None }
}

fn read(text: &str) -> Option<Source> {
    let revision = text.lines().find_map(|line| line.strip_prefix("# branch.oid "))?;
    let dirty = text.lines().any(|line| !line.starts_with('#'));
    (revision != "(initial)").then(|| Source { revision: revision.to_owned(), dirty })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_and_changes_to_it_are_told() {
        let clean = "# branch.oid 0123abc\n# branch.head main\n";
        assert_eq!(read(clean), Some(Source { revision: "0123abc".into(), dirty: false }));
        let changed = format!("{clean}1 .M N... 100644 100644 100644 a b Cargo.toml\n");
        assert_eq!(read(&changed), Some(Source { revision: "0123abc".into(), dirty: true }));
        assert_eq!(read("# branch.oid (initial)\n# branch.head main\n"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn a_folder_without_git_has_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(of(folder.path()), None);
        assert_eq!(of(&folder.path().join("missing")), None);
    }
}
