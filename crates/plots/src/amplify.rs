//! Changes too small to be seen, made larger.

/// A change, made large enough to be seen, around the grey that stands for none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Amplified {
    /// `0.5 + factor · (after − before)`: may leave [0, 1] where the change is largest.
    pub(crate) values: Vec<f32>,
    /// 1, 2 or 5 times a power of ten; 1 without a change.
    pub(crate) factor: f64,
}

/// Share of the changed values that keep within [0, 1]: a few outliers shall not leave all others grey.
const WITHIN: f64 = 0.995;

/// Makes the change from `before` to `after` visible.
pub(crate) fn amplified(before: &[f32], after: &[f32]) -> Amplified {
    let changes: Vec<f32> = before.iter().zip(after).map(|(before, after)| after - before).collect();
    let mut sizes: Vec<f32> = changes.iter().map(|change| change.abs()).filter(|size| *size > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    let large = sizes.get(((sizes.len() as f64 * WITHIN) as usize).min(sizes.len().saturating_sub(1)));
    let factor = large.map_or(1.0, |large| round_below(0.5 / f64::from(*large)));
    let values = changes.iter().map(|change| (0.5 + factor * f64::from(*change)) as f32).collect();
    Amplified { values, factor }
}

/// The largest of 1, 2 and 5 times a power of ten that is not above `value`, but for its last bits.
fn round_below(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let step = [5.0, 2.0, 1.0].into_iter().find(|step| step * power <= value * (1.0 + 1e-6));
    step.unwrap_or(1.0) * power
}

impl Amplified {
    /// The factor as a caption has it: `× 50`.
    pub(crate) fn text(&self) -> String {
        let digits = (-self.factor.log10().floor()).max(0.0) as usize;
        format!("×\u{a0}{:.digits$}", self.factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_round_and_keep_the_change_within_the_picture() {
        for (size, text) in [(1.0, "× 0.5"), (0.5, "× 1"), (1.0 / 255.0, "× 100"), (0.003, "× 100"), (0.02, "× 20")]
        {
            let change = amplified(&[0.0; 4], &[0.0, size, -size, size / 2.0]);
            assert_eq!(change.text().replace('\u{a0}', " "), text, "{size}");
            assert!(change.values.iter().all(|value| (-1e-6..=1.000_001).contains(value)), "{change:?}");
            assert_eq!(change.values[0], 0.5);
        }
    }

    #[test]
    fn no_change_is_grey() {
        assert_eq!(amplified(&[0.3; 2], &[0.3; 2]), Amplified { values: vec![0.5; 2], factor: 1.0 });
    }

    #[test]
    fn an_outlier_does_not_hide_the_rest() {
        let mut after = vec![0.01; 1000];
        after[7] = 1.0;
        assert_eq!(amplified(&[0.0; 1000], &after).factor, 50.0);
    }
}
