//! The engine that steps on the pictures themselves, for any net and any setting.
//!
//! A fixed number of slots goes through the net together. An attempt that has finished gives up its slot to the next one,
//! so that the batch stays full and a hard digit costs no idle work.
//!
//! Where the net offers its linear first layer `z = W x + b`, the gradient stops at `z`: the step on the pixels,
//! `x ← x − rate·Wᵀ ∂L/∂z`, is then one matrix product that adds into the pictures, and no gradient of their size is ever
//! stored (momentum and Adam need it and have it).

use advlab_core::{FirstLayer, Seed};
use tch::{Kind, Tensor, no_grad};

use super::params::{NoiseParams, Optimizer};
use super::queue::Queue;
use super::{Engine, Finished, Job, start};
use crate::Result;

/// Share of its velocity that a momentum step keeps.
pub(super) const MOMENTUM: f64 = 0.9;
/// Share of its first moment that an Adam step keeps.
pub(super) const BETA1: f64 = 0.9;
/// Share of its second moment that an Adam step keeps.
pub(super) const BETA2: f64 = 0.999;
/// Keeps Adam's quotient finite.
pub(super) const ADAM_EPSILON: f64 = 1e-8;

/// One attempt under way.
#[derive(Clone, Debug)]
struct Slot {
    index: u64,
    steps: u32,
}

/// Slots of attempts, as rows of tensors.
#[derive(Debug)]
pub(super) struct Pixels<'a> {
    params: &'a NoiseParams,
    job: &'a Job<'a>,
    first_layer: Option<FirstLayer<'a>>,
    slots: Vec<Option<Slot>>,
    /// Pictures, `[slots, D]`.
    x: Tensor,
    /// Velocity, or Adam's two moments, each `[slots, D]`.
    moments: Vec<Tensor>,
    /// Wanted class as 0 and 1, `[slots, K]`.
    onehot: Tensor,
}

impl<'a> Pixels<'a> {
    pub(super) fn new(params: &'a NoiseParams, job: &'a Job<'a>) -> Self {
        let slots = job.batch.max(1).min(job.max_attempts.try_into().unwrap_or(usize::MAX));
        let (kind, device) = (job.net.kind(), job.net.device());
        let size = [slots as i64, job.net.input().len() as i64];
        let n_moments = match params.optimizer {
            Optimizer::Plain | Optimizer::Normalised => 0,
            Optimizer::Momentum => 1,
            Optimizer::Adam => 2,
        };
        let onehot = Tensor::zeros([slots as i64, job.net.classes().len() as i64], (kind, device));
        let _ = onehot.select(1, job.class).fill_(1.0);
        Self {
            params,
            job,
            first_layer: job.net.first_layer(),
            slots: vec![None; slots],
            x: Tensor::zeros(size, (kind, device)),
            moments: (0..n_moments).map(|_| Tensor::zeros(size, (kind, device))).collect(),
            onehot,
        }
    }

    /// Puts new attempts into free slots.
    fn fill(&mut self, queue: &mut Queue) -> Result<()> {
        let free: Vec<usize> = (0..self.slots.len()).filter(|slot| self.slots[*slot].is_none()).collect();
        let attempts = queue.take(free.len(), self.in_flight());
        if attempts.is_empty() {
            return Ok(());
        }
        let len = self.job.net.input().len();
        let seeds: Vec<Seed> =
            attempts.clone().map(|index| start::start_seed(self.job.seed, self.job.class, index)).collect();
        let rows = Tensor::from_slice(&start::draw(self.params, &seeds, len))
            .reshape([seeds.len() as i64, len as i64])
            .to_kind(self.x.kind())
            .to_device(self.x.device());
        let taken: Vec<i64> = free.iter().take(seeds.len()).map(|slot| *slot as i64).collect();
        let taken = Tensor::from_slice(&taken).to_device(self.x.device());
        let _ = self.x.f_index_copy_(0, &taken, &rows)?;
        for moment in &mut self.moments {
            let _ = moment.f_index_fill_(0, &taken, 0.0)?;
        }
        for (slot, index) in free.into_iter().zip(attempts) {
            self.slots[slot] = Some(Slot { index, steps: 0 });
        }
        Ok(())
    }

    /// Forgets the empty slots once half of them are empty for good.
    fn shrink(&mut self) {
        let used: Vec<i64> = (0..self.slots.len()).filter(|s| self.slots[*s].is_some()).map(|s| s as i64).collect();
        if used.is_empty() || used.len() * 2 > self.slots.len() {
            return;
        }
        let rows = Tensor::from_slice(&used).to_device(self.x.device());
        self.x = self.x.index_select(0, &rows);
        for moment in &mut self.moments {
            *moment = moment.index_select(0, &rows);
        }
        self.onehot = self.onehot.index_select(0, &rows);
        self.slots.retain(Option::is_some);
    }

    /// Scores of all slots, and the variable that the loss is derived by: the first layer's sums, or the pictures.
    fn forward(&self) -> Result<(Tensor, Tensor)> {
        if let Some(first) = &self.first_layer {
            let sums = no_grad(|| first.bias.f_addmm(&self.x, &first.weights.tr()))?.set_requires_grad(true);
            Ok(((first.rest)(&sums), sums))
        } else {
            let leaf = self.x.detach().set_requires_grad(true);
            let shape = self.job.net.input().batch(self.slots.len() as i64);
            Ok((self.job.net.scores(&leaf.view(shape))?, leaf))
        }
    }

    /// Which slots have what is wanted: the label, and the confidence if one was asked for.
    fn reached(&self, scores: &Tensor) -> Vec<bool> {
        let scores = scores.detach();
        let mut reached = scores.argmax(1, false).eq(self.job.class);
        if let Some(confidence) = self.params.confidence {
            let own = self.job.net.score_kind().confidences(&scores).select(1, self.job.class);
            reached = reached.logical_and(&own.ge(confidence));
        }
        Vec::<bool>::try_from(reached).expect("one answer for each slot")
    }

    /// Takes the attempts out that are at their end.
    fn harvest(&mut self, reached: &[bool]) -> Vec<Finished> {
        let last = self.params.steps;
        let ends = |(row, slot): (usize, &Option<Slot>)| {
            let slot = slot.as_ref()?;
            ((reached[row] && self.params.early_stop) || slot.steps >= last).then_some(row)
        };
        let rows: Vec<usize> = self.slots.iter().enumerate().filter_map(ends).collect();
        if rows.is_empty() {
            return Vec::new();
        }
        let index = Tensor::from_slice(&rows.iter().map(|row| *row as i64).collect::<Vec<_>>());
        let len = self.x.size()[1] as usize;
        let mut values = vec![0.0_f32; rows.len() * len];
        let pictures = self.x.index_select(0, &index.to_device(self.x.device())).to_kind(Kind::Float);
        pictures.to_device(tch::Device::Cpu).reshape([-1]).copy_data(&mut values, rows.len() * len);
        let finished = rows.into_iter().zip(values.chunks_exact(len)).filter_map(|(row, picture)| {
            let Slot { index, steps } = self.slots[row].take()?;
            let picture = picture.to_vec();
            Some(Finished { index, reached: reached[row], steps, forward: steps + 1, backward: steps, picture })
        });
        finished.collect()
    }

    /// One step of every slot. `gradient` is that by the first layer's sums where the net has such a layer.
    fn step(&mut self, gradient: &Tensor) -> Result<()> {
        let rate = self.params.rate;
        let back = self.first_layer.as_ref().map(|first| first.weights);
        let on_pixels = |gradient: &Tensor| match back {
            Some(weights) => gradient.f_mm(weights),
            None => Ok(gradient.shallow_clone()),
        };
        match (self.params.optimizer, back) {
            (Optimizer::Plain, Some(weights)) => {
                // What `addmm` returns is the same tensor: the product is added into the pictures.
                let scaled = gradient * -rate;
                let _ = self.x.f_addmm_(&scaled, weights)?;
            }
            (Optimizer::Plain, None) => {
                let _ = self.x.f_add_(&(gradient * -rate))?;
            }
            (Optimizer::Normalised, _) => {
                let gradient = on_pixels(gradient)?;
                // A saturated net's gradient is so small that its square is 0; only its direction counts here.
                let gradient = &gradient / gradient.f_abs()?.f_amax([1], true)?.clamp_min(f64::from(f32::MIN_POSITIVE));
                let length = gradient.f_norm_scalaropt_dim(2.0, [1], true)?.clamp_min(f64::from(f32::MIN_POSITIVE));
                let step = -rate * (gradient.size()[1] as f64).sqrt();
                let _ = self.x.f_addcmul_(&gradient, &(length.reciprocal() * step))?;
            }
            (Optimizer::Momentum, _) => {
                let gradient = on_pixels(gradient)?;
                let velocity = &mut self.moments[0];
                let _ = velocity.f_mul_scalar_(MOMENTUM)?.f_sub_(&(gradient * rate))?;
                let _ = self.x.f_add_(velocity)?;
            }
            (Optimizer::Adam, _) => {
                let gradient = on_pixels(gradient)?;
                let _ = self.moments[0].f_lerp_(&gradient, 1.0 - BETA1)?;
                let _ = self.moments[1].f_mul_scalar_(BETA2)?.f_addcmul_(&gradient, &(&gradient * (1.0 - BETA2)))?;
                let (rates, spreads) = self.adam_factors();
                let spread = self.moments[1].sqrt().f_mul_(&spreads)?.f_add_scalar_(ADAM_EPSILON)?;
                let _ = self.x.f_addcmul_(&(&self.moments[0] * rates), &spread.reciprocal())?;
            }
        }
        if self.params.clip {
            let _ = self.x.f_clamp_(0.0, 1.0)?;
        }
        Ok(())
    }

    /// Adam's corrections for each slot, `[slots, 1]`: it has a count of steps of its own.
    fn adam_factors(&self) -> (Tensor, Tensor) {
        let factor = |of: &dyn Fn(f64) -> f64| {
            let values: Vec<f64> =
                self.slots.iter().map(|slot| of(f64::from(slot.as_ref().map_or(0, |s| s.steps) + 1))).collect();
            Tensor::from_slice(&values).to_kind(self.x.kind()).to_device(self.x.device()).unsqueeze(1)
        };
        let rates = factor(&|t| -self.params.rate / (1.0 - BETA1.powf(t)));
        let spreads = factor(&|t| 1.0 / (1.0 - BETA2.powf(t)).sqrt());
        (rates, spreads)
    }
}

impl Engine for Pixels<'_> {
    fn advance(&mut self, queue: &mut Queue) -> Result<Vec<Finished>> {
        self.fill(queue)?;
        self.shrink();
        if self.in_flight() == 0 {
            return Ok(Vec::new());
        }
        let (scores, variable) = self.forward()?;
        let reached = self.reached(&scores);
        let finished = self.harvest(&reached);
        if self.in_flight() > 0 {
            let loss = self.params.loss.of(&scores, &self.onehot, self.job.net.score_kind());
            let gradient = Tensor::f_run_backward(&[loss.sum(None::<Kind>)], &[variable], false, false)?;
            no_grad(|| self.step(&gradient[0]))?;
            for slot in self.slots.iter_mut().flatten() {
                slot.steps += 1;
            }
        }
        Ok(finished)
    }

    fn in_flight(&self) -> usize {
        self.slots.iter().flatten().count()
    }

    fn on_own_threads(&self) -> bool {
        false
    }
}
