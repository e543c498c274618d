//! From what a user calls a model to a classifier.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use advlab_core::{InputShape, ScoreKind};
use advlab_datasets::Places;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tch::{Device, Kind};

use crate::embedded::embedded;
use crate::settings::read_toml;
use crate::sidecar::{Sidecar, class_names};
use crate::spec::ModelSpec;
use crate::torchscript::{ScriptNet, find_input};
use crate::vision::{VisionEntry, VisionNet, vision};
use crate::weights::{ModelCard, read, read_bytes};
use crate::{Error, Result, ZooNet};

/// What a TorchScript file does not say of itself; from flags, or from a `net.toml` beside `net.pt`.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
    /// Shape of a picture.
    pub input_shape: Option<InputShape>,
    /// A text file with a class name in each line.
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
    pub net: Box<dyn ZooNet>,
    /// How it came about, if it is one of ours.
    pub card: Option<ModelCard>,
    /// Where it came from, in words.
    pub origin: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Number of weights and biases; `None` if its file does not tell them from other constants.
    pub n_parameters: Option<usize>,
}

/// Opens a net of the zoo by name, those trained on ImageNet once they are pulled; or a file, ours (`.safetensors`) or
/// TorchScript (`.pt`, `.pth`, `.ts`, `.torchscript`).
///
/// # Errors
/// [`Error::Unknown`] for a name that is neither; [`Error::NotPulled`] for a net whose weights are not here; those of reading
/// files.
pub fn open(model: &str, options: &OpenOptions) -> Result<Model> {
    if let Some(entry) = embedded().iter().find(|entry| entry.name == model) {
        let (net, card) = read_bytes(entry.name, entry.bytes(), None)?;
        let net = Box::new(net.to(options.device, Kind::Float)?);
        let (sha256, n_parameters) = (hex(entry.bytes()), Some(net.n_parameters()));
        return Ok(Model { net, card: Some(card), origin: "comes with advlab".to_owned(), sha256, n_parameters });
    }
    if let Some(entry) = VisionEntry::named(model) {
        let missing = Error::NotPulled { net: entry.name, megabytes: entry.megabytes };
        let file = entry.find(&Places::of_process(None)).ok_or(missing)?;
        return open_vision(entry, file, options);
    }
    let file = Path::new(model);
    let name = file.file_name().unwrap_or_default();
    if let Some(entry) = vision().iter().find(|entry| entry.files.iter().any(|own| name == *own)) {
        return open_vision(entry, file.to_owned(), options);
    }
    match ending(file).as_str() {
        "safetensors" => open_ours(file, options),
        _ if is_torchscript(file) => open_script(file, options),
        _ if file.exists() => Err(Error::File { file: file.to_owned(), why: not_understood(file) }),
        _ => Err(unknown(model)),
    }
}

/// Whether a file is TorchScript by its name.
pub fn is_torchscript(file: &Path) -> bool {
    matches!(ending(file).as_str(), "pt" | "pth" | "ts" | "torchscript")
}

fn ending(file: &Path) -> String {
    file.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Why a file that is there is no model.
fn not_understood(file: &Path) -> String {
    if file.is_dir() {
        return "is a folder; give a file in it".to_owned();
    }
    let what = match ending(file).as_str() {
        "onnx" => "is an ONNX file by its name, which advlab does not read",
        _ => "is there, but its name does not end as a model's",
    };
    format!("{what}; nets of advlab end in .safetensors, TorchScript in .pt, .pth, .ts or .torchscript")
}

fn open_ours(file: &Path, options: &OpenOptions) -> Result<Model> {
    let spec = beside::<ModelSpec>(file)?;
    let (net, card) = read(file, spec.as_ref())?;
    let net = Box::new(net.to(options.device, Kind::Float)?);
    let n_parameters = Some(net.n_parameters());
    let (origin, sha256) = (file.display().to_string(), hex_of_file(file)?);
    Ok(Model { net, card: Some(card), origin, sha256, n_parameters })
}

fn open_vision(entry: &VisionEntry, file: PathBuf, options: &OpenOptions) -> Result<Model> {
    let sha256 = hex_of_file(&file)?;
    if !VisionEntry::is_whole(&file, &sha256) {
        let why = format!(
            "is damaged or not the right file: its SHA-256 begins {}, not as its name says; `advlab models pull {}` \
             fetches it again",
            &sha256[..8],
            entry.name
        );
        return Err(Error::File { file, why });
    }
    let net = Box::new(VisionNet::open(entry, &file, options.device)?);
    let n_parameters = Some(net.n_parameters());
    Ok(Model { net, card: None, origin: file.display().to_string(), sha256, n_parameters })
}

fn open_script(file: &Path, options: &OpenOptions) -> Result<Model> {
    let beside = beside::<Sidecar>(file)?.unwrap_or_default();
    let input = match options.foreign.input_shape.or(beside.input_shape) {
        Some(input) => input,
        None => find_input(file)?,
    };
    let folder = file.parent().unwrap_or(Path::new("."));
    let names = match (&options.foreign.classes, &beside.classes) {
        (Some(list), _) => class_names(list)?,
        (None, Some(classes)) => classes.names(folder)?,
        (None, None) => Vec::new(),
    };
    let scores = options.foreign.scores.or(beside.scores).unwrap_or(ScoreKind::Logits);
    let net = Box::new(ScriptNet::open(file, input, names, scores, options.device)?);
    let n_parameters = net.n_parameters();
    Ok(Model { net, card: None, origin: file.display().to_string(), sha256: hex_of_file(file)?, n_parameters })
}

/// What stands in the file of the same name that ends in `.toml`, if there is one.
fn beside<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<Option<T>> {
    let beside = file.with_extension("toml");
    if beside.is_file() { read_toml(&beside).map(Some) } else { Ok(None) }
}

fn unknown(name: &str) -> Error {
    let names = embedded().iter().map(|entry| entry.name).chain(vision().iter().map(|entry| entry.name));
    let known: Vec<String> = names.map(str::to_owned).collect();
    let close = |other: &&String| strsim::jaro_winkler(name, other) > 0.7;
    let nearest = known
        .iter()
        .filter(close)
        .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
    Error::Unknown { name: name.to_owned(), nearest: nearest.cloned(), known }
}

fn hex_of_file(file: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    // Piece by piece: the largest files have half a gigabyte.
    let done = File::open(file).and_then(|mut opened| io::copy(&mut opened, &mut hash));
    done.map_err(|error| Error::File { file: file.to_owned(), why: error.to_string() })?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
