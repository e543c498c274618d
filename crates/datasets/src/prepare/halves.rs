//! Which half of a split everything goes to.

use advlab_core::Seed;

use super::{SplitBy, SplitSettings, Trouble};
use crate::Split;

/// For each picture the half of each of its tiles: a share of each class, but at least one group on each side.
///
/// A group's place depends on the seed and on names (of the class, the picture, and the number of the tile), so that a picture that is
/// added to a class moves few of the others.
///
/// # Errors
/// [`Trouble::CannotSplit`] if a class has one group.
pub(super) fn deal(
    classes: &[String],
    pictures: &[(usize, String)],
    tiles: usize,
    settings: SplitSettings,
) -> Result<Vec<Vec<Split>>, Trouble> {
    let mut halves = vec![vec![Split::Train; tiles]; pictures.len()];
    let root = Seed::new(settings.seed).child("split");
    for (class, name) in classes.iter().enumerate() {
        let own = pictures.iter().enumerate().filter(|(_, (of, _))| *of == class);
        let mut groups: Vec<(u64, usize, Option<usize>)> = Vec::new();
        for (picture, (_, file)) in own {
            let seed = root.child(name).child(file);
            match settings.by {
                SplitBy::Picture => groups.push((seed.get(), picture, None)),
                SplitBy::Tile => {
                    groups.extend((0..tiles).map(|tile| (seed.index(tile as u64).get(), picture, Some(tile))));
                }
            }
        }
        if groups.len() < 2 {
            let (what, todo) = match settings.by {
                SplitBy::Picture => ("wide-field picture", "add another, or split by tile with --split-by tile"),
                SplitBy::Tile => ("tile", "add pictures, or cut more tiles with --tiles"),
            };
            return Err(Trouble::CannotSplit { class: name.clone(), what, todo });
        }
        groups.sort_unstable();
        let count = (settings.share * groups.len() as f64).round() as usize;
        for (_, picture, tile) in &groups[..count.clamp(1, groups.len() - 1)] {
            match tile {
                Some(tile) => halves[*picture][*tile] = Split::Test,
                None => halves[*picture].fill(Split::Test),
            }
        }
    }
    Ok(halves)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dealt(counts: &[usize], tiles: usize, by: SplitBy, seed: u64) -> Result<Vec<Vec<Split>>, Trouble> {
        let classes: Vec<String> = (0..counts.len()).map(|class| format!("class {class}")).collect();
        let pictures: Vec<(usize, String)> = counts
            .iter()
            .enumerate()
            .flat_map(|(class, n)| (0..*n).map(move |k| (class, format!("{k}.tif"))))
            .collect();
        deal(&classes, &pictures, tiles, SplitSettings { share: 0.2, by, seed })
    }

    fn tests(halves: &[Vec<Split>]) -> usize {
        halves.iter().flatten().filter(|half| **half == Split::Test).count()
    }

    #[test]
    fn each_class_gives_its_share() {
        let halves = dealt(&[10, 25, 2], 16, SplitBy::Picture, 1).unwrap();
        assert!(halves.iter().all(|tiles| tiles.iter().all(|half| *half == tiles[0])), "pictures stay whole");
        assert_eq!([&halves[..10], &halves[10..35], &halves[35..]].map(tests), [2 * 16, 5 * 16, 16]);
        assert_ne!(halves, dealt(&[10, 25, 2], 16, SplitBy::Picture, 2).unwrap());
        let halves = dealt(&[10, 1], 16, SplitBy::Tile, 1).unwrap();
        assert_eq!([&halves[..10], &halves[10..]].map(tests), [32, 3]);
        assert!(
            dealt(&[10, 1], 16, SplitBy::Picture, 1).unwrap_err().to_string().contains("`class 1` has one wide-field")
        );
        assert!(dealt(&[10, 1], 1, SplitBy::Tile, 1).is_err());
    }

    #[test]
    fn a_new_picture_moves_few() {
        let (before, after) =
            (dealt(&[40, 9], 1, SplitBy::Picture, 1).unwrap(), dealt(&[41, 9], 1, SplitBy::Picture, 1).unwrap());
        let moved = (0..40).filter(|at| before[*at] != after[*at]).count();
        assert!(moved <= 1 && before[40..] == after[41..], "{moved}");
    }
}
