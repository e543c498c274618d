//! What a net said of a set of pictures, and whether it was right.

use crate::{Error, Result};

/// Rounding may carry a confidence this far out of [0, 1].
const OUTSIDE: f64 = 1e-6;

/// Answers of a net: for each picture how sure it was of its label, and whether the label was right. There is at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    confidences: Vec<f64>,
    right: Vec<bool>,
}

impl Answers {
    /// Answers from their confidences, in [0, 1], and whether each was right.
    ///
    /// # Errors
    /// [`Error::Param`] without answers, for lists of different lengths, and for a confidence outside [0, 1].
    pub fn new(mut confidences: Vec<f64>, right: Vec<bool>) -> Result<Self> {
        if confidences.is_empty() || confidences.len() != right.len() {
            let got = format!("{} confidences and {} verdicts", confidences.len(), right.len());
            return Err(refused("answers", "one confidence and one verdict for each of at least one picture", got));
        }
        if let Some((at, value)) = first_outside(&confidences) {
            return Err(refused("confidences", "in [0, 1]", format!("{value} for picture {at}")));
        }
        confidences.iter_mut().for_each(|confidence| *confidence = confidence.clamp(0.0, 1.0));
        Ok(Self { confidences, right })
    }

    /// Answers as a net gives them: its labels, the confidence of each, and the true labels.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`Error::Param`] if there are more or fewer labels than pictures.
    pub fn of_labels(confidences: &[f32], labels: &[i64], truth: &[i64]) -> Result<Self> {
        same_length(labels, truth)?;
        let right = labels.iter().zip(truth).map(|(label, truth)| label == truth);
        Self::new(confidences.iter().copied().map(f64::from).collect(), right.collect())
    }

    /// Number of answers.
    #[expect(clippy::len_without_is_empty, reason = "there is always an answer")]
    pub fn len(&self) -> usize {
        self.right.len()
    }

    /// Confidence of each label.
    pub fn confidences(&self) -> &[f64] {
        &self.confidences
    }

    /// Whether each label was right.
    pub fn right(&self) -> &[bool] {
        &self.right
    }

    /// Right answers.
    pub fn n_right(&self) -> u64 {
        self.right.iter().filter(|right| **right).count() as u64
    }

    /// Share of right answers.
    pub fn accuracy(&self) -> f64 {
        self.n_right() as f64 / self.len() as f64
    }

    /// Mean confidence.
    pub fn mean_confidence(&self) -> f64 {
        self.confidences.iter().sum::<f64>() / self.len() as f64
    }

    /// Mean confidence of the right or of the wrong answers; none where there are none of these.
    pub fn mean_confidence_when(&self, right: bool) -> Option<f64> {
        let of: Vec<f64> = self.confidences_when(right).collect();
        (!of.is_empty()).then(|| of.iter().sum::<f64>() / of.len() as f64)
    }

    /// Confidences of the right or of the wrong answers.
    pub fn confidences_when(&self, right: bool) -> impl Iterator<Item = f64> {
        self.confidences.iter().zip(&self.right).filter(move |(_, is)| **is == right).map(|(confidence, _)| *confidence)
    }

    /// How unsure each answer is: 1 less its confidence.
    pub fn doubts(&self) -> Vec<f64> {
        self.confidences.iter().map(|confidence| 1.0 - confidence).collect()
    }
}

/// Position and value of the first that is no share of 1.
pub(super) fn first_outside(values: &[f64]) -> Option<(usize, f64)> {
    values.iter().copied().enumerate().find(|(_, value)| !(-OUTSIDE..=1.0 + OUTSIDE).contains(value))
}

/// Labels of two sources for the same pictures.
pub(super) fn same_length(a: &[i64], b: &[i64]) -> Result<()> {
    if a.len() == b.len() && !a.is_empty() {
        return Ok(());
    }
    let got = format!("{} and {}", a.len(), b.len());
    Err(refused("labels", "as many in both lists, and at least one", got))
}

pub(super) fn refused(field: &'static str, want: &'static str, got: String) -> Error {
    Error::Param { analysis: "calibration", field, want, got }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted() {
        let answers = Answers::of_labels(&[0.9, 0.5, 0.7, 0.8], &[0, 1, 2, 1], &[0, 1, 1, 0]).unwrap();
        assert_eq!((answers.len(), answers.n_right(), answers.accuracy()), (4, 2, 0.5));
        assert!((answers.mean_confidence() - 0.725).abs() < 1e-6);
        assert!((answers.mean_confidence_when(true).unwrap() - 0.7).abs() < 1e-6);
        assert!((answers.mean_confidence_when(false).unwrap() - 0.75).abs() < 1e-6);
        assert_eq!(Answers::new(vec![1.0], vec![true]).unwrap().mean_confidence_when(false), None);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for (confidences, right) in [(vec![], vec![]), (vec![0.5], vec![true, false])] {
            assert!(Answers::new(confidences, right).is_err());
        }
        for confidence in [f64::NAN, -0.1, 1.1] {
            let error = Answers::new(vec![0.5, confidence], vec![true; 2]).unwrap_err().to_string();
            assert!(error.contains("in [0, 1]") && error.contains("picture 1"), "{error}");
        }
        assert_eq!(Answers::new(vec![1.0 + 1e-7], vec![true]).unwrap().confidences(), [1.0]);
        assert!(Answers::of_labels(&[0.5], &[0], &[0, 1]).is_err());
    }
}
