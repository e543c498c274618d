//! One cell: a net trained with its pools, and how small a change fools it.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use advlab_attacks::perturb::{Job, Perturb};
use advlab_core::{Aim, Seed, Stop, Verdict};
use advlab_model_zoo::{EpochRecord, Extra, ModelCard, Net, Trainer, accuracy, write};
use anyhow::Result;
use rand::Rng as _;
use rand::seq::index::sample;

use super::cell::{Cell, Measured};
use super::examples::Pool;
use super::spec::Spec;
use crate::study::lone::Lone;
use crate::train::Halves;

/// What a cell needs besides itself.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) spec: &'a Spec,
    pub(super) data: &'a Halves,
    pub(super) device: tch::Device,
    /// Folder that trained nets are kept in.
    pub(super) nets: &'a Path,
    pub(super) stop: &'a Stop,
}

/// Does a cell, telling of every epoch; none if someone asked to stop.
pub(super) fn measure(cell: &Cell, bench: &Bench<'_>, watch: &dyn Fn()) -> Result<Option<Measured>> {
    let began = Instant::now();
    let spec = bench.spec;
    let variant =
        spec.variants.iter().find(|variant| variant.name == cell.variant).expect("cells are made from variants");
    let seed = Seed::new(spec.seed).child("training").index(cell.training as u64);
    let attack = variant.pool.as_ref().map(|pool| pool.attack.clone().check()).transpose()?;
    let mut pools: Vec<Pool<'_>> = match (&variant.pool, &attack) {
        (Some(pool), Some(perturb)) => pool.below.iter().map(|k| Pool::new(pool, perturb, *k, seed)).collect(),
        _ => Vec::new(),
    };
    let data = &bench.data.train;
    let examples = bench.data.examples().train;
    let mut trainer = Trainer::new(&cell.key(), &spec.model, &spec.training, seed, examples, bench.device)?;
    let pretraining = spec.training.pretraining_epochs();
    while trainer.epochs_done() < spec.training.all_epochs() {
        let net = trainer.net()?;
        let mut extras: Vec<Extra> = Vec::new();
        for pool in pools.iter_mut().filter(|_| trainer.epochs_done() >= pretraining) {
            if !pool.renew(&net, data, trainer.epochs_done() + 1, bench.stop)? {
                return Ok(None);
            }
            extras.extend(pool.extra(&net)?);
        }
        match trainer.epoch_with(&extras, &*bench.data.test, bench.stop, &mut |_, _| ()) {
            Ok(_) => watch(),
            Err(advlab_model_zoo::Error::Core(advlab_core::Error::Stopped)) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    let net = trainer.net()?;
    write(
        &bench.nets.join(format!("{}.safetensors", cell.key())),
        &net,
        &ModelCard { spec: spec.model.clone(), training: None },
    )?;
    let (train_error, history) = (1.0 - accuracy(&net, &**data)?, trainer.history().to_vec());
    let test_error = history.last().map_or(f64::NAN, |last: &EpochRecord| 1.0 - last.test_accuracy);
    let Some((distortions, unfooled)) = fool(net, bench, cell.training as u64)? else { return Ok(None) };
    let pool = pools.iter().map(Pool::len).sum();
    let seconds = began.elapsed().as_secs_f64();
    Ok(Some(Measured { cell: cell.clone(), history, train_error, test_error, distortions, unfooled, pool, seconds }))
}

/// Distortions of the smallest changes that give test pictures a wrong label drawn for each, and for how many there is none.
/// Pictures and labels are the same for all variants.
fn fool(net: Net, bench: &Bench<'_>, training: u64) -> Result<Option<(Vec<f64>, usize)>> {
    let (spec, data) = (bench.spec, &bench.data.test);
    let perturb: Perturb = spec.attack.clone().check()?;
    let seed = Seed::new(spec.seed).child("fooled").index(training);
    let chosen = sample(&mut seed.child("pictures").rng(), data.len(), spec.n.min(data.len())).into_vec();
    let wrong = |number: &usize| {
        let truth = data.labels()[*number];
        let other = seed.child("targets").index(*number as u64).rng().random_range(0..data.classes().len() as i64 - 1);
        Aim::Target(other + i64::from(other >= truth))
    };
    let aims: Vec<Aim> = chosen.iter().map(wrong).collect();
    let (pictures, net) = (data.pictures(&chosen)?, Lone(Box::new(net)));
    let job = Job { net: &net, pictures: &pictures, aims: &aims, first: 0, seed, batch: 250, stop: bench.stop };
    let (mut found, mut unfooled) = (Vec::new(), 0);
    let complete = perturb.run(&job, &mut |outcome, _| {
        match outcome.verdict {
            Verdict::Success => found.push((outcome.index, outcome.rms(data.shape().len()))),
            Verdict::WrongBefore => {}
            Verdict::Failure | Verdict::Tie => unfooled += 1,
        }
        ControlFlow::Continue(())
    })?;
    found.sort_by_key(|(index, _)| *index);
    Ok(complete.then(|| (found.into_iter().map(|(_, rms)| rms).collect(), unfooled)))
}
