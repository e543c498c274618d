//! A threshold between dark and bright.

/// Grey levels of the histogram.
const LEVELS: usize = 256;

/// A threshold, and what lies on either side of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Threshold {
    /// Values below it are dark.
    pub(super) value: f32,
    /// Mean of what is bright less mean of what is dark.
    pub(super) contrast: f32,
}

/// The threshold that parts values in [0, 1] into two classes whose means lie as far apart as their sizes allow; `None` where
/// all values are of one level.
///
/// Source: Otsu 1979, "A threshold selection method from gray-level histograms", equations 14 to 18.
pub(super) fn otsu(values: &[f32]) -> Option<Threshold> {
    let mut counts = [0_u64; LEVELS];
    for value in values {
        counts[(value.clamp(0.0, 1.0) * (LEVELS - 1) as f32).round() as usize] += 1;
    }
    let n = values.len() as f64;
    let total: f64 = counts.iter().enumerate().map(|(level, count)| level as f64 * *count as f64).sum();
    let (mut below, mut moment) = (0.0, 0.0);
    let mut best: Option<(f64, Threshold)> = None;
    for (level, count) in counts.iter().enumerate().take(LEVELS - 1) {
        below += *count as f64;
        moment += level as f64 * *count as f64;
        if below == 0.0 || below == n {
            continue;
        }
        let contrast = (total - moment) / (n - below) - moment / below;
        let between = below / n * (1.0 - below / n) * contrast * contrast;
        if best.is_none_or(|(most, _)| between > most) {
            let scale = (LEVELS - 1) as f32;
            best =
                Some((between, Threshold { value: (level as f32 + 0.5) / scale, contrast: contrast as f32 / scale }));
        }
    }
    best.map(|(_, threshold)| threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_lies_where_the_variance_between_is_largest() {
        // By hand: levels 51, 102 and 204 of 255, four, two and six times. Below 51: w = 1/3, means 51 and 178.5: between
        // 2/9·127.5² = 3612.5. Below 102: w = 1/2, means 68 and 204: between 1/4·136² = 4624.
        let values = [[0.2; 4].as_slice(), &[0.4; 2], &[0.8; 6]].concat();
        let threshold = otsu(&values).unwrap();
        assert!((threshold.value - 102.5 / 255.0).abs() < 1e-6, "{threshold:?}");
        assert!((threshold.contrast - 136.0 / 255.0).abs() < 1e-6, "{threshold:?}");
        assert_eq!(otsu(&[0.7; 9]), None);
    }
}
