//! A user's own net, as TorchScript.

use std::fmt;
use std::path::Path;

use advlab_core::{Classifier, InputShape, ScoreKind};
use tch::{CModule, Device, Kind, TchError, Tensor};

use super::complaint::complaint;
use super::habits;
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
}

impl ScriptNet {
    /// Opens a file and tries the net on a few pictures.
    ///
    /// `classes` may be empty: the classes are then called by their numbers.
    ///
    /// # Errors
    /// [`Error::File`] if libtorch cannot read it; [`Error::Misfit`] if the net does not take pictures of this shape, gives
    /// no scores, another number of them than there are classes, or scores that change from one time to the next or with the
    /// other pictures of a batch; [`advlab_core::Error::NotFinite`] for scores that are not numbers.
    pub fn open(
        file: &Path,
        input: InputShape,
        mut classes: Vec<String>,
        scores: ScoreKind,
        device: Device,
    ) -> Result<Self> {
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        let module = load(file, device)?;
        let misfit = |why: String| Error::Misfit { net: name.clone(), why };
        let black = Tensor::zeros(input.batch(1), (Kind::Float, device));
        let (flat, out) = scores_of_one(&module, &black).map_err(|error| {
            misfit(format!("does not take pictures of {input} ({}); give the right --input-shape", complaint(&error)))
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
        let net = Self { name, module, input, flat, classes, scores, device };
        net.classify(&black)?;
        habits::check(&net)?;
        Ok(net)
    }
}

/// Reads a file, its weights fixed and its layers told that training is over.
///
/// # Errors
/// [`Error::File`] if libtorch cannot read it.
pub(super) fn load(file: &Path, device: Device) -> Result<CModule> {
    let fail = |why: String| Error::File { file: file.to_owned(), why };
    if !file.is_file() {
        return Err(fail("no such file".to_owned()));
    }
    let mut module = CModule::load_on_device(file, device).map_err(|error| {
        fail(format!(
            "not a TorchScript file that libtorch can read ({}); save a net with torch.jit.trace(net, example).save(...)",
            complaint(&error)
        ))
    })?;
    module.set_eval();
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

    fn scores(&self, pictures: &Tensor) -> advlab_core::Result<Tensor> {
        let scores = if self.flat {
            self.module.forward_ts(&[&pictures.f_flatten(1, -1)?])?
        } else {
            self.module.forward_ts(&[pictures])?
        };
        Ok(scores)
    }
}
