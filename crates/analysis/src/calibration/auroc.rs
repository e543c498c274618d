//! How often a wrong answer is more doubtful than a right one.

use crate::Estimate;
use crate::interval::Z95;

/// Area under the receiver operating characteristic: the share of pairs of a wrong and a right answer in which the wrong one has
/// the larger doubt, equal doubts counting half. 1 tells all wrong from all right answers, 0.5 is what chance does. None where
/// all answers are right, or all wrong.
///
/// The 95 % interval is Newcombe's method 5 (2006, *Statistics in Medicine* 25, 559-573), which like Wilson's stays in [0, 1]
/// and has a width where there are few answers or no mistake in the order.
pub fn auroc(doubts: &[f64], right: &[bool]) -> Option<Estimate> {
    let wrong = right.iter().filter(|right| !**right).count() as f64;
    let (m, n) = (wrong, right.len() as f64 - wrong);
    if m == 0.0 || n == 0.0 {
        return None;
    }
    let mut order: Vec<usize> = (0..right.len()).collect();
    order.sort_by(|a, b| doubts[*a].total_cmp(&doubts[*b]));
    let (mut below, mut won) = (0.0, 0.0);
    for tied in order.chunk_by(|a, b| doubts[*a] == doubts[*b]) {
        let of_right = tied.iter().filter(|at| right[**at]).count() as f64;
        won += (tied.len() as f64 - of_right) * (below + of_right / 2.0);
        below += of_right;
    }
    let value = won / (m * n);
    Some(Estimate { value, interval: Some(newcombe(value, m, n)) })
}

/// The values that lie no more than 1.96 of their own standard errors from the one found.
fn newcombe(found: f64, m: f64, n: f64) -> (f64, f64) {
    let star = (m + n) / 2.0 - 1.0;
    let error = |area: f64| {
        let pairs = 1.0 + star * ((1.0 - area) / (2.0 - area) + area / (1.0 + area));
        (area * (1.0 - area) * pairs / (m * n)).sqrt()
    };
    let beyond = |area: f64| (area - found).abs() > Z95 * error(area);
    // `end` is outside, or the limit itself.
    let limit = |end: f64| {
        let (mut inside, mut outside) = (found, end);
        for _ in 0..60 {
            let middle = f64::midpoint(inside, outside);
            if beyond(middle) {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        inside
    };
    (limit(0.0), limit(1.0))
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;
    use rand::Rng as _;
    use rand_distr::{Distribution as _, StandardNormal};

    use super::*;

    #[test]
    fn areas_by_hand() {
        // Wrong answers have doubts 0.9 and 0.2, right ones 0.1, 0.2, 0.3: 3 + 1 + 1/2 of 6 pairs.
        let doubts = [0.9, 0.2, 0.1, 0.2, 0.3];
        let area = auroc(&doubts, &[false, false, true, true, true]).unwrap();
        assert!((area.value - 4.5 / 6.0).abs() < 1e-12);
        assert_eq!(auroc(&[0.5, 0.5], &[true, false]).unwrap().value, 0.5);
        assert_eq!(auroc(&[0.1, 0.9], &[true, false]).unwrap().value, 1.0);
        assert_eq!(auroc(&[0.1, 0.9], &[true, true]), None);
    }

    #[test]
    fn a_random_doubt_tells_nothing() {
        let mut rng = Seed::new(1).rng();
        let doubts: Vec<f64> = (0..20_000).map(|_| rng.random()).collect();
        let right: Vec<bool> = (0..20_000).map(|_| rng.random_bool(0.7)).collect();
        let area = auroc(&doubts, &right).unwrap();
        let (low, high) = area.interval.unwrap();
        assert!((area.value - 0.5).abs() < 0.02 && low < 0.5 && high > 0.5, "{area:?}");
    }

    #[test]
    fn the_interval_holds_the_truth_nineteen_times_of_twenty() {
        // Two normal distributions with means 1.2 apart: the area is Φ(1.2/√2) = 0.8020.
        let mut held = 0;
        for repetition in 0..1000 {
            let mut rng = Seed::new(2).index(repetition).rng();
            let right: Vec<bool> = (0..60).map(|at| at >= 15).collect();
            let doubts: Vec<f64> = right
                .iter()
                .map(|right| {
                    let draw: f64 = StandardNormal.sample(&mut rng);
                    draw + if *right { 0.0 } else { 1.2 }
                })
                .collect();
            let (low, high) = auroc(&doubts, &right).unwrap().interval.unwrap();
            held += u32::from((low..=high).contains(&0.8020));
        }
        assert!((925..=980).contains(&held), "{held}");
    }

    #[test]
    fn a_perfect_order_of_few_is_not_certain() {
        let (low, high) = auroc(&[0.9, 0.1, 0.2], &[false, true, true]).unwrap().interval.unwrap();
        assert!(low < 0.6 && (high - 1.0).abs() < 1e-9, "{low} {high}");
    }
}
