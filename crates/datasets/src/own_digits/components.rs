//! Patches of ink, and which of them make up the digit.

/// Patches with a smaller share of the largest one's pixels are dirt.
const LEAST_SHARE: f64 = 0.02;

/// Patches further from what is kept than this share of its longer side belong to something else.
const NEAR: f64 = 0.3;

/// A rectangle of pixels, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) low: [usize; 2],
    pub(super) high: [usize; 2],
}

impl Bounds {
    /// Columns and rows.
    pub(super) fn size(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.high[axis] - self.low[axis] + 1)
    }

    fn and(self, other: Self) -> Self {
        let low = [0, 1].map(|axis| self.low[axis].min(other.low[axis]));
        let high = [0, 1].map(|axis| self.high[axis].max(other.high[axis]));
        Self { low, high }
    }

    /// Pixels between the two along the axis on which they lie further apart.
    fn gap(&self, other: &Self) -> usize {
        let along = |axis: usize| {
            let (after, before) = (
                other.low[axis].saturating_sub(self.high[axis] + 1),
                self.low[axis].saturating_sub(other.high[axis] + 1),
            );
            after.max(before)
        };
        along(0).max(along(1))
    }
}

/// Pixels of ink that touch each other, corners included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patch {
    /// Places, row by row.
    pub(super) pixels: Vec<usize>,
    pub(super) bounds: Bounds,
}

impl Patch {
    /// Whether it reaches the edge of a picture of this size.
    pub(super) fn touches_edge(&self, width: usize, height: usize) -> bool {
        let Bounds { low, high } = self.bounds;
        low.contains(&0) || high[0] + 1 == width || high[1] + 1 == height
    }
}

/// All patches of a mask, in the order of their first pixels.
pub(super) fn patches(mask: &[bool], width: usize) -> Vec<Patch> {
    let height = mask.len() / width;
    let mut left = mask.to_vec();
    let mut patches = Vec::new();
    for first in 0..mask.len() {
        if !left[first] {
            continue;
        }
        left[first] = false;
        let mut pixels = vec![first];
        let mut bounds = Bounds { low: [usize::MAX; 2], high: [0; 2] };
        let mut next = 0;
        while let Some(&pixel) = pixels.get(next) {
            next += 1;
            let (x, y) = (pixel % width, pixel / width);
            bounds = bounds.and(Bounds { low: [x, y], high: [x, y] });
            for row in y.saturating_sub(1)..(y + 2).min(height) {
                for column in x.saturating_sub(1)..(x + 2).min(width) {
                    let neighbour = row * width + column;
                    if left[neighbour] {
                        left[neighbour] = false;
                        pixels.push(neighbour);
                    }
                }
            }
        }
        patches.push(Patch { pixels, bounds });
    }
    patches
}

/// The patches that make up the digit: the largest that does not touch the picture's edge, and those near to it that are no
/// dirt, such as the bar of a 5. None if all of them touch the edge.
pub(super) fn digit(patches: Vec<Patch>, width: usize, height: usize) -> Option<Patch> {
    let mut rest: Vec<Patch> = patches.into_iter().filter(|patch| !patch.touches_edge(width, height)).collect();
    let largest = (0..rest.len()).max_by_key(|at| rest[*at].pixels.len())?;
    let mut kept = rest.swap_remove(largest);
    let least = LEAST_SHARE * kept.pixels.len() as f64;
    rest.retain(|patch| patch.pixels.len() as f64 >= least);
    // Each that is kept may bring others near.
    while let Some(at) = rest.iter().position(|patch| {
        let [width, height] = kept.bounds.size();
        kept.bounds.gap(&patch.bounds) as f64 <= NEAR * width.max(height) as f64
    }) {
        let patch = rest.swap_remove(at);
        kept.bounds = kept.bounds.and(patch.bounds);
        kept.pixels.extend(patch.pixels);
    }
    kept.pixels.sort_unstable();
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mask from a drawing in which `#` is ink.
    fn mask(drawing: &[&str]) -> (Vec<bool>, usize, usize) {
        let mask = drawing.iter().flat_map(|row| row.chars().map(|letter| letter == '#')).collect();
        (mask, drawing[0].len(), drawing.len())
    }

    #[test]
    fn a_bar_of_its_own_is_kept_and_dirt_far_things_and_the_edge_are_not() {
        let (mask, width, height) = mask(&[
            "##................#",
            "#...####...........",
            "...................",
            "...#...............",
            "...####.........##.",
            "......#.........##.",
            "...####............",
            "...................",
        ]);
        let all = patches(&mask, width);
        assert_eq!(all.len(), 5);
        let five = digit(all, width, height).unwrap();
        assert_eq!(five.bounds, Bounds { low: [3, 1], high: [7, 6] });
        assert_eq!(five.pixels.len(), 14);
    }

    #[test]
    fn corners_join_and_a_patch_at_the_edge_is_no_digit() {
        let (mask, width, height) = mask(&["#...", ".#..", "..#.", "...."]);
        let all = patches(&mask, width);
        assert_eq!((all.len(), all[0].pixels.len()), (1, 3));
        assert_eq!(digit(all, width, height), None);
    }
}
