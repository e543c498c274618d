//! Changes too small to be seen, made larger.

/// Share of the changed values that keep within [0, 1]: the few largest shall not leave all others grey.
const WITHIN: f64 = 0.98;

/// Factors that differ by no more than this are made one.
const ALIKE: f64 = 5.0;

/// What was added to each value.
pub(crate) fn change(before: &[f32], after: &[f32]) -> Vec<f32> {
    before.iter().zip(after).map(|(before, after)| after - before).collect()
}

/// The factor that makes a change visible: 1, 2 or 5 times a power of ten, and never below 1. `None` without a change.
pub(crate) fn factor(change: &[f32]) -> Option<f64> {
    let mut sizes: Vec<f32> = change.iter().map(|change| change.abs()).filter(|size| *size > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    let large = sizes.get(((sizes.len() as f64 * WITHIN) as usize).min(sizes.len().checked_sub(1)?))?;
    Some(rounded(0.5 / f64::from(*large)).max(1.0))
}

/// One factor for several changes, so that they can be compared: the middle one, where they are not too far apart.
pub(crate) fn common(factors: &[f64]) -> Option<f64> {
    let mut sorted = factors.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (sorted.first()?, sorted.last()?);
    (high / low <= ALIKE * (1.0 + 1e-6)).then(|| sorted[(sorted.len() - 1) / 2])
}

/// The change around the grey that stands for none, `0.5 + factor · change`: may leave [0, 1] where it is largest.
pub(crate) fn amplified(change: &[f32], factor: f64) -> Vec<f32> {
    change.iter().map(|change| (0.5 + factor * f64::from(*change)) as f32).collect()
}

/// A factor as a caption has it: `× 50`.
pub(crate) fn text(factor: f64) -> String {
    format!("×\u{a0}{factor:.0}")
}

/// The nearest of 1, 2 and 5 times a power of ten, as ratios go.
fn rounded(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let apart = |step: f64| (step / value).ln().abs();
    steps.into_iter().min_by(|a, b| apart(*a).total_cmp(&apart(*b))).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_round_and_fill_the_range() {
        for (size, wanted) in [(0.5, 1.0), (1.0 / 255.0, 100.0), (0.003, 200.0), (0.02, 20.0), (0.1, 5.0), (0.06, 10.0)]
        {
            assert_eq!(factor(&change(&[0.0; 3], &[0.0, size, -size / 2.0])), Some(wanted), "{size}");
        }
        assert_eq!(amplified(&[0.0, 0.25, -0.125], 2.0), [0.5, 1.0, 0.25]);
        assert_eq!(text(50.0).replace('\u{a0}', " "), "× 50");
    }

    #[test]
    fn nothing_is_made_smaller() {
        assert_eq!(factor(&[1.0, -1.0]), Some(1.0));
        assert_eq!(factor(&[0.0; 3]), None);
    }

    #[test]
    fn the_largest_few_do_not_hide_the_rest() {
        let mut change = vec![0.01; 1000];
        change[..15].fill(1.0);
        assert_eq!(factor(&change), Some(50.0));
        // Of a few changed pixels none can be left out.
        assert_eq!(factor(&[0.0, 0.9, 0.01, 0.01]), Some(1.0));
    }

    #[test]
    fn changes_that_are_alike_share_a_factor() {
        assert_eq!(common(&[20.0, 50.0, 20.0, 100.0]), Some(20.0));
        assert_eq!(common(&[7.0]), Some(7.0));
        assert_eq!((common(&[1.0, 10.0]), common(&[])), (None, None));
    }
}
