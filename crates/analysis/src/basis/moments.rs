//! How the values of one direction are spread over a data set.

use serde::{Deserialize, Serialize};

/// Count, mean, spread and tails of a direction's values, in double precision.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Pictures.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// Smallest value.
    pub min: f32,
    /// Largest value.
    pub max: f32,
    /// Sums of the second, third and fourth powers of the deviations from the mean.
    sums: [f64; 3],
}

/// Pictures of one label, as a direction sees them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OfLabel {
    /// How many.
    pub count: u64,
    /// Sum of their values.
    pub sum: f64,
}

impl OfLabel {
    /// Their mean; 0 where there is none.
    pub fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }
}

impl Default for Moments {
    fn default() -> Self {
        Self { count: 0, mean: 0.0, min: f32::INFINITY, max: f32::NEG_INFINITY, sums: [0.0; 3] }
    }
}

impl Moments {
    /// Of `count` values between `min` and `max`, from the sums of the first four powers of `(value - shift) / scale`.
    pub(super) fn about(count: u64, shift: f64, scale: f64, powers: [f64; 4], (min, max): (f32, f32)) -> Self {
        let n = count as f64;
        let [s1, s2, s3, s4] = powers;
        let m = s1 / n;
        let second = s2 - n * m * m;
        let third = s3 - 3.0 * m * s2 + 2.0 * n * m.powi(3);
        let fourth = s4 - 4.0 * m * s3 + 6.0 * m * m * s2 - 3.0 * n * m.powi(4);
        let sums = [second * scale.powi(2), third * scale.powi(3), fourth * scale.powi(4)];
        Self { count, mean: shift + m * scale, min, max, sums }
    }

    /// Takes more values in (Pébay 2008, Sandia report 2008-6212, equations 2.1 and following): sums about two means become
    /// sums about the mean of both, without the cancellation of plain sums of powers.
    pub(super) fn merge(&mut self, other: &Self) {
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (a, b) = (self.count as f64, other.count as f64);
        let n = a + b;
        let apart = other.mean - self.mean;
        let [p2, p3, p4] = self.sums;
        let [q2, q3, q4] = other.sums;
        let second = p2 + q2 + apart.powi(2) * a * b / n;
        let third = p3 + q3 + apart.powi(3) * a * b * (a - b) / (n * n) + 3.0 * apart * (a * q2 - b * p2) / n;
        let fourth = p4
            + q4
            + apart.powi(4) * a * b * (a * a - a * b + b * b) / n.powi(3)
            + 6.0 * apart.powi(2) * (a * a * q2 + b * b * p2) / (n * n)
            + 4.0 * apart * (a * q3 - b * p3) / n;
        *self = Self {
            count: self.count + other.count,
            mean: self.mean + apart * b / n,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            sums: [second, third, fourth],
        };
    }

    /// Whether all values are the same.
    pub fn is_constant(&self) -> bool {
        self.min >= self.max
    }

    /// Standard deviation of all pictures (divided by their number, not by one less).
    pub fn sd(&self) -> f64 {
        (self.sums[0].max(0.0) / self.count.max(1) as f64).sqrt()
    }

    /// Fourth central moment over the squared variance, minus 3: 0 for a normal distribution, large where a few pictures lie
    /// far from all others. 0 for constant values.
    pub fn excess_kurtosis(&self) -> f64 {
        if self.is_constant() || self.sums[0] <= 0.0 {
            return 0.0;
        }
        self.count as f64 * self.sums[2] / self.sums[0].powi(2) - 3.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Moments {
        // About a shift and a scale that have nothing to do with the values.
        let powers = [1, 2, 3, 4].map(|k| values.iter().map(|value| ((value - 1.5) / 3.0).powi(k)).sum());
        let fold = |start: f32, f: fn(f32, f32) -> f32| values.iter().fold(start, |most, value| f(most, *value as f32));
        let ends = (fold(f32::INFINITY, f32::min), fold(f32::NEG_INFINITY, f32::max));
        Moments::about(values.len() as u64, 1.5, 3.0, powers, ends)
    }

    #[test]
    fn moments_by_hand() {
        // Deviations -2, -1, 0, 1, 2: variance 2, fourth moment 34/5, so 6.8/4 - 3.
        let moments = of(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!((moments.mean - 3.0).abs() < 1e-12 && (moments.sd() - 2.0_f64.sqrt()).abs() < 1e-12);
        assert!((moments.excess_kurtosis() + 1.3).abs() < 1e-12);
        assert_eq!((moments.min, moments.max), (1.0, 5.0));
        assert!(of(&[4.0, 4.0]).is_constant() && of(&[4.0, 4.0]).excess_kurtosis() == 0.0);
    }

    #[test]
    fn parts_merge_into_the_whole() {
        let values = [1.0, -2.0, 7.5, 3.0, 3.0, 0.25, 100.0, -4.0];
        let whole = of(&values);
        for cut in 0..values.len() {
            let mut merged = Moments::default();
            for part in [&values[..cut], &values[cut..]].into_iter().filter(|part| !part.is_empty()) {
                merged.merge(&of(part));
            }
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{cut}: {a} {b}");
            near(merged.mean, whole.mean);
            merged.sums.iter().zip(whole.sums).for_each(|(a, b)| near(*a, b));
            assert_eq!((merged.count, merged.min, merged.max), (whole.count, whole.min, whole.max));
        }
    }
}
