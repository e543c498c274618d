//! Intervals over a handful of independent units, such as trainings.

use serde::{Deserialize, Serialize};

/// A number with its 95 % interval, where there were enough units for one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// 95 % interval; none from a single unit.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    /// Whether the whole interval lies above this value; false without an interval.
    pub fn is_above(&self, value: f64) -> bool {
        self.interval.is_some_and(|(low, _)| low > value)
    }
}

/// The mean with Student's 95 % interval. The mean of nothing is NaN.
pub fn mean(values: &[f64]) -> Estimate {
    let n = values.len();
    let value = values.iter().sum::<f64>() / n as f64;
    let squares: f64 = values.iter().map(|x| (x - value).powi(2)).sum();
    let half = student95(n.saturating_sub(1)).map(|t| t * (squares / ((n - 1) * n) as f64).sqrt());
    Estimate { value, interval: half.map(|half| (value - half, value + half)) }
}

/// A statistic over units with its 95 % interval by the jackknife (Tukey 1958).
///
/// `statistic` gets the units that take part. With a handful of units that enter in pairs, such as correlations between
/// trainings, resampling with replacement would pair units with themselves and give intervals that are too narrow; leaving
/// one out at a time does neither. There is no interval where the statistic of all units but one is not a number.
pub fn jackknife(units: usize, statistic: impl Fn(&[usize]) -> f64) -> Estimate {
    let all: Vec<usize> = (0..units).collect();
    let value = statistic(&all);
    let without = |unit: usize| statistic(&all.iter().copied().filter(|other| *other != unit).collect::<Vec<_>>());
    let partial: Vec<f64> = (0..units).map(without).collect();
    let n = units as f64;
    let centre = partial.iter().sum::<f64>() / n;
    let error = (partial.iter().map(|x| (x - centre).powi(2)).sum::<f64>() * (n - 1.0) / n).sqrt();
    let half = student95(units.saturating_sub(1)).map(|t| t * error).filter(|half| half.is_finite());
    Estimate { value, interval: half.map(|half| (value - half, value + half)) }
}

/// Two-sided 95 % quantile of Student's distribution; none without a degree of freedom.
fn student95(freedom: usize) -> Option<f64> {
    const TABLE: [f64; 30] = [
        12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157, 2.228_139,
        2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450, 2.119_905, 2.109_816, 2.100_922, 2.093_024, 2.085_963,
        2.079_614, 2.073_873, 2.068_658, 2.063_899, 2.059_539, 2.055_529, 2.051_831, 2.048_407, 2.045_230, 2.042_272,
    ];
    // Beyond the table the first terms of the expansion around the normal quantile (Abramowitz and Stegun 26.7.5).
    let tail = || 1.959_964 + 2.372_272 / freedom as f64 + 2.822_500 / (freedom as f64).powi(2);
    (freedom > 0).then(|| TABLE.get(freedom - 1).copied().unwrap_or_else(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_mean_is_the_textbooks() {
        // Mean 3, standard deviation √2.5, t(4) = 2.776: half a width of 1.963.
        let estimate = mean(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        let (low, high) = estimate.interval.unwrap();
        assert!((estimate.value - 3.0).abs() < 1e-12 && (low - 1.0368).abs() < 1e-3 && (high - 4.9632).abs() < 1e-3);
        assert_eq!(mean(&[2.0]).interval, None);
    }

    #[test]
    fn the_jackknife_of_a_mean_is_its_own_interval() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0];
        let by_jackknife = jackknife(5, |units| units.iter().map(|at| values[*at]).sum::<f64>() / units.len() as f64);
        let (a, b) = (by_jackknife.interval.unwrap(), mean(&values).interval.unwrap());
        assert!((a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9, "{a:?} {b:?}");
    }

    #[test]
    fn pairs_of_two_units_have_no_interval() {
        // Without one of them there is no pair left, and 0/0 is not a number.
        let pairs = |units: &[usize]| if units.len() < 2 { f64::NAN } else { 0.7 };
        assert_eq!(jackknife(2, pairs), Estimate { value: 0.7, interval: None });
    }

    #[test]
    fn the_table_meets_the_formula() {
        let (inside, beyond) = (student95(30).unwrap(), student95(31).unwrap());
        assert!(inside > beyond && inside - beyond < 0.005, "{inside} {beyond}");
    }
}
