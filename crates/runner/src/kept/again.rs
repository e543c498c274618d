//! A run once more, from its record alone: which code its kind means, with which settings.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::de::DeserializeOwned;

use crate::folder::Existing;
use crate::record::{Record, Surroundings};
use crate::study::{Search, Study};
use crate::{basis, doubt, evaluate, generate, lyapunov, norms, perceptron, perturb, slice, train};

/// How the kind of a study begins.
const STUDY: &str = "study ";

/// Which part of a run can be done once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Some cells of a study.
    Cells,
    /// The first examples of each class.
    Examples,
    /// The first searches.
    Searches,
    /// The first epochs.
    Epochs,
    /// No less than all.
    Whole,
}

/// The part of a run of this kind that can be repeated.
///
/// # Errors
/// A kind that cannot be repeated.
pub(super) fn part_of(kind: &str) -> Result<Part> {
    Ok(match kind {
        "generate" => Part::Examples,
        "perturb" => Part::Searches,
        "train" => Part::Epochs,
        "basis" | "doubt" | "eval" | "lyapunov" | "norms" | "perceptron" | "slice" => Part::Whole,
        _ if kind.starts_with(STUDY) => Part::Cells,
        _ => bail!(
            "runs of kind `{kind}` cannot be repeated in part; studies, generate, perturb, train and those of one step can"
        ),
    })
}

/// Goes on with the run in a folder: all of a study that is not done there, the first `n` examples, searches or epochs of others.
///
/// # Errors
/// Those of the run; settings that this version does not know.
pub(super) fn go_on(
    record: &Record,
    n: usize,
    out: PathBuf,
    search: &Search,
    surroundings: &Surroundings,
) -> Result<()> {
    let go_on = Existing::Resume;
    match record.kind.as_str() {
        "generate" => {
            let spec: generate::Spec = spec(record)?;
            generate::prepare(&spec, out, go_on, surroundings)?.only_first(n).run()?;
        }
        "perturb" => {
            let spec: perturb::Spec = spec(record)?;
            perturb::prepare(&spec, out, go_on, surroundings)?.only_first(n).run()?;
        }
        "basis" => {
            basis::prepare(&spec(record)?, out, go_on, surroundings)?.run()?;
        }
        "perceptron" => {
            perceptron::prepare(&spec(record)?, out, go_on, surroundings)?.run()?;
        }
        "slice" => {
            slice::prepare(&spec(record)?, out, go_on, surroundings)?.run()?;
        }
        "eval" => {
            evaluate::prepare(&spec(record)?, out, go_on, surroundings)?.run()?;
        }
        "lyapunov" => {
            lyapunov::prepare(&spec(record)?, out, go_on, surroundings)?.run()?;
        }
        "doubt" => {
            doubt::prepare(&spec(record)?, out, go_on, surroundings)?.run()?;
        }
        "norms" => {
            norms::prepare(&spec(record)?, out, go_on, surroundings)?.run()?;
        }
        "train" => {
            let prepared = train::prepare(&spec(record)?, out, go_on, surroundings)?;
            prepared.watched(&mut |epoch| {
                if epoch.epoch as usize >= n {
                    surroundings.stop.ask();
                }
            })?;
        }
        kind => {
            Study::of_record(kind, &record.spec)?.prepare(search, out, go_on, surroundings)?.run()?;
        }
    }
    Ok(())
}

/// The settings as the record has them.
fn spec<T: DeserializeOwned>(record: &Record) -> Result<T> {
    let (kind, version) = (&record.kind, &record.advlab);
    serde_json::from_value(record.spec.clone())
        .with_context(|| format!("these settings of {kind}, by advlab {version}, are not known to this version"))
}

/// Folders of a study that its cells need and do not make. What was made in `attacks` is made for nets in the study's own folder,
/// and made again.
pub(super) fn is_needed(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.is_dir() && !name.starts_with('.') && name != "attacks"
}
