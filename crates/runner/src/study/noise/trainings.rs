//! The nets of a study: every net that a recipe or variant asks for, once for each training.

use std::path::Path;

use advlab_core::Seed;
use advlab_model_zoo::Net;
use anyhow::Result;

use super::cell::{Cell, net_key};
use super::spec::{NetSpec, Retrained, Spec};
use crate::folder::Existing;
use crate::record::Surroundings;
use crate::train::{self, Halves};
use crate::trainings::{self, Plan};

/// A trained net.
#[derive(Debug)]
pub(super) struct TrainedNet {
    pub(super) name: String,
    pub(super) retrained: Option<String>,
    pub(super) training: usize,
    pub(super) architecture: String,
    pub(super) accuracy: f64,
    pub(super) seconds: f64,
    pub(super) net: Net,
}

/// A net, the way of retraining it if it is not its own, and the number of the training.
type Wanted<'a> = (&'a NetSpec, Option<&'a Retrained>, usize);

/// What is to be trained: every net that a cell asks for, once.
fn wanted<'a>(spec: &'a Spec, cells: &[Cell]) -> Vec<Wanted<'a>> {
    let mut wanted: Vec<Wanted<'a>> = Vec::new();
    for cell in cells {
        let net = spec.nets.iter().find(|net| net.name == cell.net).expect("cells are of the study's nets");
        let retrained = cell.retrained.as_ref().and_then(|name| spec.retrained.iter().find(|r| r.name == *name));
        let one = (net, retrained, cell.training);
        if !wanted.contains(&one) {
            wanted.push(one);
        }
    }
    wanted
}

fn training_of(spec: &Spec, (net, retrained, training): Wanted<'_>) -> train::Spec {
    let mut model = net.model.clone();
    model.activation = retrained.and_then(|retrained| retrained.activation).unwrap_or(model.activation);
    let name = net_key(&net.name, retrained.map(|retrained| &retrained.name[..]), training);
    let seed = Seed::new(spec.seed).child("training").child(&name).get();
    let training = retrained.and_then(|retrained| retrained.training.as_ref()).unwrap_or(&net.training).clone();
    let data = spec.data.clone();
    train::Spec { name, model, training, data, seed, device: spec.device }
}

/// Trains every net that `cells` ask for below `place`, or takes up those that are there; none if someone asked to stop.
pub(super) fn train_all(
    spec: &Spec,
    cells: &[Cell],
    data: &Halves,
    place: &Path,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Option<Vec<TrainedNet>>> {
    let wanted = wanted(spec, cells);
    let plan = |one: &Wanted<'_>| Plan { spec: training_of(spec, *one), data: data.examples() };
    if !trainings::train_all(wanted.iter().map(plan).collect(), place, existing, surroundings)? {
        return Ok(None);
    }
    wanted.iter().map(|one| open(spec, *one, place)).collect::<Result<Vec<_>>>().map(Some)
}

fn open(spec: &Spec, one: Wanted<'_>, place: &Path) -> Result<TrainedNet> {
    let (net, retrained, training) = one;
    let opened = trainings::open(&training_of(spec, one), place, &net.name)?;
    Ok(TrainedNet {
        name: net.name.clone(),
        retrained: retrained.map(|retrained| retrained.name.clone()),
        training,
        architecture: opened.architecture,
        accuracy: opened.accuracy,
        seconds: opened.seconds,
        net: opened.net,
    })
}
