//! How large a difference between single units and random directions still counts as none.

use advlab_analysis::basis::Measure;

/// The margin for a measure, stated before anything is measured. Each is about half of what separates units that do mean something,
/// the classes of a net's scores, from random directions of the scores; that was measured on nets of another seed than those of the studies.
/// A wider margin would call even those alike.
///
/// Kurtosis has none: sums of many units are closer to a normal distribution than single ones whatever they mean.
pub(crate) const fn margin(measure: Measure) -> Option<f64> {
    match measure {
        Measure::Purity => Some(0.05),
        Measure::Entropy => Some(0.2),
        Measure::Selectivity => Some(0.25),
        Measure::Kurtosis => None,
        Measure::PixelSimilarity => Some(0.03),
        Measure::FeatureSimilarity => Some(0.02),
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
