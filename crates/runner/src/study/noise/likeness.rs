//! How alike averages are: of the same digit and of others, for other trainings of the net and for another net.

use advlab_analysis::{Estimate, Permutation, correlations, jackknife, permutation_test};
use ndarray::Array2;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::evidence::{Evidence, doubles};

/// Averages of one recipe or variant, each with what it is an average of, and the correlation of each with each.
#[derive(Clone, Debug)]
pub(super) struct Averages {
    /// Net, training and digit of each.
    pub(super) tags: Vec<(String, usize, i64)>,
    reliability: Vec<f64>,
    pub(super) matrix: Array2<f64>,
}

/// Whether the mean over the digits is taken away from the averages of a training first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shared {
    /// Averages as they are.
    Kept,
    /// What all digits of a training share is removed: it would make any two of them alike.
    Removed,
}

/// What was found between the averages of two nets, or of one net's trainings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Likeness {
    /// Mean correlation of averages of the same digit.
    pub(super) same: Estimate,
    /// Of different digits.
    pub(super) different: Estimate,
    /// The one less the other.
    pub(super) difference: Estimate,
    /// Mean correlation of averages of the same digit, each by what its averages' noise lets it reach.
    pub(super) of_ceiling: f64,
    /// How often the most alike average of another training is of the same digit.
    pub(super) identified: f64,
    /// What that share would be by chance.
    pub(super) chance: f64,
    /// Test of the difference, digits permuted.
    pub(super) test: Permutation,
}

impl Averages {
    /// The averages that a recipe or variant gave.
    pub(super) fn new(evidence: &Evidence<'_>, group: &str, shared: Shared) -> Self {
        let (mut tags, mut pictures, mut reliability) = (Vec::new(), Vec::new(), Vec::new());
        for net in evidence.net_names() {
            for (cell, average) in evidence.averages(group, net) {
                tags.push((net.to_owned(), cell.cell.training, cell.cell.digit));
                pictures.push(doubles(&average.picture));
                reliability.push(average.reliability);
            }
        }
        if shared == Shared::Removed {
            remove_shared(&tags, &mut pictures);
        }
        Self { matrix: correlations(&pictures), tags, reliability }
    }

    /// Pairs of averages of different trainings: of one net with itself, or of two nets.
    fn pairs(&self, a: &str, b: &str) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (i, (net, training, _)) in self.tags.iter().enumerate() {
            for (j, (other, again, _)) in self.tags.iter().enumerate() {
                let wanted = if a == b { training < again } else { true };
                if net == a && other == b && wanted {
                    pairs.push((i, j));
                }
            }
        }
        pairs
    }

    /// Mean correlation of pairs of the same digit and of different digits, under these labels.
    fn means(&self, pairs: &[(usize, usize)], labels: &[i64]) -> (f64, f64) {
        let (mut same, mut different) = ((0.0, 0.0), (0.0, 0.0));
        for (i, j) in pairs {
            let sum = if labels[*i] == labels[*j] { &mut same } else { &mut different };
            sum.0 += self.matrix[[*i, *j]];
            sum.1 += 1.0;
        }
        (same.0 / same.1, different.0 / different.1)
    }

    /// Compares the averages of two nets, or of the trainings of one; none where there are no pairs of both kinds.
    ///
    /// The null hypothesis is that an average's digit says nothing of its pattern. For the trainings of one net the digits
    /// are permuted within every training. The trainings of one net may be alike, though, so that between nets all
    /// trainings of the second net get the same permutation, which asks whether *the net's* digits are the other's.
    /// Intervals are over trainings, by the jackknife.
    pub(super) fn compare(&self, a: &str, b: &str, draws: u32, mut rng: ChaCha8Rng) -> Option<Likeness> {
        let pairs = self.pairs(a, b);
        let labels: Vec<i64> = self.tags.iter().map(|tag| tag.2).collect();
        let (same, different) = self.means(&pairs, &labels);
        if !(same - different).is_finite() {
            return None;
        }
        let difference = |labels: &[i64]| {
            let (same, different) = self.means(&pairs, labels);
            same - different
        };
        let sets = self.exchangeable(a, b);
        let test = permutation_test(same - different, draws, &mut rng, |rng| {
            difference(&shuffled(&self.tags, &labels, &sets, rng))
        });
        let over = |of: fn((f64, f64)) -> f64| {
            let mut units: Vec<(&str, usize)> = Vec::new();
            for (net, training, _) in self.tags.iter().filter(|tag| tag.0 == a || tag.0 == b) {
                if !units.contains(&(net, *training)) {
                    units.push((net, *training));
                }
            }
            jackknife(units.len(), |kept| {
                let here =
                    |at: usize| kept.iter().any(|unit| units[*unit] == (self.tags[at].0.as_str(), self.tags[at].1));
                let pairs: Vec<_> = pairs.iter().copied().filter(|(i, j)| here(*i) && here(*j)).collect();
                of(self.means(&pairs, &labels))
            })
        };
        let (identified, chance) = self.identified(a, b);
        Some(Likeness {
            same: over(|means| means.0),
            different: over(|means| means.1),
            difference: over(|means| means.0 - means.1),
            of_ceiling: self.of_ceiling(&pairs, &labels),
            identified,
            chance,
            test,
        })
    }

    /// Groups of averages whose digits change places together: `(net, training)`, or a whole net.
    fn exchangeable(&self, a: &str, b: &str) -> Vec<Vec<usize>> {
        let of = |wanted: &dyn Fn(&(String, usize, i64)) -> bool| {
            (0..self.tags.len()).filter(|at| wanted(&self.tags[*at])).collect::<Vec<_>>()
        };
        if a != b {
            return vec![of(&|tag| tag.0 == b)];
        }
        let last = self.tags.iter().map(|tag| tag.1).max().unwrap_or(0);
        (1..=last).map(|training| of(&|tag| tag.0 == a && tag.1 == training)).collect()
    }

    /// How often the most alike average of each other training is of the same digit, among averages that have a partner.
    fn identified(&self, a: &str, b: &str) -> (f64, f64) {
        let (mut right, mut chance, mut trials) = (0.0, 0.0, 0.0);
        let last = self.tags.iter().map(|tag| tag.1).max().unwrap_or(0);
        for (i, (net, training, digit)) in self.tags.iter().enumerate() {
            if net != a {
                continue;
            }
            for other in (1..=last).filter(|other| a != b || other != training) {
                let candidates: Vec<usize> =
                    (0..self.tags.len()).filter(|j| self.tags[*j].0 == b && self.tags[*j].1 == other).collect();
                if !candidates.iter().any(|j| self.tags[*j].2 == *digit) {
                    continue;
                }
                let best = candidates.iter().max_by(|x, y| self.matrix[[i, **x]].total_cmp(&self.matrix[[i, **y]]));
                right += f64::from(best.is_some_and(|best| self.tags[*best].2 == *digit));
                chance += 1.0 / candidates.len() as f64;
                trials += 1.0;
            }
        }
        (right / trials, chance / trials)
    }

    fn of_ceiling(&self, pairs: &[(usize, usize)], labels: &[i64]) -> f64 {
        let same = pairs.iter().filter(|(i, j)| labels[*i] == labels[*j]);
        let (mut sum, mut count) = (0.0, 0.0);
        for (i, j) in same {
            let ceiling = (self.reliability[*i] * self.reliability[*j]).sqrt();
            if ceiling > 0.0 {
                sum += self.matrix[[*i, *j]] / ceiling;
                count += 1.0;
            }
        }
        sum / count
    }
}

fn remove_shared(tags: &[(String, usize, i64)], pictures: &mut [Vec<f64>]) {
    let of: Vec<(&String, usize)> = tags.iter().map(|tag| (&tag.0, tag.1)).collect();
    let originals = pictures.to_vec();
    for (at, picture) in pictures.iter_mut().enumerate() {
        let together: Vec<&Vec<f64>> = (0..tags.len()).filter(|j| of[*j] == of[at]).map(|j| &originals[j]).collect();
        for (pixel, value) in picture.iter_mut().enumerate() {
            *value -= together.iter().map(|other| other[pixel]).sum::<f64>() / together.len() as f64;
        }
    }
}

/// Labels with the digits of each set permuted: every average of a digit gets the same other digit.
fn shuffled(tags: &[(String, usize, i64)], labels: &[i64], sets: &[Vec<usize>], rng: &mut ChaCha8Rng) -> Vec<i64> {
    let mut new = labels.to_vec();
    for set in sets {
        let mut digits: Vec<i64> = set.iter().map(|at| tags[*at].2).collect();
        digits.sort_unstable();
        digits.dedup();
        let mut images = digits.clone();
        images.shuffle(rng);
        for at in set {
            let place = digits.binary_search(&tags[*at].2).expect("it is among them");
            new[*at] = images[place];
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;

    use super::*;

    /// Two nets of three trainings of four digits; an average is its digit's pattern, weighted, and noise of its own.
    fn made(weight: f64) -> Averages {
        use rand::Rng as _;
        let (mut tags, mut pictures) = (Vec::new(), Vec::new());
        for net in ["a", "b"] {
            for training in 1..=3 {
                for digit in 0..4 {
                    let mut pattern = Seed::new(digit as u64).rng();
                    let mut own = Seed::new(9).child(net).index(training as u64 * 10 + digit as u64).rng();
                    let value = |_| weight * pattern.random::<f64>() + own.random::<f64>();
                    pictures.push((0..400).map(value).collect::<Vec<f64>>());
                    tags.push((net.to_owned(), training, digit));
                }
            }
        }
        Averages { matrix: correlations(&pictures), reliability: vec![1.0; tags.len()], tags }
    }

    #[test]
    fn patterns_of_digits_are_found() {
        let averages = made(1.0);
        for (a, b) in [("a", "a"), ("a", "b")] {
            let found = averages.compare(a, b, 2000, Seed::new(1).rng()).unwrap();
            assert!((found.same.value - 0.5).abs() < 0.05 && found.different.value.abs() < 0.05, "{found:?}");
            assert!(found.difference.is_above(0.3) && found.identified == 1.0 && found.chance == 0.25, "{found:?}");
            // Between nets there are 24 permutations of the digits, within a net 24³.
            let (low, high) = if a == b { (0.0, 0.005) } else { (0.02, 0.07) };
            assert!((low..high).contains(&found.test.p), "{found:?}");
        }
    }

    #[test]
    fn noise_is_not_taken_for_a_pattern() {
        let found = made(0.0).compare("a", "a", 2000, Seed::new(1).rng()).unwrap();
        assert!(found.test.p > 0.01 && found.same.value.abs() < 0.1, "{found:?}");
    }

    #[test]
    fn one_training_has_no_partner() {
        let mut averages = made(1.0);
        averages.tags.iter_mut().for_each(|tag| tag.1 = 1);
        assert!(averages.compare("a", "a", 100, Seed::new(1).rng()).is_none());
    }
}
