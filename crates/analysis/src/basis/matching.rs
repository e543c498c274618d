//! Units of two layers, one by one.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use crate::Result;

/// The matching wants whole numbers: correlations in units of this many.
const SCALE: f64 = 1e12;

/// Which unit of one layer is most like which of another, by the absolute correlation of their values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matching {
    /// Pairs of units `(a, b)`, each unit in one pair at most, such that the sum of their correlations is as large as can be; in
    /// the order of `a`. Units whose value never changes are in none.
    pub pairs: Vec<(usize, usize)>,
    /// Absolute correlation of each pair.
    pub correlations: Vec<f64>,
    /// Their mean; 0 without pairs.
    pub mean: f64,
    /// Mean over the units of a of the largest correlation that each has with any unit of b: many may choose the same.
    pub best_of_a: f64,
    /// The same for the units of b.
    pub best_of_b: f64,
}

impl Matching {
    /// Of values that are centred already: `Double` `[N, D1]` and `[N, D2]`. Hungarian method (Kuhn 1955, Munkres 1957), whose time
    /// grows as `D1·D2·min(D1, D2)`.
    pub(super) fn of(a: &Tensor, b: &Tensor) -> Result<Self> {
        let ((a, units_a), (b, units_b)) = (changing(a)?, changing(b)?);
        let table = Table::new(&a.f_tr()?.f_matmul(&b)?)?;
        let places = table.matched();
        let pairs = places.iter().map(|(row, column)| (units_a[*row], units_b[*column])).collect();
        let correlations: Vec<f64> = places.iter().map(|(row, column)| table.at(*row, *column)).collect();
        let largest = |row: usize| (0..table.columns).map(|column| table.at(row, column)).fold(0.0, f64::max);
        let largest_below = |column: usize| (0..table.rows).map(|row| table.at(row, column)).fold(0.0, f64::max);
        Ok(Self {
            pairs,
            mean: mean(&correlations),
            correlations,
            best_of_a: mean(&(0..table.rows).map(largest).collect::<Vec<_>>()),
            best_of_b: mean(&(0..table.columns).map(largest_below).collect::<Vec<_>>()),
        })
    }
}

/// Mean; 0 of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The columns that change, scaled to length 1, and their numbers.
fn changing(centred: &Tensor) -> Result<(Tensor, Vec<usize>)> {
    let lengths = centred.f_square()?.f_sum_dim_intlist(0, false, None::<Kind>)?.f_sqrt()?;
    let list = Vec::<f64>::try_from(&lengths)?;
    let largest = list.iter().copied().fold(0.0, f64::max);
    // What is left of a constant after centring is rounding.
    let units: Vec<usize> = (0..list.len()).filter(|unit| list[*unit] > 1e-9 * largest).collect();
    let at: Vec<i64> = units.iter().map(|unit| *unit as i64).collect();
    Ok((centred.f_div(&lengths)?.f_index_select(1, &Tensor::f_from_slice(&at)?)?, units))
}

/// Absolute correlations of rows with columns.
struct Table {
    values: Vec<f64>,
    rows: usize,
    columns: usize,
}

impl Table {
    fn new(correlations: &Tensor) -> Result<Self> {
        let size = correlations.size();
        let values = Vec::<f64>::try_from(correlations.f_abs()?.f_clamp_max(1.0)?.f_reshape([-1])?)?;
        Ok(Self { values, rows: size[0] as usize, columns: size[1] as usize })
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.columns + column]
    }

    /// Rows and the columns that go with them, as many as the shorter side has.
    fn matched(&self) -> Vec<(usize, usize)> {
        let whole = |row: usize, column: usize| (self.at(row, column) * SCALE).round() as i64;
        if self.rows.min(self.columns) == 0 {
            return Vec::new();
        }
        // The method wants no more rows than columns.
        if self.rows <= self.columns {
            let weights = Matrix::from_fn(self.rows, self.columns, |(row, column)| whole(row, column));
            return kuhn_munkres(&weights).1.into_iter().enumerate().collect();
        }
        let weights = Matrix::from_fn(self.columns, self.rows, |(column, row)| whole(row, column));
        let mut pairs: Vec<(usize, usize)> =
            kuhn_munkres(&weights).1.into_iter().enumerate().map(|(column, row)| (row, column)).collect();
        pairs.sort_unstable();
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::super::subspace::centred;
    use super::*;

    fn table(values: &[f64], rows: usize) -> Table {
        Table { values: values.to_vec(), rows, columns: values.len() / rows }
    }

    #[test]
    fn the_best_matching_is_not_the_greedy_one() {
        // Greedy takes 0.9 and is left with 0.1; 0.8 and 0.7 sum to more.
        assert_eq!(table(&[0.9, 0.8, 0.7, 0.1], 2).matched(), [(0, 1), (1, 0)]);
        assert_eq!(table(&[0.1, 0.9, 0.3], 3).matched(), [(1, 0)]);
        assert_eq!(table(&[0.1, 0.9, 0.3], 1).matched(), [(0, 1)]);
    }

    #[test]
    fn correlations_by_hand() {
        let a = centred(&Tensor::from_slice(&[1.0, 5.0, 2.0, 5.0, 3.0, 5.0]).reshape([3, 2])).unwrap();
        let b = centred(&Tensor::from_slice(&[-2.0, 3.0, -1.0, 2.0, -3.0, 1.0]).reshape([3, 2])).unwrap();
        // Unit 0 of a goes 1, 2, 3, its unit 1 never changes; those of b go -2, -1, -3 and 3, 2, 1.
        let matching = Matching::of(&a, &b).unwrap();
        assert_eq!(matching.pairs, [(0, 1)]);
        assert!((matching.mean - 1.0).abs() < 1e-12 && (matching.best_of_a - 1.0).abs() < 1e-12);
        assert!((matching.best_of_b - 0.75).abs() < 1e-12);
    }
}
