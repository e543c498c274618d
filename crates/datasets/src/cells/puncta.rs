//! Spots of the green protein: faint puncta in every cell, and the globs that are the sign of a class.

use std::f32::consts::SQRT_2;

use advlab_core::Seed;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::class::{
    DECOY_LIGHT, DECOY_SHARE, GLOB_LIGHT_BY, GLOB_PATCH, GLOB_SHARE_BY, Habit, PUNCTA_BY_CELL, PUNCTA_BY_SLIDE,
    PUNCTUM_LIGHT,
};
use super::field::field;
use super::layout::{Cell, Layout};
use super::plane::Plane;
use super::slide::{direction, log_normal};
use super::stain::Stained;

/// Adds the spots of every cell to the green plane.
///
/// Each kind of spot in each cell has draws of its own, so that what the class changes changes nothing else.
pub(super) fn add(stained: &mut Stained, layout: &Layout, habit: &Habit, seed: Seed) {
    let mut rng = seed.child("slide").rng();
    let puncta_here = habit.puncta * log_normal(&mut rng, PUNCTA_BY_SLIDE);
    let light_here = habit.glob_light * log_normal(&mut rng, GLOB_LIGHT_BY[0]);
    let share_here = habit.glob_share * log_normal(&mut rng, GLOB_SHARE_BY[0]);
    let patches = field(layout.side.div_ceil(PATCH_STEP), GLOB_PATCH / PATCH_STEP as f32, &mut rng);
    let Stained { light: [_, green, _], cytoplasm, .. } = stained;
    for (k, cell) in layout.cells.iter().enumerate() {
        let draws = |kind: &str| seed.child(kind).index(k as u64).rng();
        let mut spots = Spots { green, cytoplasm, cell, number: k as u32 };

        let mut rng = draws("puncta");
        let wanted = poisson(puncta_here * log_normal(&mut rng, PUNCTA_BY_CELL), rng.random());
        for _ in 0..wanted {
            spots.punctum(&mut rng);
        }
        let mut rng = draws("decoys");
        if rng.random::<f32>() < DECOY_SHARE {
            spots.globs(1, DECOY_LIGHT * log_normal(&mut rng, GLOB_LIGHT_BY[1]), 0.7, &mut rng);
        }
        let mut rng = draws("globs");
        let share = share_here * (GLOB_SHARE_BY[1] * patch_at(&patches, cell)).exp();
        if rng.random::<f32>() < share {
            let clusters = rng.random_range(1..=3);
            spots.globs(clusters, light_here * log_normal(&mut rng, GLOB_LIGHT_BY[1]), 1.0, &mut rng);
        }
    }
}

/// Pixels to a value of the field that says where globs are frequent.
const PATCH_STEP: usize = 32;

fn patch_at(patches: &Plane, cell: &Cell) -> f32 {
    let [x, y] = cell.body.middle.map(|w| ((w / PATCH_STEP as f32).max(0.0) as usize).min(patches.side - 1));
    patches.values[y * patches.side + x]
}

/// Draws spots into one cell.
struct Spots<'a> {
    green: &'a mut Plane,
    cytoplasm: &'a [u32],
    cell: &'a Cell,
    number: u32,
}

impl Spots<'_> {
    /// One faint spot anywhere in the cytoplasm.
    fn punctum(&mut self, rng: &mut ChaCha8Rng) {
        let (middle, light) = PUNCTUM_LIGHT;
        let light = middle * log_normal(rng, light);
        let radius = 3.0 * log_normal(rng, 0.22);
        let at = self.within(self.cell.body.middle, self.cell.body.radius, rng);
        self.spot(at, radius, light, rng);
    }

    /// Clusters of bright bodies of varied size: most are small, a few large and of uneven outline.
    fn globs(&mut self, clusters: usize, light: f32, size: f32, rng: &mut ChaCha8Rng) {
        for _ in 0..clusters {
            let centre = self.within(self.cell.body.middle, 0.85 * self.cell.body.radius, rng);
            for _ in 0..rng.random_range(2..=7) {
                let at = self.within(centre, 0.24 * self.cell.body.radius, rng);
                let radius = 3.9 * size * log_normal(rng, 0.45);
                let light = light * log_normal(rng, GLOB_LIGHT_BY[2]);
                self.spot(at, radius, light, rng);
                for _ in 0..if radius > 5.0 { 3 } else { 0 } {
                    let off = direction(rng).map(|w| w * 0.6 * radius);
                    let part = radius * (0.35 + 0.4 * rng.random::<f32>());
                    self.spot([at[0] + off[0], at[1] + off[1]], part, 0.6 * light, rng);
                }
            }
        }
    }

    fn spot(&mut self, at: [f32; 2], radius: f32, light: f32, rng: &mut ChaCha8Rng) {
        let stretch = 1.0 + 0.35 * rng.random::<f32>();
        let tilt = direction(rng);
        self.green.spot(at, radius, stretch, tilt, light * SQRT_2);
    }

    /// A place in the cytoplasm at most `reach` from another; a dozen tries, then the last.
    fn within(&self, from: [f32; 2], reach: f32, rng: &mut ChaCha8Rng) -> [f32; 2] {
        let mut at = from;
        for _ in 0..12 {
            let off = direction(rng).map(|w| w * reach * rng.random::<f32>().sqrt());
            at = [from[0] + off[0], from[1] + off[1]];
            if self.is_cytoplasm(at) {
                break;
            }
        }
        at
    }

    fn is_cytoplasm(&self, [x, y]: [f32; 2]) -> bool {
        let side = self.green.side;
        let on_picture = x >= 0.0 && y >= 0.0 && x < side as f32 && y < side as f32;
        // Beyond the picture's border nobody has looked whose the place is.
        !on_picture || self.cytoplasm[y as usize * side + x as usize] == self.number
    }
}

/// A Poisson draw of this mean from a uniform one, so that a larger mean never gives less.
fn poisson(mean: f32, uniform: f64) -> usize {
    let mean = f64::from(mean);
    let (mut count, mut term) = (0, (-mean).exp());
    let mut sum = term;
    while sum < uniform && count < 1000 {
        count += 1;
        term *= mean / count as f64;
        sum += term;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_draws_have_their_mean_and_variance() {
        let mut rng = Seed::new(4).rng();
        let draws: Vec<f64> = (0..20_000).map(|_| poisson(6.5, rng.random()) as f64).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 20_000.0;
        assert!((mean - 6.5).abs() < 0.1 && (variance - 6.5).abs() < 0.3, "{mean} {variance}");
    }
}
