//! At what distance between training sets the nets start to differ.

use super::evidence::{Evidence, Level};

/// For one change, the smallest levels from which on something holds at every level that was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Thresholds {
    /// The weights are not the same.
    pub(super) weights: Option<f64>,
    /// Predictions differ at all: in more than half of the trainings the label of at least one test picture is another. The same
    /// set gives the same labels to the last, so that no difference comes by chance.
    pub(super) at_all: Option<f64>,
    /// By at least half of what another seed does: at all, and the mean is there.
    pub(super) half: Option<f64>,
    /// As much as another seed does: at least by half, and the interval of the difference from what a seed does reaches 0.
    pub(super) as_much: Option<f64>,
    /// By more than another seed does: that interval lies above 0.
    pub(super) beyond: Option<f64>,
    /// The net is less right: the interval of the difference of accuracies lies below 0.
    pub(super) worse: Option<f64>,
}

impl Thresholds {
    /// Those of a change.
    pub(super) fn of(evidence: &Evidence<'_>, change: usize) -> Self {
        let levels = evidence.levels(change);
        let below = |ends: Option<(f64, f64)>, value: f64| ends.is_some_and(|(_, high)| high < value);
        let at_all = |level: &Level| level.differing > 0.5;
        let half = |level: &Level| at_all(level) && level.beyond_half.value >= 0.0;
        Self {
            weights: from_on(&levels, |level| level.parting.value > 0.0),
            at_all: from_on(&levels, at_all),
            half: from_on(&levels, half),
            as_much: from_on(&levels, |level| {
                half(level) && level.beyond.interval.is_some_and(|(_, high)| high >= 0.0)
            }),
            beyond: from_on(&levels, |level| at_all(level) && level.beyond.is_above(0.0)),
            worse: from_on(&levels, |level| below(level.gain.interval, 0.0)),
        }
    }

    /// The thresholds that tables and sentences give, with what each is called.
    pub(super) const fn named(&self) -> [(&'static str, Option<f64>); 6] {
        [
            ("weights differ", self.weights),
            ("predictions differ at all", self.at_all),
            ("by half of what another seed does", self.half),
            ("as much as another seed does", self.as_much),
            ("more than that", self.beyond),
            ("accuracy falls", self.worse),
        ]
    }
}

/// The smallest level from which on it holds at every level; none if it does not at the largest.
fn from_on(levels: &[Level], holds: impl Fn(&Level) -> bool) -> Option<f64> {
    levels.iter().rev().take_while(|level| holds(level)).last().map(|level| level.level)
}

#[cfg(test)]
mod tests {
    use advlab_analysis::mean;

    use super::*;

    #[test]
    fn a_level_counts_if_all_larger_ones_do() {
        let level = |level: f64, equal: f64| Level {
            level,
            rms: 0.0,
            changed: 0.0,
            accuracy: mean(&[1.0]),
            gain: mean(&[0.0]),
            equal: mean(&[equal]),
            kappa: mean(&[1.0]),
            beyond_half: mean(&[0.0]),
            beyond: mean(&[0.0]),
            differing: 1.0,
            parting: mean(&[0.0]),
            fooled: None,
        };
        let levels = [level(1.0, 0.5), level(2.0, 1.0), level(4.0, 0.9), level(8.0, 0.8)];
        assert_eq!(from_on(&levels, |level| level.equal.value < 1.0), Some(4.0));
        assert_eq!(from_on(&levels, |level| level.equal.value < 0.85), Some(8.0));
        assert_eq!(from_on(&levels, |level| level.equal.value < 0.7), None);
    }
}
