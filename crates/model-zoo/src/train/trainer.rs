//! The training loop.

use std::sync::Arc;
use std::time::Instant;

use advlab_core::{Classifier as _, Seed, Stop};
use advlab_datasets::Examples;
use rand::Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor, autocast, no_grad};

use super::early_stop::Best;
use super::extra::{Extra, Mixed, with_mixed};
use super::feed::Feed;
use super::loss_scale::LossScale;
use super::optimizer::Optimizer;
use super::penalty::{l2, penalty};
use super::pretrain::{Afterwards, Autoencoder};
use super::spec::TrainSpec;
use crate::evaluate::{accuracy, fits};
use crate::net::Net;
use crate::spec::ModelSpec;
use crate::{Error, Result};

/// What an epoch came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Number of the epoch, from 1.
    pub epoch: u32,
    /// Mean cost over the epoch's batches, without the `penalty` on weights; in an epoch of pretraining, that of the
    /// autoencoder.
    pub loss: f64,
    /// Share of the epoch's training pictures labelled right, as they were seen: changed by augmentation, with dropout.
    pub train_accuracy: f64,
    /// Share of the test pictures labelled right at the end of the epoch.
    pub test_accuracy: f64,
    /// Mean cost of the pictures held back for early stopping, if there are any, at the end of the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_loss: Option<f64>,
    /// Share of them labelled right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_accuracy: Option<f64>,
    /// Wall-clock time.
    pub seconds: f64,
}

/// A training under way; [`epoch`](Self::epoch) takes it one pass further.
///
/// The order of the pictures, their changes and the dropouts come from children of the seed by epoch, so a training that
/// goes on from a checkpoint is the same as one that was never interrupted.
#[derive(Debug)]
pub struct Trainer {
    pub(super) spec: TrainSpec,
    pub(super) seed: Seed,
    pub(super) net: Net,
    pub(super) optimizer: Optimizer,
    /// The other half of the autoencoder, as long as the first layer is pretrained.
    pub(super) decoder: Option<Autoencoder>,
    pub(super) history: Vec<EpochRecord>,
    /// The best epoch, of a training that may stop early.
    pub(super) best: Option<Best>,
    feed: Feed,
    labels: Tensor,
    /// Numbers of the pictures learnt from, and of those held back.
    learnt: Vec<usize>,
    held: Vec<usize>,
}

impl Trainer {
    /// Lays out a training of a net with random weights.
    ///
    /// # Errors
    /// [`Error::Param`], [`Error::Spec`] for settings; [`Error::Misfit`] if the data do not fit the net; [`Error::Data`] if
    /// nothing can be held back of them.
    pub fn new(
        name: &str,
        model: &ModelSpec,
        spec: &TrainSpec,
        seed: Seed,
        data: Arc<dyn Examples>,
        device: Device,
    ) -> Result<Self> {
        spec.check()?;
        let net = Net::random_with_sd(name, model, spec.start_sd, seed)?;
        let tensors = net.tensors();
        let mut given = tensors.iter().map(|(_, tensor)| tensor);
        let net = Net::build(name, model, |_, _| {
            let tensor = given.next().expect("as many tensors as before");
            Ok(tensor.to_device(device).copy().set_requires_grad(true))
        })?;
        fits(&net, &*data)?;
        if let Some(pretrain) = &spec.pretrain {
            pretrain.fits(&net)?;
        }
        let n_layers = net.weights().len();
        if !spec.penalty.is_empty() && spec.penalty.len() != n_layers {
            let got = format!("{} for {n_layers} layers", spec.penalty.len());
            return Err(Error::Param { field: "penalty", want: "one number for each layer that has weights", got });
        }
        if spec.augment.is_some_and(|augment| augment.turn) && net.input().height != net.input().width {
            let got = format!("pictures of {}", net.input());
            return Err(Error::Param { field: "augment.turn", want: "false for pictures that are not square", got });
        }
        if spec.mixed_precision && !device.is_cuda() {
            let got = "true on the CPU".to_owned();
            return Err(Error::Param { field: "mixed-precision", want: "false where there is no CUDA", got });
        }
        let (held, learnt) = match spec.early_stop {
            Some(early) => data.divide(early.share, seed.child("held"))?,
            None => (Vec::new(), (0..data.len()).collect()),
        };
        let optimizer = Optimizer::new(spec.optimizer, spec.decay, Vec::new());
        let labels = Tensor::from_slice(data.labels()).to_device(device);
        let feed = Feed::new(data, device);
        let (spec, history) = (spec.clone(), Vec::new());
        let mut trainer =
            Self { spec, seed, net, optimizer, decoder: None, history, best: None, feed, labels, learnt, held };
        trainer.begin_phase();
        Ok(trainer)
    }

    /// Takes up the tensors that the next epoch trains, with a fresh state of the optimiser.
    pub(super) fn begin_phase(&mut self) {
        let own = self.net.tensors().into_iter().map(|(_, tensor)| tensor.shallow_clone());
        let parameters: Vec<Tensor> = if self.is_pretraining() {
            let decoder = Autoencoder::random(&self.net, self.seed, self.feed.device());
            let both = own.take(2).chain(decoder.tensors().map(|(_, tensor)| tensor.shallow_clone())).collect();
            self.decoder = Some(decoder);
            both
        } else {
            self.decoder = None;
            let frozen = self.spec.pretrain.is_some_and(|pretrain| pretrain.afterwards == Afterwards::Frozen);
            own.skip(if frozen { 2 } else { 0 }).collect()
        };
        self.optimizer = Optimizer::new(self.spec.optimizer, self.spec.decay, parameters);
        self.optimizer.scale = self.spec.mixed_precision.then(LossScale::default);
    }

    /// Whether the next epoch is one of the pretraining.
    fn is_pretraining(&self) -> bool {
        self.epochs_done() < self.spec.pretraining_epochs()
    }

    /// Epochs done.
    pub fn epochs_done(&self) -> u32 {
        self.history.len() as u32
    }

    /// What the epochs came to, in order.
    pub fn history(&self) -> &[EpochRecord] {
        &self.history
    }

    /// Whether there is nothing left to do: the last epoch is done, or the cost of the pictures held back has not fallen for as
    /// long as it may.
    pub fn is_over(&self) -> bool {
        let stale = self.best.as_ref().map_or(0, |best| self.epochs_done() - best.epoch);
        let impatient = self.spec.early_stop.is_some_and(|early| stale >= early.patience);
        impatient || self.epochs_done() >= self.spec.all_epochs()
    }

    /// The epoch whose weights [`net`](Self::net) has: the last, or the best of a training that may stop early.
    pub fn kept(&self) -> Option<&EpochRecord> {
        let epoch = self.best.as_ref().map_or(self.epochs_done(), |best| best.epoch);
        self.history.get((epoch as usize).checked_sub(1)?)
    }

    /// The net as it is now, its weights fixed; of a training that may stop early as it was in its best epoch.
    ///
    /// # Errors
    /// [`Error::Torch`] if there is no memory for it.
    pub fn net(&self) -> Result<Net> {
        let Some(best) = &self.best else { return self.net.to(self.feed.device(), Kind::Float) };
        let mut given = best.tensors.iter();
        Net::build(self.net.name(), self.net.spec(), |_, _| {
            Ok(given.next().expect("as many tensors as layers").to_kind(Kind::Float))
        })
    }

    /// One pass over the training pictures, then a test. `tick` is called after every batch with the batches done and
    /// their total.
    ///
    /// # Errors
    /// [`Error::Diverged`] if the cost is no longer a number; [`advlab_core::Error::Stopped`] if someone asked to stop,
    /// with the training as it was before this epoch lost in memory (the last checkpoint holds it).
    pub fn epoch(
        &mut self,
        test: &dyn Examples,
        stop: &Stop,
        tick: &mut dyn FnMut(usize, usize),
    ) -> Result<&EpochRecord> {
        self.epoch_with(&[], test, stop, tick)
    }

    /// [`epoch`](Self::epoch) with more examples mixed in: each takes part in one step and counts as much as a picture. Those
    /// of a pretraining do without, and the record is of the pictures alone.
    ///
    /// # Errors
    /// Those of [`epoch`](Self::epoch); [`Error::Misfit`] if the net cannot be cut where the examples come in.
    pub fn epoch_with(
        &mut self,
        extras: &[Extra],
        test: &dyn Examples,
        stop: &Stop,
        tick: &mut dyn FnMut(usize, usize),
    ) -> Result<&EpochRecord> {
        let begin = Instant::now();
        let epoch = self.epochs_done() + 1;
        let n = self.learnt.len();
        let device = self.feed.device();
        let seed = self.seed.child("epoch").index(u64::from(epoch));
        let mut order = self.learnt.clone();
        order.shuffle(&mut seed.child("order").rng());
        let n_batches = n.div_ceil(self.spec.batch);
        let mut masks = seed.child("dropout").rng();
        let mixed = Mixed::all(extras, &self.net, seed)?;
        let (first, epochs, rate) = match &self.spec.pretrain {
            Some(pretrain) if self.is_pretraining() => (1, pretrain.epochs, pretrain.rate),
            _ => (1 + self.spec.pretraining_epochs(), self.spec.epochs, self.spec.rate),
        };
        let (mut loss_sum, mut right) =
            (Tensor::zeros([], (Kind::Double, device)), Tensor::zeros([], (Kind::Int64, device)));
        let mut batches = self.feed.batches(&order, self.spec.batch);
        for (b, batch) in order.chunks(self.spec.batch).enumerate() {
            if stop.asked() {
                return Err(advlab_core::Error::Stopped.into());
            }
            let mut x = batches.next().expect("a batch for each part of the order")?;
            let labels = labels_of(&self.labels, batch)?;
            if let Some(augment) = &self.spec.augment {
                x = augment.apply(&x, seed.child("augment").index(b as u64))?;
            }
            let mut mask = |share: f64, size: &[i64]| {
                let kept: Vec<f32> =
                    (0..size.iter().product()).map(|_: i64| f32::from(masks.random::<f32>() >= share as f32)).collect();
                Tensor::from_slice(&kept).reshape(size).to_device(device)
            };
            let (loss, decay, scores) = match (&self.decoder, &self.spec.pretrain) {
                (Some(decoder), Some(pretrain)) => decoder.cost(&self.net, &x, pretrain)?,
                _ => {
                    let mut forward = || self.net.forward(&x, Some(&mut mask));
                    let scores = if self.spec.mixed_precision { autocast(true, forward) } else { forward() }?;
                    let scores = scores.f_to_kind(Kind::Float)?;
                    let loss = self.spec.cost.of(&scores, &labels, self.net.spec().output.score_kind());
                    (loss, self.weight_decay()?, scores)
                }
            };
            let mixed = if self.decoder.is_none() { &mixed[..] } else { &[] };
            let whole = with_mixed((&loss, batch.len()), mixed, (b, n_batches), self.spec.cost, &mut mask)?;
            let done =
                (f64::from(epoch - first) * n_batches as f64 + b as f64) / (f64::from(epochs) * n_batches as f64);
            let whole = decay.map_or_else(|| whole.shallow_clone(), |decay| &whole + decay);
            self.optimizer.step(&whole, rate * self.spec.schedule.factor(done))?;
            loss_sum += loss.detach().to_kind(Kind::Double) * batch.len() as f64;
            right += scores.detach().argmax(1, false).eq_tensor(&labels).sum(Kind::Int64);
            tick(b + 1, n_batches);
        }
        drop(batches);
        let loss = loss_sum.double_value(&[]) / n as f64;
        if !loss.is_finite() {
            return Err(Error::Diverged { epoch, loss, rate });
        }
        let held = self.judge_held()?;
        self.history.push(EpochRecord {
            epoch,
            loss,
            train_accuracy: right.int64_value(&[]) as f64 / n as f64,
            test_accuracy: accuracy(&self.net, test)?,
            held_loss: held.map(|(loss, _)| loss),
            held_accuracy: held.map(|(_, accuracy)| accuracy),
            seconds: begin.elapsed().as_secs_f64(),
        });
        let better = |loss: f64| self.decoder.is_none() && self.best.as_ref().is_none_or(|best| loss < best.loss);
        if let Some((loss, _)) = held.filter(|(loss, _)| better(*loss)) {
            self.best = Some(Best::of(&self.net, epoch, loss));
        }
        if self.decoder.is_some() && !self.is_pretraining() {
            self.begin_phase();
        }
        Ok(&self.history[self.history.len() - 1])
    }

    /// The terms that keep weights small, if there are any.
    fn weight_decay(&self) -> Result<Option<Tensor>> {
        let weights = if self.spec.penalty.is_empty() && self.spec.l2 == 0.0 { Vec::new() } else { self.net.weights() };
        let terms = [penalty(&self.spec.penalty, &weights)?, l2(self.spec.l2, &weights)?];
        Ok(terms.into_iter().flatten().reduce(|a, b| a + b))
    }

    /// Mean cost and accuracy on the pictures held back, if there are any.
    fn judge_held(&self) -> Result<Option<(f64, f64)>> {
        if self.held.is_empty() {
            return Ok(None);
        }
        let (mut loss, mut right) = (0.0, 0);
        let kind = self.net.spec().output.score_kind();
        for (batch, x) in self.held.chunks(self.spec.batch).zip(self.feed.batches(&self.held, self.spec.batch)) {
            let (x, labels) = (x?, labels_of(&self.labels, batch)?);
            let scores = no_grad(|| self.net.forward(&x, None))?;
            loss += self.spec.cost.of(&scores, &labels, kind).double_value(&[]) * batch.len() as f64;
            right += scores.f_argmax(1, false)?.f_eq_tensor(&labels)?.f_sum(Kind::Int64)?.int64_value(&[]);
        }
        let n = self.held.len() as f64;
        Ok(Some((loss / n, right as f64 / n)))
    }
}

/// The labels of these pictures.
fn labels_of(labels: &Tensor, which: &[usize]) -> Result<Tensor> {
    let rows: Vec<i64> = which.iter().map(|&i| i as i64).collect();
    Ok(labels.f_index_select(0, &Tensor::f_from_slice(&rows)?.f_to_device(labels.device())?)?)
}
