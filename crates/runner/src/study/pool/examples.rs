//! A pool of examples for one layer, a part of it made anew before every epoch.

use std::ops::ControlFlow;

use advlab_attacks::perturb::{Job, Perturb};
use advlab_core::{Aim, Classifier as _, Pictures, Seed, Stop, Verdict};
use advlab_datasets::Dataset;
use advlab_model_zoo::{Extra, Net};
use anyhow::Result;
use rand::seq::index::sample;
use tch::{Kind, Tensor};

use super::spec::PoolSpec;
use crate::study::lone::Lone;

/// Values that go through a net together.
const BATCH: usize = 500;

/// Examples for one layer.
#[derive(Debug)]
pub(super) struct Pool<'a> {
    spec: &'a PoolSpec,
    perturb: &'a Perturb,
    below: usize,
    seed: Seed,
    /// What the layer would put out, example after example.
    values: Vec<f32>,
    /// What the pictures show that they were made from.
    labels: Vec<i64>,
}

impl<'a> Pool<'a> {
    /// An empty pool.
    pub(super) fn new(spec: &'a PoolSpec, perturb: &'a Perturb, below: usize, seed: Seed) -> Self {
        let seed = seed.child("pool").index(below as u64);
        Self { spec, perturb, below, seed, values: Vec::new(), labels: Vec::new() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Makes new examples for the net as it is, and lets them take the places of others where the pool is full. False if
    /// someone asked to stop.
    ///
    /// Pictures that the net gets wrong give none: they are examples already.
    pub(super) fn renew(&mut self, net: &Net, data: &Dataset, epoch: u32, stop: &Stop) -> Result<bool> {
        let seed = self.seed.index(u64::from(epoch));
        let n = self.spec.fresh.min(data.len());
        let chosen = sample(&mut seed.child("pictures").rng(), data.len(), n).into_vec();
        let above = Lone(Box::new(net.above(self.below)?));
        let shape = above.input();
        let clean = net.below(self.below, data.pictures(&chosen)?.tensor())?.reshape(shape.batch(n as i64));
        // Sigmoids round to values a little beyond what they can reach.
        let clean = Pictures::new(clean.clamp(0.0, 1.0).to_device(tch::Device::Cpu))?;
        let aims: Vec<Aim> = chosen.iter().map(|number| Aim::Away(data.labels()[*number])).collect();
        let job = Job { net: &above, pictures: &clean, aims: &aims, first: 0, seed, batch: BATCH, stop };
        let mut made = Vec::new();
        let complete = self.perturb.run(&job, &mut |outcome, values| {
            if outcome.verdict == Verdict::Success {
                made.push((outcome.index, outcome.aim.class(), values.to_vec()));
            }
            ControlFlow::Continue(())
        })?;
        made.sort_by_key(|(index, ..)| *index);
        self.take(made, shape.len(), seed);
        Ok(complete)
    }

    fn take(&mut self, mut made: Vec<(u64, i64, Vec<f32>)>, len: usize, seed: Seed) {
        made.truncate(self.spec.size);
        let free = self.spec.size - self.labels.len();
        for (_, label, values) in made.drain(..free.min(made.len())) {
            self.labels.push(label);
            self.values.extend(values);
        }
        let places = sample(&mut seed.child("places").rng(), self.labels.len(), made.len());
        for ((_, label, values), place) in made.into_iter().zip(places) {
            self.labels[place] = label;
            self.values[place * len..(place + 1) * len].copy_from_slice(&values);
        }
    }

    /// The pool as a trainer takes it; none while it is empty.
    pub(super) fn extra(&self, net: &Net) -> Result<Option<Extra>> {
        if self.labels.is_empty() {
            return Ok(None);
        }
        let shape = net.above(self.below)?.input().batch(self.labels.len() as i64);
        let values = Tensor::from_slice(&self.values).reshape(shape).to_kind(Kind::Float);
        Ok(Some(Extra { below: self.below, values, labels: Tensor::from_slice(&self.labels) }))
    }
}

#[cfg(test)]
mod tests {
    use advlab_attacks::perturb::PerturbParams;

    use super::*;

    #[test]
    fn a_full_pool_stays_as_large_and_new_examples_take_places() {
        let attack = PerturbParams::default();
        let (perturb, spec) = (attack.clone().check().unwrap(), PoolSpec { below: vec![0], size: 5, fresh: 3, attack });
        let mut pool = Pool::new(&spec, &perturb, 0, Seed::new(1));
        let examples = |label: i64, n: u64| (0..n).map(|i| (i, label, vec![label as f32; 2])).collect::<Vec<_>>();
        pool.take(examples(1, 3), 2, Seed::new(1));
        assert_eq!(pool.labels, [1, 1, 1]);
        pool.take(examples(2, 3), 2, Seed::new(2));
        assert_eq!((pool.len(), pool.labels.iter().filter(|label| **label == 2).count()), (5, 3));
        pool.take(examples(3, 9), 2, Seed::new(3));
        assert_eq!(pool.labels, [3; 5]);
        assert_eq!(pool.values, [3.0; 10]);
    }
}
