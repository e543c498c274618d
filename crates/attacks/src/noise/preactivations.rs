//! The fast engine for steps without clipping: it steps on the sums of the first layer's neurons.
//!
//! With first layer `z = W₁x + b₁`, a step `x ← x − η·W₁ᵀδ`, where `δ = ∂L/∂z`, moves the sums by `z ← z − η·(W₁W₁ᵀ)δ`. So a
//! descent never has to touch the pictures: it iterates on `z` with the Gram matrix `G = W₁W₁ᵀ`, remembers the
//! coefficients `c = −η·Σδ`, and the picture at the end is `x₀ + W₁ᵀc`. For 784-30-10 that is 30 numbers instead of 784.
//! Momentum works the same way, its velocity being `W₁ᵀv`. Clipping does not: it leaves the row space.
//!
//! Before an attempt counts as reached, its picture is rebuilt and its sums computed from it: rounding builds up on the
//! way, and what the kernel says of a walker has to hold for the picture.

use advlab_core::{Classifier, Dense};
use pulp::Simd;

use super::first::First;
use super::kernel::{ATTEMPTS_AT_ONCE, Ground, Kernel, Walker};
use super::lanes::{LANES, Lanes, Real};
use super::matrix::Matrix;
use super::params::{NoiseParams, Optimizer};
use super::pixels::MOMENTUM;
use super::queue::Queue;
use super::{Engine, Finished, Job, dense_pixels, start};
use crate::Result;

/// Whether this engine does what the settings say, on this net.
pub(super) fn serves(params: &NoiseParams, net: &dyn Classifier) -> bool {
    let stays_in_row_space = !params.clip && matches!(params.optimizer, Optimizer::Plain | Optimizer::Momentum);
    stays_in_row_space && dense_pixels::serves(net)
}

/// The row space of the first layer's weights. Its fields: sums, coefficients of the weight rows, and with momentum the
/// velocity in the same coefficients.
#[derive(Debug)]
pub(super) struct RowSpace<T> {
    /// `G = W₁W₁ᵀ`.
    gram: Matrix<T>,
    rate: T,
    momentum: bool,
}

impl<T: Real> RowSpace<T> {
    pub(super) fn new(params: &NoiseParams, net: &Dense) -> Self {
        let first = &net.layers[0];
        let rows: Vec<&[f32]> = first.weights.chunks_exact(first.inputs).collect();
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        Self {
            gram: Matrix::from_fn(rows.len(), rows.len(), |row, column| product(rows[row], rows[column])),
            rate: T::of(params.rate),
            momentum: params.optimizer == Optimizer::Momentum,
        }
    }
}

impl<T: Real> Ground<T> for RowSpace<T> {
    fn fields(&self) -> Vec<usize> {
        vec![self.gram.rows(); self.kept()]
    }

    fn kept(&self) -> usize {
        if self.momentum { 3 } else { 2 }
    }

    #[inline(always)]
    fn look<S: Simd>(&self, _: S, fields: &[Vec<Lanes<T>>], sums: &mut [Lanes<T>]) {
        sums.copy_from_slice(&fields[0]);
    }

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, fields: &mut [Vec<Lanes<T>>], delta: &mut [Lanes<T>], _: &[u32; LANES]) {
        let (sums, rest) = fields.split_first_mut().expect("sums come first");
        let (coefficients, velocity) = rest.split_first_mut().expect("coefficients come second");
        // From here on `delta` holds the change of the coefficients.
        for change in &mut *delta {
            change.update(
                simd,
                [],
                #[inline(always)]
                |gradient, []| gradient * -self.rate,
            );
        }
        if let Some(velocity) = velocity.first_mut() {
            let keep = T::of(MOMENTUM);
            for (change, velocity) in delta.iter_mut().zip(velocity) {
                change.update(
                    simd,
                    [velocity],
                    #[inline(always)]
                    |change, [velocity]| change + velocity * keep,
                );
                *velocity = *change;
            }
        }
        for (coefficient, change) in coefficients.iter_mut().zip(&*delta) {
            coefficient.update(
                simd,
                [change],
                #[inline(always)]
                |coefficient, [change]| coefficient + change,
            );
        }
        self.gram.add_to(simd, sums, delta);
    }
}

/// A net laid out for the kernel, with its first layer for the way in and out.
#[derive(Debug)]
pub(super) struct Preactivations<'a> {
    params: &'a NoiseParams,
    job: &'a Job<'a>,
    kernel: Kernel<f32, RowSpace<f32>>,
    first: First<f32>,
}

impl<'a> Preactivations<'a> {
    pub(super) fn new(params: &'a NoiseParams, job: &'a Job<'a>, net: &Dense) -> Self {
        let ground = RowSpace::new(params, net);
        let kernel = Kernel::new(params, ground, net, job.net.score_kind(), job.class as usize);
        Self { params, job, kernel, first: First::new(&net.layers[0]) }
    }

    /// The pictures that walkers stand for.
    fn pictures(&self, starts: &[f32], walkers: &[Walker<f32>]) -> Vec<f32> {
        let coefficients: Vec<&[f32]> = walkers.iter().map(|walker| &walker.fields[1][..]).collect();
        self.first.moved(starts, &coefficients)
    }

    /// Lets walkers go on whose picture, rebuilt, does not do what their own sums say: rounding has built up on the way.
    fn correct(&self, starts: &[f32], walkers: &mut [Walker<f32>]) {
        if !self.params.early_stop {
            return;
        }
        let exact = self.first.sums_of(&self.pictures(starts, walkers));
        let mut again: Vec<(usize, Walker<f32>)> = Vec::new();
        for (at, (walker, sums)) in walkers.iter().zip(exact).enumerate() {
            if walker.reached && walker.steps < self.params.steps {
                let mut walker = Walker { reached: false, ended: false, ..walker.clone() };
                walker.fields[0] = sums;
                again.push((at, walker));
            }
        }
        let (places, mut again): (Vec<_>, Vec<_>) = again.into_iter().unzip();
        self.kernel.walk(&mut again, self.job.stop);
        for (at, walker) in places.into_iter().zip(again) {
            walkers[at] = walker;
        }
    }
}

impl Engine for Preactivations<'_> {
    fn advance(&mut self, queue: &mut Queue) -> Result<Vec<Finished>> {
        let attempts = queue.take(ATTEMPTS_AT_ONCE, 0);
        let len = self.job.net.input().len();
        let starts = start::of(self.params, self.job, attempts.clone());
        let mut walkers: Vec<_> = self.first.sums_of(&starts).into_iter().map(Walker::at).collect();
        self.kernel.walk(&mut walkers, self.job.stop);
        if walkers.iter().any(|walker| !walker.ended) {
            return Ok(Vec::new()); // someone asked to stop
        }
        self.correct(&starts, &mut walkers);
        let pictures = self.pictures(&starts, &walkers);
        let finished = attempts.zip(walkers).zip(pictures.chunks_exact(len));
        let finished = finished.filter(|((_, walker), _)| walker.ended);
        Ok(finished.map(|((index, walker), picture)| walker.finished(index, picture.to_vec())).collect())
    }

    fn in_flight(&self) -> usize {
        0
    }

    fn on_own_threads(&self) -> bool {
        true
    }
}

impl<T> Walker<T> {
    /// What the run needs to know of it.
    pub(super) const fn finished(&self, index: u64, picture: Vec<f32>) -> Finished {
        let (reached, steps) = (self.reached, self.steps);
        Finished { index, reached, steps, forward: steps + 1, backward: steps, picture }
    }
}
