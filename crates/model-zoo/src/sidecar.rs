//! What stands beside a TorchScript file, which does not say of itself what it takes and gives.

use std::fs;
use std::path::{Path, PathBuf};

use advlab_core::{InputShape, ScoreKind};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The settings in the `net.toml` beside a `net.pt`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Sidecar {
    /// Shape of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input_shape: Option<InputShape>,
    /// What the scores are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scores: Option<ScoreKind>,
    /// The classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) classes: Option<Classes>,
}

/// Class names, or where they stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Classes {
    /// The names.
    Names(Vec<String>),
    /// A text file with a name in each line; relative to the sidecar.
    File(PathBuf),
}

impl Classes {
    /// The names; `folder` holds the sidecar.
    ///
    /// # Errors
    /// [`Error::File`] if the list cannot be read or is empty.
    pub(crate) fn names(&self, folder: &Path) -> Result<Vec<String>> {
        match self {
            Self::Names(names) => Ok(names.clone()),
            Self::File(list) => class_names(&folder.join(list)),
        }
    }
}

/// The lines of a text file that are not empty.
///
/// # Errors
/// [`Error::File`] if it cannot be read or holds none.
pub(crate) fn class_names(list: &Path) -> Result<Vec<String>> {
    let fail = |why: String| Error::File { file: list.to_owned(), why };
    let bytes = fs::read(list).map_err(|error| fail(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        fail(format!("is not a text file in UTF-8 (byte {at} is none of a letter's); write a class name in each line"))
    })?;
    let names: Vec<String> = text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    if names.is_empty() { Err(fail("holds no class name; write one in each line".to_owned())) } else { Ok(names) }
}
