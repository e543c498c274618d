//! Natural directions against random ones, in one measure.

use std::fmt;

use advlab_core::Seed;
use rand::Rng;
use rand::seq::SliceRandom as _;
use serde::{Deserialize, Serialize};

use crate::{permutation_test, quantile};

/// Bootstrap samples, and permutations.
const DRAWS: u32 = 10_000;

/// What the comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The means differ by less than the margin.
    Alike,
    /// The means differ, and nothing says by less than the margin.
    Different,
    /// Neither.
    Unclear,
}

impl Verdict {
    /// In words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Alike => "no difference beyond the margin",
            Self::Different => "different",
            Self::Unclear => "too little to tell",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Two samples of one measure. The directions are what is drawn: what it says is said of this net, this layer and these
/// pictures, not of other trainings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Mean of the natural directions.
    pub natural: f64,
    /// Mean of the random ones.
    pub random: f64,
    /// Number of natural and of random directions.
    pub counts: (usize, usize),
    /// `random - natural`.
    pub difference: f64,
    /// 95 % interval of the difference: percentiles of a bootstrap over the directions.
    pub interval: (f64, f64),
    /// 90 % interval, the one that has to lie within the margin.
    pub interval90: (f64, f64),
    /// Two-sided: share of the permutations, the data themselves among them, whose means lie at least as far apart.
    pub p: f64,
    /// How large a difference would still count as none; stated beforehand.
    pub margin: Option<f64>,
    /// Whether the 90 % interval lies within ±margin; none without a margin.
    pub equivalent: Option<bool>,
    /// What it comes to.
    pub verdict: Verdict,
}

impl Comparison {
    /// Compares two samples; `None` where one of them has fewer than two numbers.
    ///
    /// - The interval is the percentile bootstrap's (Efron 1979). Its draws are stretched by `√(n / (n - 1))` in each sample,
    ///   without which the intervals of small samples are too narrow (Hesterberg 2015, section 3.2).
    /// - p is that of a permutation test: it asks for equal distributions, and finds unequal means.
    /// - Equivalence is two one-sided tests at 5 % each (Schuirmann 1987), done by the 90 % interval: the means count as equal
    ///   if all of it lies within ±`margin`. A margin chosen after a look at the numbers proves nothing.
    ///
    /// A difference that is certain and yet smaller than the margin is [`Verdict::Alike`]; `interval` and `p` still show it.
    pub fn of(natural: &[f64], random: &[f64], margin: Option<f64>, seed: Seed) -> Option<Self> {
        Self::with_draws(natural, random, margin, seed, DRAWS)
    }

    fn with_draws(natural: &[f64], random: &[f64], margin: Option<f64>, seed: Seed, draws: u32) -> Option<Self> {
        if natural.len().min(random.len()) < 2 {
            return None;
        }
        let (a, b) = (mean(natural), mean(random));
        let difference = b - a;
        let mut rng = seed.child("bootstrap").rng();
        let drawn: Vec<f64> =
            (0..draws).map(|_| difference + deviation(random, b, &mut rng) - deviation(natural, a, &mut rng)).collect();
        let between = |tail: f64| (quantile(&drawn, tail), quantile(&drawn, 1.0 - tail));
        let (interval, interval90) = (between(0.025), between(0.05));
        let p = permuted(natural, random, draws, &mut seed.child("permutations").rng());
        let equivalent = margin.map(|margin| interval90.0 > -margin && interval90.1 < margin);
        let verdict = if equivalent == Some(true) {
            Verdict::Alike
        } else if interval.0 > 0.0 || interval.1 < 0.0 {
            Verdict::Different
        } else {
            Verdict::Unclear
        };
        let counts = (natural.len(), random.len());
        Some(Self { natural: a, random: b, counts, difference, interval, interval90, p, margin, equivalent, verdict })
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// How far the mean of as many numbers, drawn with replacement, lies from that of all.
fn deviation(values: &[f64], mean: f64, rng: &mut impl Rng) -> f64 {
    let n = values.len();
    let sum: f64 = (0..n).map(|_| values[rng.random_range(0..n)]).sum();
    (sum / n as f64 - mean) * (n as f64 / (n - 1) as f64).sqrt()
}

/// p of the distance between the means, over shuffles of who is natural and who is random.
fn permuted(natural: &[f64], random: &[f64], draws: u32, rng: &mut impl Rng) -> f64 {
    // The smaller sample is drawn out of all; the other is what is left.
    let (few, many) = if natural.len() < random.len() { (natural, random) } else { (random, natural) };
    let mut all = [few, many].concat();
    let total: f64 = all.iter().sum();
    let (n, m) = (few.len() as f64, many.len() as f64);
    let apart = |sum: f64| (sum / n - (total - sum) / m).abs();
    permutation_test(apart(few.iter().sum()), draws, rng, |rng| {
        apart(all.partial_shuffle(rng, few.len()).0.iter().sum())
    })
    .p
}

#[cfg(test)]
mod tests {
    use super::super::haar::normals;
    use super::*;

    fn sample(n: usize, mean: f64, seed: u64) -> Vec<f64> {
        normals(n, Seed::new(seed)).into_iter().map(|value| value + mean).collect()
    }

    #[test]
    fn equal_samples_are_alike() {
        let result = Comparison::of(&sample(400, 0.0, 1), &sample(2000, 0.0, 2), Some(0.2), Seed::new(1)).unwrap();
        assert_eq!((result.verdict, result.equivalent), (Verdict::Alike, Some(true)), "{result:?}");
        assert!(result.p > 0.05 && result.interval.0 < 0.0 && result.interval.1 > 0.0, "{result:?}");
    }

    #[test]
    fn a_shift_beyond_the_margin_is_found() {
        let result = Comparison::of(&sample(200, 0.0, 1), &sample(600, -0.6, 2), Some(0.2), Seed::new(1)).unwrap();
        assert_eq!((result.verdict, result.equivalent), (Verdict::Different, Some(false)), "{result:?}");
        assert!(result.p < 0.001 && result.interval.0 < -0.6 && result.interval.1 > -0.6, "{result:?}");
        // Half a width is 1.96·√(1/200 + 1/600) = 0.16.
        let half = (result.interval.1 - result.interval.0) / 2.0;
        assert!((half - 0.16).abs() < 0.02, "{half}");
    }

    #[test]
    fn a_small_but_certain_shift_is_within_the_margin() {
        let result = Comparison::of(&sample(4000, 0.0, 1), &sample(4000, 0.1, 2), Some(0.3), Seed::new(1)).unwrap();
        assert_eq!(result.verdict, Verdict::Alike);
        assert!(result.p < 0.01 && result.interval.0 > 0.0, "{result:?}");
    }

    #[test]
    fn few_numbers_tell_nothing() {
        let result = Comparison::of(&sample(5, 0.0, 1), &sample(5, 0.0, 2), Some(0.2), Seed::new(1)).unwrap();
        assert_eq!((result.verdict, result.equivalent), (Verdict::Unclear, Some(false)), "{result:?}");
        assert_eq!(Comparison::of(&[1.0], &[1.0, 2.0], None, Seed::new(1)), None);
        let without = Comparison::of(&sample(5, 0.0, 1), &sample(5, 0.0, 2), None, Seed::new(1)).unwrap();
        assert_eq!((without.verdict, without.equivalent), (Verdict::Unclear, None));
    }

    #[test]
    fn constant_samples_are_alike_or_different() {
        let of = |b: f64| Comparison::of(&[1.0; 20], &[b; 30], Some(0.1), Seed::new(1)).unwrap();
        assert_eq!((of(1.0).verdict, of(1.0).p), (Verdict::Alike, 1.0));
        assert_eq!(of(2.0).verdict, Verdict::Different);
        assert!(of(2.0).p < 0.001);
    }

    #[test]
    fn chance_alone_is_called_significant_one_time_in_twenty() {
        // 400 repetitions: 20 ± 4.4 below 0.05, and about 20 intervals that leave 0 out.
        let (mut significant, mut outside) = (0, 0);
        for repetition in 0..400 {
            let seed = Seed::new(repetition).child("null");
            let (a, b) = (normals(20, seed.index(0)), normals(30, seed.index(1)));
            let result = Comparison::with_draws(&a, &b, None, seed, 999).unwrap();
            significant += u32::from(result.p < 0.05);
            outside += u32::from(result.verdict == Verdict::Different);
        }
        assert!((8..=34).contains(&significant), "{significant}");
        assert!((8..=36).contains(&outside), "{outside}");
    }
}
