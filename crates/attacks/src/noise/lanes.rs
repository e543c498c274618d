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
}
