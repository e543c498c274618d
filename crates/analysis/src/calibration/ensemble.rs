//! Several nets asked at once: what they say together, and how far they disagree.

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayView3, Axis};
use serde::{Deserialize, Serialize};

use super::answers::{first_outside, refused, same_length};
use super::proper::adds_up;
use super::{Answers, Telling};
use crate::Result;

/// What M nets say of N pictures together.
///
/// Source: Lakshminarayanan, Pritzel, Blundell 2017, section 2.4, <https://arxiv.org/abs/1612.01474>: the mean of their
/// probabilities. The measures of disagreement are those of Gal 2016, *Uncertainty in deep learning*, section 3.3.1.
#[derive(Clone, Debug, PartialEq)]
pub struct Ensemble {
    /// Mean probabilities, `[N, K]`.
    pub probabilities: Array2<f64>,
    /// For each picture the class with the largest mean probability; of equal ones the first.
    pub labels: Vec<i64>,
    /// Mean probability of that class.
    pub confidences: Vec<f64>,
    /// Entropy of the mean probabilities, in nats: all that is uncertain.
    pub entropies: Vec<f64>,
    /// Mutual information of prediction and net (BALD), in nats: the entropy of the mean less the mean of the entropies. Above 0
    /// where the nets say different things, however sure each of them is.
    pub mutual_informations: Vec<f64>,
    /// Share of the nets whose label is not the most frequent one.
    pub variation_ratios: Vec<f64>,
}

/// A way to doubt an ensemble's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// 1 less the confidence of the mean prediction.
    Confidence,
    /// Entropy of the mean prediction.
    Entropy,
    /// Mutual information.
    MutualInformation,
    /// Variation ratio.
    VariationRatio,
}

impl Doubt {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Confidence, Self::Entropy, Self::MutualInformation, Self::VariationRatio];

    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confidence => "confidence of the mean",
            Self::Entropy => "entropy of the mean",
            Self::MutualInformation => "mutual information",
            Self::VariationRatio => "variation ratio",
        }
    }
}

impl Ensemble {
    /// Puts nets together: `probabilities` is `[M, N, K]`, and those of a net and a picture add up to 1.
    ///
    /// # Errors
    /// [`Error::Param`](crate::Error::Param) without nets, pictures or classes, for a probability outside [0, 1], and for
    /// probabilities that do not add up to 1.
    pub fn new(probabilities: ArrayView3<'_, f32>) -> Result<Self> {
        let (nets, pictures, classes) = probabilities.dim();
        if nets * pictures * classes == 0 {
            let want = "[M, N, K] of at least one net, picture and class";
            return Err(refused("probabilities", want, format!("{:?}", probabilities.shape())));
        }
        let wide = probabilities.mapv(f64::from);
        for (net, of) in wide.outer_iter().enumerate() {
            let flat: Vec<f64> = of.iter().copied().collect();
            if let Some((at, value)) = first_outside(&flat) {
                let got = format!("{value} from net {net} for picture {}", at / classes);
                return Err(refused("probabilities", "in [0, 1]", got));
            }
        }
        adds_up(wide.sum_axis(Axis(2)).into_iter())?;
        let mean = wide.sum_axis(Axis(0)) / nets as f64;
        let labels: Vec<usize> = mean.outer_iter().map(largest).collect();
        let confidences = mean.outer_iter().zip(&labels).map(|(row, label)| row[*label].min(1.0)).collect();
        let entropies: Vec<f64> = mean.outer_iter().map(entropy).collect();
        let of_picture = |picture: usize| wide.index_axis(Axis(1), picture);
        let information = |(picture, whole): (usize, &f64)| {
            let each: f64 = of_picture(picture).outer_iter().map(entropy).sum();
            (whole - each / nets as f64).max(0.0)
        };
        Ok(Self {
            mutual_informations: entropies.iter().enumerate().map(information).collect(),
            variation_ratios: (0..pictures).map(|picture| variation(of_picture(picture))).collect(),
            labels: labels.into_iter().map(|label| label as i64).collect(),
            confidences,
            entropies,
            probabilities: mean,
        })
    }

    /// Its answers beside the truth.
    ///
    /// # Errors
    /// [`Error::Param`](crate::Error::Param) if there are more or fewer true labels than pictures.
    pub fn answers(&self, truth: &[i64]) -> Result<Answers> {
        same_length(&self.labels, truth)?;
        let right = self.labels.iter().zip(truth).map(|(label, truth)| label == truth);
        Answers::new(self.confidences.clone(), right.collect())
    }

    /// A doubt for each picture, the larger the less certain.
    pub fn doubts(&self, doubt: Doubt) -> Vec<f64> {
        match doubt {
            Doubt::Confidence => self.confidences.iter().map(|confidence| 1.0 - confidence).collect(),
            Doubt::Entropy => self.entropies.clone(),
            Doubt::MutualInformation => self.mutual_informations.clone(),
            Doubt::VariationRatio => self.variation_ratios.clone(),
        }
    }

    /// How well each doubt tells the ensemble's wrong answers from its right ones.
    ///
    /// # Errors
    /// Those of [`answers`](Self::answers).
    pub fn telling(&self, truth: &[i64]) -> Result<Vec<(Doubt, Telling)>> {
        let answers = self.answers(truth)?;
        Doubt::ALL.into_iter().map(|doubt| Ok((doubt, Telling::of(&self.doubts(doubt), answers.right())?))).collect()
    }
}

/// Position of the largest; of equal ones the first.
fn largest(row: ArrayView1<'_, f64>) -> usize {
    row.iter().enumerate().fold(0, |best, (at, value)| if *value > row[best] { at } else { best })
}

fn entropy(row: ArrayView1<'_, f64>) -> f64 {
    row.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum::<f64>().max(0.0)
}

/// Share of the rows, one for each net, whose label is not the most frequent one.
fn variation(nets: ArrayView2<'_, f64>) -> f64 {
    let mut votes = vec![0_u32; nets.ncols()];
    nets.outer_iter().for_each(|row| votes[largest(row)] += 1);
    1.0 - f64::from(votes.into_iter().max().unwrap_or(0)) / nets.nrows() as f64
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, array};

    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} {b}");
    }

    #[test]
    fn disagreement_and_doubt_are_told_apart() {
        // Two nets. Picture 0: both are sure of class 0. Picture 1: both say half and half. Picture 2: each is sure of another.
        let probabilities = array![[[1.0, 0.0], [0.5, 0.5], [1.0, 0.0]], [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]];
        let ensemble = Ensemble::new(probabilities.view()).unwrap();
        assert_eq!(ensemble.labels, [0, 0, 0]);
        assert_eq!(ensemble.confidences, [1.0, 0.5, 0.5]);
        assert_eq!(ensemble.variation_ratios, [0.0, 0.0, 0.5]);
        for (picture, (entropy, information)) in
            [(0.0, 0.0), (2_f64.ln(), 0.0), (2_f64.ln(), 2_f64.ln())].into_iter().enumerate()
        {
            near(ensemble.entropies[picture], entropy);
            near(ensemble.mutual_informations[picture], information);
        }
        // Wrong where they disagree: mutual information alone singles it out.
        let telling = ensemble.telling(&[0, 0, 1]).unwrap();
        let areas: Vec<f64> = telling.iter().map(|(_, telling)| telling.auroc.unwrap().value).collect();
        assert_eq!(areas, [0.75, 0.75, 1.0, 1.0]);
    }

    #[test]
    fn the_mean_is_of_probabilities_not_of_votes() {
        let probabilities = array![[[0.9, 0.1, 0.0]], [[0.4, 0.6, 0.0]], [[0.45, 0.55, 0.0]]];
        let ensemble = Ensemble::new(probabilities.view()).unwrap();
        near(ensemble.confidences[0], 1.75 / 3.0);
        assert_eq!((ensemble.labels[0], ensemble.variation_ratios[0]), (0, 1.0 - 2.0 / 3.0));
        assert_eq!(ensemble.answers(&[1]).unwrap().accuracy(), 0.0);
    }

    #[test]
    fn one_net_is_its_own_ensemble() {
        let ensemble = Ensemble::new(array![[[0.2_f32, 0.8]]].view()).unwrap();
        assert_eq!((ensemble.mutual_informations[0], ensemble.variation_ratios[0]), (0.0, 0.0));
        near(ensemble.confidences[0], 0.8);
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        for (values, word) in [([0.9, 0.9], "sum of 1.8"), ([1.5, -0.5], "picture 0"), ([f32::NAN, 1.0], "NaN")] {
            let probabilities = Array3::from_shape_vec((1, 1, 2), values.to_vec()).unwrap();
            let error = Ensemble::new(probabilities.view()).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        assert!(Ensemble::new(Array3::zeros((0, 3, 2)).view()).is_err());
        let ensemble = Ensemble::new(array![[[0.5_f32, 0.5]]].view()).unwrap();
        assert!(ensemble.answers(&[0, 1]).is_err());
    }
}
