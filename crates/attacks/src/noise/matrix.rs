//! Matrices times vectors, for many attempts at once.

use pulp::Simd;

use super::lanes::{Lanes, Real};

/// A matrix in the order in which [`add_to`](Self::add_to) reads it: blocks of 8 rows (then 4, 2 and 1), column by column.
#[derive(Debug)]
pub(super) struct Matrix<T> {
    rows: usize,
    columns: usize,
    values: Vec<T>,
}

impl<T: Real> Matrix<T> {
    /// Lays a matrix out from its elements.
    pub(super) fn from_fn(rows: usize, columns: usize, element: impl Fn(usize, usize) -> f64) -> Self {
        let mut values = Vec::with_capacity(rows * columns);
        let mut done = 0;
        for block in [8, 4, 2, 1] {
            while rows - done >= block {
                for column in 0..columns {
                    values.extend((done..done + block).map(|row| T::of(element(row, column))));
                }
                done += block;
            }
        }
        Self { rows, columns, values }
    }

    /// Number of rows.
    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    /// `out += self · input` in every lane.
    #[inline(always)]
    pub(super) fn add_to<S: Simd>(&self, simd: S, out: &mut [Lanes<T>], input: &[Lanes<T>]) {
        assert!(out.len() == self.rows && input.len() == self.columns, "a product's shapes fit");
        let (blocks, rest) = out.as_chunks_mut::<8>();
        let (packed, values) = self.values.split_at(blocks.len() * 8 * self.columns);
        for (block, packed) in blocks.iter_mut().zip(packed.chunks_exact(8 * self.columns)) {
            add_block::<S, T, 8>(simd, block, packed, input);
        }
        let (blocks, rest) = rest.as_chunks_mut::<4>();
        let (packed, values) = values.split_at(blocks.len() * 4 * self.columns);
        for block in blocks {
            add_block::<S, T, 4>(simd, block, packed, input);
        }
        let (blocks, rest) = rest.as_chunks_mut::<2>();
        let (packed, values) = values.split_at(blocks.len() * 2 * self.columns);
        for block in blocks {
            add_block::<S, T, 2>(simd, block, packed, input);
        }
        for block in rest.as_chunks_mut::<1>().0 {
            add_block::<S, T, 1>(simd, block, values, input);
        }
    }

    /// Calls `each` with the number and the value of every row of `self · input`, eight rows at a time.
    #[inline(always)]
    pub(super) fn for_each_row<S: Simd>(&self, simd: S, input: &[Lanes<T>], mut each: impl FnMut(usize, &Lanes<T>)) {
        assert!(input.len() == self.columns, "a product's shapes fit");
        let whole = self.rows / 8 * 8;
        let (packed, rest) = self.values.split_at(whole * self.columns);
        for (number, packed) in packed.chunks_exact(8 * self.columns).enumerate() {
            let mut block = [Lanes::all(T::zero()); 8];
            add_block::<S, T, 8>(simd, &mut block, packed, input);
            for (row, value) in block.iter().enumerate() {
                each(8 * number + row, value);
            }
        }
        let mut rest = rest;
        let mut done = whole;
        for size in [4, 2, 1] {
            if (self.rows - whole) & size == 0 {
                continue;
            }
            let (packed, after) = rest.split_at(size * self.columns);
            let mut block = [Lanes::all(T::zero()); 4];
            match size {
                4 => add_block::<S, T, 4>(simd, &mut block, packed, input),
                2 => add_block::<S, T, 2>(simd, block.first_chunk_mut().expect("it holds four"), packed, input),
                _ => add_block::<S, T, 1>(simd, block.first_chunk_mut().expect("it holds four"), packed, input),
            }
            for (row, value) in block[..size].iter().enumerate() {
                each(done + row, value);
            }
            (rest, done) = (after, done + size);
        }
    }
}

/// `out += block · input`. All sums of the block stay in registers, two for each row, and share each load of the input; so
/// the arithmetic is busy and not the memory.
#[inline(always)]
fn add_block<S: Simd, T: Real, const ROWS: usize>(
    simd: S,
    out: &mut [Lanes<T>; ROWS],
    packed: &[T],
    input: &[Lanes<T>],
) {
    // Of sixteen registers eight rows would leave none for the input.
    if ROWS == 8 && S::REGISTER_COUNT < 32 {
        let (low, high) = out.split_at_mut(4);
        for (at, half) in [(0, low), (4, high)] {
            let half: &mut [Lanes<T>; 4] = half.first_chunk_mut().expect("half of eight");
            add_rows::<S, T, 8, 4>(simd, half, at, packed, input);
        }
    } else {
        add_rows::<S, T, ROWS, ROWS>(simd, out, 0, packed, input);
    }
}

/// [`add_block`] for `TAKE` of its `ROWS` rows, from row `at` on.
#[inline(always)]
fn add_rows<S: Simd, T: Real, const ROWS: usize, const TAKE: usize>(
    simd: S,
    out: &mut [Lanes<T>; TAKE],
    at: usize,
    packed: &[T],
    input: &[Lanes<T>],
) {
    let registers = T::registers::<S>(&out[0]).len();
    for pair in 0..registers / 2 {
        let (first, second) = (2 * pair, 2 * pair + 1);
        let mut sums: [[T::Register<S>; 2]; TAKE] = std::array::from_fn(|row| {
            let row = T::registers::<S>(&out[row]);
            [row[first], row[second]]
        });
        for (weights, x) in packed.as_chunks::<ROWS>().0.iter().zip(input) {
            let x = T::registers::<S>(x);
            let x = [x[first], x[second]];
            for row in 0..TAKE {
                let weight = T::splat(simd, weights[at + row]);
                sums[row] = [T::fused(simd, weight, x[0], sums[row][0]), T::fused(simd, weight, x[1], sums[row][1])];
            }
        }
        for (row, sums) in out.iter_mut().zip(sums) {
            let row = T::registers_mut::<S>(row);
            (row[first], row[second]) = (sums[0], sums[1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::LANES;
    use super::*;

    #[test]
    fn products_are_right_for_every_number_of_rows() {
        let value = |a: usize, b: usize| ((a * 7 + b * 3) % 11) as f64 - 5.0;
        for (rows, columns) in [(1, 1), (2, 3), (7, 5), (8, 30), (30, 8), (15, 1), (784, 30)] {
            let matrix = Matrix::<f32>::from_fn(rows, columns, value);
            let input: Vec<_> = (0..columns).map(|c| Lanes::from_fn(|lane| (c % 5 + lane) as f32)).collect();
            let mut sums = vec![Lanes::all(1.0_f32); rows];
            let mut product = vec![Lanes::all(f32::NAN); rows];
            pulp::Arch::new().dispatch(Multiply {
                matrix: &matrix,
                input: &input,
                sums: &mut sums,
                product: &mut product,
            });
            for row in 0..rows {
                for lane in 0..LANES {
                    // Whole numbers this small are exact in single precision.
                    let exact: f64 = (0..columns).map(|c| value(row, c) * (c % 5 + lane) as f64).sum();
                    assert_eq!(f64::from(sums[row][lane]), exact + 1.0, "{rows}x{columns}, row {row}, lane {lane}");
                    assert_eq!(f64::from(product[row][lane]), exact, "{rows}x{columns}, row {row}, lane {lane}");
                }
            }
        }
    }

    struct Multiply<'a> {
        matrix: &'a Matrix<f32>,
        input: &'a [Lanes<f32>],
        sums: &'a mut [Lanes<f32>],
        product: &'a mut [Lanes<f32>],
    }

    impl pulp::WithSimd for Multiply<'_> {
        type Output = ();

        fn with_simd<S: Simd>(self, simd: S) {
            self.matrix.add_to(simd, self.sums, self.input);
            self.matrix.for_each_row(simd, self.input, |row, value| self.product[row] = *value);
        }
    }
}
