//! Pictures that maximise a unit, a direction of a layer, or a class: gradient ascent on the input, from noise.
//!
//! Sources: Erhan et al. 2009 (activation maximisation); Simonyan et al. 2014, <https://arxiv.org/abs/1312.6034>, section 2
//! (classes, L2 decay); Mahendran and Vedaldi 2015, <https://arxiv.org/abs/1412.0035> (total variation, jitter); Yosinski et
//! al. 2015, <https://arxiv.org/abs/1506.06579> (blur); Olah, Mordvintsev and Schubert 2017,
//! <https://distill.pub/2017/feature-visualization> (transformations, Fourier space, colours).
//!
//! A step looks at all pictures of a batch under one small change ([`looks`]), asks the net for the gradient of each picture's value
//! ([`objective`]), brings it to unit size, and goes up, on the pixels ([`pixels`]) or on the spectrum ([`fourier`]). Libtorch's graph
//! reaches from the values to what was looked at and no further; the rest of the way back is written out.

mod params;

mod adam;
mod ascent;
mod fourier;
mod looks;
mod made;
mod objective;
mod pixels;
mod smooth;

#[cfg(test)]
mod tests;

use advlab_core::{Classifier, Seed, Stop};
use tch::Tensor;

pub use params::{KEY, MaximiseParams, Space};

use crate::Result;
use crate::basis::Reading;
use ascent::Ascent;
use made::Made;

/// From so many pictures on, libtorch's products for dense layers give the same bits whatever the batch. Rounding is amplified
/// on the way up, so small batches of dense nets are filled up to it; for nets that take longer it is not worth its price.
const SAME_BITS: i64 = 4;

/// Activation maximisation, with settings that passed [`MaximiseParams::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Maximise(MaximiseParams);

/// What to maximise, in which net.
#[derive(Debug)]
pub struct Job<'a> {
    /// The net; its weights stay as they are.
    pub net: &'a dyn Classifier,
    /// Name of the layer; [`Layer::SCORES`](advlab_core::Layer::SCORES) for classes.
    pub layer: &'a str,
    /// A layer to climb in its place, of the same units, which is largest where the layer is: what a layer puts in before its activation
    /// function. A ReLU that is off and a sigmoid that is saturated have no gradient, and it has one.
    pub climbed: Option<&'a str>,
    /// How its maps are read as vectors.
    pub reading: Reading,
    /// A direction in each row, `[M, D]`, where `D` is the number of units in the layer by this reading. A row of zeros with a
    /// single 1 is a unit.
    pub directions: &'a Tensor,
    /// The run's seed; direction `i` starts from noise of its own, whatever the batch.
    pub seed: Seed,
    /// Directions that go through the net together. It changes the speed, and of nets with convolutions, which add up differently in
    /// each place of a batch, the pictures' details; not their noise, nor how they are looked at.
    pub batch: usize,
    /// Looked at between two steps.
    pub stop: &'a Stop,
}

/// What came of it: one picture for each direction, in their order.
#[derive(Debug)]
pub struct Maximised {
    /// `Float` `[M, C, H, W]` on the CPU, every value in [0, 1]. If stopped: those that were finished, the first ones.
    pub pictures: Tensor,
    /// The direction's value for its picture, by a fresh pass over the picture as it is.
    pub values: Vec<f32>,
    /// The same for the noise that it started from.
    pub start_values: Vec<f32>,
    /// What the net takes each picture for.
    pub labels: Vec<i64>,
    /// And how sure it is of that.
    pub confidences: Vec<f32>,
    /// Whether someone asked to stop before all were finished.
    pub stopped: bool,
}

impl Maximise {
    /// The settings.
    pub const fn params(&self) -> &MaximiseParams {
        &self.0
    }

    /// Makes a picture for each direction. `progress` is told after each step how many pictures took it; that is `M·steps` in
    /// all.
    ///
    /// # Errors
    /// [`Error::Directions`](crate::Error::Directions) if the directions do not fit the layer;
    /// [`Error::Gradient`](crate::Error::Gradient) if the ascent left the numbers; those of the net.
    pub fn run(&self, job: &Job<'_>, progress: &mut dyn FnMut(usize)) -> Result<Maximised> {
        let directions = objective::directions(job)?;
        let mut made = Made::default();
        let n = directions.size()[0];
        let least = if job.net.dense().is_some() { SAME_BITS } else { 1 };
        for first in (0..n).step_by(job.batch.max(1)) {
            let count = (n - first).min(job.batch.max(1) as i64);
            // The last direction fills seats that would be empty; what comes of it there is left out again.
            let seats: Vec<i64> = (first..first + count.max(least)).map(|seat| seat.min(n - 1)).collect();
            let own = directions.f_index_select(0, &Tensor::from_slice(&seats).to_device(directions.device()))?;
            let mut ascent = Ascent::new(&self.0, job, own.shallow_clone(), &seats);
            let start_values = made::values(job, &ascent.pictures()?, &own)?;
            for _ in 0..self.0.steps {
                if job.stop.asked() {
                    return made.whole(job, true);
                }
                ascent.step()?;
                progress(count as usize);
            }
            made.take(job, count, &ascent.pictures()?, &own, &start_values)?;
        }
        made.whole(job, false)
    }
}
