//! How large a difference between single units and random directions still counts as none.

use advlab_analysis::basis::Measure;

/// The margin for a measure. Stated here, before anything is measured; kurtosis has none, since sums of many units are closer to a
/// normal distribution than single ones whatever they mean.
pub(crate) const fn margin(measure: Measure) -> Option<f64> {
    match measure {
        // Less than one picture of eight.
        Measure::Purity => Some(0.1),
        Measure::Entropy => Some(0.3),
        Measure::Selectivity => Some(0.25),
        Measure::Kurtosis => None,
        Measure::PixelSimilarity | Measure::FeatureSimilarity => Some(0.05),
    }
}

/// A few words for a column of a table.
pub(crate) const fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Purity => "purity of labels",
        Measure::Entropy => "entropy of labels, bits",
        Measure::Selectivity => "selectivity, sd",
        Measure::Kurtosis => "excess kurtosis",
        Measure::PixelSimilarity => "likeness of pixels",
        Measure::FeatureSimilarity => "likeness of features",
    }
}
