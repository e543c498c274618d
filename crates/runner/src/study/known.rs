//! Nets that a study takes as they are: by their name in the zoo, or from a file.

use std::path::PathBuf;

use advlab_core::InputShape;
use advlab_model_zoo::{Foreign, Model, OpenOptions, open};
use anyhow::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::search::Search;

/// A net, and what its file does not say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KnownNet {
    /// What it is called: a word.
    pub name: String,
    /// A name from `advlab models`, or a file, looked for as the photographs are.
    pub model: String,
    /// Shape of the pictures that it takes, where the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<InputShape>,
    /// A text file with a class name in each line, where the file does not say; looked for as the photographs are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<PathBuf>,
}

impl KnownNet {
    /// Opens it.
    ///
    /// # Errors
    /// Files that are in none of the places of `search`; those of opening nets.
    pub(super) fn open(&self, search: &Search, device: tch::Device) -> Result<Model> {
        let is_file = [".pt", ".pth", ".safetensors"].iter().any(|ending| self.model.ends_with(ending));
        let model =
            if is_file { search.find(self.model.as_ref())?.to_string_lossy().into_owned() } else { self.model.clone() };
        let classes = self.classes.as_ref().map(|classes| search.find(classes)).transpose()?;
        let foreign = Foreign { input_shape: self.input, classes, scores: None };
        Ok(open(&model, &OpenOptions { foreign, device })?)
    }
}
