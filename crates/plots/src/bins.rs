//! Bins of equal width, for values that are counted.

use crate::axis::{Scale, nice_step};
use crate::{Error, Result};

/// Most bins in one panel.
const MOST_BINS: usize = 400;

/// Up to so many steps each get a bin of their own.
const OWN_BIN: f64 = 24.0;

/// Equal bins over places.
#[derive(Debug, PartialEq)]
pub(crate) struct Bins {
    pub(crate) first: f64,
    pub(crate) width: f64,
    pub(crate) count: usize,
    /// Whether bins lie around whole numbers or other steps; otherwise the last holds its upper end too.
    pub(crate) whole: bool,
}

impl Bins {
    /// Bins for one sample.
    pub(crate) fn new(
        sorted: &[f64],
        scale: &Scale,
        fixed: bool,
        wanted: Option<usize>,
        name: impl FnOnce() -> String,
    ) -> Result<Self> {
        if let Some(count) = wanted
            && !(1..=MOST_BINS).contains(&count)
        {
            let got = count.to_string();
            return Err(Error::Setting { what: format!("{}: bins", name()), wanted: "from 1 to 400", got });
        }
        let (low, high) = (scale.low, scale.high);
        let whole = !fixed && scale.is_plain() && sorted.iter().all(|place| place.fract() == 0.0 && place.abs() < 1e9);
        let span = if whole { sorted[sorted.len() - 1] - sorted[0] + 1.0 } else { high - low };
        let mut width = match wanted {
            Some(count) => span / count as f64,
            None => nice_step(span, freedman_diaconis(sorted, span)),
        };
        if whole {
            width = width.ceil().max(1.0);
            // Wide bins start at multiples of their width.
            let start = (sorted[0] / width).floor() * width;
            let count = ((sorted[sorted.len() - 1] - start + 1.0) / width).ceil() as usize;
            return Ok(Self { first: start - 0.5, width, count, whole: true });
        }
        if let Some(count) = wanted {
            return Ok(Self { first: low, width, count, whole: false });
        }
        let first = if fixed { low } else { (low / width + 1e-9).floor() * width };
        let count = (((high - first) / width - 1e-9).ceil() as usize).clamp(1, MOST_BINS);
        Ok(Self { first, width, count, whole: false })
    }

    /// Bins for several sorted samples together: their number lies between those that each sample alone asks for, so that a
    /// narrow one keeps its shape and a small one is not all noise. Where all places lie on steps, bins lie around the steps.
    /// At least one sample holds a place.
    pub(crate) fn common(samples: &[Vec<f64>], scale: &Scale, fixed: bool) -> Self {
        let mut all = samples.concat();
        all.sort_by(f64::total_cmp);
        let (low, high) = (all[0], all[all.len() - 1]);
        let span = scale.high - scale.low;
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            let width = span / 20.0;
            return Self { first: (low + high) / 2.0 - width / 2.0, width, count: 1, whole: true };
        }
        let filled = samples.iter().filter(|places| !places.is_empty());
        let (logs, n_filled) = filled.fold((0.0, 0.0), |(logs, n_filled), places| {
            (logs + (freedman_diaconis(places, span) as f64).ln(), n_filled + 1.0)
        });
        let width = nice_step(span, (logs / n_filled).exp().round() as usize);
        if let Some(step) = step(&all) {
            let n_steps = ((high - low) / step).round() + 1.0;
            let each = if n_steps <= OWN_BIN { 1.0 } else { (width / step).round().max((n_steps / 60.0).ceil()) };
            let count = (n_steps / each).ceil() as usize;
            return Self { first: low - step / 2.0, width: each * step, count, whole: true };
        }
        let first = if fixed { scale.low } else { (scale.low / width + 1e-9).floor() * width };
        let count = (((scale.high - first) / width - 1e-9).ceil() as usize).clamp(1, MOST_BINS);
        Self { first, width, count, whole: false }
    }

    /// Counts by bin, and how many places lie in none.
    pub(crate) fn fill(&self, places: &[f64]) -> (Vec<u64>, usize) {
        let (mut counts, mut outside) = (vec![0u64; self.count], 0);
        let end = self.first + self.width * self.count as f64;
        for &place in places {
            let bin = ((place - self.first) / self.width).floor();
            let at_end = !self.whole && (place - end).abs() <= 1e-9 * self.width;
            if at_end {
                counts[self.count - 1] += 1;
            } else if bin >= 0.0 && (bin as usize) < self.count {
                counts[bin as usize] += 1;
            } else {
                outside += 1;
            }
        }
        (counts, outside)
    }
}

/// Number of bins after Freedman and Diaconis (1981), but from 8, or from 20 for many values, to 60.
fn freedman_diaconis(sorted: &[f64], span: f64) -> usize {
    let quartile = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    let width = 2.0 * (quartile(0.75) - quartile(0.25)) / (sorted.len() as f64).cbrt();
    let least = if sorted.len() < 200 { 8 } else { 20 };
    if width > 0.0 { ((span / width) as usize).clamp(least, 60) } else { 30 }
}

/// The distance of which all distances between sorted places are multiples, where places come often enough for that to be no
/// accident; 1 for whole numbers otherwise.
fn step(sorted: &[f64]) -> Option<f64> {
    let close = 1e-9 * (sorted[sorted.len() - 1] - sorted[0]);
    let gaps: Vec<f64> = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|&gap| gap > close).collect();
    let step = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    let even = gaps.iter().all(|gap| (gap / step - (gap / step).round()).abs() < 1e-3);
    if even && 2 * (gaps.len() + 1) <= sorted.len() {
        return Some(step);
    }
    sorted.iter().all(|place| place.fract() == 0.0 && place.abs() < 1e9).then_some(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::Axis;

    fn bins(values: &[f64], wanted: Option<usize>) -> (Bins, Vec<u64>, usize) {
        let scale = Axis::plain("x").scale((values[0], values[values.len() - 1]), (0.0, 0.0), 6).unwrap();
        let bins = Bins::new(values, &scale, false, wanted, || "test".to_owned()).unwrap();
        let (counts, outside) = bins.fill(values);
        (bins, counts, outside)
    }

    #[test]
    fn every_value_falls_into_a_bin() {
        for values in [&[0.1, 0.2, 0.35, 0.8][..], &[1.0, 2.0, 3.0, 300.0], &[5.0; 9], &[-2.5, 1e6]] {
            for wanted in [None, Some(1), Some(7)] {
                let (bins, counts, outside) = bins(values, wanted);
                assert_eq!(counts.iter().sum::<u64>(), values.len() as u64, "{values:?} {bins:?}");
                assert_eq!(outside, 0, "{values:?} {bins:?}");
            }
        }
    }

    #[test]
    fn whole_numbers_get_bins_around_them() {
        let (bins, counts, _) = bins(&[1.0, 1.0, 2.0, 4.0], None);
        assert_eq!((bins.first, bins.width), (0.5, 1.0));
        assert_eq!(counts, [2, 1, 0, 1]);
    }

    #[test]
    fn samples_on_steps_share_bins_around_the_steps() {
        let eighths = |counts: [usize; 8]| -> Vec<f64> {
            counts.iter().zip(1..).flat_map(|(&count, eighth)| vec![f64::from(eighth) / 8.0; count]).collect()
        };
        let samples = [eighths([0, 1, 2, 3, 0, 0, 1, 4]), eighths([1, 5, 5, 0, 0, 0, 0, 0])];
        let scale = Axis::plain("x").scale((0.125, 1.0), (0.0, 0.0), 6).unwrap();
        let bins = Bins::common(&samples, &scale, false);
        assert_eq!(bins, Bins { first: 0.0625, width: 0.125, count: 8, whole: true });
        assert_eq!(bins.fill(&samples[0]), (vec![0, 1, 2, 3, 0, 0, 1, 4], 0));
    }

    #[test]
    fn samples_of_any_kind_fall_into_common_bins() {
        let spread = |count: usize, scale: f64| (0..count).map(|i| scale * (i as f64 * 0.618).fract()).collect();
        for mut samples in [
            vec![vec![0.2], vec![0.9]],
            vec![vec![0.5; 3], vec![0.5]],
            vec![spread(300, 1.0), vec![0.25; 7]],
            vec![spread(17, 1e300), spread(900, 1e299)],
            vec![(0..2000).map(f64::from).collect(), vec![]],
        ] {
            samples.iter_mut().for_each(|places| places.sort_by(f64::total_cmp));
            let all = samples.concat();
            let ends = (all.iter().copied().fold(f64::INFINITY, f64::min), all.iter().copied().fold(0.0, f64::max));
            let bins = Bins::common(&samples, &Axis::plain("x").scale(ends, (0.0, 0.0), 6).unwrap(), false);
            assert!((1..=MOST_BINS).contains(&bins.count), "{bins:?}");
            let (counts, outside) = bins.fill(&all);
            assert_eq!((counts.iter().sum::<u64>(), outside), (all.len() as u64, 0), "{bins:?}");
        }
    }
}
