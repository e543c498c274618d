//! `advlab report`: reports of runs that are over, from their folders alone.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::run::Run;
use super::{REPORT, page, side_by_side};
use crate::folder::Folder;

/// Name of the page of several runs.
const SIDE_BY_SIDE: &str = "side-by-side.html";

/// What pages of this program hold, and others do not.
const MARK: &str = "<meta name=\"generator\" content=\"advlab";

/// Bytes of a page within which [`MARK`] stands.
const HEAD: usize = 1024;

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the run's own folder; that of several runs into the current one.
    Usual,
    /// To this file, or into this folder.
    At(PathBuf),
}

/// Makes the report of a run, or one page of several, and says where it is.
///
/// # Errors
/// A folder without a run, a run that is not over or of another version, files that cannot be read or written, a place that holds something
/// else than a report.
pub fn make(folders: &[PathBuf], place: &Place) -> Result<PathBuf> {
    let runs = folders.iter().map(|folder| Run::open(folder)).collect::<Result<Vec<_>>>()?;
    let file = match (place, &runs[..]) {
        (_, []) => bail!("no folder of a run is named"),
        (Place::Usual, [run]) => run.path(REPORT),
        (Place::Usual, _) => PathBuf::from(SIDE_BY_SIDE),
        (Place::At(path), [_]) => within(path, REPORT),
        (Place::At(path), _) => within(path, SIDE_BY_SIDE),
    };
    if file.exists() && !is_report(&file)? {
        bail!("{} is no report of advlab; remove it, or choose another --out", file.display());
    }
    let parent = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let page = match &runs[..] {
        [run] => page::of(run, same(&run.root, parent))?,
        runs => side_by_side::of(runs)?,
    };
    let name = file.file_name().with_context(|| format!("{} is no name for a file", file.display()))?;
    let name = name.to_str().with_context(|| format!("{} is no name in UTF-8", file.display()))?;
    Folder::made(parent)?.write(name, |file| Ok(file.write_all(page.as_bytes())?))?;
    Ok(file)
}

/// The file itself, or where it goes in a folder.
fn within(path: &Path, name: &str) -> PathBuf {
    let is_folder = path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', '\\']);
    let is_page = path.extension().is_some_and(|ending| ending == "html" || ending == "htm");
    if is_folder || !is_page { path.join(name) } else { path.to_owned() }
}

fn is_report(file: &Path) -> Result<bool> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    // The first reports had no mark.
    Ok(head.contains(MARK) || head.contains("<title>advlab"))
}

fn same(a: &Path, b: &Path) -> bool {
    a.canonicalize().ok() == b.canonicalize().ok()
}
