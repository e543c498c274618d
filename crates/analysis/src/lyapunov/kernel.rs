//! Products of a net's matrices at eight pictures side by side.
//!
//! The weights are the same for all pictures, the slopes of the activation functions are not: a product with weights is a broadcast number
//! times a register of eight pictures, a product with slopes is a register times a register.

use pulp::{Simd, WithSimd};

use super::lane::{LANES, Lane};
use super::leading::largest;

/// Rows of a product that are summed together, each number of the other factor being read once for them.
const TILE: usize = 4;

/// A factor of a Jacobian.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Factor {
    /// The same for all pictures: `rows × columns`, row by row.
    Shared { rows: usize, columns: usize, numbers: Vec<f64> },
    /// A diagonal matrix of each picture's own: the slopes of this number.
    Own { slopes: usize, width: usize },
}

impl Factor {
    /// Numbers that go in and come out.
    pub(super) const fn sides(&self) -> (usize, usize) {
        match self {
            Self::Shared { rows, columns, .. } => (*columns, *rows),
            Self::Own { width, .. } => (*width, *width),
        }
    }

    pub(super) fn transposed(&self) -> Self {
        match self {
            Self::Shared { rows, columns, numbers } => {
                let numbers = (0..*columns).flat_map(|j| (0..*rows).map(move |i| numbers[i * columns + j])).collect();
                Self::Shared { rows: *columns, columns: *rows, numbers }
            }
            own @ Self::Own { .. } => own.clone(),
        }
    }
}

/// The product of factors at eight pictures.
#[derive(Debug, Default)]
pub(super) struct Product {
    /// `rows × columns`, row by row.
    pub(super) numbers: Vec<Lane>,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Powers of two that were taken out of it, for each picture: deep nets leave the range of a double otherwise.
    pub(super) taken_out: [f64; LANES],
    spare: Vec<Lane>,
    gram: Vec<Lane>,
    room: Vec<Lane>,
}

/// Slopes of each layer, `[width, pictures]`.
pub(super) type Slopes<'a> = &'a [Vec<f64>];

/// Multiplies the factors, the first of them the rightmost, at the pictures from number `first` on, of so many. Places beyond the last picture
/// stand for it once more.
pub(super) struct Multiply<'a> {
    pub(super) factors: &'a [Factor],
    pub(super) slopes: Slopes<'a>,
    pub(super) first: usize,
    pub(super) pictures: usize,
    pub(super) product: &'a mut Product,
    /// Whether the logarithm of the largest singular value is wanted.
    pub(super) largest: bool,
}

impl WithSimd for Multiply<'_> {
    /// `log₂ σ₁`, if that is wanted.
    type Output = [f64; LANES];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let Self { factors, slopes, first, pictures, product, largest: wanted } = self;
        product.taken_out = [0.0; LANES];
        let own = |slopes: &[f64], row: usize| {
            let mut lane = Lane::ZERO;
            for l in 0..LANES {
                lane.0[l] = slopes[row * pictures + (first + l).min(pictures - 1)];
            }
            lane
        };
        let mut rest = factors.iter();
        product.numbers.clear();
        match (&factors[0], factors.get(1)) {
            (Factor::Shared { rows, columns, numbers }, _) => {
                (product.rows, product.columns) = (*rows, *columns);
                product.numbers.extend(numbers.iter().map(|number| Lane::all(*number)));
                rest.next();
            }
            // A diagonal matrix on the right scales columns.
            (Factor::Own { slopes: which, .. }, Some(Factor::Shared { rows, columns, numbers })) => {
                (product.rows, product.columns) = (*rows, *columns);
                for row in numbers.chunks_exact(*columns) {
                    let scaled = row.iter().enumerate();
                    product.numbers.extend(scaled.map(|(j, number)| own(&slopes[*which], j).times(Lane::all(*number))));
                }
                rest.next();
                rest.next();
            }
            (Factor::Own { slopes: which, width }, _) => {
                (product.rows, product.columns) = (*width, *width);
                product.numbers.resize(width * width, Lane::ZERO);
                for j in 0..*width {
                    product.numbers[j * width + j] = own(&slopes[*which], j);
                }
                rest.next();
            }
        }
        for factor in rest {
            match factor {
                Factor::Own { slopes: which, .. } => {
                    for (row, numbers) in product.numbers.chunks_exact_mut(product.columns).enumerate() {
                        let slope = own(&slopes[*which], row);
                        numbers.iter_mut().for_each(|number| *number = number.times(slope));
                    }
                }
                Factor::Shared { rows, columns, numbers } => {
                    product.spare.clear();
                    product.spare.resize(rows * product.columns, Lane::ZERO);
                    multiply(simd, numbers, *columns, &product.numbers, product.columns, &mut product.spare);
                    std::mem::swap(&mut product.numbers, &mut product.spare);
                    product.rows = *rows;
                    product.scale();
                }
            }
        }
        product.scale();
        if wanted { product.largest() } else { [0.0; LANES] }
    }
}

/// `weights [rows, inner] · numbers [inner, columns]`, eight pictures at once.
#[inline(always)]
fn multiply<S: Simd>(simd: S, weights: &[f64], inner: usize, numbers: &[Lane], columns: usize, out: &mut [Lane]) {
    for (weights, out) in weights.chunks(TILE * inner).zip(out.chunks_mut(TILE * columns)) {
        let tile = weights.len() / inner;
        for j in 0..columns {
            if tile == TILE {
                let sums = sums::<S, TILE>(simd, weights, inner, &numbers[j..], columns);
                (0..TILE).for_each(|t| out[t * columns + j] = sums[t]);
            } else {
                for t in 0..tile {
                    [out[t * columns + j]] = sums::<S, 1>(simd, &weights[t * inner..], inner, &numbers[j..], columns);
                }
            }
        }
    }
}

/// Products of `T` rows of weights with the first column of the numbers.
#[inline(always)]
fn sums<S: Simd, const T: usize>(
    simd: S,
    weights: &[f64],
    inner: usize,
    numbers: &[Lane],
    columns: usize,
) -> [Lane; T] {
    let mut sums = [Lane::ZERO; T];
    // Registers of a lane: one of AVX-512, two of AVX2. No processor has fewer than one number to a register.
    let registers = S::as_simd_f64s(&sums[0].0).0.len();
    let mut held = [[simd.splat_f64s(0.0); LANES]; T];
    for k in 0..inner {
        let (column, _) = S::as_simd_f64s(&numbers[k * columns].0);
        for t in 0..T {
            let weight = simd.splat_f64s(weights[t * inner + k]);
            for r in 0..registers {
                held[t][r] = simd.mul_add_e_f64s(weight, column[r], held[t][r]);
            }
        }
    }
    for t in 0..T {
        let (out, _) = S::as_mut_simd_f64s(&mut sums[t].0);
        out.copy_from_slice(&held[t][..registers]);
    }
    sums
}

impl Product {
    /// Takes a power of two out of each picture's matrix, so that its largest entry is in [1, 2).
    #[inline(always)]
    fn scale(&mut self) {
        let mut most = Lane::ZERO;
        for number in &self.numbers {
            most = most.with(*number, |most, number| most.max(number.abs()));
        }
        let mut factor = Lane::all(1.0);
        for l in 0..LANES {
            if most.0[l] > 0.0 && most.0[l].is_finite() {
                let power = most.0[l].log2().floor().clamp(-1000.0, 1000.0);
                factor.0[l] = (-power).exp2();
                self.taken_out[l] += power;
            }
        }
        self.numbers.iter_mut().for_each(|number| *number = number.times(factor));
    }

    /// `log₂` of the largest singular value of each picture's matrix, by the eigenvalues of its Gram matrix on the shorter side. The largest
    /// entry is near 1, so that squares are in range, and the largest eigenvalue is exact to a few units in the last place.
    #[inline(always)]
    fn largest(&mut self) -> [f64; LANES] {
        let (rows, columns) = (self.rows, self.columns);
        let side = rows.min(columns);
        self.gram.clear();
        self.gram.resize(side * side, Lane::ZERO);
        for i in 0..side {
            for j in 0..=i {
                let mut sum = Lane::ZERO;
                for k in 0..rows.max(columns) {
                    let at = |one: usize| if columns <= rows { k * columns + one } else { one * columns + k };
                    sum = sum.plus(self.numbers[at(i)].times(self.numbers[at(j)]));
                }
                self.gram[i * side + j] = sum;
                self.gram[j * side + i] = sum;
            }
        }
        let found = largest(&mut self.gram, side, &mut self.room);
        // Comparisons pass over what is no number; 0 times it is not 0.
        let mut sound = Lane::ZERO;
        for number in &self.numbers {
            sound = sound.plus(number.times(Lane::ZERO));
        }
        std::array::from_fn(|l| sound.0[l] + 0.5 * found.0[l].max(0.0).log2() + self.taken_out[l])
    }

    /// The matrix of one of the eight pictures, without the power of two that was taken out.
    pub(super) fn of(&self, lane: usize) -> Vec<f64> {
        self.numbers.iter().map(|number| number.0[lane]).collect()
    }
}
