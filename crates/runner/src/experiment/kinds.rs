//! What a file can ask for.

use advlab_core::Device;
use anyhow::{Context as _, Result, anyhow};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::follow;
use super::nearest::hint;
use crate::recipes::Nets;
use crate::study::{
    Study, bases, doubt as doubts, learning, lyapunov_2d, lyapunov_mnist, noise, norms as norms_of_nets, own_digits,
    perceptrons, photos, pool, training_sets, transfer,
};
use crate::{basis, doubt, evaluate, generate, lyapunov, norms, perceptron, perturb, slice};

/// What a file asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Experiment {
    /// Nets to train on one data set.
    Train(Box<Nets>),
    /// A study.
    Study(Study),
    /// What `advlab generate` does.
    Generate(Box<generate::Spec>),
    /// What `advlab perturb` does.
    Perturb(Box<perturb::Spec>),
    /// What `advlab basis` does.
    Basis(Box<basis::Spec>),
    /// What `advlab eval` does.
    Eval(Box<evaluate::Spec>),
    /// What `advlab perceptron` does.
    Perceptron(Box<perceptron::Spec>),
    /// What `advlab slice` does.
    Slice(Box<slice::Spec>),
    /// What `advlab lyapunov` does.
    Lyapunov(Box<lyapunov::Spec>),
    /// What `advlab doubt` does.
    Doubt(Box<doubt::Spec>),
    /// What `advlab norms` does.
    Norms(Box<norms::Spec>),
}

/// A kind of file.
#[derive(Debug)]
pub struct Kind {
    /// As files spell it.
    pub name: &'static str,
    /// Other words for it, where a starting file is asked for.
    pub(super) also: &'static [&'static str],
    /// What it is, in a line.
    pub about: &'static str,
    /// Whether a command does the same from flags; its settings do not name their kind.
    pub(super) is_command: bool,
    /// The schema of its settings as they are derived.
    pub(super) derived: fn() -> Json,
    read: fn(toml::Table) -> Result<Experiment, Wrong>,
    /// A small file that can be run.
    pub(super) example: &'static str,
}

/// Settings that cannot be used, at a path as far as it is known.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) path: String,
    pub(super) what: String,
}

macro_rules! kind {
    ($name:literal, $also:expr, $about:literal, $spec:ty, $of:expr, $is_command:literal) => {
        Kind {
            name: $name,
            also: $also,
            about: $about,
            is_command: $is_command,
            derived: derived::<$spec>,
            read: |table| Ok($of(Box::new(read::<$spec>(table)?))),
            example: include_str!(concat!("examples/", $name, ".toml")),
        }
    };
}

/// Every kind, studies first.
pub const KINDS: &[Kind] = &[
    kind!(
        "adversarial-training",
        &["pool"],
        "a study: one net trained without adversarial examples and with pools of them",
        pool::Spec,
        |it| Experiment::Study(Study::Pool(it)),
        false
    ),
    kind!(
        "bases",
        &[],
        "a study: do single units of nets mean more than random directions?",
        bases::Spec,
        |it| Experiment::Study(Study::Bases(it)),
        false
    ),
    kind!(
        "doubts",
        &[],
        "a study: when is a prediction certain? Ways to doubt it, on pictures of several kinds",
        doubts::Spec,
        |it| Experiment::Study(Study::Doubt(it)),
        false
    ),
    kind!(
        "learning",
        &["cells"],
        "a study: nets that learn a task with a clear sign, and memorise one with next to none",
        learning::Spec,
        |it| Experiment::Study(Study::Learning(it)),
        false
    ),
    kind!(
        "lyapunov-2d",
        &[],
        "a study: where nets of many widths and depths stretch a square",
        lyapunov_2d::Spec,
        |it| Experiment::Study(Study::Lyapunov2d(it)),
        false
    ),
    kind!(
        "lyapunov-mnist",
        &[],
        "a study: where nets stretch the plane of a layer of two neurons",
        lyapunov_mnist::Spec,
        |it| Experiment::Study(Study::LyapunovMnist(it)),
        false
    ),
    kind!(
        "noise",
        &[],
        "a study: what nets see in noise, and averages of it",
        noise::Spec,
        |it| Experiment::Study(Study::Noise(it)),
        false
    ),
    kind!(
        "operator-norms",
        &[],
        "a study: how far layers of nets can stretch differences, and how far the nets do",
        norms_of_nets::Spec,
        |it| Experiment::Study(Study::Norms(it)),
        false
    ),
    kind!(
        "own-digits",
        &[],
        "a study: nets that are shown digits of other distributions, photographs among them",
        own_digits::Spec,
        |it| Experiment::Study(Study::OwnDigits(it)),
        false
    ),
    kind!(
        "photos",
        &[],
        "a study: photographs that become a chosen class",
        photos::Spec,
        |it| Experiment::Study(Study::Photos(it)),
        false
    ),
    kind!(
        "perceptrons",
        &[],
        "a study: what single neurons and small nets of them learn, and when they learn too much",
        perceptrons::Spec,
        |it| Experiment::Study(Study::Perceptrons(it)),
        false
    ),
    kind!("train", &[], "nets to train on one data set", Nets, Experiment::Train, false),
    kind!(
        "training-sets",
        &[],
        "a study: one net trained on data sets that are nearly alike",
        training_sets::Spec,
        |it| Experiment::Study(Study::TrainingSets(it)),
        false
    ),
    kind!(
        "transfer",
        &[],
        "a study: the smallest changes that fool nets, and what other nets say of them",
        transfer::Spec,
        |it| Experiment::Study(Study::Transfer(it)),
        false
    ),
    kind!(
        "generate",
        &[],
        "what `advlab generate` does: pictures out of noise",
        generate::Spec,
        Experiment::Generate,
        true
    ),
    kind!(
        "perturb",
        &["minimal"],
        "what `advlab perturb` does: the smallest changes of pictures",
        perturb::Spec,
        Experiment::Perturb,
        true
    ),
    kind!(
        "basis",
        &[],
        "what `advlab basis` does: units of a layer and random directions",
        basis::Spec,
        Experiment::Basis,
        true
    ),
    kind!("eval", &[], "what `advlab eval` does: how well a net does", evaluate::Spec, Experiment::Eval, true),
    kind!(
        "perceptron",
        &["hebb", "xor"],
        "what `advlab perceptron` does: what nets of sign neurons learn of a small problem",
        perceptron::Spec,
        Experiment::Perceptron,
        true
    ),
    kind!(
        "slice",
        &[],
        "what `advlab slice` does: a net's decisions in a plane through a picture and its counterpart",
        slice::Spec,
        Experiment::Slice,
        true
    ),
    kind!(
        "lyapunov",
        &[],
        "what `advlab lyapunov` does: how much a net stretches what lies around pictures",
        lyapunov::Spec,
        Experiment::Lyapunov,
        true
    ),
    kind!(
        "doubt",
        &[],
        "what `advlab doubt` does: when is a prediction certain?",
        doubt::Spec,
        Experiment::Doubt,
        true
    ),
    kind!(
        "norms",
        &[],
        "what `advlab norms` does: how far layers stretch differences",
        norms::Spec,
        Experiment::Norms,
        true
    ),
];

impl Kind {
    /// The kind that a file spells so.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The kind of this name, or of another word for it.
    ///
    /// # Errors
    /// None is called so; says which there are.
    pub fn wanted(name: &str) -> Result<&'static Self> {
        let found = KINDS.iter().find(|kind| kind.name == name || kind.also.contains(&name));
        found.ok_or_else(|| anyhow!("unknown kind `{name}`; {}", hint(name, KINDS.iter().map(|kind| kind.name))))
    }

    /// The kind of this document, which is otherwise without mistakes of form; its settings are checked.
    pub(super) fn experiment(&self, mut table: toml::Table) -> Result<Experiment, Wrong> {
        for key in ["include", "sweep"] {
            table.remove(key);
        }
        if self.is_command {
            table.remove("kind");
        }
        follow::fill(self.name, &mut table);
        let experiment = (self.read)(table)?;
        experiment.check().map_err(|error| Wrong { path: String::new(), what: format!("{error:#}") })?;
        Ok(experiment)
    }
}

fn derived<T: JsonSchema>() -> Json {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

fn read<T: DeserializeOwned>(table: toml::Table) -> Result<T, Wrong> {
    serde_path_to_error::deserialize(toml::Value::Table(table)).map_err(|error| {
        let path = error.path().to_string().replace('[', ".").replace(']', "");
        let what = error.inner().message().trim_end().replace('\n', ", ");
        Wrong { path: if path == "." { String::new() } else { path }, what }
    })
}

impl Experiment {
    /// As files spell its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Train(_) => "train",
            Self::Study(study) => study.kind(),
            Self::Generate(_) => "generate",
            Self::Perturb(_) => "perturb",
            Self::Basis(_) => "basis",
            Self::Eval(_) => "eval",
            Self::Perceptron(_) => "perceptron",
            Self::Slice(_) => "slice",
            Self::Lyapunov(_) => "lyapunov",
            Self::Norms(_) => "norms",
            Self::Doubt(_) => "doubt",
        }
    }

    /// Checks every setting that does not depend on data or nets.
    ///
    /// # Errors
    /// The first that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Train(nets) => {
                for (at, net) in nets.nets.iter().enumerate() {
                    net.model.check().with_context(|| format!("nets[{at}]: model"))?;
                }
                nets.check()
            }
            Self::Study(study) => study.check(),
            Self::Generate(spec) => spec.check(),
            Self::Perturb(spec) => spec.check().map(drop),
            Self::Basis(spec) => spec.check(),
            Self::Eval(_) => Ok(()),
            Self::Perceptron(spec) => spec.check(),
            Self::Slice(spec) => spec.check().map(drop),
            Self::Lyapunov(spec) => spec.check(),
            Self::Norms(spec) => spec.check(),
            Self::Doubt(spec) => spec.check(),
        }
    }

    /// The seed that every random draw comes from, and where it runs; nets that are only trained run where they are told to.
    pub const fn seed_and_device(&mut self) -> (&mut u64, Option<&mut Device>) {
        match self {
            Self::Train(nets) => (&mut nets.seed, None),
            Self::Study(study) => {
                let (seed, device) = study.seed_and_device();
                (seed, Some(device))
            }
            Self::Generate(spec) => (&mut spec.seed, Some(&mut spec.device)),
            Self::Perturb(spec) => (&mut spec.seed, Some(&mut spec.device)),
            Self::Basis(spec) => (&mut spec.seed, Some(&mut spec.device)),
            Self::Eval(spec) => (&mut spec.seed, Some(&mut spec.device)),
            Self::Perceptron(spec) => (&mut spec.seed, None),
            Self::Slice(spec) => (&mut spec.seed, Some(&mut spec.device)),
            Self::Lyapunov(spec) => (&mut spec.seed, Some(&mut spec.device)),
            Self::Doubt(spec) => (&mut spec.seed, Some(&mut spec.device)),
            Self::Norms(spec) => (&mut spec.seed, Some(&mut spec.device)),
        }
    }
}
