//! Labels of drawn data sets: shuffled, and every class as often as the others.

use advlab_core::Seed;
use rand::seq::SliceRandom;

/// Label of picture `i`: each run of `n_classes` pictures shows every class once, in an order of its own.
pub(crate) fn label(half: Seed, i: u64, n_classes: usize) -> usize {
    let n = n_classes as u64;
    let mut classes: Vec<usize> = (0..n_classes).collect();
    classes.shuffle(&mut half.child("labels").index(i / n).rng());
    classes[(i % n) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_has_every_class_in_an_order_of_its_own() {
        let labels: Vec<usize> = (0..700).map(|i| label(Seed::new(3), i, 7)).collect();
        for run in labels.chunks(7) {
            let mut sorted = run.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6]);
        }
        assert!(labels.chunks(7).any(|run| run != &labels[..7]));
    }
}
