//! A user's own net, as TorchScript.

use std::cell::OnceCell;
use std::fmt;
use std::path::{Path, PathBuf};

use advlab_core::{Classifier, InputShape, Layer, Operators, ScoreKind, complaint};
use tch::{CModule, Device, IValue, Kind, TchError, Tensor, no_grad};

use super::diagnosis::diagnosis;
use super::layers::Layered;
use super::{habits, operators, promise};
use crate::{Error, Result, ZooNet};

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
    file: PathBuf,
    /// The net once more, for those who ask for its layers; or why they cannot be read.
    layered: OnceCell<Result<Layered, String>>,
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
        let (remarks, file, layered) = (Vec::new(), file.to_owned(), OnceCell::new());
        let mut net = Self { name, module, input, flat, classes, scores, device, remarks, file, layered };
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

impl ScriptNet {
    /// Number of weights and biases, `None` if they are constants of the code, as in a frozen net.
    pub fn n_parameters(&self) -> Option<usize> {
        let parameters = self.module.named_parameters().ok()?;
        (!parameters.is_empty()).then(|| parameters.iter().map(|(_, tensor)| tensor.numel()).sum())
    }

    /// Pictures as the net takes them.
    fn taken(&self, pictures: &Tensor) -> Result<Tensor, TchError> {
        if self.flat { pictures.f_flatten(1, -1) } else { Ok(pictures.shallow_clone()) }
    }

    fn fails(&self, error: &TchError) -> advlab_core::Error {
        advlab_core::Error::Net { who: self.name.clone(), why: format!("fails inside: {}", complaint(error)) }
    }

    /// The net with its layers, read when somebody asks for the first time.
    fn layered(&self) -> &Result<Layered, String> {
        let scores = |pictures: &Tensor| self.module.forward_ts(&[pictures]);
        self.layered.get_or_init(|| Layered::read(&self.file, (self.input, self.flat), self.device, scores))
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
    fix(&module)?;
    Ok(module)
}

/// Fixes the weights of a net.
pub(super) fn fix(module: &CModule) -> Result<(), TchError> {
    for (_, parameter) in module.named_parameters()? {
        let _ = parameter.set_requires_grad(false);
    }
    Ok(())
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

impl ZooNet for ScriptNet {
    fn operators(&self) -> Result<Operators> {
        let layers = self.layered().as_ref().map_or(&[][..], |layered| &layered.layers);
        operators::read(&self.file, self.input, layers).map_err(|why| Error::Misfit { net: self.name.clone(), why })
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
        self.module.forward_ts(&[self.taken(pictures)?]).map_err(|error| self.fails(&error))
    }

    fn layers(&self) -> advlab_core::Result<Vec<Layer>> {
        let mut layers = self.layered().as_ref().map_or_else(|_| Vec::new(), |layered| layered.layers.clone());
        layers.push(Layer::scores(self.classes.len()));
        Ok(layers)
    }

    fn activations(&self, pictures: &Tensor, layer: &str) -> advlab_core::Result<Tensor> {
        if layer == Layer::SCORES {
            return self.scores(pictures);
        }
        let who = self.name.clone();
        match self.layered() {
            Ok(layered) => match layered.values(&self.taken(pictures)?, layer) {
                Some(values) => values.map_err(|error| self.fails(&error)),
                None => Err(advlab_core::Error::NoLayer { who, layer: layer.to_owned() }),
            },
            Err(note) => Err(advlab_core::Error::Net { who, why: format!("has no layer `{layer}`: {note}") }),
        }
    }

    fn layers_note(&self) -> Option<String> {
        self.layered().as_ref().err().cloned()
    }
}
