//! The order of the pictures.

use std::collections::HashMap;

/// An order in which the first few pictures show as much as they can: the classes take turns, and within a class its groups, in
/// the order in which these first come.
pub(super) fn order(labels: &[i64], groups: &[u32]) -> Vec<usize> {
    // The number of a group within its class, and how many pictures of it came so far.
    let mut seen: HashMap<(i64, u32), (u32, u32)> = HashMap::new();
    let mut classes: HashMap<i64, u32> = HashMap::new();
    let mut keys: Vec<(u32, u32, usize)> = Vec::with_capacity(labels.len());
    for (i, (&label, &group)) in labels.iter().zip(groups).enumerate() {
        let (number, turn) = seen.entry((label, group)).or_insert_with(|| {
            let n = classes.entry(label).or_insert(0);
            *n += 1;
            (*n, 0)
        });
        keys.push((*turn, *number, i));
        *turn += 1;
    }
    keys.sort_unstable();
    let mut places: HashMap<i64, u32> = HashMap::new();
    let mut order: Vec<(u32, i64, usize)> = keys
        .into_iter()
        .map(|(_, _, i)| {
            let place = places.entry(labels[i]).or_insert(0);
            *place += 1;
            (*place, labels[i], i)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, _, i)| i).collect()
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
