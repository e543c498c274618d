//! Systems of linear equations over the rationals, without rounding.

use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// A number as the fraction that it is. Every finite one is.
pub(super) fn fraction(value: f64) -> BigRational {
    BigRational::from_float(value).expect("a finite number is a fraction")
}

/// The solution of `A x = b` where there is exactly one; `rows` are those of `A` with `b` as their last entry. There may be more
/// rows than unknowns.
pub(super) fn solve(mut rows: Vec<Vec<BigRational>>, unknowns: usize) -> Option<Vec<BigRational>> {
    for column in 0..unknowns {
        let pivot = (column..rows.len()).find(|&row| !rows[row][column].is_zero())?;
        rows.swap(column, pivot);
        let scale = BigRational::one() / rows[column][column].clone();
        rows[column].iter_mut().for_each(|value| *value *= &scale);
        let own = rows[column].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, row)| *at != column && !row[column].is_zero()) {
            let factor = row[column].clone();
            row.iter_mut().zip(&own).for_each(|(value, own)| *value -= &factor * own);
        }
    }
    // What is left of the other rows must say 0 = 0.
    rows[unknowns..]
        .iter()
        .all(|row| row[unknowns].is_zero())
        .then(|| rows[..unknowns].iter().map(|row| row[unknowns].clone()).collect())
}

/// Whether no entry is below zero.
pub(super) fn none_negative(values: &[BigRational]) -> bool {
    values.iter().all(|value| !value.is_negative())
}
