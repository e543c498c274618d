//! The engine that steps on what reaches the first layer's neurons, for nets of dense layers without clipping.
//!
//! The arithmetic is in [`kernel`](super::kernel). This side draws the noise, carries it to the first layer, rebuilds the
//! pictures, and makes sure that what the kernel says of a walker holds for the picture.

use advlab_core::{Classifier, Dense, Seed};
use tch::{Device, Kind, Tensor};

use super::kernel::{Kernel, Walker};
use super::params::{NoiseParams, Optimizer};
use super::queue::Queue;
use super::{Engine, Finished, Job, start};
use crate::Result;

/// Attempts that are drawn, walked and rebuilt together at most; it bounds the memory, 3 MB for each thousand at 784.
const ATTEMPTS_AT_ONCE: usize = 4096;

/// Whether this engine does what the settings say, on this net. It works on the CPU alone.
pub(super) fn serves(params: &NoiseParams, net: &dyn Classifier) -> bool {
    let stays_in_row_space = !params.clip && matches!(params.optimizer, Optimizer::Plain | Optimizer::Momentum);
    stays_in_row_space
        && net.device() == Device::Cpu
        && net.kind() == Kind::Float
        && net.dense().is_some_and(|dense| Kernel::<f32>::new(params, &dense, net.score_kind(), 0).is_some())
}

/// A net laid out for the kernel, with its first layer as tensors for the way in and out.
#[derive(Debug)]
pub(super) struct Preactivations<'a> {
    params: &'a NoiseParams,
    job: &'a Job<'a>,
    kernel: Kernel<f32>,
    /// `[H, D]`.
    weights: Tensor,
    /// `[H]`.
    bias: Tensor,
}

impl<'a> Preactivations<'a> {
    pub(super) fn new(params: &'a NoiseParams, job: &'a Job<'a>) -> Result<Self> {
        let net = job.net.dense().expect("asked `serves` before");
        let kernel =
            Kernel::new(params, &net, job.net.score_kind(), job.class as usize).expect("asked `serves` before");
        let (weights, bias) = first_layer(&net);
        Ok(Self { params, job, kernel, weights, bias })
    }

    /// First layer's sums of pictures `[N, D]`, as rows.
    fn sums(&self, pictures: &Tensor) -> Result<Vec<Vec<f32>>> {
        rows(&self.bias.f_addmm(pictures, &self.weights.tr())?)
    }

    /// The pictures that walkers stand for, `[N, D]`.
    fn pictures(&self, starts: &Tensor, walkers: &[Walker<f32>]) -> Result<Tensor> {
        let flat: Vec<f32> = walkers.iter().flat_map(|walker| walker.coefficients.iter().copied()).collect();
        let coefficients = Tensor::from_slice(&flat).reshape([walkers.len() as i64, -1]);
        Ok(starts.f_addmm(&coefficients, &self.weights)?)
    }

    /// Lets walkers go on whose picture, rebuilt, does not do what their own sums say: rounding has built up on the way.
    fn correct(&self, starts: &Tensor, walkers: &mut [Walker<f32>]) -> Result<()> {
        if !self.params.early_stop {
            return Ok(());
        }
        let exact = self.sums(&self.pictures(starts, walkers)?)?;
        let mut again: Vec<(usize, Walker<f32>)> = Vec::new();
        for (at, (walker, sums)) in walkers.iter().zip(exact).enumerate() {
            if walker.reached && walker.steps < self.params.steps {
                again.push((at, Walker { sums, reached: false, ..walker.clone() }));
            }
        }
        let (places, mut again): (Vec<_>, Vec<_>) = again.into_iter().unzip();
        self.kernel.walk(&mut again);
        for (at, walker) in places.into_iter().zip(again) {
            walkers[at] = walker;
        }
        Ok(())
    }
}

impl Engine for Preactivations<'_> {
    fn advance(&mut self, queue: &mut Queue) -> Result<Vec<Finished>> {
        let attempts = queue.take(ATTEMPTS_AT_ONCE, 0);
        let (n, len) = (attempts.clone().count(), self.job.net.input().len());
        let seeds: Vec<Seed> =
            attempts.clone().map(|index| start::start_seed(self.job.seed, self.job.class, index)).collect();
        let starts = Tensor::from_slice(&start::draw(self.params, &seeds, len)).reshape([n as i64, len as i64]);
        let mut walkers: Vec<_> = self.sums(&starts)?.into_iter().map(|sums| self.kernel.walker(sums)).collect();
        self.kernel.walk(&mut walkers);
        self.correct(&starts, &mut walkers)?;
        let pictures = rows(&self.pictures(&starts, &walkers)?)?;
        let finished = attempts.zip(walkers).zip(pictures).map(|((index, walker), picture)| Finished {
            index,
            reached: walker.reached,
            steps: walker.steps,
            forward: walker.steps + 1,
            backward: walker.steps,
            picture,
        });
        Ok(finished.collect())
    }

    fn in_flight(&self) -> usize {
        0
    }
}

fn first_layer(net: &Dense) -> (Tensor, Tensor) {
    let first = &net.layers[0];
    let weights = Tensor::from_slice(&first.weights).reshape([first.outputs as i64, first.inputs as i64]);
    (weights, Tensor::from_slice(&first.biases))
}

fn rows(tensor: &Tensor) -> Result<Vec<Vec<f32>>> {
    let (n, width) = tensor.size2()?;
    let mut flat = vec![0.0_f32; (n * width) as usize];
    let len = flat.len();
    tensor.contiguous().reshape([-1]).copy_data(&mut flat, len);
    Ok(flat.chunks_exact(width as usize).map(<[f32]>::to_vec).collect())
}
