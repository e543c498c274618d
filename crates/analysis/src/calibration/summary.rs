//! The calibration of one net on one set of pictures, in numbers.

use advlab_core::Seed;
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{
    Answers, Bin, Telling, brier_score, by_chance, error_interval, expected_calibration_error,
    maximum_calibration_error, negative_log_likelihood,
};
use crate::{Result, wilson};

/// Bins of Guo et al. 2017.
pub const BINS: usize = 15;
/// A wrong answer with a confidence above this is a sure one.
pub const SURE: f64 = 0.9;
/// Draws for the interval of the expected calibration error, and for what chance would give.
const DRAWS: u32 = 1000;

/// Wrong answers that the net was sure of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SureAndWrong {
    /// Wrong answers with a confidence above [`SURE`].
    pub count: u64,
    /// All wrong answers.
    pub of: u64,
    /// The share.
    pub share: f64,
    /// Its 95 % interval (Wilson).
    pub interval: (f64, f64),
}

/// How far confidences can be believed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Answers.
    pub count: u64,
    /// Share of right ones.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson).
    pub accuracy_interval: (f64, f64),
    /// Mean confidence of the labels.
    pub confidence: f64,
    /// Expected calibration error over 15 bins of equal width.
    pub ece: f64,
    /// Its 95 % interval, by a bootstrap over the answers.
    pub ece_interval: (f64, f64),
    /// Mean of what a calibrated net with these confidences would show by chance, and what 95 % of the draws do not exceed.
    pub ece_by_chance: (f64, f64),
    /// The same error over 15 bins of equal mass.
    pub ece_equal_mass: f64,
    /// Maximum calibration error over the bins of equal width.
    pub mce: f64,
    /// Brier score of the forecast that the answer is right: the mean of `(confidence − right)²`.
    pub brier_of_answer: f64,
    /// Brier score over all classes, from 0 to 2; none without probabilities.
    pub brier: Option<f64>,
    /// Negative log-likelihood in nats; none without probabilities that add up to 1.
    pub negative_log_likelihood: Option<f64>,
    /// Mean confidence of right answers.
    pub confidence_when_right: Option<f64>,
    /// Mean confidence of wrong answers.
    pub confidence_when_wrong: Option<f64>,
    /// Wrong answers above 90 %; none where nothing is wrong.
    pub sure_and_wrong: Option<SureAndWrong>,
    /// How well the confidence tells wrong answers from right ones.
    pub telling: Telling,
    /// The bins of equal width, for a diagram.
    pub bins: Vec<Bin>,
}

impl Calibration {
    /// Looks at the answers of a net; the draws of interval and chance come from the seed.
    ///
    /// # Errors
    /// Those of [`Telling::of`].
    pub fn of(answers: &Answers, seed: Seed) -> Result<Self> {
        let bins = answers.bins(BINS);
        let n_right = answers.n_right();
        let (count, wrong) = (answers.len() as u64, answers.len() as u64 - n_right);
        let sure = answers.confidences_when(false).filter(|confidence| *confidence > SURE).count() as u64;
        let squares = answers.confidences().iter().zip(answers.right());
        let squares = squares.map(|(confidence, right)| (confidence - f64::from(u8::from(*right))).powi(2));
        Ok(Self {
            count,
            accuracy: answers.accuracy(),
            accuracy_interval: wilson(n_right, count),
            confidence: answers.mean_confidence(),
            ece: expected_calibration_error(&bins),
            ece_interval: error_interval(answers, BINS, DRAWS, seed),
            ece_by_chance: by_chance(answers, BINS, DRAWS, seed),
            ece_equal_mass: expected_calibration_error(&answers.equal_mass_bins(BINS)),
            mce: maximum_calibration_error(&bins),
            brier_of_answer: squares.sum::<f64>() / count as f64,
            brier: None,
            negative_log_likelihood: None,
            confidence_when_right: answers.mean_confidence_when(true),
            confidence_when_wrong: answers.mean_confidence_when(false),
            sure_and_wrong: (wrong > 0).then(|| SureAndWrong {
                count: sure,
                of: wrong,
                share: sure as f64 / wrong as f64,
                interval: wilson(sure, wrong),
            }),
            telling: Telling::of(&answers.doubts(), answers.right())?,
            bins,
        })
    }

    /// Adds the scores of all probabilities, `[N, K]`; the likelihood where they add up to 1, which those of sigmoid nets
    /// do not.
    ///
    /// # Errors
    /// Those of [`brier_score`], and [`Error::Param`](crate::Error::Param) for another number of pictures than there are answers.
    pub fn with_probabilities(self, probabilities: ArrayView2<'_, f64>, truth: &[i64]) -> Result<Self> {
        if truth.len() as u64 != self.count {
            let (want, got) = ("one true class for each answer", format!("{} for {}", truth.len(), self.count));
            return Err(super::answers::refused("truth", want, got));
        }
        let brier = Some(brier_score(probabilities, truth)?);
        Ok(Self { brier, negative_log_likelihood: negative_log_likelihood(probabilities, truth).ok(), ..self })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_net_that_is_sure_and_wrong() {
        let answers = Answers::new(vec![0.95, 0.99, 0.9, 0.6, 0.97], vec![false, true, false, false, true]).unwrap();
        let calibration = Calibration::of(&answers, Seed::new(1)).unwrap();
        let sure = calibration.sure_and_wrong.unwrap();
        assert_eq!((sure.count, sure.of, sure.interval), (1, 3, wilson(1, 3)), "0.9 is not above 0.9");
        assert!((calibration.confidence_when_wrong.unwrap() - 2.45 / 3.0).abs() < 1e-12);
        assert!((calibration.confidence_when_right.unwrap() - 0.98).abs() < 1e-12);
        assert_eq!((calibration.accuracy, calibration.telling.auroc.unwrap().value), (0.4, 1.0));
        // 0.95² + 0.01² + 0.9² + 0.6² + 0.03² over 5.
        assert!((calibration.brier_of_answer - (0.9025 + 0.0001 + 0.81 + 0.36 + 0.0009) / 5.0).abs() < 1e-12);
        assert_eq!((calibration.brier, calibration.negative_log_likelihood), (None, None));
    }

    #[test]
    fn probabilities_that_do_not_add_up_have_no_likelihood() {
        let answers = Answers::of_labels(&[0.9, 0.8], &[0, 1], &[0, 1]).unwrap();
        let calibration = Calibration::of(&answers, Seed::new(1)).unwrap();
        assert_eq!((calibration.sure_and_wrong, calibration.telling.auroc), (None, None));
        let softmax = calibration.clone().with_probabilities(array![[0.9, 0.1], [0.2, 0.8]].view(), &[0, 1]).unwrap();
        assert!((softmax.brier.unwrap() - 0.05).abs() < 1e-12 && softmax.negative_log_likelihood.is_some());
        let sigmoid = calibration.clone().with_probabilities(array![[0.9, 0.9], [0.2, 0.8]].view(), &[0, 1]).unwrap();
        assert!(sigmoid.brier.is_some() && sigmoid.negative_log_likelihood.is_none());
        assert!(calibration.with_probabilities(array![[1.0, 0.0]].view(), &[0]).is_err());
    }
}
