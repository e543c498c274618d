//! One cell: a training, what the net says of test pictures, and how far its weights are from those it is compared with.

use std::path::Path;
use std::sync::{Arc, Mutex};

use advlab_core::{Seed, Stop};
use advlab_datasets::Dataset;
use advlab_model_zoo::{EpochRecord, Net, Trainer, accuracy, evaluate, read};
use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::cell::{Cell, Measured, On, Shown};
use super::change::{Changed, Materials, change};
use super::parting::{file, keep, kept, parting};
use super::poison::poison;
use super::spec::{Kind, Spec};
use crate::study::lone::Lone;
use crate::train::Halves;

/// The bytes of all pictures after an adversarial change of a level, once they are made.
type Poisoned = Mutex<Option<Arc<Vec<u8>>>>;

/// What cells need besides themselves.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) spec: &'a Spec,
    pub(super) sets: &'a [Halves],
    pub(super) device: tch::Device,
    /// Folder that nets are kept in.
    pub(super) nets: &'a Path,
    pub(super) stop: &'a Stop,
    /// Pictures after the adversarial changes, change by change and level by level, made when they are first asked for.
    pub(super) poisons: Vec<Vec<Poisoned>>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(spec: &'a Spec, sets: &'a [Halves], device: tch::Device, nets: &'a Path, stop: &'a Stop) -> Self {
        let poisons = spec.changes.iter().map(|change| change.levels.iter().map(|_| Mutex::default()).collect());
        Self { spec, sets, device, nets, stop, poisons: poisons.collect() }
    }

    /// The training set of a cell; none if someone asked to stop.
    fn changed(&self, on: &On, training: usize) -> Result<Option<Changed>> {
        let On::Changed(number, level) = *on else { return Ok(None) };
        let spec = &self.spec.changes[number];
        let other = self.spec.sets.iter().position(|set| Some(&set.name) == spec.with.as_ref());
        let adversarial = match spec.kind {
            Kind::Adversarial => match self.poisoned(number, level)? {
                Some(bytes) => Some(bytes),
                None => return Ok(None),
            },
            _ => None,
        };
        let from = Materials {
            base: &self.sets[0].train,
            other: other.map(|other| &*self.sets[other].train),
            adversarial: adversarial.as_ref().map(|bytes| &bytes[..]),
        };
        let seed = Seed::new(self.spec.seed).child("change").child(&spec.key()).index(training as u64);
        change(spec, spec.levels[level], &from, seed).map(Some)
    }

    /// The net that adversarial changes are made against.
    fn crafting(&self) -> Result<Net> {
        let (net, _) = read(&file(self.nets, 0, self.spec.training.epochs), Some(&self.spec.model))?;
        Ok(net.to(self.device, tch::Kind::Float)?)
    }

    /// Share of the pictures of an adversarial change that the net gets wrong which it was made against.
    fn fooled(&self, on: &On, set: &Dataset) -> Result<Option<f64>> {
        let On::Changed(number, _) = *on else { return Ok(None) };
        if self.spec.changes[number].kind != Kind::Adversarial {
            return Ok(None);
        }
        Ok(Some(1.0 - accuracy(&self.crafting()?, set)?))
    }

    fn poisoned(&self, number: usize, level: usize) -> Result<Option<Arc<Vec<u8>>>> {
        let mut place = self.poisons[number][level].lock().expect("no thread panics with it");
        if place.is_none() {
            let spec = &self.spec.changes[number];
            let net = Lone(Box::new(self.crafting()?));
            let steps = spec.steps.expect("a checked spec says so");
            let made = poison(&net, &self.sets[0].train, spec.levels[level], steps, self.stop)?;
            *place = made.map(Arc::new);
        }
        Ok(place.clone())
    }
}

/// Does a cell, telling of every epoch; none if someone asked to stop.
pub(super) fn measure(cell: &Cell, bench: &Bench<'_>, watch: &dyn Fn()) -> Result<Option<Measured>> {
    let set = if let On::Set(set) = cell.on { set } else { 0 };
    let own = &bench.sets[set];
    let mut fooled = None;
    let (data, distance, shown) = match cell.on {
        On::Changed(..) => {
            let Some(changed) = bench.changed(&cell.on, cell.training)? else { return Ok(None) };
            let shown = (cell.training == 1).then(|| Shown {
                before: STANDARD.encode(own.train.picture(changed.place)),
                after: STANDARD.encode(changed.set.picture(changed.place)),
            });
            if cell.training == 1 {
                fooled = bench.fooled(&cell.on, &changed.set)?;
            }
            (Arc::new(changed.set), Some(changed.distance), shown)
        }
        _ => (Arc::clone(&own.train), None, None),
    };
    let last = bench.spec.training.epochs;
    let (mut start, mut parted) = (Vec::new(), Vec::new());
    let mut each = |epoch: u32, net: &Net| -> Result<()> {
        match cell.on {
            On::Set(0) => keep(bench.nets, cell.training, epoch, net),
            On::Crafting if epoch == last => keep(bench.nets, 0, epoch, net),
            On::Set(_) | On::Crafting => Ok(()),
            On::Again | On::Changed(..) if epoch == 0 => {
                start = net.parameters()?;
                Ok(())
            }
            On::Again | On::Changed(..) => {
                let base = kept(bench.nets, cell.training, epoch, &bench.spec.model)?;
                parted.push(parting(&net.parameters()?, &base, &start));
                Ok(())
            }
        }
    };
    let seed = Seed::new(bench.spec.seed).child("training").index(cell.training as u64);
    let Some((net, history)) = train(cell, bench, (data, &own.test), seed, &mut each, watch)? else { return Ok(None) };
    let halves = match cell.on {
        On::Set(_) => bench.sets,
        On::Crafting | On::Again | On::Changed(..) => &bench.sets[..1],
    };
    let mut answers = Vec::new();
    for half in halves {
        match evaluate(&net, &*half.test, bench.stop) {
            Ok(evaluation) => answers.push(evaluation.labels),
            Err(error) if is_stop(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(Measured { cell: cell.clone(), history, answers, parting: parted, distance, fooled, shown }))
}

/// Trains the net; `each` is called with it before the first epoch and after every one. None if someone asked to stop.
fn train(
    cell: &Cell,
    bench: &Bench<'_>,
    (data, test): (Arc<Dataset>, &Dataset),
    seed: Seed,
    each: &mut dyn FnMut(u32, &Net) -> Result<()>,
    watch: &dyn Fn(),
) -> Result<Option<(Net, Vec<EpochRecord>)>> {
    let spec = bench.spec;
    let name = cell.key(spec);
    let mut trainer = Trainer::new(&name, &spec.model, &spec.training, seed, data, bench.device)?;
    each(0, &trainer.net()?)?;
    while !trainer.is_over() {
        match trainer.epoch(test, bench.stop, &mut |_, _| ()) {
            Ok(record) => {
                let epoch = record.epoch;
                watch();
                each(epoch, &trainer.net()?)?;
            }
            Err(error) if is_stop(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some((trainer.net()?, trainer.history().to_vec())))
}

const fn is_stop(error: &advlab_model_zoo::Error) -> bool {
    matches!(error, advlab_model_zoo::Error::Core(advlab_core::Error::Stopped))
}
