//! Sums and steps over the values of one picture, compiled for several kinds of processor (`pulp` picks at run time).

use pulp::{Arch, NullaryFnOnce};

/// Numbers added side by side: sums that do not wait for each other fill whole registers, and lose less to rounding.
const LANES: usize = 32;
/// Values added in single precision before their sum goes to double: rounding stays that of few numbers.
const BLOCK: usize = LANES * 64;

/// `Σ aᵢ·bᵢ`.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f64 {
    sum2(a, b, |a, b| a * b)
}

/// `Σ aᵢ²`.
pub(crate) fn square(a: &[f32]) -> f64 {
    dot(a, a)
}

/// `‖a‖₂`.
pub(crate) fn length(a: &[f32]) -> f64 {
    square(a).sqrt()
}

/// `‖a − b‖₂`.
pub(crate) fn gap(a: &[f32], b: &[f32]) -> f64 {
    sum2(a, b, |a, b| (a - b) * (a - b)).sqrt()
}

/// `Σ aᵢ·(bᵢ − cᵢ)`.
pub(crate) fn dot_gap(a: &[f32], b: &[f32], c: &[f32]) -> f64 {
    sum3(a, b, c, |a, b, c| a * (b - c))
}

/// `y ← y + s·x`.
pub(crate) fn add(y: &mut [f32], s: f64, x: &[f32]) {
    Arch::new().dispatch(|| map2(y, x, |y, x| s as f32 * x + y));
}

/// `Σ rowᵢ·xᵢ` for four rows of a matrix that lie one after the other, and for each of two `x`: rows and `x` are read once for all of
/// them. A sum is the same whatever is summed beside it.
pub(crate) fn dot_rows(rows: &[f32], x: [&[f32]; 2]) -> [[f64; ROWS]; 2] {
    Arch::new().dispatch(DotRows { rows, x })
}

/// `y ← y + Σ sₖ·rowₖ` for four rows of a matrix that lie one after the other, and for each of two `y`: the rows are read once for
/// both, and each `y` is read and written once for all of them.
pub(crate) fn add_rows(y: [&mut [f32]; 2], s: [[f32; ROWS]; 2], rows: &[f32]) {
    Arch::new().dispatch(AddRows { y, s, rows });
}

/// Rows of a matrix that are worked on together.
pub(crate) const ROWS: usize = 4;

struct DotRows<'a> {
    rows: &'a [f32],
    x: [&'a [f32]; 2],
}

impl NullaryFnOnce for DotRows<'_> {
    type Output = [[f64; ROWS]; 2];

    #[inline(always)]
    fn call(self) -> [[f64; ROWS]; 2] {
        const WIDE: usize = 16;
        let Self { rows, x } = self;
        let len = x[0].len();
        let row = |k: usize| rows[k * len..(k + 1) * len].as_chunks::<WIDE>();
        let ((a, rest_a), (b, rest_b), (c, rest_c), (d, rest_d)) = (row(0), row(1), row(2), row(3));
        let ((x, rest_x), (y, rest_y)) = (x[0].as_chunks::<WIDE>(), x[1].as_chunks::<WIDE>());
        let mut sums = [[[0.0_f32; WIDE]; ROWS]; 2];
        for (((((x, y), a), b), c), d) in x.iter().zip(y).zip(a).zip(b).zip(c).zip(d) {
            for (sums, x) in sums.iter_mut().zip([x, y]) {
                for l in 0..WIDE {
                    sums[0][l] += a[l] * x[l];
                    sums[1][l] += b[l] * x[l];
                    sums[2][l] += c[l] * x[l];
                    sums[3][l] += d[l] * x[l];
                }
            }
        }
        let (rests, rests_x) = ([rest_a, rest_b, rest_c, rest_d], [rest_x, rest_y]);
        std::array::from_fn(|which| {
            std::array::from_fn(|k| {
                let rest: f32 = rests[k].iter().zip(rests_x[which]).map(|(a, x)| a * x).sum();
                f64::from(sums[which][k].iter().sum::<f32>() + rest)
            })
        })
    }
}

struct AddRows<'a> {
    y: [&'a mut [f32]; 2],
    s: [[f32; ROWS]; 2],
    rows: &'a [f32],
}

impl NullaryFnOnce for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { y: [y, z], s: [s, t], rows } = self;
        let len = y.len();
        let row = |k: usize| &rows[k * len..(k + 1) * len];
        for (((((y, z), a), b), c), d) in y.iter_mut().zip(z).zip(row(0)).zip(row(1)).zip(row(2)).zip(row(3)) {
            *y += s[0] * a + s[1] * b + (s[2] * c + s[3] * d);
            *z += t[0] * a + t[1] * b + (t[2] * c + t[3] * d);
        }
    }
}

/// `y ← f(y, x)` in every value.
#[inline(always)]
pub(crate) fn map2(y: &mut [f32], x: &[f32], f: impl Fn(f32, f32) -> f32) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = f(*y, *x);
    }
}

/// Sum of `f(aᵢ, bᵢ)`, in lanes of single precision, block by block in double.
pub(crate) fn sum2(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f64 {
    sum3(a, b, b, |a, b, _| f(a, b))
}

/// Sum of `f(aᵢ, bᵢ, cᵢ)`.
pub(crate) fn sum3(a: &[f32], b: &[f32], c: &[f32], f: impl Fn(f32, f32, f32) -> f32) -> f64 {
    Arch::new().dispatch(Sum { a, b, c, f })
}

/// A sum, in the form that is compiled once for each kind of processor: a closure would not be for certain.
struct Sum<'a, F> {
    a: &'a [f32],
    b: &'a [f32],
    c: &'a [f32],
    f: F,
}

impl<F: Fn(f32, f32, f32) -> f32> NullaryFnOnce for Sum<'_, F> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let Self { a, b, c, f } = self;
        let mut total = 0.0_f64;
        for ((a, b), c) in a.chunks(BLOCK).zip(b.chunks(BLOCK)).zip(c.chunks(BLOCK)) {
            let mut lanes = [0.0_f32; LANES];
            let (wide_a, rest_a) = a.as_chunks::<LANES>();
            let (wide_b, rest_b) = b.as_chunks::<LANES>();
            let (wide_c, rest_c) = c.as_chunks::<LANES>();
            for ((a, b), c) in wide_a.iter().zip(wide_b).zip(wide_c) {
                for l in 0..LANES {
                    lanes[l] += f(a[l], b[l], c[l]);
                }
            }
            for (l, ((a, b), c)) in rest_a.iter().zip(rest_b).zip(rest_c).enumerate() {
                lanes[l] += f(*a, *b, *c);
            }
            total += f64::from(lanes.iter().sum::<f32>());
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_double_precision() {
        let a: Vec<f32> = (0..5000).map(|i| (i as f32 * 0.37).sin()).collect();
        let b: Vec<f32> = (0..5000).map(|i| (i as f32 * 0.11).cos()).collect();
        let c: Vec<f32> = (0..5000).map(|i| (i as f32 * 0.05).sin()).collect();
        let exact = |f: &dyn Fn(f64, f64, f64) -> f64| {
            (0..5000).map(|i| f(f64::from(a[i]), f64::from(b[i]), f64::from(c[i]))).sum::<f64>()
        };
        assert!((dot(&a, &b) - exact(&|a, b, _| a * b)).abs() < 1e-3);
        let (x, y) = (&b[..1250], &b[1250..2500]);
        let [of_x, of_y] = dot_rows(&a, [x, y]);
        for (k, row) in a.chunks(1250).enumerate() {
            assert!((of_x[k] - dot(row, x)).abs() < 1e-3, "row {k}");
            assert!((of_y[k] - dot(row, y)).abs() < 1e-3, "row {k}");
        }
        assert_eq!(dot_rows(&a, [y, x]), [of_y, of_x]);
        let shares = [0.5, -1.0, 2.0, 0.25];
        let (mut together, mut apart) = (c[..1250].to_vec(), c[..1250].to_vec());
        let mut beside = vec![0.0; 1250];
        add_rows([&mut together, &mut beside], [shares.map(|s| s as f32), [1.0, 0.0, 0.0, 0.0]], &a);
        for (row, s) in a.chunks(1250).zip(shares) {
            add(&mut apart, s, row);
        }
        assert!(gap(&together, &apart) < 1e-4);
        assert_eq!(beside, a[..1250]);
        assert!((dot_gap(&a, &b, &c) - exact(&|a, b, c| a * (b - c))).abs() < 1e-3);
        assert!((gap(&a, &b) - exact(&|a, b, _| (a - b) * (a - b)).sqrt()).abs() < 1e-4);
    }
}
