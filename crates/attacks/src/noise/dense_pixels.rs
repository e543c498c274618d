//! The fast engine for every setting: it steps on the pixels of a net of dense layers.
//!
//! A group of attempts stays in the processor's cache from its first step to its last, with all that its optimizer
//! remembers; libtorch would bring every batch from memory and back for each operation.

use advlab_core::{Classifier, Dense};
use pulp::Simd;
use tch::{Device, Kind};

use super::first::First;
use super::kernel::{ATTEMPTS_AT_ONCE, Ground, Kernel, Walker};
use super::lanes::{LANES, Lanes, Real, Wide};
use super::params::{NoiseParams, Optimizer};
use super::pixels::{ADAM_EPSILON, BETA1, BETA2, MOMENTUM};
use super::queue::Queue;
use super::{Engine, Finished, Job, start};
use crate::Result;

/// After this many steps Adam's corrections are 1 in single precision.
const CORRECTED_STEPS: u32 = 20_000;

/// Whether this engine serves a net. It works on the CPU alone.
pub(super) fn serves(net: &dyn Classifier) -> bool {
    net.device() == Device::Cpu && net.kind() == Kind::Float && net.score_kind().are_logits() && net.dense().is_some()
}

/// The pixels. Its fields: the pictures, and what the optimizer remembers: a velocity, Adam's two moments, or the gradient
/// that waits for its length to be known.
#[derive(Debug)]
pub(super) struct PixelSpace<T> {
    first: First<T>,
    optimizer: Optimizer,
    rate: T,
    clip: bool,
    /// For each count of steps `t` what Adam multiplies its moments by: `−rate / (1 − β₁ᵗ)` and `1 / √(1 − β₂ᵗ)`.
    corrections: Vec<(T, T)>,
}

impl<T: Real> PixelSpace<T> {
    pub(super) fn new(params: &NoiseParams, net: &Dense) -> Self {
        let correction = |t: u32| {
            let t = f64::from(t.max(1));
            (T::of(-params.rate / (1.0 - BETA1.powf(t))), T::of(1.0 / (1.0 - BETA2.powf(t)).sqrt()))
        };
        let corrected = if params.optimizer == Optimizer::Adam { params.steps.min(CORRECTED_STEPS) } else { 0 };
        Self {
            first: First::new(&net.layers[0]),
            optimizer: params.optimizer,
            rate: T::of(params.rate),
            clip: params.clip,
            corrections: (0..=corrected).map(correction).collect(),
        }
    }

    /// Pixels after their change.
    #[inline(always)]
    fn clipped<S: Simd>(&self, value: Wide<S, T>) -> Wide<S, T> {
        if self.clip { value.at_least(T::zero()).at_most(T::one()) } else { value }
    }

    #[inline(always)]
    fn adam<S: Simd>(&self, simd: S, fields: &mut [Vec<Lanes<T>>], delta: &[Lanes<T>], steps: &[u32; LANES]) {
        let [pictures, means, squares] = fields else { unreachable!("Adam has two moments") };
        let last = self.corrections.len() - 1;
        let rates = Lanes::from_fn(|lane| self.corrections[(steps[lane] as usize).min(last)].0);
        let spreads = Lanes::from_fn(|lane| self.corrections[(steps[lane] as usize).min(last)].1);
        let (keep1, new1) = (T::of(BETA1), T::of(1.0 - BETA1));
        let (keep2, new2) = (T::of(BETA2), T::of(1.0 - BETA2));
        let epsilon = Wide::of(simd, T::of(ADAM_EPSILON));
        self.first.for_each_pixel(
            simd,
            delta,
            #[inline(always)]
            |pixel, gradient| {
                let (mean, square) = (&mut means[pixel], &mut squares[pixel]);
                mean.update(
                    simd,
                    [gradient],
                    #[inline(always)]
                    |mean, [g]| mean * keep1 + g * new1,
                );
                square.update(
                    simd,
                    [gradient],
                    #[inline(always)]
                    |square, [g]| square * keep2 + g * g * new2,
                );
                pictures[pixel].update(
                    simd,
                    [mean, square, &rates, &spreads],
                    #[inline(always)]
                    |x, [mean, square, rate, spread]| {
                        self.clipped(x + rate * mean / square.sqrt().mul_add(spread, epsilon))
                    },
                );
            },
        );
    }

    #[inline(always)]
    fn normalised<S: Simd>(&self, simd: S, fields: &mut [Vec<Lanes<T>>], delta: &mut [Lanes<T>]) {
        let [pictures, gradients] = fields else { unreachable!("the gradient has a field") };
        // A saturated net's gradient is so small that its square is 0; only its direction counts here.
        let mut largest = Lanes::all(T::min_positive_value());
        for row in &*delta {
            largest.update(
                simd,
                [row],
                #[inline(always)]
                |most, [d]| d.abs().if_greater(most, d.abs(), most),
            );
        }
        for row in &mut *delta {
            row.update(
                simd,
                [&largest],
                #[inline(always)]
                |d, [most]| d / most,
            );
        }
        let mut squares = Lanes::all(T::zero());
        self.first.for_each_pixel(
            simd,
            delta,
            #[inline(always)]
            |pixel, gradient| {
                gradients[pixel] = *gradient;
                squares.update(
                    simd,
                    [gradient],
                    #[inline(always)]
                    |sum, [g]| g.mul_add(g, sum),
                );
            },
        );
        let length = -self.rate * T::of(pictures.len() as f64).sqrt();
        // No direction, no step.
        let zero = T::zero();
        let factors = Lanes::from_fn(|lane| if squares[lane] == zero { zero } else { length / squares[lane].sqrt() });
        for (x, gradient) in pictures.iter_mut().zip(gradients) {
            x.update(
                simd,
                [gradient, &factors],
                #[inline(always)]
                |x, [g, factor]| self.clipped(g.mul_add(factor, x)),
            );
        }
    }
}

impl<T: Real> Ground<T> for PixelSpace<T> {
    fn fields(&self) -> Vec<usize> {
        let fields = match self.optimizer {
            Optimizer::Plain => 1,
            Optimizer::Momentum | Optimizer::Normalised => 2,
            Optimizer::Adam => 3,
        };
        vec![self.first.inputs(); fields]
    }

    fn kept(&self) -> usize {
        1
    }

    #[inline(always)]
    fn look<S: Simd>(&self, simd: S, fields: &[Vec<Lanes<T>>], sums: &mut [Lanes<T>]) {
        self.first.sums(simd, &fields[0], sums);
    }

    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, fields: &mut [Vec<Lanes<T>>], delta: &mut [Lanes<T>], steps: &[u32; LANES]) {
        match self.optimizer {
            Optimizer::Plain => {
                let pictures = &mut fields[0];
                self.first.for_each_pixel(
                    simd,
                    delta,
                    #[inline(always)]
                    |pixel, gradient| {
                        pictures[pixel].update(
                            simd,
                            [gradient],
                            #[inline(always)]
                            |x, [g]| self.clipped(x - g * self.rate),
                        );
                    },
                );
            }
            Optimizer::Momentum => {
                let [pictures, velocities] = fields else { unreachable!("momentum has a velocity") };
                let keep = T::of(MOMENTUM);
                self.first.for_each_pixel(
                    simd,
                    delta,
                    #[inline(always)]
                    |pixel, gradient| {
                        let velocity = &mut velocities[pixel];
                        velocity.update(
                            simd,
                            [gradient],
                            #[inline(always)]
                            |v, [g]| v * keep - g * self.rate,
                        );
                        pictures[pixel].update(
                            simd,
                            [velocity],
                            #[inline(always)]
                            |x, [v]| self.clipped(x + v),
                        );
                    },
                );
            }
            Optimizer::Adam => self.adam(simd, fields, delta, steps),
            Optimizer::Normalised => self.normalised(simd, fields, delta),
        }
    }
}

/// A net laid out for the kernel.
#[derive(Debug)]
pub(super) struct DensePixels<'a> {
    params: &'a NoiseParams,
    job: &'a Job<'a>,
    kernel: Kernel<f32, PixelSpace<f32>>,
}

impl<'a> DensePixels<'a> {
    pub(super) fn new(params: &'a NoiseParams, job: &'a Job<'a>, net: &Dense) -> Self {
        let ground = PixelSpace::new(params, net);
        let kernel = Kernel::new(params, ground, net, job.net.score_kind(), job.class as usize);
        Self { params, job, kernel }
    }
}

impl Engine for DensePixels<'_> {
    fn advance(&mut self, queue: &mut Queue) -> Result<Vec<Finished>> {
        let attempts = queue.take(ATTEMPTS_AT_ONCE, 0);
        let len = self.job.net.input().len();
        let starts = start::of(self.params, self.job, attempts.clone());
        let mut walkers: Vec<_> = starts.chunks_exact(len).map(|picture| Walker::at(picture.to_vec())).collect();
        drop(starts);
        self.kernel.walk(&mut walkers, self.job.stop);
        let finished = attempts.zip(walkers).filter(|(_, walker)| walker.ended).map(|(index, mut walker)| {
            let picture = std::mem::take(&mut walker.fields[0]);
            walker.finished(index, picture)
        });
        Ok(finished.collect())
    }

    fn in_flight(&self) -> usize {
        0
    }

    fn on_own_threads(&self) -> bool {
        true
    }
}
