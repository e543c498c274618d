//! The nets of a study: each trained several times, side by side where there are cores for it.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use advlab_core::Seed;
use advlab_model_zoo::{Net, read};
use anyhow::{Context as _, Result, anyhow};
use tch::Kind;

use super::cell::net_key;
use super::spec::{Group, NetSpec, Retrained, Spec};
use crate::folder::Existing;
use crate::progress::Progress;
use crate::record::{Ending, Surroundings};
use crate::study::nets::resumed;
use crate::train::{self, Halves, WEIGHTS};

/// Most trainings side by side: each holds the training pictures in memory.
const MOST_AT_ONCE: usize = 8;

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

/// What is to be trained: every net that a recipe or variant asks for, once.
fn wanted<'a>(spec: &'a Spec, groups: &[Group]) -> Vec<Wanted<'a>> {
    let mut wanted = Vec::new();
    for group in groups {
        let retrained = group.nets.as_ref().and_then(|name| spec.retrained.iter().find(|r| r.name == *name));
        for net in &spec.nets {
            let each = (1..=group.trainings).map(|training| (net, retrained, training));
            wanted.extend(each.filter(|one| !wanted.contains(one)).collect::<Vec<_>>());
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

/// Trains every net of the study below `place`, or takes up those that are there; none if someone asked to stop.
///
/// On the CPU each training has a thread to itself and they go side by side: libtorch's threads wait for each other at every
/// operation, and nets as small as these train fastest on one.
pub(super) fn train_all(
    spec: &Spec,
    groups: &[Group],
    data: &Halves,
    place: &Path,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<Option<Vec<TrainedNet>>> {
    let wanted = wanted(spec, groups);
    let mut order: Vec<train::Spec> = wanted.iter().map(|one| training_of(spec, *one)).collect();
    let device = spec.device.resolve()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let at_once = if device == tch::Device::Cpu { cores.min(MOST_AT_ONCE).min(order.len()) } else { 1 };
    let epochs: u64 = order.iter().map(|spec| u64::from(spec.training.epochs)).sum();
    let bar = surroundings.progress.bar(epochs, "training, epochs");
    // The longest first, so that no core is left alone with one at the end.
    let work = |spec: &train::Spec| u64::from(spec.training.epochs) * 1000 / spec.training.batch as u64;
    order.sort_by_key(|spec| std::cmp::Reverse((work(spec), spec.model.hidden.len())));
    let (next, failure, stopped) = (AtomicUsize::new(0), Mutex::new(None), AtomicUsize::new(0));
    let hidden = Surroundings { progress: Progress::Hidden, ..surroundings.clone() };
    let one = |spec: &train::Spec| -> Result<Ending> {
        let place = place.join(&spec.name);
        let prepared = train::prepare_on(spec, data, place.clone(), resumed(&place, existing), &hidden)?;
        let mut told = 0;
        let report = prepared.watched(&mut |_| {
            told += 1;
            bar.inc(1);
        })?;
        bar.inc(report.history.len().saturating_sub(told) as u64);
        Ok(report.ending)
    };
    let work = || {
        if device == tch::Device::Cpu {
            tch::set_num_threads(1);
        }
        while let Some(spec) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            match one(spec).with_context(|| format!("training of {}", spec.name)) {
                Ok(Ending::Stopped) => {
                    stopped.fetch_add(1, Ordering::Relaxed);
                    break;
                }
                Ok(_) => {}
                Err(error) => {
                    failure.lock().expect("no thread panics with it").get_or_insert(error);
                    next.store(order.len(), Ordering::Relaxed);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..at_once.max(1) {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    if let Some(error) = failure.into_inner().map_err(|_| anyhow!("a training panicked"))? {
        return Err(error);
    }
    if stopped.into_inner() > 0 || surroundings.stop.asked() {
        return Ok(None);
    }
    wanted.iter().map(|one| open(spec, *one, place)).collect::<Result<Vec<_>>>().map(Some)
}

fn open(spec: &Spec, (net, retrained, training): Wanted<'_>, place: &Path) -> Result<TrainedNet> {
    let folder = place.join(net_key(&net.name, retrained.map(|retrained| &retrained.name[..]), training));
    let (trained, card) = read(&folder.join(WEIGHTS), None)?;
    let history = csv::Reader::from_path(folder.join("history.csv"))?
        .deserialize::<advlab_model_zoo::EpochRecord>()
        .collect::<Result<Vec<_>, _>>()?;
    Ok(TrainedNet {
        name: net.name.clone(),
        retrained: retrained.map(|retrained| retrained.name.clone()),
        architecture: card.spec.text(),
        training,
        accuracy: card.training.map_or(0.0, |training| training.test_accuracy),
        seconds: history.iter().map(|epoch| epoch.seconds).sum(),
        net: trained.to(spec.device.resolve()?, Kind::Float)?.named(&net.name),
    })
}
