//! Weights on disk: safetensors, with a card that says what they are and how they came about.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

use crate::net::Net;
use crate::spec::ModelSpec;
use crate::train::TrainSpec;
use crate::{Error, Result};

/// Key of the card in a file's metadata.
const CARD: &str = "advlab";

/// What travels with weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ModelCard {
    /// Architecture.
    pub spec: ModelSpec,
    /// How the weights came about; none for weights that were never trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
}

/// How weights came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Training {
    /// Settings.
    pub spec: TrainSpec,
    /// The run's seed.
    pub seed: u64,
    /// Name of the data set.
    pub data: String,
    /// SHA-256 over the training pictures and labels.
    pub data_sha256: String,
    /// Epochs done.
    pub epochs: u32,
    /// Share of test pictures labelled right at the end.
    pub test_accuracy: f64,
}

/// Writes a net with its card, whole or not at all.
///
/// # Errors
/// [`Error::File`] if the file cannot be written.
pub fn write(file: &Path, net: &Net, card: &ModelCard) -> Result<()> {
    let text = serde_json::to_string(card).expect("a card is plain data");
    write_tensors(file, &net.tensors(), HashMap::from([(CARD.to_owned(), text)]))
}

/// Writes named tensors, whole or not at all.
pub(crate) fn write_tensors(
    file: &Path,
    tensors: &[(String, &Tensor)],
    metadata: HashMap<String, String>,
) -> Result<()> {
    let fail = |error: &dyn std::fmt::Display| Error::File { file: file.to_owned(), why: error.to_string() };
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
        .iter()
        .map(|(name, tensor)| {
            let flat = tensor.detach().to_device(Device::Cpu).to_kind(Kind::Float).reshape([-1]);
            let values = Vec::<f32>::try_from(flat)?;
            let shape = tensor.size().iter().map(|n| *n as usize).collect();
            Ok((name.clone(), shape, values.iter().flat_map(|v| v.to_le_bytes()).collect()))
        })
        .collect::<Result<_, tch::TchError>>()?;
    let views = bytes
        .iter()
        .map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|error| fail(&error))?;
    let whole = safetensors::serialize(views, Some(metadata)).map_err(|error| fail(&error))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".making-");
    // Temporary files are for their owner alone; weights are for everyone the folder is for.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut making = builder.tempfile_in(folder).map_err(|error| fail(&error))?;
    making.write_all(&whole).and_then(|()| making.as_file().sync_all()).map_err(|error| fail(&error))?;
    making.persist(file).map_err(|error| fail(&error.error))?;
    Ok(())
}

/// Reads a net of ours from a file. The card in the file says what it looks like, unless `spec` does.
///
/// # Errors
/// [`Error::File`] says what is wrong with the file: missing, truncated, another format, tensors missing or of another
/// shape, weights that are not numbers.
pub fn read(file: &Path, spec: Option<&ModelSpec>) -> Result<(Net, ModelCard)> {
    let bytes = fs::read(file).map_err(|error| Error::File { file: file.to_owned(), why: error.to_string() })?;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    read_bytes(&name, &bytes, spec).map_err(|error| match error {
        Error::File { why, .. } => Error::File { file: file.to_owned(), why },
        other => other,
    })
}

/// [`read`] for bytes in memory; `name` is what the net is called.
///
/// # Errors
/// Those of [`read`].
pub fn read_bytes(name: &str, bytes: &[u8], spec: Option<&ModelSpec>) -> Result<(Net, ModelCard)> {
    let fail = |why: String| Error::File { file: name.into(), why };
    let file = parse(name, bytes)?;
    let own = card(name, bytes)?;
    let card = match (spec, own) {
        (Some(spec), own) => ModelCard { spec: spec.clone(), training: own.and_then(|card| card.training) },
        (None, Some(card)) => card,
        (None, None) => {
            return Err(fail(
                "these weights do not say what net they belong to; put a file of the same name ending in .toml beside \
                 them, with `hidden` or `layers`, `activation` and `output`"
                    .to_owned(),
            ));
        }
    };
    let net = Net::build(name, &card.spec, |tensor, shape| tensor_of(&file, name, tensor, shape))?;
    Ok((net, card))
}

/// The card in a file's bytes, if it has one.
///
/// # Errors
/// [`Error::File`] if they are not safetensors, or the card is of another version.
pub fn card(name: &str, bytes: &[u8]) -> Result<Option<ModelCard>> {
    metadata(name, bytes)?
        .get(CARD)
        .map(|text| {
            serde_json::from_str(text).map_err(|error| Error::File {
                file: name.into(),
                why: format!("its card cannot be read ({error}); it was written by another version of advlab"),
            })
        })
        .transpose()
}

/// The metadata in a file's bytes.
pub(crate) fn metadata(name: &str, bytes: &[u8]) -> Result<HashMap<String, String>> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| not_safetensors(name, &error))?;
    Ok(header.metadata().clone().unwrap_or_default())
}

pub(crate) fn parse<'a>(name: &str, bytes: &'a [u8]) -> Result<SafeTensors<'a>> {
    SafeTensors::deserialize(bytes).map_err(|error| not_safetensors(name, &error))
}

fn not_safetensors(name: &str, error: &safetensors::SafeTensorError) -> Error {
    let why = format!("not a whole safetensors file ({error}); it is truncated, damaged or of another format");
    Error::File { file: name.into(), why }
}

/// The tensor of this name, checked.
pub(crate) fn tensor_of(file: &SafeTensors<'_>, from: &str, name: &str, shape: &[i64]) -> Result<Tensor> {
    let fail = |why: String| Error::File { file: from.into(), why };
    let view = file.tensor(name).map_err(|_| {
        let mut names = file.names();
        names.sort_unstable();
        fail(format!("has no tensor `{name}`; it has {}", names.join(", ")))
    })?;
    if view.dtype() != Dtype::F32 {
        return Err(fail(format!("`{name}` must be 32-bit floating point, got {:?}", view.dtype())));
    }
    let found: Vec<i64> = view.shape().iter().map(|n| *n as i64).collect();
    if found != shape {
        return Err(fail(format!("`{name}` must be {shape:?} for this net, got {found:?}")));
    }
    let values: Vec<f32> =
        view.data().chunks_exact(4).map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).collect();
    let broken = values.iter().filter(|value| !value.is_finite()).count();
    if broken > 0 {
        return Err(fail(format!("{broken} of {} values of `{name}` are NaN or infinite", values.len())));
    }
    Ok(Tensor::from_slice(&values).reshape(shape))
}
