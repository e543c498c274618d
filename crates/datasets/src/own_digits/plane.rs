//! A grey picture as plain numbers, and what is done to all of its rows and columns.

/// Values row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<f32>,
}

impl Plane {
    /// The mean of the `2·radius + 1` neighbours along each side, three times: nearly a normal distribution. At the edge there
    /// are fewer neighbours.
    pub(super) fn blurred(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        (0..3).fold(self.clone(), |plane, _| plane.along_both(|line| mean(line, radius)))
    }

    /// What stays of a picture when everything dark and narrower than `2·radius + 1` is filled up: the largest value among
    /// neighbours, then the smallest among those (morphological closing).
    pub(super) fn closed(&self, radius: usize) -> Self {
        self.widened(radius).along_both(|line| extreme(line, radius, f32::min))
    }

    /// The largest value among the `2·radius + 1` neighbours along each side.
    pub(super) fn widened(&self, radius: usize) -> Self {
        self.along_both(|line| extreme(line, radius, f32::max))
    }

    /// Does something to each row, then to each column.
    fn along_both(&self, of: impl Fn(&[f32]) -> Vec<f32>) -> Self {
        let rows: Vec<f32> = self.values.chunks_exact(self.width).flat_map(&of).collect();
        let mut values = vec![0.0; rows.len()];
        let mut column = vec![0.0; self.height];
        for x in 0..self.width {
            column.iter_mut().enumerate().for_each(|(y, value)| *value = rows[y * self.width + x]);
            for (y, value) in of(&column).into_iter().enumerate() {
                values[y * self.width + x] = value;
            }
        }
        Self { values, ..*self }
    }
}

fn mean(line: &[f32], radius: usize) -> Vec<f32> {
    let mut sums = Vec::with_capacity(line.len() + 1);
    sums.push(0.0_f64);
    for value in line {
        sums.push(sums[sums.len() - 1] + f64::from(*value));
    }
    let around = |i: usize| (i.saturating_sub(radius), (i + radius + 1).min(line.len()));
    let of = |(low, high): (usize, usize)| ((sums[high] - sums[low]) / (high - low) as f64) as f32;
    (0..line.len()).map(|i| of(around(i))).collect()
}

/// The extreme of the neighbours, in two comparisons a value whatever the radius: extremes from the left and from the right
/// within blocks as wide as the neighbourhood, one of each for every place.
///
/// Source: van Herk 1992, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels".
fn extreme(line: &[f32], radius: usize, of: fn(f32, f32) -> f32) -> Vec<f32> {
    let (n, block) = (line.len(), 2 * radius + 1);
    // The first and the last value go on beyond the edge; they are among the neighbours there anyway.
    let at = |i: usize| line[i.saturating_sub(radius).min(n - 1)];
    let padded = (n + 2 * radius).next_multiple_of(block);
    let (mut left, mut right): (Vec<f32>, Vec<f32>) = ((0..padded).map(at).collect(), (0..padded).map(at).collect());
    for i in (1..padded).filter(|i| i % block != 0) {
        left[i] = of(left[i], left[i - 1]);
    }
    for i in (0..padded - 1).rev().filter(|i| (i + 1) % block != 0) {
        right[i] = of(right[i], right[i + 1]);
    }
    (0..n).map(|i| of(right[i], left[i + 2 * radius])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_are_those_of_the_neighbours() {
        let line: Vec<f32> = (0..23).map(|i| ((i * 7919) % 31) as f32).collect();
        for radius in [0, 1, 2, 5, 30] {
            let wanted: Vec<f32> = (0..line.len())
                .map(|i| {
                    line[i.saturating_sub(radius)..(i + radius + 1).min(line.len())].iter().copied().fold(0.0, f32::max)
                })
                .collect();
            assert_eq!(extreme(&line, radius, f32::max), wanted, "{radius}");
        }
    }

    #[test]
    fn closing_takes_thin_dark_lines_away_and_leaves_wide_ones() {
        let values: Vec<f32> = (0..40 * 30)
            .map(|i| if [5, 6, 20, 21, 22, 23, 24, 25, 26].contains(&(i % 40)) { 0.1 } else { 0.9 })
            .collect();
        let closed = Plane { width: 40, height: 30, values }.closed(2);
        let row = &closed.values[40 * 15..40 * 16];
        assert_eq!((row[5], row[23]), (0.9, 0.1));
    }

    #[test]
    fn blurring_keeps_the_light_there_is() {
        let plane = Plane { width: 9, height: 7, values: vec![0.25; 63] };
        assert!(plane.blurred(3).values.iter().all(|value| (value - 0.25).abs() < 1e-6));
    }
}
