//! From what a user calls a model to a classifier.

use std::fs;
use std::path::{Path, PathBuf};

use advlab_core::{Classifier, InputShape, ScoreKind};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tch::{Device, Kind};

use crate::embedded::embedded;
use crate::settings::read_toml;
use crate::spec::ModelSpec;
use crate::torchscript::ScriptNet;
use crate::weights::{ModelCard, read, read_bytes};
use crate::{Error, Result};

/// What a TorchScript file does not say of itself; from flags, or from a `net.toml` beside `net.pt`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Foreign {
    /// Shape of a picture.
    pub input_shape: Option<InputShape>,
    /// A text file with a class name in each line; relative to the sidecar, where it stands in one.
    pub classes: Option<PathBuf>,
    /// What the scores are; logits unless it says otherwise.
    pub scores: Option<ScoreKind>,
}

/// How to open a model.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// What is said of a foreign net; it goes before what its sidecar says.
    pub foreign: Foreign,
    /// Where to put the weights.
    pub device: Device,
}

/// A model ready for use, and what is known of it.
#[derive(Debug)]
pub struct Model {
    /// The net.
    pub net: Box<dyn Classifier>,
    /// How it came about, if it is one of ours.
    pub card: Option<ModelCard>,
    /// Where it came from, in words.
    pub origin: String,
    /// SHA-256 of its file.
    pub sha256: String,
}

/// Opens a net of the zoo by name, or a file: ours (`.safetensors`) or TorchScript (`.pt`, `.pth`).
///
/// # Errors
/// [`Error::Unknown`] for a name that is neither; those of reading files.
pub fn open(model: &str, options: &OpenOptions) -> Result<Model> {
    if let Some(entry) = embedded().iter().find(|entry| entry.name == model) {
        let (net, card) = read_bytes(entry.name, entry.bytes(), None)?;
        let net = Box::new(net.to(options.device, Kind::Float)?);
        let sha256 = hex(entry.bytes());
        return Ok(Model { net, card: Some(card), origin: "comes with advlab".to_owned(), sha256 });
    }
    let file = Path::new(model);
    let extension = file.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "safetensors" => open_ours(file, options),
        "pt" | "pth" => open_script(file, options),
        _ => Err(unknown(model)),
    }
}

fn open_ours(file: &Path, options: &OpenOptions) -> Result<Model> {
    let sidecar = sidecar::<ModelSpec>(file)?;
    let (net, card) = read(file, sidecar.as_ref())?;
    let net = Box::new(net.to(options.device, Kind::Float)?);
    Ok(Model { net, card: Some(card), origin: file.display().to_string(), sha256: hex_of_file(file)? })
}

fn open_script(file: &Path, options: &OpenOptions) -> Result<Model> {
    let beside = sidecar::<Foreign>(file)?.unwrap_or_default();
    let fail = |why: &str| Error::File { file: file.to_owned(), why: why.to_owned() };
    if !file.is_file() {
        return Err(fail("no such file"));
    }
    let input = options.foreign.input_shape.or(beside.input_shape).ok_or_else(|| {
        fail("a TorchScript file does not say what pictures it takes; give --input-shape, such as 1x28x28")
    })?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let names = match (&options.foreign.classes, &beside.classes) {
        (Some(list), _) => class_names(list)?,
        (None, Some(list)) => class_names(&folder.join(list))?,
        (None, None) => Vec::new(),
    };
    let scores = options.foreign.scores.or(beside.scores).unwrap_or(ScoreKind::Logits);
    let net = Box::new(ScriptNet::open(file, input, names, scores, options.device)?);
    Ok(Model { net, card: None, origin: file.display().to_string(), sha256: hex_of_file(file)? })
}

/// What stands in the file of the same name that ends in `.toml`, if there is one.
fn sidecar<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<Option<T>> {
    let beside = file.with_extension("toml");
    if beside.is_file() { read_toml(&beside).map(Some) } else { Ok(None) }
}

fn class_names(list: &Path) -> Result<Vec<String>> {
    let fail = |why: String| Error::File { file: list.to_owned(), why };
    let text = fs::read_to_string(list).map_err(|error| fail(error.to_string()))?;
    let names: Vec<String> = text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    if names.is_empty() { Err(fail("holds no class name; write one in each line".to_owned())) } else { Ok(names) }
}

fn unknown(name: &str) -> Error {
    let known: Vec<String> = embedded().iter().map(|entry| entry.name.to_owned()).collect();
    let close = |other: &&String| strsim::jaro_winkler(name, other) > 0.7;
    let nearest = known
        .iter()
        .filter(close)
        .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
    Error::Unknown { name: name.to_owned(), nearest: nearest.cloned(), known }
}

fn hex_of_file(file: &Path) -> Result<String> {
    let bytes = fs::read(file).map_err(|error| Error::File { file: file.to_owned(), why: error.to_string() })?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
