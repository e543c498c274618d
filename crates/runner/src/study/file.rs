//! Experiment files: what kind of study they ask for, and mistakes in them told in a line.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::noise::Spec;
use crate::recipes::Nets;

/// The kinds of study, as files spell them.
pub const KINDS: [&str; 2] = ["noise", "train"];

/// What an experiment file asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Experiment {
    /// Nets to train on one data set.
    Train(Nets),
    /// What nets see: examples from noise, and their averages.
    Noise(Box<Spec>),
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
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let kind: Kind = parse(file, &text)?;
    let kinds = KINDS.join(", ");
    match kind.kind.as_deref() {
        Some("train") => Ok(Experiment::Train(parse(file, &text)?)),
        Some("noise") => {
            let spec: Spec = parse(file, &text)?;
            spec.check().with_context(|| file.display().to_string())?;
            Ok(Experiment::Noise(Box::new(spec)))
        }
        Some(other) => bail!("{}: unknown kind `{other}`; the kinds of study are {kinds}", file.display()),
        None => bail!("{}: no `kind`; the kinds of study are {kinds}", file.display()),
    }
}

/// Reads TOML. The parser's own message spans several lines and does not name the field of a value of the wrong type: here
/// file, line and field go before its last line.
fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let place = error.span().map_or_else(String::new, |span| {
            let before = text.get(..span.start).unwrap_or(text);
            let line = 1 + before.matches('\n').count();
            let key = before.trim_end().strip_suffix('=').and_then(|left| left.trim_end().rsplit(KEY_ENDS).next());
            key.map_or_else(|| format!(":{line}"), |key| format!(":{line}: `{key}`"))
        });
        anyhow!("{}{place}: {}", file.display(), error.message().trim_end().replace('\n', ", "))
    })
}

/// What stands before a key.
const KEY_ENDS: [char; 4] = ['\n', ' ', '{', ','];

#[cfg(test)]
mod tests {
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
        assert!(mistake("seed = 1").contains("no `kind`; the kinds of study are noise, train"));
        assert!(mistake("kind = 'nois'").contains("unknown kind `nois`"));
        assert!(mistake("kind = 'train'\nseeds = 1").contains("study.toml:2: unknown field `seeds`"));
        assert!(mistake("kind = 'noise'\nseed = 'one'").contains("study.toml:2: `seed`: invalid type: string \"one\""));
        assert!(mistake("kind = [").contains("study.toml:1: "));
    }

    #[test]
    fn the_files_that_come_with_advlab_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            read(&file).unwrap_or_else(|error| panic!("{}: {error:#}", file.display()));
        }
    }
}
