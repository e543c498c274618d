//! Start noise, the same for an attempt wherever and whenever it is drawn.

use std::ops::Range;

use advlab_core::Seed;
use rand::Rng;
use rand_distr::StandardNormal;
use rayon::prelude::*;

use super::Job;
use super::params::{NoiseParams, Start};

/// The seed of attempt `index` at `class`: results record it, and the noise can be drawn again from it alone.
pub fn start_seed(seed: Seed, class: i64, index: u64) -> Seed {
    seed.child("start").child(&class.to_string()).index(index)
}

/// Draws the start pictures of these seeds, `len` values each, one after the other.
pub fn draw(params: &NoiseParams, seeds: &[Seed], len: usize) -> Vec<f32> {
    let mut pictures = vec![0.0; seeds.len() * len];
    pictures.par_chunks_mut(len).zip(seeds).for_each(|(picture, seed)| draw_one(params, *seed, picture));
    pictures
}

/// Draws the start pictures of these attempts of a job.
pub(super) fn of(params: &NoiseParams, job: &Job<'_>, attempts: Range<u64>) -> Vec<f32> {
    let seeds: Vec<Seed> = attempts.map(|index| start_seed(job.seed, job.class, index)).collect();
    draw(params, &seeds, job.net.input().len())
}

fn draw_one(params: &NoiseParams, seed: Seed, picture: &mut [f32]) {
    let mut rng = seed.rng();
    match params.start {
        Start::Normal { mean, sd } => {
            let (mean, sd) = (mean as f32, sd as f32);
            for value in &mut *picture {
                *value = mean + sd * rng.sample::<f32, _>(StandardNormal);
            }
        }
        Start::Uniform { low, high } => {
            let (low, width) = (low as f32, (high - low) as f32);
            for value in &mut *picture {
                *value = low + width * rng.random::<f32>();
            }
        }
    }
    if params.clip {
        for value in picture {
            *value = value.clamp(0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_starts_the_same_in_any_company() {
        let params = NoiseParams::published();
        let seed = |i| start_seed(Seed::new(5), 4, i);
        let together = draw(&params, &[seed(0), seed(1), seed(2)], 50);
        assert_eq!(draw(&params, &[seed(1)], 50), together[50..100]);
        assert_ne!(draw(&params, &[start_seed(Seed::new(5), 3, 1)], 50), together[50..100]);
    }

    #[test]
    fn noise_has_the_moments_it_was_asked_for() {
        let moments = |params: &NoiseParams| {
            let seeds: Vec<_> = (0..20).map(Seed::new).collect();
            let values = draw(params, &seeds, 5000);
            let n = values.len() as f64;
            let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
            (mean, (values.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / n).sqrt())
        };
        let (mean, sd) = moments(&NoiseParams::published());
        assert!((mean - 0.5).abs() < 0.005 && (sd - 0.3).abs() < 0.005, "{mean} {sd}");
        let (mean, sd) = moments(&NoiseParams::default());
        assert!((mean - 0.5).abs() < 0.005 && (sd - 1.0 / 12.0_f64.sqrt()).abs() < 0.005, "{mean} {sd}");
    }
}
