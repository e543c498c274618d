//! How alike two pictures are, whatever their brightness and contrast.

use ndarray::Array2;

/// Pearson's correlation of two lists of equal length; 0 where one of them is constant.
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    dot(&centred(a), &centred(b))
}

/// Spearman's rank correlation; equal values share the mean of their ranks.
pub fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    correlation(&ranks(a), &ranks(b))
}

/// Pearson's correlation of every picture with every other. Each picture is centred on its own mean first, so that a common
/// brightness counts for nothing.
pub fn correlations(pictures: &[Vec<f64>]) -> Array2<f64> {
    let centred: Vec<Vec<f64>> = pictures.iter().map(|picture| centred(picture)).collect();
    let mut matrix = Array2::eye(pictures.len());
    for row in 0..pictures.len() {
        for column in 0..row {
            let value = dot(&centred[row], &centred[column]);
            matrix[[row, column]] = value;
            matrix[[column, row]] = value;
        }
    }
    matrix
}

/// Moved to mean 0, scaled to length 1; a constant becomes all zeros.
fn centred(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let length = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>().sqrt();
    // What is left of equal numbers is rounding, and no pattern.
    let constant = length <= 1e-12 * mean.abs().max(1.0) * (values.len() as f64).sqrt();
    values.iter().map(|value| if constant { 0.0 } else { (value - mean) / length }).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>().clamp(-1.0, 1.0)
}

/// Ranks from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    for tied in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let first = order.iter().position(|at| *at == tied[0]).expect("it is one of them");
        for at in tied {
            ranks[*at] = first as f64 + (tied.len() + 1) as f64 / 2.0;
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }

    #[test]
    fn correlations_by_hand() {
        near(correlation(&[1.0, 2.0, 3.0], &[10.0, 20.0, 30.0]), 1.0);
        near(correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), -1.0);
        // Deviations (-1, 0, 1) and (0, -1, 1): 1 / √2·√2.
        near(correlation(&[1.0, 2.0, 3.0], &[2.0, 1.0, 3.0]), 0.5);
        near(correlation(&[1.0, 2.0, 3.0], &[0.1, 0.1, 0.1]), 0.0);
    }

    #[test]
    fn ranks_share_ties() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        near(rank_correlation(&[1.0, 10.0, 100.0], &[0.0, 0.1, 7.0]), 1.0);
    }

    #[test]
    fn a_matrix_of_correlations_is_symmetric() {
        let pictures = [vec![1.0, 2.0, 3.0], vec![2.0, 1.0, 3.0], vec![5.0, 5.0, 5.0]];
        let matrix = correlations(&pictures);
        near(matrix[[0, 1]], 0.5);
        near(matrix[[1, 0]], 0.5);
        assert_eq!((matrix[[2, 2]], matrix[[2, 0]]), (1.0, 0.0));
    }
}
