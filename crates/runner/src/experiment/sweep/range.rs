//! Ranges of whole numbers as texts: `1..=5`, `0..10`, `0..=100 step 10`.

/// A range of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    first: i64,
    step: i64,
    len: usize,
}

impl Range {
    /// Reads a range; says what is wrong with the text if it is none, or is one of no numbers.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let bad = || {
            format!(
                "wanted a list, or a range such as \"1..=5\", \"0..10\" or \"0..=100 step 10\", got the text \"{text}\""
            )
        };
        let (ends, step) = match text.split_once("step") {
            Some((ends, step)) => (ends, step.trim().parse::<i64>().ok().filter(|step| *step > 0).ok_or_else(bad)?),
            None => (text, 1),
        };
        let (low, high) = ends.split_once("..").ok_or_else(bad)?;
        let (high, is_closed) = high.strip_prefix('=').map_or((high, false), |high| (high, true));
        let number = |text: &str| text.trim().parse::<i64>().map_err(|_| bad());
        let (low, high) = (number(low)?, number(high)?);
        let span = i128::from(high) - i128::from(low) + i128::from(is_closed);
        if span <= 0 {
            return Err(format!("the range \"{text}\" holds no number"));
        }
        let len = usize::try_from((span + i128::from(step) - 1) / i128::from(step)).unwrap_or(usize::MAX);
        Ok(Self { first: low, step, len })
    }

    /// Numbers in it.
    pub(super) const fn len(self) -> usize {
        self.len
    }

    /// The number at a place.
    pub(super) const fn at(self, place: usize) -> i64 {
        self.first.saturating_add((place as i64).saturating_mul(self.step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_they_say() {
        for (text, wanted) in [
            ("1..=5", vec![1, 2, 3, 4, 5]),
            ("0..3", vec![0, 1, 2]),
            (" -2 .. 1 ", vec![-2, -1, 0]),
            ("0..=100 step 40", vec![0, 40, 80]),
            ("0..80 step 40", vec![0, 40]),
        ] {
            let range = Range::read(text).unwrap();
            assert_eq!((0..range.len()).map(|at| range.at(at)).collect::<Vec<_>>(), wanted, "{text}");
        }
        for text in ["", "5", "1..", "a..b", "1..=3 step 0", "1..=3 step", "1...3"] {
            assert!(Range::read(text).unwrap_err().contains("wanted a list, or a range"), "{text}");
        }
        for text in ["5..5", "5..=4"] {
            assert!(Range::read(text).unwrap_err().contains("holds no number"), "{text}");
        }
        assert_eq!(Range::read("-9223372036854775808..=9223372036854775807").unwrap().len(), usize::MAX);
    }
}
