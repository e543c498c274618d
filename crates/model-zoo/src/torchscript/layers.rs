//! The submodules of a net in a TorchScript file as layers: a second net, with methods that stop at each of them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use advlab_core::{InputShape, Layer, complaint};
use tch::{CModule, Device, IValue, TchError, Tensor, no_grad};
use zip::ZipArchive;

use super::archive::{Edit, rewrite};
use super::code::Code;
use super::habits;
use super::net::fix;
use super::reach::{NOTE, SHAPES, reach};

/// Pictures by which the shapes are found out: a number that hardly any other side has.
const PICTURES: i64 = 3;

/// Libtorch's numbers of the kinds of numbers that can be layers: half, float, double, bfloat16.
const KINDS: [i64; 4] = [5, 6, 7, 15];

/// Difference of the scores and of a layer's values, as a share of the largest score, where both are the same.
const SAME: f64 = 1e-5;

/// What is written where nothing inside of a file can be called.
const NO_SUBMODULES: &str = "its file holds no submodules that could be asked (frozen and inlined nets have none), so only `scores` can be \
                             read; trace or script the net without freezing it";

/// A net whose layers can be read.
pub(super) struct Layered {
    module: CModule,
    /// In the order of computation, without the scores.
    pub(super) layers: Vec<Layer>,
    /// By the name of the layer, the method that gives its values.
    methods: HashMap<String, String>,
}

impl Layered {
    /// Reads a file and finds the layers; `scores` are the net's for pictures as it takes them.
    ///
    /// # Errors
    /// Why no layer can be read, in a sentence that follows the net's name.
    pub(super) fn read(
        file: &Path,
        (input, flat): (InputShape, bool),
        device: Device,
        scores: impl Fn(&Tensor) -> Result<Tensor, TchError>,
    ) -> Result<Self, String> {
        let refused = |why: String| format!("only `scores` can be read, since its code could not be changed: {why}");
        let (module, named) = with_methods(file, device).map_err(|error| match error {
            Trouble::NoSubmodules => NO_SUBMODULES.to_owned(),
            Trouble::Other(why) => refused(why),
        })?;
        let mut noise = habits::noise(input, PICTURES, device);
        if flat {
            noise = noise.flatten(1, -1);
        }
        let torch = |error: TchError| refused(complaint(&error));
        let IValue::IntList(told) =
            no_grad(|| module.method_is(SHAPES, &[IValue::Tensor(noise.shallow_clone())])).map_err(torch)?
        else {
            return Err(refused("it does not tell shapes".to_owned()));
        };
        let scores = no_grad(|| scores(&noise)).map_err(torch)?;
        let (mut layers, mut methods) = (Vec::new(), HashMap::new());
        let mut told = told.as_slice();
        for (name, method) in named {
            let [kind, sides, rest @ ..] = told else { return Err(refused("it tells too few shapes".to_owned())) };
            let (shape, rest) =
                rest.split_at_checked(*sides as usize).ok_or_else(|| refused("it tells half a shape".to_owned()))?;
            told = rest;
            if !KINDS.contains(kind) || !matches!(shape, [PICTURES, _] | [PICTURES, _, _, _]) {
                continue;
            }
            let is_scores = shape == scores.size() && {
                let values = no_grad(|| module.method_ts(&method, &[&noise])).map_err(torch)?;
                habits::apart(&scores, &values) <= SAME
            };
            // A submodule may be called as the scores are.
            let name = if name == Layer::SCORES { format!(".{name}") } else { name };
            layers.push(Layer { name: name.clone(), shape: shape[1..].to_vec(), is_scores });
            methods.insert(name, method);
        }
        if layers.is_empty() {
            return Err("only `scores` can be read: none of its submodules gives values for each picture".to_owned());
        }
        Ok(Self { module, layers, methods })
    }

    /// Values of a layer for pictures as the net takes them; `None` if there is none of this name.
    pub(super) fn values(&self, pictures: &Tensor, layer: &str) -> Option<Result<Tensor, TchError>> {
        Some(self.module.method_ts(self.methods.get(layer)?, &[pictures]))
    }
}

/// Why a net gets no methods.
pub(super) enum Trouble {
    NoSubmodules,
    Other(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

/// The net in a file with methods for its submodules; and the names of these in the order in which their shapes are told, each
/// with its method.
fn with_methods(file: &Path, device: Device) -> Result<(CModule, Vec<(String, String)>), Trouble> {
    let (texts, top) = texts(file)?;
    let mut code = Code::default();
    for (path, text) in &texts {
        code.add(path, text);
    }
    let reached = reach(&code, &top).map_err(Trouble::Other)?;
    if reached.layers.is_empty() {
        return Err(Trouble::NoSubmodules);
    }
    // From the end to the beginning, so that lines keep their numbers.
    let mut places: Vec<_> =
        reached.methods.iter().map(|(class, methods)| (&code.classes[class], methods.concat())).collect();
    places.sort_by_key(|(class, _)| std::cmp::Reverse(class.end));
    let mut changed = HashMap::<&str, Vec<&str>>::new();
    for (class, methods) in &places {
        let lines = changed.entry(&class.file).or_insert_with(|| texts[&class.file].lines().collect());
        lines.splice(class.end..class.end, methods.lines());
    }
    let edit = |path: &str| match (changed.get(path), path.strip_suffix(".debug_pkl")) {
        (Some(lines), _) => Edit::Replace((lines.join("\n") + "\n").into_bytes()),
        // It says which line of the code comes from where, and the lines have moved.
        (None, Some(code)) if changed.contains_key(code) => Edit::Drop,
        _ => Edit::Keep,
    };
    let spare = tempfile::Builder::new().prefix("advlab-").suffix(".pt").tempfile()?;
    rewrite(file, spare.path(), edit, &[(NOTE.0, NOTE.1.as_bytes())])?;
    let torch = |error: TchError| Trouble::Other(complaint(&error));
    let mut module = CModule::load_on_device(spare.path(), device).map_err(torch)?;
    fix(&module).map_err(torch)?;
    module.set_eval();
    Ok((module, reached.layers))
}

/// The code in a file by its path, and the whole name of the net's class.
pub(super) fn texts(file: &Path) -> Result<(HashMap<String, String>, String), Trouble> {
    let mut archive = ZipArchive::new(File::open(file)?).map_err(io::Error::from)?;
    let (mut texts, mut top) = (HashMap::new(), None);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(io::Error::from)?;
        let path = entry.name().split_once('/').map_or("", |(_, path)| path).to_owned();
        if path == "data.pkl" {
            let mut state = Vec::new();
            entry.read_to_end(&mut state)?;
            top = class_of(&state);
        } else if path.starts_with("code/") && path.ends_with(".py") {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            texts.insert(path, text);
        }
    }
    Ok((texts, top.ok_or(Trouble::NoSubmodules)?))
}

/// The class that a net's pickled state begins with.
fn class_of(state: &[u8]) -> Option<String> {
    let mut names = state.strip_prefix(b"\x80\x02c")?.split(|byte| *byte == b'\n');
    let (module, name) = (names.next()?, names.next()?);
    Some(format!("{}.{}", std::str::from_utf8(module).ok()?, std::str::from_utf8(name).ok()?))
}
