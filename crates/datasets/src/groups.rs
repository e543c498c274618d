//! Dividing pictures so that those of one group stay together.

use std::collections::{BTreeMap, HashSet};

use advlab_core::Seed;
use rand::seq::SliceRandom;

/// Groups drawn by `seed` that hold about this share of the pictures of every class; the class that has too few groups for a
/// share and a rest otherwise. A group counts for the class of its first picture.
pub(crate) fn draw(
    groups: &[usize],
    labels: &[i64],
    n_classes: usize,
    share: f64,
    seed: Seed,
) -> Result<HashSet<usize>, usize> {
    let mut sizes: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); n_classes];
    let mut class_of = BTreeMap::new();
    for (&group, &label) in groups.iter().zip(labels) {
        let class = *class_of.entry(group).or_insert(label as usize);
        *sizes[class].entry(group).or_insert(0) += 1;
    }
    let mut taken = HashSet::new();
    for (class, sizes) in sizes.iter().enumerate() {
        let mut order: Vec<(usize, usize)> = sizes.iter().map(|(group, size)| (*group, *size)).collect();
        if order.len() < 2 {
            return Err(class);
        }
        order.shuffle(&mut seed.index(class as u64).rng());
        let wanted = share * order.iter().map(|(_, size)| *size as f64).sum::<f64>();
        let last = order.len() - 1; // at least one group stays
        let mut count = 0.0;
        for &(group, size) in &order[..last] {
            // A group goes where it brings the count nearer to what is wanted; the first always goes.
            if count > 0.0 && count + size as f64 / 2.0 > wanted {
                break;
            }
            taken.insert(group);
            count += size as f64;
        }
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_gives_about_its_share_in_whole_groups() {
        // 30 groups of 4 pictures, the classes in turn.
        let groups: Vec<usize> = (0..120).map(|i| i / 4).collect();
        let labels: Vec<i64> = groups.iter().map(|group| (group % 2) as i64).collect();
        let taken = draw(&groups, &labels, 2, 0.2, Seed::new(1)).unwrap();
        for class in 0..2 {
            assert_eq!(taken.iter().filter(|group| *group % 2 == class).count(), 3, "a fifth of 15");
        }
        assert_ne!(taken, draw(&groups, &labels, 2, 0.2, Seed::new(2)).unwrap());
    }

    #[test]
    fn both_parts_get_something_or_the_class_is_named() {
        let taken = draw(&[0, 1, 2, 3], &[0, 0, 1, 1], 2, 0.01, Seed::new(1)).unwrap();
        assert_eq!(taken.len(), 2);
        let taken = draw(&[0, 1, 2, 3], &[0, 0, 1, 1], 2, 0.99, Seed::new(1)).unwrap();
        assert_eq!(taken.len(), 2);
        assert_eq!(draw(&[0, 1, 2, 2], &[0, 0, 1, 1], 2, 0.5, Seed::new(1)), Err(1));
    }
}
