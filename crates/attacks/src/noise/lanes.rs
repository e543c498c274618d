//! Arithmetic on many attempts at once.
//!
//! Attempts are laid out in lanes: number `l` of every array belongs to attempt `l`, so that each arithmetic operation
//! works on as many attempts at once as the processor's registers hold. Lanes do not mix: an attempt's numbers are the
//! same whatever runs beside it.

use std::ops::{Add, Deref, DerefMut, Div, Mul, Sub};

use advlab_core::Activation;
use pulp::Simd;

/// Attempts that go through the net together: two registers of AVX-512, four of AVX2.
pub(super) const LANES: usize = 32;

/// One number of each attempt. Aligned, so that no register is read across two lines of the cache.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Lanes<T>([T; LANES]);

impl<T: Real> Lanes<T> {
    /// The same number in every lane.
    pub(super) const fn all(value: T) -> Self {
        Self([value; LANES])
    }

    /// Lane by lane, from the number of the lane.
    #[inline(always)]
    pub(super) fn from_fn(value: impl FnMut(usize) -> T) -> Self {
        Self(std::array::from_fn(value))
    }
}

impl<T> Deref for Lanes<T> {
    type Target = [T; LANES];

    #[inline(always)]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> DerefMut for Lanes<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// Single or double precision.
pub(super) trait Real: num_traits::Float + Send + Sync + 'static {
    /// As many numbers as fit a register.
    type Register<S: Simd>: Copy;
    /// From double precision, rounding.
    fn of(value: f64) -> Self;
    /// `eˣ` in every lane.
    fn exp_lanes<S: Simd>(simd: S, x: &mut Lanes<Self>);
    /// The lanes as registers.
    fn registers<S: Simd>(lanes: &Lanes<Self>) -> &[Self::Register<S>];
    /// The lanes as registers.
    fn registers_mut<S: Simd>(lanes: &mut Lanes<Self>) -> &mut [Self::Register<S>];
    /// The same number all over a register.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Register<S>;
    /// `a + b`.
    fn add<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>) -> Self::Register<S>;
    /// `a − b`.
    fn sub<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>) -> Self::Register<S>;
    /// `a·b`.
    fn mul<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>) -> Self::Register<S>;
    /// `a / b`.
    fn div<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>) -> Self::Register<S>;
    /// `√a`.
    fn root<S: Simd>(simd: S, a: Self::Register<S>) -> Self::Register<S>;
    /// `a·b + c`, rounded once where the processor can.
    fn fused<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>, c: Self::Register<S>) -> Self::Register<S>;
    /// `yes` where `a > b`, `no` elsewhere; a comparison with NaN says no.
    fn if_greater<S: Simd>(
        simd: S,
        a: Self::Register<S>,
        b: Self::Register<S>,
        yes: Self::Register<S>,
        no: Self::Register<S>,
    ) -> Self::Register<S>;
}

macro_rules! real {
    ($register:ident: $shared:ident, $exclusive:ident, $splat:ident, $add:ident, $sub:ident, $mul:ident, $div:ident,
     $sqrt:ident, $mul_add:ident, $greater:ident, $select:ident) => {
        type Register<S: Simd> = S::$register;

        fn of(value: f64) -> Self {
            value as Self
        }

        #[inline(always)]
        fn registers<S: Simd>(lanes: &Lanes<Self>) -> &[S::$register] {
            S::$shared(&lanes.0).0
        }

        #[inline(always)]
        fn registers_mut<S: Simd>(lanes: &mut Lanes<Self>) -> &mut [S::$register] {
            S::$exclusive(&mut lanes.0).0
        }

        #[inline(always)]
        fn splat<S: Simd>(simd: S, value: Self) -> S::$register {
            simd.$splat(value)
        }

        #[inline(always)]
        fn add<S: Simd>(simd: S, a: S::$register, b: S::$register) -> S::$register {
            simd.$add(a, b)
        }

        #[inline(always)]
        fn sub<S: Simd>(simd: S, a: S::$register, b: S::$register) -> S::$register {
            simd.$sub(a, b)
        }

        #[inline(always)]
        fn mul<S: Simd>(simd: S, a: S::$register, b: S::$register) -> S::$register {
            simd.$mul(a, b)
        }

        #[inline(always)]
        fn div<S: Simd>(simd: S, a: S::$register, b: S::$register) -> S::$register {
            simd.$div(a, b)
        }

        #[inline(always)]
        fn root<S: Simd>(simd: S, a: S::$register) -> S::$register {
            simd.$sqrt(a)
        }

        #[inline(always)]
        fn fused<S: Simd>(simd: S, a: S::$register, b: S::$register, c: S::$register) -> S::$register {
            simd.$mul_add(a, b, c)
        }

        #[inline(always)]
        fn if_greater<S: Simd>(
            simd: S,
            a: S::$register,
            b: S::$register,
            yes: S::$register,
            no: S::$register,
        ) -> S::$register {
            simd.$select(simd.$greater(a, b), yes, no)
        }
    };
}

impl Real for f64 {
    real!(f64s: as_simd_f64s, as_mut_simd_f64s, splat_f64s, add_f64s, sub_f64s, mul_f64s, div_f64s, sqrt_f64s,
          mul_add_e_f64s, greater_than_f64s, select_f64s);

    #[inline(always)]
    fn exp_lanes<S: Simd>(_: S, x: &mut Lanes<Self>) {
        for x in &mut x.0 {
            *x = x.exp();
        }
    }
}

impl Real for f32 {
    real!(f32s: as_simd_f32s, as_mut_simd_f32s, splat_f32s, add_f32s, sub_f32s, mul_f32s, div_f32s, sqrt_f32s,
          mul_add_e_f32s, greater_than_f32s, select_f32s);

    /// To two units in the last place, without branches.
    ///
    /// `x = n·ln 2 + r` with `|r| ≤ ½ ln 2`; `eʳ` by a polynomial of degree 6, `2ⁿ` by its bits. Inputs are held where
    /// neither overflows; beyond that a sigmoid is 0 or 1 in single precision anyway.
    #[inline(always)]
    fn exp_lanes<S: Simd>(simd: S, x: &mut Lanes<Self>) {
        const LN2_HIGH: f32 = 0.693_359_4; // ln 2 in two parts, so that n times the first is exact
        const LN2_LOW: f32 = -2.121_944_4e-4;
        /// Adding and subtracting 1.5·2²³ rounds to the nearest whole number.
        const ROUND: f32 = 12_582_912.0;
        x.update(
            simd,
            [],
            #[inline(always)]
            |x, []| {
                let x = x.at_least(-87.0).at_most(87.0);
                let shifted = x.mul_add(Wide::of(simd, std::f32::consts::LOG2_E), Wide::of(simd, ROUND));
                let n = shifted - Wide::of(simd, ROUND);
                let r = n.mul_add(Wide::of(simd, -LN2_LOW), n.mul_add(Wide::of(simd, -LN2_HIGH), x));
                let mut series = Wide::of(simd, 1.0 / 720.0);
                for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
                    series = series.mul_add(r, Wide::of(simd, coefficient));
                }
                let bits: S::u32s = pulp::cast(shifted.value);
                let bits = simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(23));
                let power = pulp::cast(simd.add_u32s(bits, simd.splat_u32s(0x3f80_0000)));
                series * Wide { simd, value: power }
            },
        );
    }
}

/// A register full of numbers that reads like one number.
#[derive(Debug)]
pub(super) struct Wide<S: Simd, T: Real> {
    simd: S,
    value: T::Register<S>,
}

impl<S: Simd, T: Real> Clone for Wide<S, T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Simd, T: Real> Copy for Wide<S, T> {}

impl<S: Simd, T: Real> Wide<S, T> {
    /// The same number all over.
    #[inline(always)]
    pub(super) fn of(simd: S, value: T) -> Self {
        Self { simd, value: T::splat(simd, value) }
    }

    /// `self·a + b`, rounded once where the processor can.
    #[inline(always)]
    pub(super) fn mul_add(self, a: Self, b: Self) -> Self {
        Self { value: T::fused(self.simd, self.value, a.value, b.value), ..self }
    }

    /// `√self`.
    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        Self { value: T::root(self.simd, self.value), ..self }
    }

    /// `yes` where it is greater than `other`, `no` elsewhere; a comparison with NaN says no.
    #[inline(always)]
    pub(super) fn if_greater(self, other: Self, yes: Self, no: Self) -> Self {
        Self { value: T::if_greater(self.simd, self.value, other.value, yes.value, no.value), ..self }
    }

    /// Not less than `low`; NaN stays NaN.
    #[inline(always)]
    pub(super) fn at_least(self, low: T) -> Self {
        let low = Self::of(self.simd, low);
        low.if_greater(self, low, self)
    }

    /// Not more than `high`; NaN stays NaN.
    #[inline(always)]
    pub(super) fn at_most(self, high: T) -> Self {
        let high = Self::of(self.simd, high);
        self.if_greater(high, high, self)
    }

    /// Its distance from zero.
    #[inline(always)]
    pub(super) fn abs(self) -> Self {
        let minus = Self::of(self.simd, T::zero()) - self;
        minus.if_greater(self, minus, self)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl<S: Simd, T: Real> $trait for Wide<S, T> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self { value: <T as Real>::$method(self.simd, self.value, other.value), ..self }
            }
        }

        impl<S: Simd, T: Real> $trait<T> for Wide<S, T> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: T) -> Self {
                $trait::$method(self, Self::of(self.simd, other))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl<T: Real> Lanes<T> {
    /// Replaces every number by what `change` makes of it and of the numbers in the same lane of `with`.
    #[inline(always)]
    pub(super) fn update<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        with: [&Self; N],
        change: impl Fn(Wide<S, T>, [Wide<S, T>; N]) -> Wide<S, T>,
    ) {
        let with = with.map(
            #[inline(always)]
            |lanes| T::registers::<S>(lanes),
        );
        for (number, register) in T::registers_mut::<S>(self).iter_mut().enumerate() {
            let others = with.map(
                #[inline(always)]
                |with| Wide { simd, value: with[number] },
            );
            *register = change(Wide { simd, value: *register }, others).value;
        }
    }
}

/// `1 / (1 + exp(−z))` in every lane.
#[inline(always)]
pub(super) fn sigmoid<S: Simd, T: Real>(simd: S, z: &mut Lanes<T>) {
    let one = Wide::of(simd, T::one());
    z.update(
        simd,
        [],
        #[inline(always)]
        |z, []| z * -T::one(),
    );
    T::exp_lanes(simd, z);
    z.update(
        simd,
        [],
        #[inline(always)]
        |e, []| one / (one + e),
    );
}

/// Applies it in every lane.
#[inline(always)]
pub(super) fn activate<S: Simd, T: Real>(simd: S, activation: Activation, z: &mut Lanes<T>) {
    let (one, two) = (Wide::of(simd, T::one()), Wide::of(simd, T::of(2.0)));
    match activation {
        Activation::Sigmoid => sigmoid(simd, z),
        Activation::Tanh => {
            z.update(
                simd,
                [],
                #[inline(always)]
                |z, []| z * two,
            );
            T::exp_lanes(simd, z);
            z.update(
                simd,
                [],
                #[inline(always)]
                |e, []| one - two / (one + e),
            );
        }
        Activation::Relu => z.update(
            simd,
            [],
            #[inline(always)]
            |z, []| z.at_least(T::zero()),
        ),
    }
}

/// Multiplies `delta` by the activation's slope, which follows from its value `a` alone.
#[inline(always)]
pub(super) fn slope<S: Simd, T: Real>(simd: S, activation: Activation, a: &Lanes<T>, delta: &mut Lanes<T>) {
    let (zero, one) = (Wide::of(simd, T::zero()), Wide::of(simd, T::one()));
    match activation {
        Activation::Sigmoid => delta.update(
            simd,
            [a],
            #[inline(always)]
            |delta, [a]| delta * (a * (one - a)),
        ),
        Activation::Tanh => delta.update(
            simd,
            [a],
            #[inline(always)]
            |delta, [a]| delta * (one - a * a),
        ),
        Activation::Relu => {
            delta.update(
                simd,
                [a],
                #[inline(always)]
                |delta, [a]| a.if_greater(zero, delta, zero),
            );
        }
    }
}

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
    use super::*;

    #[test]
    fn exp_is_exact_to_a_few_units_in_the_last_place() {
        for i in -8700..=8700 {
            let x = i as f32 / 100.0;
            let mut lanes = Lanes::all(x);
            pulp::Arch::new().dispatch(Exp(&mut lanes));
            let (ours, exact) = (f64::from(lanes[LANES - 1]), f64::from(x).exp());
            assert!((ours / exact - 1.0).abs() < 3e-7, "exp({x}) = {ours}, exactly {exact}");
        }
    }

    struct Exp<'a>(&'a mut Lanes<f32>);

    impl pulp::WithSimd for Exp<'_> {
        type Output = ();

        fn with_simd<S: Simd>(self, simd: S) {
            Real::exp_lanes(simd, self.0);
        }
    }

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
