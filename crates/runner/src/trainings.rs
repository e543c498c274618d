//! Many trainings: side by side where there are cores for it, and taken up where they are there already.

use std::path::Path;

use advlab_datasets::Examples;
use advlab_model_zoo::{EpochRecord, Net, read};
use anyhow::{Context as _, Result};
use tch::Kind;

use crate::folder::Existing;
use crate::lanes::{Lanes, side_by_side};
use crate::progress::Progress;
use crate::record::{Ending, Surroundings};
use crate::train::{self, Halves, WEIGHTS};

/// A training to do: of what net, how, on which pictures.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Its name is that of its folder.
    pub(crate) spec: train::Spec,
    pub(crate) data: Halves<dyn Examples>,
}

/// A trained net.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) net: Net,
    pub(crate) architecture: String,
    /// Share of the test pictures labelled right.
    pub(crate) accuracy: f64,
    /// Time of the training.
    pub(crate) seconds: f64,
    /// Epoch by epoch.
    pub(crate) history: Vec<EpochRecord>,
}

/// Trains every net below `place`, or takes up those that are there; false if someone asked to stop.
pub(crate) fn train_all(
    mut plans: Vec<Plan>,
    place: &Path,
    existing: Existing,
    surroundings: &Surroundings,
) -> Result<bool> {
    let Some(first) = plans.first() else { return Ok(true) };
    let device = first.spec.device.resolve()?;
    let epochs: u64 = plans.iter().map(|plan| u64::from(plan.spec.training.all_epochs())).sum();
    let bar = surroundings.progress.bar(epochs, "training, epochs");
    // The longest first, so that no core is left alone with one at the end.
    let work = |spec: &train::Spec| u64::from(spec.training.all_epochs()) * 1000 / spec.training.batch as u64;
    plans.sort_by_key(|plan| std::cmp::Reverse((work(&plan.spec), plan.spec.model.hidden.len())));
    let hidden = Surroundings { progress: Progress::Hidden, ..surroundings.clone() };
    let one = |at: usize| -> Result<Ending> {
        let Plan { spec, data } = &plans[at];
        let train = || -> Result<Ending> {
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
        train().with_context(|| format!("training of {}", spec.name))
    };
    let ending = side_by_side(plans.len(), Lanes::new(device, surroundings.jobs), &one)?;
    bar.finish_and_clear();
    Ok(ending != Ending::Stopped && !surroundings.stop.asked())
}

/// A net whose turn had not come yet has nothing to go on with.
pub(crate) fn resumed(place: &Path, existing: Existing) -> Existing {
    if existing == Existing::Resume && !place.join("run.json").is_file() { Existing::Force } else { existing }
}

/// Opens the net that a plan of this spec trained below `place`, and calls it `name`.
pub(crate) fn open(spec: &train::Spec, place: &Path, name: &str) -> Result<Opened> {
    let folder = place.join(&spec.name);
    let (trained, card) = read(&folder.join(WEIGHTS), None)?;
    let history = csv::Reader::from_path(folder.join("history.csv"))?
        .deserialize::<EpochRecord>()
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Opened {
        architecture: card.spec.text(),
        accuracy: card.training.map_or(0.0, |training| training.test_accuracy),
        seconds: history.iter().map(|epoch| epoch.seconds).sum(),
        history,
        net: trained.to(spec.device.resolve()?, Kind::Float)?.named(name),
    })
}
