//! Studies of kind `train`: every net of a file, each into a folder of its own.

use std::path::Path;

use advlab_core::Device;
use anyhow::{Context as _, Result, bail};

use crate::data::DataSpec;
use crate::folder::Existing;
use crate::log;
use crate::recipes::Nets;
use crate::record::{Ending, Surroundings};
use crate::train::{self, Halves};
use crate::trainings::resumed;

/// What came of one net.
#[derive(Debug)]
pub struct Trained {
    /// Its name.
    pub name: String,
    /// Its architecture.
    pub architecture: String,
    /// Its training.
    pub report: train::Report,
}

/// Trainings that can start.
#[derive(Debug)]
pub struct Trainings(Vec<(train::Spec, train::Prepared)>);

/// Prepares to train every net of `nets` into a folder of its name below `out`.
///
/// With [`Existing::Resume`] a net that is trained already is left as it is, and one that is not begun begins.
///
/// # Errors
/// Bad settings, two nets of one name, missing data, folders that hold something else.
pub fn prepare_all(
    nets: &Nets,
    device: Device,
    out: &Path,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Trainings> {
    let specs = specs(nets, device)?;
    let mut loaded: Vec<(DataSpec, Halves)> = Vec::new();
    for spec in &specs {
        if loaded.iter().all(|(data, _)| *data != spec.data) {
            loaded.push((spec.data.clone(), Halves::load(&spec.data, surroundings)?));
        }
    }
    log::belongs_to(out);
    let prepare = |spec: train::Spec| {
        let place = out.join(&spec.name);
        let existing = resumed(&place, existing);
        let (_, data) = loaded.iter().find(|(data, _)| *data == spec.data).expect("loaded above");
        let prepared = train::prepare_on(&spec, &data.examples(), place, existing, surroundings)?;
        Ok((spec, prepared))
    };
    specs.into_iter().map(prepare).collect::<Result<_>>().map(Trainings)
}

impl Trainings {
    /// Trains one net after the other, until all are trained or someone asks to stop.
    ///
    /// # Errors
    /// Those of the trainings.
    pub fn run(self) -> Result<Vec<Trained>> {
        let mut trained = Vec::new();
        for (spec, prepared) in self.0 {
            let report = prepared.run()?;
            let stopped = report.ending == Ending::Stopped;
            trained.push(Trained { architecture: spec.model.text(), name: spec.name, report });
            if stopped {
                break;
            }
        }
        Ok(trained)
    }
}

fn specs(nets: &Nets, device: Device) -> Result<Vec<train::Spec>> {
    let mut specs: Vec<train::Spec> = Vec::new();
    for (index, recipe) in nets.nets.iter().enumerate() {
        let at = || format!("nets[{index}] (`{}`)", recipe.name);
        if recipe.name.is_empty() || recipe.name.contains(['/', '\\', '.']) {
            bail!("{}: `name` must be a word that can name a folder", at());
        }
        if specs.iter().any(|other| other.name == recipe.name) {
            bail!("{}: another net has this name", at());
        }
        let training = recipe.training();
        training.check().with_context(at)?;
        let (model, data) = (recipe.model.clone(), recipe.data.clone().unwrap_or_else(|| nets.data.clone()));
        specs.push(train::Spec { name: recipe.name.clone(), model, training, data, seed: nets.seed, device });
    }
    if specs.is_empty() {
        bail!("`nets` must hold at least one net");
    }
    Ok(specs)
}
