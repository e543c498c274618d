//! Nets as TorchScript, for Python libraries and whoever else reads it.

use std::fs;
use std::path::{Path, PathBuf};

use advlab_core::{Classifier, InputShape, ScoreKind};
use tch::{CModule, Device, Kind, Tensor, no_grad};

use crate::sidecar::{Classes, Sidecar};
use crate::torchscript::{ScriptNet, add_training};
use crate::zoo::is_torchscript;
use crate::{Error, Result};

/// Largest difference of scores between a net and its export, as a share of the largest score.
const ALIKE: f64 = 1e-5;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The TorchScript file.
    pub file: PathBuf,
    /// The file of the same name ending in `.toml`, which says what TorchScript does not: shape, classes, kind of scores.
    pub sidecar: PathBuf,
    /// What the scores are.
    pub scores: ScoreKind,
    /// Shape of a picture.
    pub input: InputShape,
}

impl Exported {
    /// What the scores are, in a sentence.
    pub const fn meaning(&self) -> &'static str {
        meaning(self.scores)
    }
}

/// Writes a net as TorchScript, with a sidecar that [`open`](crate::open) reads.
///
/// The exported net takes `[N, C, H, W]` or `[N, D]`, `Float`, for any `N`, and gives the raw scores `[N, K]` of
/// [`Classifier::scores`]; its weights are constants, and gradients reach its input. It says that it is not training, as
/// Python libraries ask of a net. It is read back and compared before it gets its name.
///
/// # Errors
/// [`Error::File`] if a file is there already and `force` is not set, its folder is not there, or it cannot be written; [`Error::Misfit`] if the net is
/// not on the CPU, or the export does not give its scores.
pub fn export(net: &dyn Classifier, file: &Path, force: bool) -> Result<Exported> {
    let fail = |why: String| Error::File { file: file.to_owned(), why };
    let misfit = |why: String| Error::Misfit { net: net.name().to_owned(), why };
    if !is_torchscript(file) {
        return Err(fail("an exported net must be called NAME.pt, which is how TorchScript is known".to_owned()));
    }
    let beside = file.with_extension("toml");
    if let Some(taken) = [file, &beside].into_iter().find(|path| path.exists() && !force) {
        let why = "is there already; choose another name or --force";
        return Err(Error::File { file: taken.to_owned(), why: why.to_owned() });
    }
    if net.device() != Device::Cpu || net.kind() != Kind::Float {
        return Err(misfit("is exported from the CPU in single precision; open it there".to_owned()));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(fail(format!("there is no folder {}; make it first, or write elsewhere", folder.display())));
    }
    let module = traced(net)?;

    // Both files are made in a folder beside the target and moved when they are right.
    let mut builder = tempfile::Builder::new();
    let making = builder.prefix(".making-").tempdir_in(folder).map_err(|error| fail(error.to_string()))?;
    let name = file.file_name().ok_or_else(|| fail("is not the name of a file".to_owned()))?;
    let (script, text) = (making.path().join(name), making.path().join("net.toml"));
    module.save(&script)?;
    add_training(&script, &making.path().join("spare"))
        .map_err(|why| misfit(format!("cannot be given the attribute `training`: {why}")))?;
    let again = ScriptNet::open(&script, net.input(), net.classes().to_vec(), net.score_kind(), Device::Cpu)?;
    compare(net, &again)?;
    let sidecar = Sidecar {
        input_shape: Some(net.input()),
        classes: Some(Classes::Names(net.classes().to_vec())),
        scores: Some(net.score_kind()),
    };
    let says = format!("# What {} does not say of itself. {}\n", name.display(), meaning(net.score_kind()));
    let settings = toml::to_string(&sidecar).map_err(|error| fail(error.to_string()))?;
    fs::write(&text, says + &settings).map_err(|error| fail(error.to_string()))?;
    fs::rename(&script, file).map_err(|error| fail(error.to_string()))?;
    fs::rename(&text, &beside).map_err(|error| Error::File { file: beside.clone(), why: error.to_string() })?;
    Ok(Exported { file: file.to_owned(), sidecar: beside, scores: net.score_kind(), input: net.input() })
}

/// What scores of a kind are, in a sentence.
const fn meaning(scores: ScoreKind) -> &'static str {
    match scores {
        ScoreKind::Logits => "The scores are logits: softmax makes them probabilities.",
        ScoreKind::Sigmoid => "The scores are logits: a sigmoid of each, on its own, makes it that class's confidence.",
        ScoreKind::Probabilities => "The scores are probabilities, which add up to 1.",
        ScoreKind::SigmoidProbabilities => "The scores are probabilities, each class's on its own.",
    }
}

fn traced(net: &dyn Classifier) -> Result<CModule> {
    let shape = net.input();
    let sides = [shape.channels, shape.height, shape.width];
    let scores = |x: &Tensor| -> Result<Tensor> {
        // Flat first: rows of values are as good as pictures, and pictures of another size are noticed.
        let pictures = x.f_flatten(1, -1)?.f_unflatten(1, sides)?;
        Ok(net.scores(&pictures)?)
    };
    let example = pattern(shape, 2);
    // A net that fails shall do so here: libtorch's recorder would stay on.
    let _ = no_grad(|| scores(&example))?;
    let mut record = |inputs: &[Tensor]| vec![scores(&inputs[0]).expect("it has just worked")];
    Ok(CModule::create_by_tracing("Net", "forward", &[example], &mut record)?)
}

/// Pictures `[n, C, H, W]` without a meaning, every one different.
fn pattern(shape: InputShape, n: i64) -> Tensor {
    let len = n * shape.len() as i64;
    let values: Vec<f32> =
        (0..len).map(|i| (0.5 + 0.5 * (0.7 * i as f64 + 0.001 * (i * i % 997) as f64).sin()) as f32).collect();
    Tensor::from_slice(&values).reshape(shape.batch(n))
}

/// Whether both give the same scores, for batches of more than one size: a recording may have kept the size of its example.
fn compare(net: &dyn Classifier, again: &ScriptNet) -> Result<()> {
    for n in [1, 3] {
        let x = pattern(net.input(), n);
        let (wanted, got) = no_grad(|| (net.scores(&x), again.scores(&x)));
        let (wanted, got) = (wanted?, got?);
        let largest = |t: Tensor| t.abs().max().to_kind(Kind::Double).double_value(&[]);
        let alike = got.size() == wanted.size() && largest(&got - &wanted) <= ALIKE * largest(wanted).max(1.0);
        if !alike {
            let why = format!("its recording gives other scores for {n} pictures; this net cannot be exported");
            return Err(Error::Misfit { net: net.name().to_owned(), why });
        }
    }
    Ok(())
}
