//! Permutation tests: how often chance alone does as well.

use rand::Rng;
use serde::{Deserialize, Serialize};

/// What a permutation test found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Permutation {
    /// The statistic of the data as they are.
    pub observed: f64,
    /// Its mean over the permutations.
    pub expected: f64,
    /// Its standard deviation over the permutations.
    pub spread: f64,
    /// Share of the permutations, the data themselves among them, whose statistic is at least the observed one.
    pub p: f64,
    /// Permutations drawn.
    pub draws: u32,
}

impl Permutation {
    /// Effect size: standard deviations of the null distribution between the observed statistic and its mean. Infinite
    /// where the null has no spread.
    pub fn effect(&self) -> f64 {
        (self.observed - self.expected) / self.spread
    }
}

/// One-sided test of a statistic against its distribution over `draws` random permutations.
///
/// `permuted` draws one permutation of whatever is exchangeable under the null hypothesis and returns its statistic. The
/// observed data count as one more permutation (Phipson and Smyth 2010), so that p is never 0.
pub fn permutation_test<R: Rng>(
    observed: f64,
    draws: u32,
    rng: &mut R,
    mut permuted: impl FnMut(&mut R) -> f64,
) -> Permutation {
    // Equal sums come out different by rounding when their order changes.
    let floor = observed - 1e-9 * observed.abs().max(1e-9);
    let (mut at_least, mut sum, mut squares) = (0_u32, 0.0, 0.0);
    for _ in 0..draws {
        let value = permuted(rng);
        at_least += u32::from(value >= floor);
        sum += value;
        squares += value * value;
    }
    let n = f64::from(draws.max(1));
    let expected = sum / n;
    Permutation {
        observed,
        expected,
        spread: (squares / n - expected * expected).max(0.0).sqrt(),
        p: f64::from(at_least + 1) / f64::from(draws + 1),
        draws,
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;
    use rand::seq::SliceRandom as _;

    use super::*;

    #[test]
    fn the_p_value_is_the_share_of_permutations_that_do_as_well() {
        // Σ i·π(i) over permutations of four numbers is largest for the identity alone: 1 of 24.
        let values = [1.0, 2.0, 3.0, 4.0];
        let statistic = |order: &[f64]| values.iter().zip(order).map(|(a, b)| a * b).sum::<f64>();
        let test = permutation_test(statistic(&values), 20_000, &mut Seed::new(1).rng(), |rng| {
            let mut order = values;
            order.shuffle(rng);
            statistic(&order)
        });
        assert!((test.p - 1.0 / 24.0).abs() < 0.005, "{test:?}");
        assert!((test.expected - 25.0).abs() < 0.1 && test.observed == 30.0, "{test:?}");
        assert!(test.effect() > 1.5);
    }

    #[test]
    fn a_statistic_that_never_changes_proves_nothing() {
        let test = permutation_test(0.3, 99, &mut Seed::new(1).rng(), |_| 0.3);
        assert_eq!(test.p, 1.0);
    }
}
