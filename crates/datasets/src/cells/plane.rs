//! One channel of a picture in the making, and the blurs that it needs.

/// A square of numbers, row by row.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    pub(super) side: usize,
    pub(super) values: Vec<f32>,
}

impl Plane {
    /// All zero.
    pub(super) fn new(side: usize) -> Self {
        Self { side, values: vec![0.0; side * side] }
    }

    /// Adds a soft spot: brightest at its middle, nothing from `radius` on. `stretch` and `tilt` (a unit vector) make it
    /// longer in one direction.
    pub(super) fn spot(&mut self, at: [f32; 2], radius: f32, stretch: f32, tilt: [f32; 2], light: f32) {
        let reach = radius * stretch.max(1.0);
        let side = self.side;
        let span = |middle: f32| {
            let low = (middle - reach).ceil().max(0.0) as usize;
            let high = (middle + reach).floor() + 1.0;
            low..(high.max(0.0) as usize).min(side)
        };
        for y in span(at[1]) {
            for x in span(at[0]) {
                let (dx, dy) = (x as f32 - at[0], y as f32 - at[1]);
                let (u, v) = ((dx * tilt[0] + dy * tilt[1]) / stretch, dy * tilt[0] - dx * tilt[1]);
                let rest = 1.0 - (u * u + v * v) / (radius * radius);
                if rest > 0.0 {
                    self.values[y * side + x] += light * rest * rest;
                }
            }
        }
    }

    /// Mean over a square of `2 · reach + 1` pixels, the border's pixels repeated beyond it.
    pub(super) fn box_blur(&mut self, reach: usize) {
        let side = self.side;
        let weight = 1.0 / (2 * reach + 1) as f32;
        let mut padded = vec![0.0; side + 2 * reach + 1];
        for row in self.values.chunks_exact_mut(side) {
            padded[..reach].fill(row[0]);
            padded[reach..reach + side].copy_from_slice(row);
            padded[reach + side..].fill(row[side - 1]);
            let mut sum: f32 = padded[..2 * reach + 1].iter().sum();
            for (x, value) in row.iter_mut().enumerate() {
                *value = sum * weight;
                sum += padded[x + 2 * reach + 1] - padded[x];
            }
        }
        let source = self.values.clone();
        let line = |y: isize| {
            let y = y.clamp(0, side as isize - 1) as usize;
            &source[y * side..(y + 1) * side]
        };
        let mut sums = vec![0.0; side];
        for y in -(reach as isize)..=reach as isize {
            sums.iter_mut().zip(line(y)).for_each(|(sum, value)| *sum += value);
        }
        for (y, row) in self.values.chunks_exact_mut(side).enumerate() {
            let (enters, leaves) = (line((y + reach + 1) as isize), line(y as isize - reach as isize));
            for (((value, sum), enter), leave) in row.iter_mut().zip(&mut sums).zip(enters).zip(leaves) {
                *value = *sum * weight;
                *sum += enter - leave;
            }
        }
    }

    /// Blur by the weights 1, 2, 1 along each axis: variance 1/2.
    pub(super) fn soften(&mut self) {
        let side = self.side;
        for row in self.values.chunks_exact_mut(side) {
            let mut before = row[0];
            for x in 0..side {
                let (here, after) = (row[x], row[(x + 1).min(side - 1)]);
                row[x] = 0.25 * (before + after) + 0.5 * here;
                before = here;
            }
        }
        let mut above = self.values[..side].to_vec();
        for y in 0..side {
            let below = (y + 1).min(side - 1) * side;
            for (x, above) in above.iter_mut().enumerate() {
                let (here, after) = (self.values[y * side + x], self.values[below + x]);
                self.values[y * side + x] = 0.25 * (*above + after) + 0.5 * here;
                *above = here;
            }
        }
    }

    /// Means of squares of `factor` pixels; what is left at the far borders counts as a square of its own.
    pub(super) fn shrunk(&self, factor: usize) -> Self {
        let mut small = Self::new(self.side.div_ceil(factor));
        for (y, row) in small.values.chunks_exact_mut(small.side).enumerate() {
            let rows = factor * y..(factor * (y + 1)).min(self.side);
            for line in rows.clone() {
                let line = &self.values[line * self.side..(line + 1) * self.side];
                for (value, square) in row.iter_mut().zip(line.chunks(factor)) {
                    *value += square.iter().sum::<f32>() / (square.len() * rows.len()) as f32;
                }
            }
        }
        small
    }

    /// Calls `use_row` with every row of this plane as it is when enlarged by `factor`, joined linearly, cut to `side`.
    pub(super) fn enlarged_rows(&self, factor: usize, side: usize, mut use_row: impl FnMut(usize, &[f32])) {
        let last = self.side - 1;
        let place = |k: usize| {
            let at = ((k as f32 + 0.5) / factor as f32 - 0.5).clamp(0.0, last as f32);
            let first = (at as usize).min(last);
            (first, (first + 1).min(last), at - first as f32)
        };
        let along: Vec<_> = (0..side).map(place).collect();
        let mut joined = vec![0.0; self.side];
        let mut row = vec![0.0; side];
        for y in 0..side {
            let (above, below, t) = place(y);
            for (x, value) in joined.iter_mut().enumerate() {
                let (a, b) = (self.values[above * self.side + x], self.values[below * self.side + x]);
                *value = a + t * (b - a);
            }
            for (value, &(left, right, t)) in row.iter_mut().zip(&along) {
                *value = joined[left] + t * (joined[right] - joined[left]);
            }
            use_row(y, &row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurs_keep_the_light_and_spread_it_evenly() {
        let mut plane = Plane::new(41);
        plane.values[20 * 41 + 20] = 1.0;
        let mut soft = plane.clone();
        soft.soften();
        assert_eq!(
            [soft.values[20 * 41 + 20], soft.values[20 * 41 + 19], soft.values[19 * 41 + 19]],
            [0.25, 0.125, 0.0625]
        );
        plane.box_blur(3);
        for (i, value) in plane.values.iter().enumerate() {
            let inside = (i % 41).abs_diff(20) <= 3 && (i / 41).abs_diff(20) <= 3;
            assert!((value - if inside { 1.0 / 49.0 } else { 0.0 }).abs() < 1e-6, "{i}: {value}");
        }
        let mut even = Plane { side: 9, values: vec![2.5; 81] };
        even.box_blur(30);
        even.soften();
        assert!(even.values.iter().all(|value| (value - 2.5).abs() < 1e-4));
    }

    #[test]
    fn shrinking_and_enlarging_keep_a_slope() {
        let plane = Plane { side: 30, values: (0..900).map(|i| (i % 30 + i / 30) as f32).collect() };
        plane.shrunk(4).enlarged_rows(4, 30, |y, row| {
            for (x, value) in row.iter().enumerate() {
                if (3..26).contains(&x) && (3..26).contains(&y) {
                    assert!((value - (x + y) as f32).abs() < 1e-3, "{x} {y}: {value}");
                }
            }
        });
    }
}
