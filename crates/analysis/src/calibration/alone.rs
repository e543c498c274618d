//! What one net's probabilities say of how certain its answers are.

use ndarray::{Array2, ArrayView2};

use super::answers::{first_outside, refused};
use crate::Result;

/// Three doubts for each picture, the larger the less certain, from `K` probabilities that are made to add up to 1 first: those of a net of
/// sigmoids do not.
#[derive(Clone, Debug, PartialEq)]
pub struct Alone {
    /// The probabilities that add up to 1, `[N, K]`.
    pub probabilities: Array2<f32>,
    /// 1 less the largest probability, before they are made to add up.
    pub confidences: Vec<f64>,
    /// Entropy in nats, from 0 to `ln K`.
    pub entropies: Vec<f64>,
    /// 1 less what the largest probability has over the second largest.
    pub margins: Vec<f64>,
}

impl Alone {
    /// Looks at probabilities `[N, K]`, K at least 2.
    ///
    /// # Errors
    /// [`Error::Param`](crate::Error::Param) for fewer than two classes, and for a probability outside [0, 1].
    pub fn new(probabilities: ArrayView2<'_, f32>) -> Result<Self> {
        let classes = probabilities.ncols();
        if classes < 2 {
            let got = format!("{:?}", probabilities.shape());
            return Err(refused("probabilities", "[N, K] of at least two classes", got));
        }
        let flat: Vec<f64> = probabilities.iter().copied().map(f64::from).collect();
        if let Some((at, value)) = first_outside(&flat) {
            let got = format!("{value} for picture {}", at / classes);
            return Err(refused("probabilities", "in [0, 1]", got));
        }
        let mut found =
            Self { probabilities: probabilities.to_owned(), confidences: vec![], entropies: vec![], margins: vec![] };
        for mut row in found.probabilities.rows_mut() {
            found.confidences.push(1.0 - f64::from(row.iter().copied().fold(0.0, f32::max)));
            let sum: f32 = row.sum();
            // Where no class is likely at all, each is as likely as any other.
            row.mapv_inplace(|p| if sum > 0.0 { p / sum } else { 1.0 / classes as f32 });
            let mut sorted: Vec<f64> = row.iter().copied().map(f64::from).collect();
            sorted.sort_by(|a, b| b.total_cmp(a));
            found.margins.push(1.0 - (sorted[0] - sorted[1]));
            found.entropies.push(sorted.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum::<f64>().max(0.0));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn doubts_by_hand() {
        let found = Alone::new(array![[0.7_f32, 0.2, 0.1], [0.0, 0.0, 0.0], [0.9, 0.9, 0.0]].view()).unwrap();
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
        near(found.confidences[0], 0.3);
        near(found.margins[0], 0.5);
        near(found.entropies[0], -(0.7 * 0.7_f64.ln() + 0.2 * 0.2_f64.ln() + 0.1 * 0.1_f64.ln()));
        // Sigmoids that say no to all, and yes to two.
        near(found.entropies[1], 3_f64.ln());
        near(found.confidences[2], 0.1);
        near(found.margins[2], 1.0);
        near(found.entropies[2], 2_f64.ln());
        assert!(Alone::new(array![[1.5_f32, 0.0]].view()).is_err() && Alone::new(array![[1.0_f32]].view()).is_err());
    }
}
