//! What is left of the mistakes when the most doubtful answers are refused.

/// Risk against coverage: answers in the order of their doubt, and how many of the first of them are wrong. Answers of equal
/// doubt share their mistakes evenly, so that their order does not matter.
///
/// Source: El-Yaniv and Wiener 2010; Geifman, Uziel, El-Yaniv 2019, <https://arxiv.org/abs/1805.08206>.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskCoverage {
    /// Expected mistakes among the least doubtful 0, 1, …, N answers.
    mistakes: Vec<f64>,
}

impl RiskCoverage {
    /// The curve for these doubts, the larger the less certain; both lists are of one length, of at least one answer.
    pub fn new(doubts: &[f64], right: &[bool]) -> Self {
        let mut order: Vec<usize> = (0..right.len()).collect();
        order.sort_by(|a, b| doubts[*a].total_cmp(&doubts[*b]));
        let (mut mistakes, mut before) = (vec![0.0], 0.0);
        for tied in order.chunk_by(|a, b| doubts[*a] == doubts[*b]) {
            let wrong = tied.iter().filter(|at| !right[**at]).count() as f64;
            mistakes.extend((1..=tied.len()).map(|taken| before + wrong * taken as f64 / tied.len() as f64));
            before += wrong;
        }
        Self { mistakes }
    }

    /// Answers that there are.
    fn len(&self) -> usize {
        self.mistakes.len() - 1
    }

    /// Accuracy of what is left when this share of the answers, the most doubtful ones, is refused; of a number that is not
    /// whole, one less is refused. None where nothing is left.
    pub fn accuracy(&self, refused: f64) -> Option<f64> {
        let n = self.len();
        let kept = n - ((refused * n as f64 + 1e-9).floor().max(0.0) as usize).min(n);
        (kept > 0).then(|| 1.0 - self.mistakes[kept] / kept as f64)
    }

    /// `(share answered, share of these that are wrong)`, from one answer to all.
    pub fn points(&self) -> Vec<(f64, f64)> {
        let n = self.len() as f64;
        (1..=self.len()).map(|kept| (kept as f64 / n, self.mistakes[kept] / kept as f64)).collect()
    }

    /// Area under the curve (AURC): the mean risk over all coverages. The smaller the better; a doubt that tells nothing has
    /// the share of wrong answers.
    pub fn area(&self) -> f64 {
        self.points().iter().map(|(_, risk)| risk).sum::<f64>() / self.len() as f64
    }

    /// The area if every wrong answer were more doubtful than every right one, the least that as many mistakes allow.
    pub fn least_area(&self) -> f64 {
        let (n, wrong) = (self.len(), self.mistakes[self.len()].round() as usize);
        (1..=wrong).map(|number| number as f64 / (n - wrong + number) as f64).sum::<f64>() / n as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_by_hand() {
        // Risks 0, 1/2, 1/3, 2/4.
        let curve = RiskCoverage::new(&[0.1, 0.2, 0.3, 0.4], &[true, false, true, false]);
        assert_eq!(curve.points(), [(0.25, 0.0), (0.5, 0.5), (0.75, 1.0 / 3.0), (1.0, 0.5)]);
        assert!((curve.area() - (0.5 + 1.0 / 3.0 + 0.5) / 4.0).abs() < 1e-12);
        // At best 0, 0, 1/3, 2/4.
        assert!((curve.least_area() - (1.0 / 3.0 + 0.5) / 4.0).abs() < 1e-12);
        for (refused, accuracy) in [(0.0, 0.5), (0.25, 2.0 / 3.0), (0.3, 2.0 / 3.0), (0.5, 0.5), (0.75, 1.0)] {
            assert!((curve.accuracy(refused).unwrap() - accuracy).abs() < 1e-12, "{refused}");
        }
        assert_eq!(curve.accuracy(1.0), None);
    }

    #[test]
    fn equal_doubts_are_a_doubt_that_tells_nothing() {
        let right = [true, false, false, true, true];
        let curve = RiskCoverage::new(&[0.5; 5], &right);
        assert!(curve.points().iter().all(|(_, risk)| (risk - 0.4).abs() < 1e-12));
        assert!((curve.area() - 0.4).abs() < 1e-12);
        let backwards: Vec<bool> = right.iter().rev().copied().collect();
        assert_eq!(RiskCoverage::new(&[0.5; 5], &backwards), curve);
    }
}
