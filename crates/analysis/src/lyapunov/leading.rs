//! The largest eigenvalue of small symmetric matrices, eight matrices side by side.
//!
//! Householder's reflections make a matrix tridiagonal, and bisection with Sturm's sequence finds where its largest eigenvalue is
//! (Golub and Van Loan 2013, *Matrix Computations*, sections 8.3 and 8.4). Nothing branches on the numbers of one matrix, so that
//! eight go through together.

use super::lane::{LANES, Lane};

/// Halvings of the interval that holds the eigenvalue: all bits of a double, and a few for the interval's width.
const HALVINGS: usize = 58;

/// The largest eigenvalue of each of eight symmetric matrices `[n, n]`, none of them negative definite. Their entries are destroyed.
#[inline(always)]
pub(super) fn largest(matrix: &mut [Lane], n: usize, room: &mut Vec<Lane>) -> Lane {
    room.clear();
    room.resize(4 * n, Lane::ZERO);
    let (diagonal, room) = room.split_at_mut(n);
    let (beyond, room) = room.split_at_mut(n);
    let (v, p) = room.split_at_mut(n);
    for k in 0..n.saturating_sub(2) {
        diagonal[k] = matrix[k * n + k];
        reflect(matrix, n, k, &mut beyond[k], v, p);
    }
    for k in n.saturating_sub(2)..n {
        diagonal[k] = matrix[k * n + k];
        if k + 1 < n {
            beyond[k] = matrix[(k + 1) * n + k];
        }
    }
    bisect(diagonal, beyond)
}

/// One of Householder's reflections from both sides: below the entry next to the diagonal, column k becomes 0.
#[inline(always)]
fn reflect(matrix: &mut [Lane], n: usize, k: usize, beyond: &mut Lane, v: &mut [Lane], p: &mut [Lane]) {
    let mut squares = Lane::ZERO;
    for i in k + 1..n {
        v[i] = matrix[i * n + k];
        squares = squares.plus(v[i].times(v[i]));
    }
    let mut factor = Lane::ZERO;
    for l in 0..LANES {
        let first = v[k + 1].0[l];
        let length = squares.0[l].sqrt();
        let image = if first > 0.0 { -length } else { length };
        v[k + 1].0[l] = first - image;
        beyond.0[l] = image;
        // vᵀv = 2 (length² − first·image), and the difference does not cancel for this sign.
        let half = squares.0[l] - first * image;
        factor.0[l] = if half > 0.0 { 1.0 / half } else { 0.0 };
    }
    let mut overlap = Lane::ZERO;
    for i in k + 1..n {
        let mut sum = Lane::ZERO;
        for j in k + 1..n {
            sum = sum.plus(matrix[i * n + j].times(v[j]));
        }
        p[i] = sum.times(factor);
        overlap = overlap.plus(p[i].times(v[i]));
    }
    let half = overlap.times(factor).times(Lane::all(0.5));
    for i in k + 1..n {
        p[i] = p[i].minus(half.times(v[i]));
    }
    for i in k + 1..n {
        for j in k + 1..n {
            let change = v[i].times(p[j]).plus(p[i].times(v[j]));
            matrix[i * n + j] = matrix[i * n + j].minus(change);
        }
    }
}

/// The largest eigenvalue of the tridiagonal matrices.
#[inline(always)]
fn bisect(diagonal: &[Lane], beyond: &[Lane]) -> Lane {
    let n = diagonal.len();
    let (mut low, mut high) = (Lane::all(f64::NEG_INFINITY), Lane::all(f64::NEG_INFINITY));
    for i in 0..n {
        for l in 0..LANES {
            // No eigenvalue is above Gershgorin's discs, and the largest is at least as large as any diagonal entry.
            let before = if i > 0 { beyond[i - 1].0[l].abs() } else { 0.0 };
            let after = if i + 1 < n { beyond[i].0[l].abs() } else { 0.0 };
            low.0[l] = low.0[l].max(diagonal[i].0[l]);
            high.0[l] = high.0[l].max(diagonal[i].0[l] + before + after);
        }
    }
    for _ in 0..HALVINGS {
        let mut above = [true; LANES];
        let mut middle = Lane::ZERO;
        let mut pivot = Lane::all(1.0);
        for l in 0..LANES {
            middle.0[l] = 0.5 * (low.0[l] + high.0[l]);
        }
        for i in 0..n {
            for (l, above) in above.iter_mut().enumerate() {
                let link = if i > 0 { beyond[i - 1].0[l] } else { 0.0 };
                pivot.0[l] = middle.0[l] - diagonal[i].0[l] - link * link / pivot.0[l];
                *above &= pivot.0[l] > 0.0;
            }
        }
        for (l, above) in above.into_iter().enumerate() {
            low.0[l] = if above { low.0[l] } else { middle.0[l] };
            high.0[l] = if above { middle.0[l] } else { high.0[l] };
        }
    }
    high
}
