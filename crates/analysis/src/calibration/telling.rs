//! How well a doubt tells wrong answers from right ones.

use serde::{Deserialize, Serialize};

use super::answers::refused;
use super::{RiskCoverage, auroc};
use crate::{Estimate, Result};

/// Shares of the answers whose refusal is reported.
const REFUSED: [f64; 3] = [0.1, 0.2, 0.5];

/// How well a doubt, such as 1 less the confidence or an ensemble's disagreement, tells wrong answers from right ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Telling {
    /// Share of pairs in which the wrong answer is the more doubtful one; none where all are right or all wrong.
    pub auroc: Option<Estimate>,
    /// Area under the risk-coverage curve.
    pub aurc: f64,
    /// The least that it could be with as many mistakes.
    pub aurc_at_best: f64,
    /// `(share refused, accuracy of the rest)`, the most doubtful answers being refused first.
    pub refused: Vec<(f64, f64)>,
}

impl Telling {
    /// Looks at doubts, the larger the less certain, beside the verdicts.
    ///
    /// # Errors
    /// [`Error::Param`](crate::Error::Param) without answers, for lists of different lengths, and for a doubt that is no number.
    pub fn of(doubts: &[f64], right: &[bool]) -> Result<Self> {
        if doubts.is_empty() || doubts.len() != right.len() {
            let got = format!("{} doubts and {} verdicts", doubts.len(), right.len());
            return Err(refused("doubts", "one for each of at least one answer", got));
        }
        if let Some(at) = doubts.iter().position(|doubt| doubt.is_nan()) {
            return Err(refused("doubts", "numbers", format!("NaN for answer {at}")));
        }
        let curve = RiskCoverage::new(doubts, right);
        let left = |share: f64| Some((share, curve.accuracy(share)?));
        Ok(Self {
            auroc: auroc(doubts, right),
            aurc: curve.area(),
            aurc_at_best: curve.least_area(),
            refused: REFUSED.into_iter().filter_map(left).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_that_knows_refuses_the_mistakes() {
        let right: Vec<bool> = (0..20).map(|at| at % 5 != 0).collect();
        let doubts: Vec<f64> = right.iter().map(|right| f64::from(u8::from(!right))).collect();
        let telling = Telling::of(&doubts, &right).unwrap();
        assert_eq!(telling.auroc.unwrap().value, 1.0);
        assert_eq!(telling.refused, [(0.1, 16.0 / 18.0), (0.2, 1.0), (0.5, 1.0)]);
        assert!(Telling::of(&[0.5], &[true, false]).is_err() && Telling::of(&[f64::NAN], &[true]).is_err());
    }
}
