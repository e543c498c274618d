//! Experiment files: what kind of study they ask for, and mistakes in them told in a line.

use std::path::Path;

use advlab_model_zoo::read_toml;
use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::any::Study;
use super::{bases, learning, noise, own_digits, photos, pool, training_sets, transfer};
use crate::recipes::Nets;

/// The kinds of study, as files spell them.
pub const KINDS: &[&str] = &[
    "adversarial-training",
    "bases",
    "learning",
    "noise",
    "own-digits",
    "photos",
    "train",
    "training-sets",
    "transfer",
];

/// What an experiment file asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Experiment {
    /// Nets to train on one data set.
    Train(Box<Nets>),
    /// A study.
    Study(Study),
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// Reads an experiment file.
///
/// # Errors
/// A file that is missing or is not TOML, an unknown kind, and every field that does not belong or fit: one line each, with
/// file, line and field.
pub fn read(file: &Path) -> Result<Experiment> {
    let kind: Kind = read_toml(file)?;
    let kinds = KINDS.join(", ");
    let at = || file.display().to_string();
    match kind.kind.as_deref() {
        Some("train") => Ok(Experiment::Train(Box::new(read_toml(file)?))),
        Some("bases") => {
            let spec: bases::Spec = read_toml(file)?;
            spec.check().with_context(at)?;
            Ok(Experiment::Study(Study::Bases(Box::new(spec))))
        }
        Some("learning") => {
            let spec: learning::Spec = read_toml(file)?;
            spec.check().with_context(at)?;
            Ok(Experiment::Study(Study::Learning(Box::new(spec))))
        }
        Some("noise") => {
            let spec: noise::Spec = read_toml(file)?;
            spec.check().with_context(at)?;
            Ok(Experiment::Study(Study::Noise(Box::new(spec))))
        }
        Some("own-digits") => {
            let spec: own_digits::Spec = read_toml(file)?;
            spec.check().with_context(at)?;
            Ok(Experiment::Study(Study::OwnDigits(Box::new(spec))))
        }
        Some("adversarial-training") => {
            let spec: pool::Spec = read_toml(file)?;
            spec.check().with_context(at)?;
            Ok(Experiment::Study(Study::Pool(Box::new(spec))))
        }
        Some("photos") => {
            let spec: photos::Spec = read_toml(file)?;
            spec.check().with_context(at)?;
            Ok(Experiment::Study(Study::Photos(Box::new(spec))))
        }
        Some("training-sets") => {
            let spec: training_sets::Spec = read_toml(file)?;
            spec.check().with_context(at)?;
            Ok(Experiment::Study(Study::TrainingSets(Box::new(spec))))
        }
        Some("transfer") => {
            let spec: transfer::Spec = read_toml(file)?;
            spec.check().with_context(at)?;
            Ok(Experiment::Study(Study::Transfer(Box::new(spec))))
        }
        Some(other) => bail!("{}: unknown kind `{other}`; the kinds of study are {kinds}", file.display()),
        None => bail!("{}: no `kind`; the kinds of study are {kinds}", file.display()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn mistake(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("study.toml");
        fs::write(&file, text).unwrap();
        let error = format!("{:#}", read(&file).unwrap_err());
        assert!(!error.contains('\n') && error.contains("study.toml"), "{error}");
        error
    }

    #[test]
    fn mistakes_are_told_in_a_line_with_their_place() {
        assert!(
            mistake("seed = 1").contains(
                "no `kind`; the kinds of study are adversarial-training, bases, learning, noise, own-digits, "
            )
        );
        assert!(mistake("kind = 'nois'").contains("unknown kind `nois`"));
        assert!(mistake("kind = 'train'\nseeds = 1").contains("study.toml: line 2: unknown field `seeds`"));
        assert!(
            mistake("kind = 'noise'\nseed = 'one'")
                .contains("study.toml: line 2: `seed`: invalid type: string \"one\"")
        );
        assert!(mistake("kind = [").contains("study.toml: line 1: "));
    }

    #[test]
    fn the_files_that_come_with_advlab_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            read(&file).unwrap_or_else(|error| panic!("{}: {error:#}", file.display()));
        }
    }
}
