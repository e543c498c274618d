//! Proper scores: what a forecast costs, whatever it is best to say being the truth.

use ndarray::ArrayView2;

use super::answers::{first_outside, refused};
use crate::Result;

/// A probability of the true class below this counts as this; it costs 27.6 nats.
const LEAST: f64 = 1e-12;

/// Brier score: the mean over pictures of `Σₖ (pₖ − yₖ)²`, y being 1 for the true class and 0 for all others. From 0 to 2 where
/// the probabilities of a picture add up to 1.
///
/// `probabilities` is `[N, K]`, `truth` holds N classes. Outputs of a sigmoid net count each as a forecast of its own.
///
/// # Errors
/// [`Error::Param`](crate::Error::Param) if the shapes do not fit or a probability is outside [0, 1].
///
/// Source: Brier 1950, *Verification of forecasts expressed in terms of probability*, equation 2.
pub fn brier_score(probabilities: ArrayView2<'_, f64>, truth: &[i64]) -> Result<f64> {
    check(&probabilities, truth)?;
    let cost = |(row, truth): (ndarray::ArrayView1<'_, f64>, &i64)| {
        let of = |(class, p): (usize, &f64)| (p - f64::from(u8::from(class as i64 == *truth))).powi(2);
        row.iter().enumerate().map(of).sum::<f64>()
    };
    Ok(probabilities.outer_iter().zip(truth).map(cost).sum::<f64>() / truth.len() as f64)
}

/// Negative log-likelihood in nats: the mean over pictures of `−ln p` of the true class; p below 1e-12 counts as 1e-12.
///
/// It compares nets whose probabilities add up to 1; sigmoid outputs do not, and could all be 1.
///
/// # Errors
/// Those of [`brier_score`], and [`Error::Param`](crate::Error::Param) for rows that do not add up to 1.
pub fn negative_log_likelihood(probabilities: ArrayView2<'_, f64>, truth: &[i64]) -> Result<f64> {
    check(&probabilities, truth)?;
    adds_up(probabilities.outer_iter().map(|row| row.sum()))?;
    let cost = |(row, truth): (ndarray::ArrayView1<'_, f64>, &i64)| -row[*truth as usize].max(LEAST).ln();
    Ok(probabilities.outer_iter().zip(truth).map(cost).sum::<f64>() / truth.len() as f64)
}

/// Refuses sums of probabilities other than 1.
pub(super) fn adds_up(sums: impl Iterator<Item = f64>) -> Result<()> {
    match sums.enumerate().find(|(_, sum)| (sum - 1.0).abs() > 1e-3) {
        Some((row, sum)) => {
            let want = "such that the probabilities of a picture add up to 1 (outputs of sigmoid nets do not)";
            Err(refused("probabilities", want, format!("a sum of {sum:.4} in row {row}")))
        }
        None => Ok(()),
    }
}

fn check(probabilities: &ArrayView2<'_, f64>, truth: &[i64]) -> Result<()> {
    let (n, k) = probabilities.dim();
    if n == 0 || n != truth.len() {
        let got = format!("{n} rows and {} true classes", truth.len());
        return Err(refused("probabilities", "one row for each true class, and at least one", got));
    }
    if let Some(class) = truth.iter().find(|class| !(0..k as i64).contains(class)) {
        return Err(refused("truth", "a class that has a column", format!("{class} with {k} columns")));
    }
    for (at, row) in probabilities.outer_iter().enumerate() {
        if let Some((class, value)) = first_outside(&row.to_vec()) {
            return Err(refused("probabilities", "in [0, 1]", format!("{value} for picture {at}, class {class}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn scores_by_hand() {
        let probabilities = array![[0.7, 0.2, 0.1], [0.0, 0.5, 0.5]];
        // 0.3² + 0.2² + 0.1² = 0.14, and 0.5² + 0.5² = 0.5.
        assert!((brier_score(probabilities.view(), &[0, 2]).unwrap() - 0.32).abs() < 1e-12);
        let likelihood = negative_log_likelihood(probabilities.view(), &[0, 2]).unwrap();
        assert!((likelihood + (0.7_f64.ln() + 0.5_f64.ln()) / 2.0).abs() < 1e-12);
        // A certain mistake costs 2 of Brier's points, and 27.6 nats.
        let certain = array![[1.0, 0.0]];
        assert_eq!(brier_score(certain.view(), &[1]).unwrap(), 2.0);
        assert!((negative_log_likelihood(certain.view(), &[1]).unwrap() - 27.631).abs() < 1e-3);
    }

    #[test]
    fn sigmoid_outputs_have_a_brier_score_alone() {
        let outputs = array![[0.9, 0.9]];
        assert!((brier_score(outputs.view(), &[0]).unwrap() - 0.82).abs() < 1e-12);
        let error = negative_log_likelihood(outputs.view(), &[0]).unwrap_err().to_string();
        assert!(error.contains("sum of 1.8000"), "{error}");
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        let probabilities = array![[0.7, 0.3]];
        for truth in [&[][..], &[0, 1], &[2], &[-1]] {
            assert!(brier_score(probabilities.view(), truth).is_err(), "{truth:?}");
        }
        assert!(brier_score(array![[1.2, 0.3]].view(), &[0]).is_err());
    }
}
