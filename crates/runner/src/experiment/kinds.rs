//! What a file can ask for.

use advlab_core::Device;
use advlab_model_zoo::ModelSpec;
use anyhow::{Context as _, Result, anyhow};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::follow;
use super::nearest::hint;
use crate::recipes::Nets;
use crate::study::{bases, learning, noise, own_digits, photos, pool, training_sets, transfer};
use crate::{basis, evaluate, generate, perturb};

/// What a file asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Experiment {
    /// Nets to train on one data set.
    Train(Box<Nets>),
    /// Single units of layers against random directions.
    Bases(Box<bases::Spec>),
    /// Nets that learn or memorise.
    Learning(Box<learning::Spec>),
    /// What nets see: examples from noise, and their averages.
    Noise(Box<noise::Spec>),
    /// Nets that are shown digits of other distributions, photographs among them.
    OwnDigits(Box<own_digits::Spec>),
    /// A net trained with adversarial examples and without.
    Pool(Box<pool::Spec>),
    /// Photographs that become a chosen class.
    Photos(Box<photos::Spec>),
    /// One net trained on data sets that are nearly alike.
    TrainingSets(Box<training_sets::Spec>),
    /// The smallest changes that fool nets, and what other nets say of them.
    Transfer(Box<transfer::Spec>),
    /// What `advlab generate` does.
    Generate(Box<generate::Spec>),
    /// What `advlab perturb` does.
    Perturb(Box<perturb::Spec>),
    /// What `advlab basis` does.
    Basis(Box<basis::Spec>),
    /// What `advlab eval` does.
    Eval(Box<evaluate::Spec>),
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
    ($name:literal, $also:expr, $about:literal, $spec:ty, $of:ident, $is_command:literal) => {
        Kind {
            name: $name,
            also: $also,
            about: $about,
            is_command: $is_command,
            derived: derived::<$spec>,
            read: |table| Ok(Experiment::$of(Box::new(read::<$spec>(table)?))),
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
        Pool,
        false
    ),
    kind!(
        "bases",
        &[],
        "a study: do single units of nets mean more than random directions?",
        bases::Spec,
        Bases,
        false
    ),
    kind!(
        "learning",
        &["cells"],
        "a study: nets that learn a task with a clear sign, and memorise one with next to none",
        learning::Spec,
        Learning,
        false
    ),
    kind!("noise", &[], "a study: what nets see in noise, and averages of it", noise::Spec, Noise, false),
    kind!(
        "own-digits",
        &[],
        "a study: nets that are shown digits of other distributions, photographs among them",
        own_digits::Spec,
        OwnDigits,
        false
    ),
    kind!("photos", &[], "a study: photographs that become a chosen class", photos::Spec, Photos, false),
    kind!("train", &[], "nets to train on one data set", Nets, Train, false),
    kind!(
        "training-sets",
        &[],
        "a study: one net trained on data sets that are nearly alike",
        training_sets::Spec,
        TrainingSets,
        false
    ),
    kind!(
        "transfer",
        &[],
        "a study: the smallest changes that fool nets, and what other nets say of them",
        transfer::Spec,
        Transfer,
        false
    ),
    kind!("generate", &[], "what `advlab generate` does: pictures out of noise", generate::Spec, Generate, true),
    kind!(
        "perturb",
        &["minimal"],
        "what `advlab perturb` does: the smallest changes of pictures",
        perturb::Spec,
        Perturb,
        true
    ),
    kind!("basis", &[], "what `advlab basis` does: units of a layer and random directions", basis::Spec, Basis, true),
    kind!("eval", &[], "what `advlab eval` does: how well a net does", evaluate::Spec, Eval, true),
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
            Self::Bases(_) => "bases",
            Self::Learning(_) => "learning",
            Self::Noise(_) => "noise",
            Self::OwnDigits(_) => "own-digits",
            Self::Pool(_) => "adversarial-training",
            Self::Photos(_) => "photos",
            Self::TrainingSets(_) => "training-sets",
            Self::Transfer(_) => "transfer",
            Self::Generate(_) => "generate",
            Self::Perturb(_) => "perturb",
            Self::Basis(_) => "basis",
            Self::Eval(_) => "eval",
        }
    }

    /// Checks every setting that does not depend on data or nets.
    ///
    /// # Errors
    /// The first that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        for (path, model) in self.models() {
            model.check().context(path)?;
        }
        match self {
            Self::Train(nets) => nets.check(),
            Self::Bases(spec) => spec.check(),
            Self::Learning(spec) => spec.check(),
            Self::Noise(spec) => spec.check(),
            Self::OwnDigits(spec) => spec.check(),
            Self::Pool(spec) => spec.check(),
            Self::Photos(spec) => spec.check(),
            Self::TrainingSets(spec) => spec.check(),
            Self::Transfer(spec) => spec.check(),
            Self::Generate(spec) => spec.check(),
            Self::Perturb(spec) => spec.check().map(drop),
            Self::Basis(spec) => spec.check(),
            Self::Eval(_) => Ok(()),
        }
    }

    /// Sets the device, where the file does not train nets alone: those run where they are told to.
    pub fn on(&mut self, device: Device) {
        match self {
            Self::Train(_) => {}
            Self::Bases(spec) => spec.device = device,
            Self::Learning(spec) => spec.device = device,
            Self::Noise(spec) => spec.device = device,
            Self::OwnDigits(spec) => spec.device = device,
            Self::Pool(spec) => spec.device = device,
            Self::Photos(spec) => spec.device = device,
            Self::TrainingSets(spec) => spec.device = device,
            Self::Transfer(spec) => spec.device = device,
            Self::Generate(spec) => spec.device = device,
            Self::Perturb(spec) => spec.device = device,
            Self::Basis(spec) => spec.device = device,
            Self::Eval(spec) => spec.device = device,
        }
    }

    /// Sets the seed that every random draw comes from.
    pub fn seeded(&mut self, seed: u64) {
        match self {
            Self::Train(nets) => nets.seed = seed,
            Self::Bases(spec) => spec.seed = seed,
            Self::Learning(spec) => spec.seed = seed,
            Self::Noise(spec) => spec.seed = seed,
            Self::OwnDigits(spec) => spec.seed = seed,
            Self::Pool(spec) => spec.seed = seed,
            Self::Photos(spec) => spec.seed = seed,
            Self::TrainingSets(spec) => spec.seed = seed,
            Self::Transfer(spec) => spec.seed = seed,
            Self::Generate(spec) => spec.seed = seed,
            Self::Perturb(spec) => spec.seed = seed,
            Self::Basis(spec) => spec.seed = seed,
            Self::Eval(spec) => spec.seed = seed,
        }
    }

    /// Every architecture in it, by its path.
    fn models(&self) -> Vec<(String, &ModelSpec)> {
        let nets: Vec<&ModelSpec> = match self {
            Self::Train(nets) => nets.nets.iter().map(|net| &net.model).collect(),
            Self::Bases(spec) => spec.nets.iter().map(|net| &net.model).collect(),
            Self::Noise(spec) => spec.nets.iter().map(|net| &net.model).collect(),
            Self::Transfer(spec) => spec.nets.iter().map(|net| &net.model).collect(),
            Self::OwnDigits(spec) => return vec![("model".to_owned(), &spec.model)],
            Self::Pool(spec) => return vec![("model".to_owned(), &spec.model)],
            Self::TrainingSets(spec) => return vec![("model".to_owned(), &spec.model)],
            _ => Vec::new(),
        };
        nets.into_iter().enumerate().map(|(at, model)| (format!("nets[{at}]: model"), model)).collect()
    }
}
