//! The numbers of a box plot.

/// Whiskers reach this many heights of the box.
const REACH: f64 = 1.5;

/// Quartiles and whiskers of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Numbers {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
    /// Smallest and largest value within 1.5 heights of the box; never inside it.
    pub(crate) whiskers: (f64, f64),
}

impl Numbers {
    /// Those of a list in any order; none without values.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (lower, median, upper) = (quantile(&sorted, 0.25)?, quantile(&sorted, 0.5)?, quantile(&sorted, 0.75)?);
        let reach = REACH * (upper - lower);
        let low = sorted.iter().find(|value| **value >= lower - reach).map_or(lower, |value| value.min(lower));
        let high = sorted.iter().rfind(|value| **value <= upper + reach).map_or(upper, |value| value.max(upper));
        Some(Self { lower, median, upper, whiskers: (low, high) })
    }
}

/// The value below which this share of sorted values lies, between neighbours by straight lines; none without values.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = share * last as f64;
    let (below, above) = (at.floor() as usize, (at.ceil() as usize).min(last));
    Some(sorted[below] + (at - below as f64) * (sorted[above] - sorted[below]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_and_whiskers_by_hand() {
        // Quartiles 2.75 and 6.25, so whiskers may reach from -2.5 to 11.5.
        let numbers = Numbers::of(&[8.0, 1.0, 3.0, 2.0, 4.0, 5.0, 6.0, 7.0]).unwrap();
        assert_eq!((numbers.lower, numbers.median, numbers.upper), (2.75, 4.5, 6.25));
        assert_eq!(numbers.whiskers, (1.0, 8.0));
        // Quartiles 2 and 4: 20 lies beyond 7.
        let numbers = Numbers::of(&[1.0, 2.0, 3.0, 4.0, 20.0]).unwrap();
        assert_eq!((numbers.upper, numbers.whiskers), (4.0, (1.0, 4.0)));
        let numbers = Numbers::of(&[0.5]).unwrap();
        assert_eq!((numbers.lower, numbers.whiskers), (0.5, (0.5, 0.5)));
        assert_eq!(Numbers::of(&[]), None);
    }
}
