//! The ascent of a few pictures side by side.

use advlab_core::Seed;
use rand::Rng as _;
use rand_distr::StandardNormal;
use tch::{Kind, Tensor, no_grad};

use super::fourier::Fourier;
use super::looks::Look;
use super::pixels::Pixels;
use super::smooth::subtract_variation;
use super::{Job, MaximiseParams, Space, objective};
use crate::Result;

/// Gradients shorter than this are measured in double precision.
const SMALL: f64 = 1e-15;
/// Steps from one look at whether gradients are that short to the next; beside a small net it counts.
const LOOKED_AT: u32 = 8;
/// Noise that is added to a picture without a gradient, in start noises.
const LOUDER: f64 = 3.0;
/// And shorter ones than this count as none.
const LEAST: f64 = 1e-30;

/// Where the steps are taken.
#[derive(Debug)]
enum Ground {
    Pixels(Pixels),
    Fourier(Box<Fourier>),
}

/// Pictures under way, one for each of a few directions.
#[derive(Debug)]
pub(super) struct Ascent<'a> {
    params: &'a MaximiseParams,
    job: &'a Job<'a>,
    /// Numbers of the directions.
    numbers: Vec<i64>,
    /// `[n, D]`.
    directions: Tensor,
    ground: Ground,
    steps: u32,
    /// Whether a gradient was short when that was last looked at.
    is_short: bool,
}

impl<'a> Ascent<'a> {
    /// The noise from which the directions of these numbers start.
    pub(super) fn new(params: &'a MaximiseParams, job: &'a Job<'a>, directions: Tensor, numbers: &[i64]) -> Self {
        let (shape, options) = (job.net.input(), (job.net.kind(), job.net.device()));
        let numbers = numbers.to_vec();
        let noise = |size: &[i64]| noise(params, job, &numbers, job.seed.child("start"), size);
        let ground = match params.space {
            Space::Pixels => Ground::Pixels(Pixels::new(params, &noise(&shape.batch(1)[1..]), options)),
            Space::Fourier => {
                let noise = noise(&Fourier::size(shape));
                Ground::Fourier(Box::new(Fourier::new(params, shape, &noise, options)))
            }
        };
        Self { params, job, numbers, directions, ground, steps: 0, is_short: false }
    }

    /// The pictures as they are, `[n, C, H, W]`. The next step may change them in place.
    pub(super) fn pictures(&self) -> Result<Tensor> {
        match &self.ground {
            Ground::Pixels(pixels) => Ok(pixels.pictures().shallow_clone()),
            Ground::Fourier(fourier) => fourier.pictures(),
        }
    }

    /// A step of every picture.
    pub(super) fn step(&mut self) -> Result<()> {
        let pictures = self.pictures()?;
        let look = Look::draw(self.params, self.job.seed, self.steps);
        let seen = look.at(&pictures)?.detach().set_requires_grad(true);
        let sum = objective::sum(self.job, &seen, &self.directions)?;
        let gradients = Tensor::f_run_backward(&[sum], &[&seen], false, false)?;
        self.steps += 1;
        no_grad(|| self.climb(&pictures, look, &gradients[0]))
    }

    /// Adds noise to pictures without any gradient, `[N, 1, 1, 1]`, until a ReLU that is off for them hears it.
    fn shout(&mut self, unheard: &Tensor) -> Result<()> {
        let size = match &self.ground {
            Ground::Pixels(_) => self.job.net.input().batch(1)[1..].to_vec(),
            Ground::Fourier(_) => Fourier::size(self.job.net.input()).to_vec(),
        };
        let seed = self.job.seed.child("shout").index(u64::from(self.steps));
        let rows: Vec<i64> =
            unheard.f_reshape([-1])?.f_nonzero()?.f_reshape([-1])?.to_device(tch::Device::Cpu).try_into()?;
        if rows.is_empty() {
            return Ok(());
        }
        let numbers: Vec<i64> = rows.iter().map(|row| self.numbers[*row as usize]).collect();
        let noise = noise(self.params, self.job, &numbers, seed, &size) * LOUDER;
        let rows = Tensor::from_slice(&rows).to_device(noise.device());
        match &mut self.ground {
            Ground::Pixels(pixels) => pixels.add(&rows, &noise),
            Ground::Fourier(fourier) => fourier.add(&rows, &noise),
        }
    }

    fn climb(&mut self, pictures: &Tensor, look: Look, gradient: &Tensor) -> Result<()> {
        let params = self.params;
        // On pixels the rate goes into the same multiplication.
        let size = match &self.ground {
            Ground::Pixels(pixels) => pixels.size(),
            Ground::Fourier(_) => 1.0,
        };
        let mut lengths = lengths(gradient)?;
        if self.is_short || self.steps % LOOKED_AT == 1 {
            self.is_short = lengths.min().double_value(&[]) < SMALL;
        }
        // One that becomes short between two looks hardly moves its picture, and not at random.
        if self.is_short {
            lengths = precise(gradient, &lengths)?;
            self.shout(&lengths.f_le(LEAST)?)?;
        } else {
            lengths = lengths.f_clamp_min_(SMALL)?;
        }
        let gradient = look.back(gradient, &factors(gradient, lengths, size)?)?;
        if params.tv > 0.0 {
            subtract_variation(&gradient, pictures, params.tv * size)?;
        }
        let blurs = params.blur > 0.0 && self.steps.is_multiple_of(params.blur_every);
        match &mut self.ground {
            Ground::Pixels(pixels) => {
                pixels.step(&gradient)?;
                if blurs {
                    pixels.blur()?;
                }
            }
            Ground::Fourier(fourier) => {
                if params.l2 > 0.0 {
                    // `− l2·(x − background)` in two operations.
                    let l2 = Tensor::from(-params.l2).to_kind(gradient.kind()).to_device(gradient.device());
                    let mut gradient = gradient.shallow_clone();
                    let _ = gradient.f_addcmul_(pictures, &l2)?.f_add_scalar_(params.l2 * params.background)?;
                }
                fourier.step(pictures, &gradient)?;
                if blurs {
                    fourier.blur()?;
                }
            }
        }
        Ok(())
    }
}

/// Length of each gradient of `[N, C, H, W]`: `[N, 1, 1, 1]`.
fn lengths(gradient: &Tensor) -> Result<Tensor> {
    Ok(gradient.f_norm_scalaropt_dim(2.0, [1_i64, 2, 3], true)?)
}

/// The same, with the short ones measured again: squares of so small a gradient, as saturated nets have it, are 0 in single precision.
fn precise(gradient: &Tensor, lengths: &Tensor) -> Result<Tensor> {
    let precise = gradient.f_norm_scalaropt_dim_dtype(2.0, [1_i64, 2, 3], true, Kind::Double)?;
    let precise = precise.clamp_min(LEAST).to_kind(lengths.kind());
    Ok(precise.f_where_self(&lengths.lt(SMALL), lengths)?)
}

/// What brings gradients `[N, C, H, W]` of these lengths to this root mean square, each on its own: `[N, 1, 1, 1]`.
fn factors(gradient: &Tensor, mut lengths: Tensor, size: f64) -> Result<Tensor> {
    let pixels = gradient.size()[1..].iter().product::<i64>() as f64;
    Ok(lengths.f_reciprocal_()?.f_mul_scalar_(size * pixels.sqrt())?)
}

/// Noise `[N, size]` of the directions of these numbers, for each the same in whatever batch.
fn noise(params: &MaximiseParams, job: &Job<'_>, numbers: &[i64], seed: Seed, size: &[i64]) -> Tensor {
    let len: i64 = size.iter().product();
    let draw = |number: &i64| {
        let mut rng = seed.index(*number as u64).rng();
        (0..len).map(|_| params.start_sd as f32 * rng.sample::<f32, _>(StandardNormal)).collect::<Vec<f32>>()
    };
    let noise: Vec<f32> = numbers.iter().flat_map(draw).collect();
    let noise = Tensor::from_slice(&noise).reshape([&[numbers.len() as i64], size].concat());
    noise.to_kind(job.net.kind()).to_device(job.net.device())
}

#[cfg(test)]
mod tests {
    use tch::Device;

    use super::*;

    #[test]
    fn gradients_of_any_size_become_as_large_as_wanted() {
        for length in [1e-25, 1e-18, 1e-3, 1e6] {
            let gradient = Tensor::arange(8, (Kind::Float, Device::Cpu)).reshape([1, 2, 2, 2]) * length;
            let gradient = Tensor::cat(&[&gradient, &gradient.zeros_like(), &gradient.ones_like()], 0);
            let lengths = precise(&gradient, &lengths(&gradient).unwrap()).unwrap();
            let sized = &gradient * factors(&gradient, lengths, 0.5).unwrap();
            let mean = (&sized * &sized).mean_dim(&[1_i64, 2, 3][..], false, None).sqrt();
            let mean = Vec::<f32>::try_from(mean).unwrap();
            assert!(
                (mean[0] - 0.5).abs() < 1e-5 && mean[1] == 0.0 && (mean[2] - 0.5).abs() < 1e-5,
                "{length} {mean:?}"
            );
        }
    }
}
