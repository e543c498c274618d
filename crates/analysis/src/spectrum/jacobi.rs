//! Singular values of a small matrix.

/// Rotations are repeated until all pairs of columns are orthogonal to this many parts, or rounding keeps them from it.
const ORTHOGONAL: f64 = 1e-15;
/// Ten rounds are usual; what is not there after so many does not come.
const ROUNDS: usize = 60;

/// Singular values of one matrix and the directions that belong to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// The values, largest first: as many as the shorter side has.
    pub values: Vec<f64>,
    /// On the side of the outputs, of length 1: one for each value, where that is not 0.
    pub left: Vec<Vec<f64>>,
    /// On the side of the inputs, of length 1: one for each value, where that is not 0.
    pub right: Vec<Vec<f64>>,
}

/// Singular value decomposition of a matrix of so many rows and columns, given row by row, by one-sided Jacobi rotations.
///
/// Small values come out as exact relative to themselves as the entries allow, since nothing is squared (Demmel and Veselić 1992, *SIAM
/// J. Matrix Anal. Appl.* 13, 1204-1245). The cost grows with the cube of the shorter side; up to a hundred it is good.
///
/// # Panics
/// If the matrix has not `rows × columns` entries.
pub fn small(matrix: &[f64], rows: usize, columns: usize) -> Factors {
    assert_eq!(matrix.len(), rows * columns, "a matrix of {rows} x {columns}");
    let wide = columns > rows;
    // The columns of the tall one of matrix and transpose, one after the other.
    let (long, short) = (rows.max(columns), rows.min(columns));
    let mut work: Vec<Vec<f64>> = if wide {
        matrix.chunks_exact(columns.max(1)).map(<[f64]>::to_vec).collect()
    } else {
        (0..columns).map(|j| (0..rows).map(|i| matrix[i * columns + j]).collect()).collect()
    };
    let largest = matrix.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    // So that squares neither vanish nor overflow; a power of two rounds nothing.
    let scale = if largest > 0.0 && largest.is_finite() {
        (-largest.log2().floor()).clamp(-1000.0, 1000.0).exp2()
    } else {
        1.0
    };
    work.iter_mut().flatten().for_each(|value| *value *= scale);
    let mut turned: Vec<Vec<f64>> =
        (0..short).map(|at| (0..short).map(|other| f64::from(u8::from(at == other))).collect()).collect();
    for _ in 0..ROUNDS {
        let mut still = true;
        for p in 0..short {
            for q in p + 1..short {
                still &= !rotate(&mut work, &mut turned, p, q);
            }
        }
        if still {
            break;
        }
    }
    debug_assert!(work.iter().all(|column| column.len() == long));
    let lengths: Vec<f64> = work.iter().map(|column| dot(column, column).sqrt()).collect();
    let mut order: Vec<usize> = (0..short).collect();
    order.sort_by(|a, b| lengths[*b].total_cmp(&lengths[*a]));
    let unit = |column: &Vec<f64>, length: f64| {
        column.iter().map(|value| if length > 0.0 { value / length } else { 0.0 }).collect()
    };
    let tall: Vec<Vec<f64>> = order.iter().map(|at| unit(&work[*at], lengths[*at])).collect();
    let flat: Vec<Vec<f64>> = order.iter().map(|at| turned[*at].clone()).collect();
    let values = order.iter().map(|at| lengths[*at] / scale).collect();
    if wide { Factors { values, left: flat, right: tall } } else { Factors { values, left: tall, right: flat } }
}

/// Makes two columns orthogonal; false where they are already.
fn rotate(work: &mut [Vec<f64>], turned: &mut [Vec<f64>], p: usize, q: usize) -> bool {
    let (a, b, c) = (dot(&work[p], &work[p]), dot(&work[q], &work[q]), dot(&work[p], &work[q]));
    if c == 0.0 || c.abs() <= ORTHOGONAL * (a * b).sqrt() {
        return false;
    }
    let zeta = (b - a) / (2.0 * c);
    let tangent = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = cosine * tangent;
    for columns in [work, turned] {
        let (before, after) = columns.split_at_mut(q);
        for (x, y) in before[p].iter_mut().zip(&mut after[0]) {
            (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
        }
    }
    true
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;
    use tch::Tensor;

    use super::*;
    use crate::basis::normals;

    #[test]
    fn it_finds_what_libtorch_finds() {
        for (rows, columns) in [(1, 1), (20, 2), (2, 30), (13, 13), (20, 31)] {
            let matrix = normals(rows * columns, Seed::new(5).index((rows * 100 + columns) as u64));
            let found = small(&matrix, rows, columns);
            let (_, exact, _) = Tensor::from_slice(&matrix).reshape([rows as i64, columns as i64]).svd(true, true);
            for (own, theirs) in found.values.iter().zip(Vec::<f64>::try_from(exact).unwrap()) {
                assert!((own - theirs).abs() < 1e-12 * theirs.max(1.0), "{rows}x{columns}: {own} {theirs}");
            }
            for (number, value) in found.values.iter().enumerate() {
                for i in 0..rows {
                    let row = &matrix[i * columns..(i + 1) * columns];
                    let image = dot(row, &found.right[number]);
                    assert!((image - value * found.left[number][i]).abs() < 1e-12, "{rows}x{columns}, triple {number}");
                }
            }
        }
    }

    #[test]
    fn sizes_that_squares_do_not_hold() {
        for size in [1e-200, 1e200] {
            let found = small(&[3.0 * size, 0.0, 0.0, 4.0 * size], 2, 2);
            assert!((found.values[0] / size - 4.0).abs() < 1e-12 && (found.values[1] / size - 3.0).abs() < 1e-12);
        }
        assert_eq!(small(&[0.0; 6], 2, 3).values, [0.0, 0.0]);
    }
}
