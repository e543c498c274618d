//! Singular values of a matrix that is given as numbers.

use tch::Tensor;

use crate::Result;

/// Singular values of one matrix and the directions that belong to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// The values, largest first: as many as the shorter side has.
    pub values: Vec<f64>,
    /// On the side of the outputs, of length 1: one for each value, and zeros where that is 0.
    pub left: Vec<Vec<f64>>,
    /// On the side of the inputs, of length 1: one for each value, and zeros where that is 0.
    pub right: Vec<Vec<f64>>,
}

/// Singular value decomposition of a matrix of so many rows and columns, given row by row, by libtorch in double precision.
///
/// # Errors
/// Numbers that are not finite.
///
/// # Panics
/// If the matrix has not `rows × columns` entries.
pub fn full(matrix: &[f64], rows: usize, columns: usize) -> Result<Factors> {
    assert_eq!(matrix.len(), rows * columns, "a matrix of {rows} x {columns}");
    let matrix = Tensor::f_from_slice(matrix)?.f_reshape([rows as i64, columns as i64])?;
    let (u, values, v) = matrix.f_svd(true, true)?;
    let vectors = |side: &Tensor, length: usize| -> Result<Vec<Vec<f64>>> {
        // Nothing goes in a direction whose value is 0; libtorch makes one up.
        let side = side.f_mul(&values.f_ne(0.0)?)?;
        let flat = Vec::<f64>::try_from(side.f_tr()?.f_reshape([-1])?)?;
        Ok(flat.chunks_exact(length.max(1)).map(<[f64]>::to_vec).collect())
    };
    let (left, right) = (vectors(&u, rows)?, vectors(&v, columns)?);
    Ok(Factors { values: Vec::<f64>::try_from(values)?, left, right })
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;

    use super::*;
    use crate::basis::normals;

    #[test]
    fn triples_are_those_of_the_matrix() {
        for (rows, columns) in [(1, 1), (20, 2), (2, 30), (13, 13)] {
            let matrix = normals(rows * columns, Seed::new(5).index((rows * 100 + columns) as u64));
            let found = full(&matrix, rows, columns).unwrap();
            assert_eq!((found.values.len(), found.values.is_sorted_by(|a, b| a >= b)), (rows.min(columns), true));
            for (number, value) in found.values.iter().enumerate() {
                for (row, left) in matrix.chunks_exact(columns).zip(&found.left[number]) {
                    let image: f64 = row.iter().zip(&found.right[number]).map(|(a, b)| a * b).sum();
                    assert!((image - value * left).abs() < 1e-12, "{rows}x{columns}, triple {number}");
                }
            }
        }
        assert_eq!(full(&[0.0; 6], 2, 3).unwrap().values, [0.0, 0.0]);
    }

    #[test]
    fn sizes_that_squares_do_not_hold() {
        for size in [1e-200, 1e200] {
            let found = full(&[3.0 * size, 0.0, 0.0, 4.0 * size], 2, 2).unwrap();
            assert!((found.values[0] / size - 4.0).abs() < 1e-12 && (found.values[1] / size - 3.0).abs() < 1e-12);
        }
    }
}
