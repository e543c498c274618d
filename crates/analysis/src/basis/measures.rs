//! How meaningful a direction looks, in six numbers.

use serde::{Deserialize, Serialize};

use super::{Driven, Together};

/// How meaningful a direction looks. The top pictures are those with its largest values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Share of the most frequent label among the top pictures.
    pub purity: f64,
    /// Entropy of the labels of the top pictures, in bits.
    pub entropy: f64,
    /// Mean value of the label with the largest mean, minus that of all other pictures, in standard deviations of all.
    ///
    /// Morcos et al. 2018 (<https://arxiv.org/abs/1803.06959>, section 2.2) divide the difference of the two means by their
    /// sum instead, which needs values that are never negative; and their second mean is over labels, not over pictures.
    /// Random directions have values of both signs, so here the unit is the spread.
    pub selectivity: f64,
    /// Fourth central moment of the values over the squared variance, minus 3.
    pub kurtosis: f64,
    /// Mean correlation of the pixels of two top pictures.
    pub pixel_similarity: f64,
    /// Mean cosine between the features of two top pictures.
    pub feature_similarity: f64,
}

impl Measures {
    /// Of a direction, from its values and from what its top pictures have in common. `None` where its values are the same
    /// for all pictures: then none of them drives it more than another.
    pub fn of(driven: &Driven, together: &Together) -> Option<Self> {
        if driven.moments.is_constant() {
            return None;
        }
        let &Together { purity, entropy, pixel_similarity, feature_similarity } = together;
        let (selectivity, kurtosis) = (selectivity(driven), driven.moments.excess_kurtosis());
        Some(Self { purity, entropy, selectivity, kurtosis, pixel_similarity, feature_similarity })
    }
}

/// 0 where all pictures have the same label.
fn selectivity(driven: &Driven) -> f64 {
    let seen = driven.by_label.iter().filter(|group| group.count > 0);
    let Some(best) = seen.max_by(|a, b| a.mean().total_cmp(&b.mean())) else { return 0.0 };
    let others = driven.moments.count - best.count;
    let sd = driven.moments.sd();
    if others == 0 || sd <= 0.0 {
        return 0.0;
    }
    let sum: f64 = driven.by_label.iter().map(|group| group.sum).sum();
    (best.mean() - (sum - best.sum) / others as f64) / sd
}

/// One of the [`Measures`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// [`Measures::purity`].
    Purity,
    /// [`Measures::entropy`].
    Entropy,
    /// [`Measures::selectivity`].
    Selectivity,
    /// [`Measures::kurtosis`].
    Kurtosis,
    /// [`Measures::pixel_similarity`].
    PixelSimilarity,
    /// [`Measures::feature_similarity`].
    FeatureSimilarity,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Purity,
        Self::Entropy,
        Self::Selectivity,
        Self::Kurtosis,
        Self::PixelSimilarity,
        Self::FeatureSimilarity,
    ];

    /// As files and flags spell it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Purity => "purity",
            Self::Entropy => "entropy",
            Self::Selectivity => "selectivity",
            Self::Kurtosis => "kurtosis",
            Self::PixelSimilarity => "pixel-similarity",
            Self::FeatureSimilarity => "feature-similarity",
        }
    }

    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Purity => "label purity of the top pictures",
            Self::Entropy => "label entropy of the top pictures",
            Self::Selectivity => "class selectivity",
            Self::Kurtosis => "excess kurtosis",
            Self::PixelSimilarity => "similarity of the top pictures' pixels",
            Self::FeatureSimilarity => "similarity of the top pictures' features",
        }
    }

    /// What its numbers are.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Purity => "share",
            Self::Entropy => "bits",
            Self::Selectivity => "standard deviations",
            Self::Kurtosis => "fourth moment over squared variance, minus 3",
            Self::PixelSimilarity => "mean correlation",
            Self::FeatureSimilarity => "mean cosine",
        }
    }

    /// Whether larger numbers mean more meaning; for the entropy smaller ones do.
    pub const fn larger_means_more(self) -> bool {
        !matches!(self, Self::Entropy)
    }

    /// Its number.
    pub const fn of(self, measures: &Measures) -> f64 {
        match self {
            Self::Purity => measures.purity,
            Self::Entropy => measures.entropy,
            Self::Selectivity => measures.selectivity,
            Self::Kurtosis => measures.kurtosis,
            Self::PixelSimilarity => measures.pixel_similarity,
            Self::FeatureSimilarity => measures.feature_similarity,
        }
    }

    /// Its number for any pictures; `None` for those that need a direction's values.
    pub const fn of_together(self, together: &Together) -> Option<f64> {
        match self {
            Self::Purity => Some(together.purity),
            Self::Entropy => Some(together.entropy),
            Self::Selectivity | Self::Kurtosis => None,
            Self::PixelSimilarity => Some(together.pixel_similarity),
            Self::FeatureSimilarity => Some(together.feature_similarity),
        }
    }
}

#[cfg(test)]
mod tests {
    use tch::Tensor;

    use super::super::{Directions, Drive};
    use super::*;

    fn driven(values: &[f32], labels: &[i64]) -> Driven {
        let unit = Directions::natural(&[0], 1).unwrap();
        let mut drive = Drive::new(&[&unit], 2, 3).unwrap();
        drive.add(&Tensor::from_slice(values).reshape([-1, 1, 1]), labels).unwrap();
        drive.finish().unwrap().remove(0).remove(0)
    }

    #[test]
    fn selectivity_by_hand() {
        // Means 5 and 1 of the labels; all: mean 3, deviations 3, 1, -1, -3, variance 5.
        let driven = driven(&[6.0, 4.0, 2.0, 0.0], &[1, 1, 2, 2]);
        assert!((selectivity(&driven) - 4.0 / 5.0_f64.sqrt()).abs() < 1e-6);
        assert_eq!(selectivity(&self::driven(&[6.0, 4.0], &[1, 1])), 0.0);
    }

    #[test]
    fn selectivity_does_not_depend_on_scale_or_shift() {
        let labels = [0, 1, 2, 0, 1, 2];
        let values = [0.5, 2.0, 1.0, 0.25, 3.0, 1.5];
        let moved = values.map(|value| 1024.0 * value - 4096.0);
        assert!((selectivity(&driven(&values, &labels)) - selectivity(&driven(&moved, &labels))).abs() < 1e-6);
    }

    #[test]
    fn constant_directions_have_no_measures() {
        let together = Together::of::<u8, u8>(&[0, 0], &[], &[]);
        assert_eq!(Measures::of(&driven(&[3.0, 3.0, 3.0], &[0, 1, 2]), &together), None);
        let measures = Measures::of(&driven(&[3.0, 3.0, 4.0], &[0, 1, 2]), &together).unwrap();
        assert_eq!(Measure::ALL.map(|measure| measure.of(&measures))[..2], [1.0, 0.0]);
    }

    #[test]
    fn keys_are_those_of_serde() {
        for measure in Measure::ALL {
            let spelled = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(measure.key());
            assert_eq!(Measure::deserialize(spelled).unwrap(), measure);
        }
    }
}
