//! Answers put into bins by their confidence, and how far confidence and accuracy lie apart.

use serde::{Deserialize, Serialize};

use super::Answers;
use crate::wilson;

/// Answers of similar confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Confidences above this; in the first bin also those equal to it.
    pub low: f64,
    /// And not above this.
    pub high: f64,
    /// Answers in it.
    pub count: u64,
    /// Of these, right ones.
    pub right: u64,
    /// Their mean confidence; none in an empty bin.
    pub confidence: Option<f64>,
    /// 95 % interval of the accuracy (Wilson); all of [0, 1] in an empty bin.
    pub interval: (f64, f64),
}

impl Bin {
    /// Share of its answers that are right; none in an empty bin.
    pub fn accuracy(&self) -> Option<f64> {
        (self.count > 0).then(|| self.right as f64 / self.count as f64)
    }

    /// Mean confidence less accuracy: above 0 where the net is too sure. None in an empty bin.
    pub fn gap(&self) -> Option<f64> {
        Some(self.confidence? - self.accuracy()?)
    }

    fn new(low: f64, high: f64, answers: &Answers, which: &[usize]) -> Self {
        let right = which.iter().filter(|at| answers.right()[**at]).count() as u64;
        let (count, sum) = (which.len() as u64, which.iter().map(|at| answers.confidences()[*at]).sum::<f64>());
        let confidence = (count > 0).then(|| sum / count as f64);
        Self { low, high, count, right, confidence, interval: wilson(right, count) }
    }
}

impl Answers {
    /// Bins of equal width over [0, 1], the empty ones among them; `count` is at least 1.
    ///
    /// Bin m of M holds the confidences in `((m − 1)/M, m/M]`.
    ///
    /// Source: Guo, Pleiss, Sun, Weinberger 2017, section 2, <https://arxiv.org/abs/1706.04599>.
    pub fn bins(&self, count: usize) -> Vec<Bin> {
        let count = count.max(1);
        let mut held = vec![Vec::new(); count];
        for (at, bin) in self.places(count).into_iter().enumerate() {
            held[bin].push(at);
        }
        let end = |bin: usize| bin as f64 / count as f64;
        held.iter().enumerate().map(|(bin, which)| Bin::new(end(bin), end(bin + 1), self, which)).collect()
    }

    /// At most `count` bins with as equal numbers of answers as can be, from the smallest confidence to the largest.
    ///
    /// Source: Nguyen and O'Connor 2015, section 3, <https://arxiv.org/abs/1508.05154>; Nixon et al. 2019, section 3.2,
    /// <https://arxiv.org/abs/1904.01685>. Added to it: equal confidences, of which nets that are sure have many, stay in
    /// one bin, so that the order of the pictures does not matter; there are fewer bins then.
    pub fn equal_mass_bins(&self, count: usize) -> Vec<Bin> {
        let confidences = self.confidences();
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by(|a, b| confidences[*a].total_cmp(&confidences[*b]));
        let mut held: Vec<Vec<usize>> = vec![Vec::new()];
        let mut taken = 0;
        for tied in order.chunk_by(|a, b| confidences[*a] == confidences[*b]) {
            // The bin is full once all bins up to it have their share.
            if taken * count.max(1) >= held.len() * self.len() {
                held.push(Vec::new());
            }
            held.last_mut().expect("there is a first one").extend(tied);
            taken += tied.len();
        }
        let first = |which: &Vec<usize>| confidences[which[0]];
        let last = |which: &Vec<usize>| confidences[which[which.len() - 1]];
        let mut low = first(&held[0]);
        let bins = held.iter().enumerate().map(|(bin, which)| {
            let high = held.get(bin + 1).map_or(last(which), |next| f64::midpoint(last(which), first(next)));
            let of = Bin::new(low, high, self, which);
            low = high;
            of
        });
        bins.collect()
    }

    /// The bin of each answer, of so many of equal width.
    pub(super) fn places(&self, count: usize) -> Vec<usize> {
        let place = |confidence: &f64| ((confidence * count as f64).ceil() as usize).clamp(1, count) - 1;
        self.confidences().iter().map(place).collect()
    }
}

/// Expected calibration error (ECE): the mean distance of accuracy and mean confidence over bins, weighted by their answers.
///
/// Source: Naeini, Cooper, Hauskrecht 2015; Guo et al. 2017, equation 3. It is never below 0 and grows with the number of
/// bins: [`by_chance`](super::by_chance) tells how large it would be were the net calibrated.
pub fn expected_calibration_error(bins: &[Bin]) -> f64 {
    let all: u64 = bins.iter().map(|bin| bin.count).sum();
    bins.iter().filter_map(|bin| Some(bin.gap()?.abs() * bin.count as f64)).sum::<f64>() / all.max(1) as f64
}

/// Maximum calibration error (MCE): the largest of these distances, in however few answers (Guo et al. 2017, equation 5).
pub fn maximum_calibration_error(bins: &[Bin]) -> f64 {
    bins.iter().filter_map(|bin| Some(bin.gap()?.abs())).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(of: &[(f64, bool)]) -> Answers {
        Answers::new(of.iter().map(|one| one.0).collect(), of.iter().map(|one| one.1).collect()).unwrap()
    }

    #[test]
    fn errors_by_hand() {
        // (0.4, 0.6]: confidence 0.55, accuracy 1/2; (0.8, 1]: confidence 0.92, accuracy 1/3.
        let answers = answers(&[(0.5, true), (0.6, false), (0.9, true), (0.9, false), (0.96, false)]);
        let bins = answers.bins(5);
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [0, 0, 2, 0, 3]);
        assert_eq!((bins[0].accuracy(), bins[0].confidence, bins[0].interval), (None, None, (0.0, 1.0)));
        assert_eq!(bins[4].interval, wilson(1, 3));
        let (first, second) = (0.05, 0.92 - 1.0 / 3.0);
        assert!((expected_calibration_error(&bins) - (2.0 * first + 3.0 * second) / 5.0).abs() < 1e-12);
        assert!((maximum_calibration_error(&bins) - second).abs() < 1e-12);
    }

    #[test]
    fn borders_belong_to_the_bin_below() {
        let bins = answers(&[(0.0, true), (0.25, true), (0.5, true), (0.500001, true), (1.0, true)]).bins(4);
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [2, 1, 1, 1]);
    }

    #[test]
    fn bins_of_equal_mass_keep_equal_confidences_together() {
        let sure = answers(&[(0.5, false), (0.625, true), (0.75, true), (1.0, true), (1.0, false), (1.0, true)]);
        let bins = sure.equal_mass_bins(3);
        assert_eq!(bins.iter().map(|bin| (bin.count, bin.right)).collect::<Vec<_>>(), [(2, 1), (4, 3)]);
        assert_eq!((bins[0].low, bins[0].high, bins[1].high), (0.5, 0.6875, 1.0));
        // 2·|0.5625 − 0.5| + 4·|0.9375 − 0.75|, over 6.
        assert!((expected_calibration_error(&bins) - 0.875 / 6.0).abs() < 1e-12);
        let even = answers(&[(0.2, true), (0.1, true), (0.4, true), (0.3, true)]).equal_mass_bins(2);
        assert_eq!(even.iter().map(|bin| bin.count).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(answers(&[(1.0, true); 7]).equal_mass_bins(15).len(), 1);
    }
}
