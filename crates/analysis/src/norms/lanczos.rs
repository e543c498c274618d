//! The largest eigenvalue of `AᵀA` from products with it, by Lanczos' method.
//!
//! Vectors are kept orthogonal to all before them, so that rounding makes no copies of eigenvalues. Source: Golub and Van Loan,
//! *Matrix Computations*, 4th edition, chapter 10.

/// Products before a search may be given up as beaten. Earlier the direction that grows most may not have come forth yet: after so
/// many, from a start that is partly random, what is missing is as small as the residual.
const AT_LEAST: usize = 12;

/// When to end a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    /// Relative error of the singular value, proved by the residual, that is good enough.
    pub(super) tolerance: f64,
    /// Products at most.
    pub(super) products: usize,
    /// Vectors kept at once; then it begins anew from the best direction.
    pub(super) kept: usize,
    /// The square of a singular value that is known from elsewhere: a search that cannot exceed it any more ends.
    pub(super) beaten: f64,
}

/// What a search found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Largest eigenvalue of `AᵀA` found, from below.
    pub(super) square: f64,
    /// Length of `AᵀA v − λ v` for the direction of unit length: an eigenvalue is no further from `square`.
    pub(super) residual: f64,
    /// The direction, of unit length.
    pub(super) direction: Vec<f64>,
}

impl Found {
    /// Relative error of the singular value at most; never less than the rounding of double precision, of which the residual says nothing.
    pub(super) fn error(&self) -> f64 {
        if self.square > 0.0 { (0.5 * self.residual / self.square).max(f64::EPSILON) } else { 0.0 }
    }
}

/// Largest eigenvalue of a symmetric operator without negative ones: `apply(x, out)` writes its product with `x`.
pub(super) fn largest<E>(
    mut apply: impl FnMut(&[f64], &mut [f64]) -> Result<(), E>,
    start: Vec<f64>,
    ends: Ends,
) -> Result<Found, E> {
    let n = start.len();
    let (mut found, mut left) = (Found { square: 0.0, residual: f64::INFINITY, direction: start }, ends.products);
    while left > 0 {
        normalise(&mut found.direction);
        let mut basis = vec![std::mem::take(&mut found.direction)];
        let (mut diagonal, mut beside) = (Vec::<f64>::new(), Vec::<f64>::new());
        let (value, residual, weights, done) = loop {
            let at = basis.len() - 1;
            let mut next = vec![0.0; n];
            apply(&basis[at], &mut next)?;
            left -= 1;
            diagonal.push(dot(&basis[at], &next));
            // Twice is enough.
            for _ in 0..2 {
                for vector in &basis {
                    let part = dot(vector, &next);
                    add(&mut next, -part, vector);
                }
            }
            let length = dot(&next, &next).sqrt();
            let (value, weights) = top(&diagonal, &beside);
            let residual = length * weights[at].abs();
            // A space that products do not leave: the vector beyond it is rounding.
            let closed = length <= 1e-10 * value || basis.len() == n;
            let beaten = value + residual <= ends.beaten && ends.products - left >= AT_LEAST;
            let done = residual <= 2.0 * ends.tolerance * value || beaten;
            if closed || done || left == 0 || basis.len() == ends.kept.max(2) {
                break (value, residual, weights, done || closed);
            }
            beside.push(length);
            next.iter_mut().for_each(|x| *x /= length);
            basis.push(next);
        };
        let mut direction = vec![0.0; n];
        for (vector, weight) in basis.iter().zip(&weights) {
            add(&mut direction, *weight, vector);
        }
        found = Found { square: value.max(0.0), residual, direction };
        if done {
            break;
        }
    }
    Ok(found)
}

/// Sum of products, in eight parts that a processor adds side by side.
#[inline(always)]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut parts = [0.0; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a8.zip(b8) {
        for lane in 0..8 {
            parts[lane] += a[lane] * b[lane];
        }
    }
    parts.iter().sum::<f64>() + rest
}

fn add(to: &mut [f64], factor: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += factor * what);
}

fn normalise(vector: &mut [f64]) {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    } else if let Some(first) = vector.first_mut() {
        *first = 1.0;
    }
}

/// Largest eigenvalue of a symmetric tridiagonal matrix, and its eigenvector of unit length.
fn top(diagonal: &[f64], beside: &[f64]) -> (f64, Vec<f64>) {
    let n = diagonal.len();
    let reach = |at: usize| {
        let left = if at > 0 { beside[at - 1].abs() } else { 0.0 };
        left + beside.get(at).map_or(0.0, |b| b.abs())
    };
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (at, value) in diagonal.iter().enumerate() {
        low = low.max(*value);
        high = high.max(value + reach(at));
    }
    // Above all eigenvalues every pivot of `x − T` is positive.
    let above = |x: f64| {
        let mut pivot = x - diagonal[0];
        for at in 1..n {
            if pivot <= 0.0 {
                return false;
            }
            pivot = x - diagonal[at] - beside[at - 1] * beside[at - 1] / pivot;
        }
        pivot > 0.0
    };
    while high - low > 4.0 * f64::EPSILON * high.abs().max(f64::MIN_POSITIVE) {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if above(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    // Inverse iteration just above it, where elimination needs no exchange of rows.
    let shift = high + 4.0 * f64::EPSILON * high.abs().max(f64::MIN_POSITIVE);
    let mut vector = vec![1.0; n];
    for _ in 0..3 {
        let mut pivots = vec![shift - diagonal[0]];
        for at in 1..n {
            let factor = beside[at - 1] / pivots[at - 1];
            pivots.push(shift - diagonal[at] - beside[at - 1] * factor);
            vector[at] += factor * vector[at - 1];
        }
        vector[n - 1] /= pivots[n - 1];
        for at in (0..n - 1).rev() {
            vector[at] = (vector[at] + beside[at] * vector[at + 1]) / pivots[at];
        }
        let largest = vector.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        if !(largest.is_finite() && largest > 0.0) {
            vector = vec![0.0; n];
            vector[0] = 1.0;
            break;
        }
        vector.iter_mut().for_each(|x| *x /= largest);
        normalise(&mut vector);
    }
    (f64::midpoint(low, high), vector)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    const EXACT: Ends = Ends { tolerance: 1e-12, products: 500, kept: 60, beaten: 0.0 };

    #[test]
    fn the_top_of_a_tridiagonal_matrix() {
        // Second differences of length 50: eigenvalues 2 − 2 cos(π k / 51).
        let (value, vector) = top(&[2.0; 50], &[-1.0; 49]);
        let wanted = 2.0 - 2.0 * (50.0 * std::f64::consts::PI / 51.0).cos();
        assert!((value - wanted).abs() < 1e-13, "{value} {wanted}");
        assert!((vector[0].abs() - vector[49].abs()).abs() < 1e-10 && vector[0] * vector[1] < 0.0);
    }

    #[test]
    fn a_diagonal_gives_its_largest_and_proves_it() {
        let factors: Vec<f64> = (0..400).map(|at| f64::from(at % 397)).collect();
        let apply = |x: &[f64], out: &mut [f64]| {
            out.iter_mut().zip(x).zip(&factors).for_each(|((out, x), f)| *out = f * x);
            Ok::<_, Infallible>(())
        };
        let found = largest(apply, vec![1.0; 400], EXACT).unwrap();
        assert!((found.square - 396.0).abs() < 1e-8 && found.error() <= 1e-12, "{found:?}");
        let restarted = largest(apply, vec![1.0; 400], Ends { kept: 8, ..EXACT }).unwrap();
        assert!((restarted.square - 396.0).abs() < 1e-8, "{}", restarted.square);
    }

    #[test]
    fn nothing_but_zeros_is_zero_and_what_is_one_direction_needs_one_product() {
        let mut count = 0;
        let mut apply = |x: &[f64], out: &mut [f64]| {
            count += 1;
            out.iter_mut().zip(x).for_each(|(out, x)| *out = 0.5 * x);
            Ok::<_, Infallible>(())
        };
        let found = largest(&mut apply, vec![1.0, 2.0, 3.0], Ends { beaten: 1.0, ..EXACT }).unwrap();
        assert!((found.square - 0.5).abs() < 1e-12);
        assert_eq!(count, 1, "a product that stays in its direction says all");
        let zero = |_: &[f64], out: &mut [f64]| {
            out.fill(0.0);
            Ok::<_, Infallible>(())
        };
        assert_eq!(largest(zero, vec![1.0; 5], EXACT).unwrap().square, 0.0);
    }
}
