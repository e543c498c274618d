//! What a handful of pictures have in common, whatever chose them.

use advlab_core::Seed;
use rand::seq::index;
use serde::{Deserialize, Serialize};

/// What a handful of pictures have in common.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// Share of the most frequent label.
    pub purity: f64,
    /// Entropy of the labels' frequencies, in bits: 0 for a single label, log₂ k for k different ones.
    pub entropy: f64,
    /// Mean correlation of the pixels of two of them.
    pub pixel_similarity: f64,
    /// Mean cosine between the features of two of them.
    pub feature_similarity: f64,
}

impl Together {
    /// Of these pictures; all numbers are those of a single picture's likeness to itself where there is one only, and 0 where
    /// there is none.
    ///
    /// # Shapes
    /// - `labels`: one for each picture
    /// - `pixels`: those of each picture; bytes will do, since correlations do not depend on the scale
    /// - `features`: for each picture what the net makes of it before its last layer
    pub fn of<P, F>(labels: &[i64], pixels: &[&[P]], features: &[&[F]]) -> Self
    where
        P: Copy + Into<f64>,
        F: Copy + Into<f64>,
    {
        let shares = shares(labels);
        Self {
            purity: shares.iter().copied().fold(0.0, f64::max),
            entropy: shares.iter().map(|share| -share * share.log2()).sum::<f64>().abs(),
            pixel_similarity: similarity(pixels, true),
            feature_similarity: similarity(features, false),
        }
    }
}

/// Random pictures in place of the top ones: the level that chance reaches.
///
/// Draws `top` different ones out of `pictures`, `draws` times over, and asks `of` what they have in common. Draw `i` comes from
/// child `i` of the seed.
///
/// # Errors
/// Those of `of`.
pub fn chance<E>(
    pictures: usize,
    top: usize,
    draws: usize,
    seed: Seed,
    mut of: impl FnMut(&[usize]) -> Result<Together, E>,
) -> Result<Vec<Together>, E> {
    (0..draws)
        .map(|draw| {
            let mut rng = seed.index(draw as u64).rng();
            of(&index::sample(&mut rng, pictures, top.min(pictures)).into_vec())
        })
        .collect()
}

/// How large a share each label has.
fn shares(labels: &[i64]) -> Vec<f64> {
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).map(|same| same.len() as f64 / labels.len() as f64).collect()
}

/// Mean cosine between two vectors out of all pairs, after each has been centred on its own mean if asked for. A vector
/// without length is like none.
fn similarity<T: Copy + Into<f64>>(vectors: &[&[T]], centred: bool) -> f64 {
    let Some(first) = vectors.first() else { return 0.0 };
    // |Σ u|² = Σ |u|² + 2 Σ u·v over the pairs: one sum in place of all pairs.
    let mut sum = vec![0.0; first.len()];
    let mut units = 0.0;
    for vector in vectors {
        let n = vector.len().max(1) as f64;
        let mean = if centred { vector.iter().map(|value| (*value).into()).sum::<f64>() / n } else { 0.0 };
        let moved = |value: &T| (*value).into() - mean;
        let length = vector.iter().map(|value| moved(value).powi(2)).sum::<f64>().sqrt();
        // What is left of equal numbers is rounding, and no pattern.
        if length > 1e-12 * mean.abs().max(f64::MIN_POSITIVE) * n.sqrt() {
            sum.iter_mut().zip(*vector).for_each(|(sum, value)| *sum += moved(value) / length);
            units += 1.0;
        }
    }
    if vectors.len() == 1 {
        return units;
    }
    let whole: f64 = sum.iter().map(|value| value * value).sum();
    let pairs = (vectors.len() * (vectors.len() - 1)) as f64;
    ((whole - units) / pairs).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handful_by_hand() {
        let pixels: [&[u8]; 3] = [&[1, 2, 3], &[2, 1, 3], &[10, 20, 30]];
        let features: [&[f32]; 3] = [&[1.0, 0.0], &[0.0, 2.0], &[3.0, 0.0]];
        let together = Together::of(&[4, 7, 4], &pixels, &features);
        assert!((together.purity - 2.0 / 3.0).abs() < 1e-12);
        // -(2/3 log₂ 2/3 + 1/3 log₂ 1/3)
        assert!((together.entropy - 0.918_295_834).abs() < 1e-9);
        // Correlations 1/2, 1, 1/2; cosines 0, 1, 0.
        assert!((together.pixel_similarity - 2.0 / 3.0).abs() < 1e-12);
        assert!((together.feature_similarity - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_pixels_similarity_is_the_mean_of_the_correlations() {
        let pictures: Vec<Vec<f64>> =
            (0..5).map(|i| (0..30).map(|j| ((i * 7 + j * j * (i + 1)) % 23) as f64).collect()).collect();
        let matrix = crate::correlations(&pictures);
        let mean = (matrix.sum() - 5.0) / 20.0;
        let rows: Vec<&[f64]> = pictures.iter().map(Vec::as_slice).collect();
        assert!((similarity(&rows, true) - mean).abs() < 1e-12);
    }

    #[test]
    fn constant_pictures_are_like_none() {
        let pixels: [&[u8]; 3] = [&[7, 7, 7], &[1, 2, 3], &[1, 2, 3]];
        assert!((similarity(&pixels, true) - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(similarity(&pixels[..1], true), 0.0);
        assert!((similarity(&pixels[..1], false) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn chance_draws_different_pictures() {
        let mut seen = Vec::new();
        let drawn = chance(10, 8, 50, Seed::new(1), |pictures| {
            let mut sorted = pictures.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert!(sorted.len() == 8 && sorted[7] < 10);
            seen.push(pictures.to_vec());
            let labels: Vec<i64> = pictures.iter().map(|picture| *picture as i64).collect();
            Ok::<_, std::convert::Infallible>(Together::of::<u8, u8>(&labels, &[], &[]))
        })
        .unwrap();
        assert!(drawn.len() == 50 && drawn.iter().all(|together| (together.entropy - 3.0).abs() < 1e-12));
        assert_ne!(seen[0], seen[1]);
    }
}
