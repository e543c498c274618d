//! A study of any kind: what its file says, or the record of a run of it, and the way to its start.

use std::path::PathBuf;

use advlab_core::Device;
use advlab_model_zoo::ModelSpec;
use anyhow::{Context as _, Result, bail};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::desk::Report;
use super::search::Search;
use super::{
    bases, doubt, learning, lyapunov_2d, lyapunov_mnist, noise, norms, own_digits, perceptrons, photos, pool,
    training_sets, transfer,
};
use crate::folder::Existing;
use crate::record::Surroundings;

/// The settings of a study.
#[derive(Clone, Debug, PartialEq)]
pub enum Study {
    /// Single units of layers against random directions.
    Bases(Box<bases::Spec>),
    /// When a prediction is certain.
    Doubt(Box<doubt::Spec>),
    /// Nets that learn or memorise.
    Learning(Box<learning::Spec>),
    /// Nets of many widths and depths that tell a disc from its surroundings, and where they stretch.
    Lyapunov2d(Box<lyapunov_2d::Spec>),
    /// Nets with a layer of two neurons, and where they stretch its plane.
    LyapunovMnist(Box<lyapunov_mnist::Spec>),
    /// What nets see: examples from noise, and their averages.
    Noise(Box<noise::Spec>),
    /// How far layers can stretch a difference.
    Norms(Box<norms::Spec>),
    /// Nets that are shown digits of other distributions, photographs among them.
    OwnDigits(Box<own_digits::Spec>),
    /// What single neurons and small nets of them learn.
    Perceptrons(Box<perceptrons::Spec>),
    /// A net trained with adversarial examples and without.
    Pool(Box<pool::Spec>),
    /// Photographs that become a chosen class.
    Photos(Box<photos::Spec>),
    /// One net trained on data sets that are nearly alike.
    TrainingSets(Box<training_sets::Spec>),
    /// The smallest changes that fool nets, and what other nets say of them.
    Transfer(Box<transfer::Spec>),
}

/// How kinds begin in the records of studies.
const OF_RECORD: &str = "study ";

impl Study {
    /// The settings of the run that a record is of: of its kind, as `run.json` has it, and its spec.
    ///
    /// # Errors
    /// A kind that is no study, settings of another version.
    pub(crate) fn of_record(kind: &str, spec: &Value) -> Result<Self> {
        fn read<T: DeserializeOwned>(spec: &Value) -> Result<Box<T>> {
            let spec = serde_json::from_value(spec.clone());
            Ok(Box::new(spec.context("its settings are not those of this version of advlab")?))
        }
        let Some(word) = kind.strip_prefix(OF_RECORD) else {
            bail!("it is a run of `{kind}` and no study; studies alone have cells");
        };
        Ok(match word {
            "bases" => Self::Bases(read(spec)?),
            "doubts" => Self::Doubt(read(spec)?),
            "learning" => Self::Learning(read(spec)?),
            "lyapunov-2d" => Self::Lyapunov2d(read(spec)?),
            "lyapunov-mnist" => Self::LyapunovMnist(read(spec)?),
            "noise" => Self::Noise(read(spec)?),
            "operator-norms" => Self::Norms(read(spec)?),
            "own-digits" => Self::OwnDigits(read(spec)?),
            "adversarial-training" => Self::Pool(read(spec)?),
            "perceptrons" => Self::Perceptrons(read(spec)?),
            "photos" => Self::Photos(read(spec)?),
            "training-sets" => Self::TrainingSets(read(spec)?),
            "transfer" => Self::Transfer(read(spec)?),
            other => bail!("this version of advlab knows no studies of kind `{other}`"),
        })
    }

    /// As files spell its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Bases(_) => "bases",
            Self::Doubt(_) => "doubts",
            Self::Learning(_) => "learning",
            Self::Lyapunov2d(_) => "lyapunov-2d",
            Self::LyapunovMnist(_) => "lyapunov-mnist",
            Self::Noise(_) => "noise",
            Self::Norms(_) => "operator-norms",
            Self::OwnDigits(_) => "own-digits",
            Self::Pool(_) => "adversarial-training",
            Self::Perceptrons(_) => "perceptrons",
            Self::Photos(_) => "photos",
            Self::TrainingSets(_) => "training-sets",
            Self::Transfer(_) => "transfer",
        }
    }

    /// Checks every setting that does not depend on data or nets.
    ///
    /// # Errors
    /// The first that cannot be used, by its path in the file.
    pub fn check(&self) -> Result<()> {
        let several = |nets: &mut dyn Iterator<Item = &ModelSpec>| {
            nets.enumerate().try_for_each(|(at, model)| model.check().with_context(|| format!("nets[{at}]: model")))
        };
        let one = |model: &ModelSpec| model.check().context("model");
        match self {
            Self::Bases(spec) => several(&mut spec.nets.iter().map(|net| &net.model)).and_then(|()| spec.check()),
            Self::Doubt(spec) => one(&spec.model).and_then(|()| spec.check()),
            Self::Learning(spec) => spec.check(),
            Self::Lyapunov2d(spec) => spec.check(),
            Self::LyapunovMnist(spec) => {
                several(&mut spec.nets.iter().map(|net| &net.model)).and_then(|()| spec.check())
            }
            Self::Noise(spec) => several(&mut spec.nets.iter().map(|net| &net.model)).and_then(|()| spec.check()),
            Self::Norms(spec) => spec.check(),
            Self::OwnDigits(spec) => one(&spec.model).and_then(|()| spec.check()),
            Self::Pool(spec) => one(&spec.model).and_then(|()| spec.check()),
            Self::Perceptrons(spec) => spec.check(),
            Self::Photos(spec) => spec.check(),
            Self::TrainingSets(spec) => one(&spec.model).and_then(|()| spec.check()),
            Self::Transfer(spec) => several(&mut spec.nets.iter().map(|net| &net.model)).and_then(|()| spec.check()),
        }
    }

    /// The keys of its cells, in the order in which they are done; none where only the files tell which there are.
    pub fn cells(&self) -> Option<Vec<String>> {
        Some(match self {
            Self::Bases(spec) => bases::keys(spec),
            Self::Doubt(spec) => doubt::keys(spec),
            Self::Learning(spec) => learning::keys(spec),
            Self::Lyapunov2d(spec) => lyapunov_2d::keys(spec),
            Self::LyapunovMnist(spec) => lyapunov_mnist::keys(spec),
            Self::Noise(spec) => noise::keys(spec),
            Self::Perceptrons(spec) => perceptrons::keys(spec),
            Self::Pool(spec) => pool::keys(spec),
            Self::TrainingSets(spec) => training_sets::keys(spec),
            Self::Transfer(spec) => transfer::keys(spec),
            Self::Norms(_) | Self::OwnDigits(_) | Self::Photos(_) => return None,
        })
    }

    /// Its seed, and where it runs.
    pub const fn seed_and_device(&mut self) -> (&mut u64, &mut Device) {
        match self {
            Self::Bases(spec) => (&mut spec.seed, &mut spec.device),
            Self::Doubt(spec) => (&mut spec.seed, &mut spec.device),
            Self::Learning(spec) => (&mut spec.seed, &mut spec.device),
            Self::Lyapunov2d(spec) => (&mut spec.seed, &mut spec.device),
            Self::LyapunovMnist(spec) => (&mut spec.seed, &mut spec.device),
            Self::Noise(spec) => (&mut spec.seed, &mut spec.device),
            Self::Norms(spec) => (&mut spec.seed, &mut spec.device),
            Self::OwnDigits(spec) => (&mut spec.seed, &mut spec.device),
            Self::Pool(spec) => (&mut spec.seed, &mut spec.device),
            Self::Perceptrons(spec) => (&mut spec.seed, &mut spec.device),
            Self::Photos(spec) => (&mut spec.seed, &mut spec.device),
            Self::TrainingSets(spec) => (&mut spec.seed, &mut spec.device),
            Self::Transfer(spec) => (&mut spec.seed, &mut spec.device),
        }
    }

    /// Checks everything that can be checked before work starts.
    ///
    /// # Errors
    /// Bad settings; data, nets or photographs that are in none of the places of `search`; a folder that holds something else.
    pub fn prepare(
        &self,
        search: &Search,
        out: PathBuf,
        existing: Existing,
        surroundings: &Surroundings,
    ) -> Result<Ready> {
        Ok(match self {
            Self::Bases(spec) => ready(bases::prepare(spec, search, out, existing, surroundings)?, |it| it.run()),
            Self::Doubt(spec) => ready(doubt::prepare(spec, out, existing, surroundings)?, |it| it.run()),
            Self::Learning(spec) => ready(learning::prepare(spec, out, existing, surroundings)?, |it| it.run()),
            Self::Lyapunov2d(spec) => ready(lyapunov_2d::prepare(spec, out, existing, surroundings)?, |it| it.run()),
            Self::LyapunovMnist(spec) => {
                ready(lyapunov_mnist::prepare(spec, out, existing, surroundings)?, |it| it.run())
            }
            Self::Noise(spec) => ready(noise::prepare(spec, out, existing, surroundings)?, |it| it.run()),
            Self::Norms(spec) => ready(norms::prepare(spec, search, out, existing, surroundings)?, |it| it.run()),
            Self::OwnDigits(spec) => {
                ready(own_digits::prepare(spec, search, out, existing, surroundings)?, |it| it.run())
            }
            Self::Pool(spec) => ready(pool::prepare(spec, out, existing, surroundings)?, |it| it.run()),
            Self::Perceptrons(spec) => ready(perceptrons::prepare(spec, out, existing, surroundings)?, |it| it.run()),
            Self::Photos(spec) => ready(photos::prepare(spec, search, out, existing, surroundings)?, |it| it.run()),
            Self::TrainingSets(spec) => {
                ready(training_sets::prepare(spec, out, existing, surroundings)?, |it| it.run())
            }
            Self::Transfer(spec) => ready(transfer::prepare(spec, out, existing, surroundings)?, |it| it.run()),
        })
    }
}

/// A study that can start.
pub struct Ready(Box<dyn FnOnce() -> Result<Report>>);

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ready")
    }
}

fn ready<P: 'static>(prepared: P, run: fn(P) -> Result<Report>) -> Ready {
    Ready::new(move || run(prepared))
}

impl Ready {
    pub(super) fn new(run: impl FnOnce() -> Result<Report> + 'static) -> Self {
        Self(Box::new(run))
    }

    /// Does it.
    ///
    /// # Errors
    /// Those of the study. What is done is on disk by then.
    pub fn run(self) -> Result<Report> {
        (self.0)()
    }
}
