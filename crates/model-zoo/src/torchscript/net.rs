//! A user's own net, as TorchScript.

use std::fmt;
use std::path::Path;

use advlab_core::{Classifier, InputShape, ScoreKind, complaint};
use tch::{CModule, Device, IValue, Kind, TchError, Tensor, no_grad};

use super::diagnosis::diagnosis;
use super::{habits, promise};
use crate::{Error, Result};

/// A net from a TorchScript file.
pub struct ScriptNet {
    name: String,
    module: CModule,
    input: InputShape,
    /// Whether it takes `[N, D]` in place of `[N, C, H, W]`.
    flat: bool,
    classes: Vec<String>,
    scores: ScoreKind,
    device: Device,
    remarks: Vec<String>,
}

/// Scores that are this far apart, as a share of the largest, with and without dropout are not the same.
const TRAINING: f64 = 1e-4;

impl ScriptNet {
    /// Opens a file and tries the net on a few pictures.
    ///
    /// `classes` may be empty: the classes are then called by their numbers.
    ///
    /// # Errors
    /// [`Error::File`] if libtorch cannot read it; [`Error::Misfit`] if the net does not take pictures of this shape, gives
    /// no scores, another number of them than there are classes, other ones than was said, or scores that change from one
    /// time to the next or with the other pictures of a batch; [`advlab_core::Error::Net`] if it fails on noise;
    /// [`advlab_core::Error::NotFinite`] for scores of a black picture that are not numbers.
    pub fn open(
        file: &Path,
        input: InputShape,
        mut classes: Vec<String>,
        scores: ScoreKind,
        device: Device,
    ) -> Result<Self> {
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        let (module, was_training) = load_for(file, input, device)?;
        let misfit = |why: String| Error::Misfit { net: name.clone(), why };
        let black = Tensor::zeros(input.batch(1), (Kind::Float, device));
        let (flat, out) = no_grad(|| scores_of_one(&module, &black)).map_err(|error| match gives_instead(&module, &black) {
            Some(other) => misfit(format!(
                "gives {other} and not one tensor of scores; wrap it so that forward returns the scores alone, and save that"
            )),
            None => misfit(format!(
                "does not take pictures of {input} ({}); give the right --input-shape",
                complaint(&error)
            )),
        })?;
        let size = out.size();
        if size.len() != 2 || size[0] != 1 || size[1] < 2 {
            return Err(misfit(format!("must give [N, K] scores, got {size:?} for one picture")));
        }
        let n_classes = size[1] as usize;
        if classes.is_empty() {
            classes = (0..n_classes).map(|k| k.to_string()).collect();
        }
        if classes.len() != n_classes {
            return Err(misfit(format!(
                "gives {n_classes} scores, and there are {} class names; --classes needs one name in each line",
                classes.len()
            )));
        }
        let mut net = Self { name, module, input, flat, classes, scores, device, remarks: Vec::new() };
        net.classify(&black)?;
        let noise = habits::noise(input, 2, device);
        net.remarks = habits::check(&net, &noise)?;
        promise::check(&net, &Tensor::cat(&[black, noise], 0))?;
        if was_training {
            let note = "was saved while training; its scores are taken as after training, without dropout and with the means that \
                        batch normalisation has kept; call net.eval() before saving it";
            net.remarks.push(note.to_owned());
        }
        Ok(net)
    }
}

/// Reads a file as [`load`] does; says too whether the net gave other scores before it was told that training is over.
fn load_for(file: &Path, input: InputShape, device: Device) -> Result<(CModule, bool)> {
    let mut module = read(file, device)?;
    let picture = habits::noise(input, 1, device);
    let ask = |module: &CModule| no_grad(|| scores_of_one(module, &picture)).map(|(_, scores)| scores);
    let as_saved = ask(&module);
    module.set_eval();
    let was_training = match (as_saved, ask(&module)) {
        (Ok(before), Ok(after)) => before.size() == after.size() && habits::apart(&after, &before) > TRAINING,
        (before, after) => before.is_err() && after.is_ok(),
    };
    // A pass in training moves what batch normalisation has kept: once more from the file.
    Ok((if was_training { load(file, device)? } else { module }, was_training))
}

/// Reads a file, its weights fixed and its layers told that training is over.
///
/// # Errors
/// [`Error::File`] if libtorch cannot read it.
pub(super) fn load(file: &Path, device: Device) -> Result<CModule> {
    let mut module = read(file, device)?;
    module.set_eval();
    Ok(module)
}

/// Reads a file as it was saved, its weights fixed.
fn read(file: &Path, device: Device) -> Result<CModule> {
    let fail = |why: String| Error::File { file: file.to_owned(), why };
    if file.is_dir() {
        return Err(fail("is a folder; give a file in it".to_owned()));
    }
    if !file.is_file() {
        return Err(fail("no such file".to_owned()));
    }
    let module = CModule::load_on_device(file, device).map_err(|error| fail(diagnosis(file, &complaint(&error))))?;
    for (_, parameter) in module.named_parameters()? {
        let _ = parameter.set_requires_grad(false);
    }
    Ok(module)
}

/// Whether the net takes rows `[N, D]` in place of pictures, and its scores of one picture `[1, C, H, W]`.
///
/// # Errors
/// What libtorch says of the picture, if it takes neither.
pub(super) fn scores_of_one(module: &CModule, picture: &Tensor) -> Result<(bool, Tensor), TchError> {
    match module.forward_ts(&[picture]) {
        Ok(scores) => Ok((false, scores)),
        Err(error) => match module.forward_ts(&[picture.flatten(1, -1)]) {
            Ok(scores) => Ok((true, scores)),
            Err(_) => Err(error),
        },
    }
}

/// What the net gives where that is no tensor.
fn gives_instead(module: &CModule, picture: &Tensor) -> Option<&'static str> {
    let ask = |x: Tensor| no_grad(|| module.forward_is(&[IValue::Tensor(x)])).ok();
    match ask(picture.shallow_clone()).or_else(|| ask(picture.flatten(1, -1)))? {
        IValue::Tensor(_) => None,
        IValue::Tuple(_) => Some("a tuple"),
        IValue::TensorList(_) | IValue::GenericList(_) => Some("a list"),
        IValue::GenericDict(_) => Some("a dictionary"),
        _ => Some("something else"),
    }
}

impl fmt::Debug for ScriptNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptNet").field("name", &self.name).field("input", &self.input).finish_non_exhaustive()
    }
}

impl Classifier for ScriptNet {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> InputShape {
        self.input
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn score_kind(&self) -> ScoreKind {
        self.scores
    }

    fn device(&self) -> Device {
        self.device
    }

    fn remarks(&self) -> &[String] {
        &self.remarks
    }

    fn scores(&self, pictures: &Tensor) -> advlab_core::Result<Tensor> {
        let scores = if self.flat {
            self.module.forward_ts(&[&pictures.f_flatten(1, -1)?])
        } else {
            self.module.forward_ts(&[pictures])
        };
        scores.map_err(|error| advlab_core::Error::Net {
            who: self.name.clone(),
            why: format!("fails inside: {}", complaint(&error)),
        })
    }
}
