//! The order of the pictures.

/// An order in which the first few pictures show as much as they can: the classes take turns, and within a class its groups, in
/// the order in which these first come.
pub(super) fn order(labels: &[i64], groups: &[u32]) -> Vec<u32> {
    let n_classes = labels.iter().max().map_or(0, |last| *last as usize + 1);
    let n_groups = groups.iter().max().map_or(0, |last| *last as usize + 1);
    // The number of a group, 0 for none yet, and how many pictures of it came so far.
    let mut seen = vec![(0_u32, 0_u32); n_groups];
    let mut n = 0;
    let mut keys: Vec<[u32; 3]> = Vec::with_capacity(labels.len());
    for (i, &group) in (0..).zip(groups) {
        let (number, turn) = &mut seen[group as usize];
        if *number == 0 {
            n += 1;
            *number = n;
        }
        keys.push([*turn, *number, i]);
        *turn += 1;
    }
    keys.sort_unstable();
    let mut places = vec![0; n_classes];
    for key in &mut keys {
        let label = labels[key[2] as usize] as usize;
        *key = [places[label], label as u32, key[2]];
        places[label] += 1;
    }
    keys.sort_unstable();
    keys.into_iter().map(|[_, _, i]| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_groups_take_turns() {
        let labels = [0, 0, 0, 0, 0, 1, 1, 1];
        let groups = [7, 7, 7, 8, 8, 9, 9, 9];
        assert_eq!(order(&labels, &groups), [0, 5, 3, 6, 1, 7, 4, 2]);
    }
}
