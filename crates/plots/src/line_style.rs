//! How curves are told apart, and what a curve over runs is.

use crate::box_numbers::quantile;
use crate::curves::Curve;

/// Colour and dashes of a curve, where its place in the list shall not decide: one colour for each condition, solid on test
/// pictures and dashed on training pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineStyle {
    /// Number of the colour, see [`theme::series`](crate::theme::series).
    pub colour: usize,
    /// Number of the dashes: 0 is solid, 1 to 3 are dashed.
    pub dash: usize,
}

/// What a band over runs spans, around the median.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// From the lower to the upper quartile: the middle half of the runs.
    Quartiles,
    /// From the smallest to the largest.
    Range,
}

impl Over {
    /// What line and band are, for a note.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Quartiles => "lines: median of the runs; bands: quartiles",
            Self::Range => "lines: median of the runs; bands: from the smallest to the largest",
        }
    }
}

impl Curve {
    /// The median of several runs at 1, 2, …, such as one value for each epoch, with a band around it. A run that stopped early
    /// keeps its last value to the end, as its net does.
    pub fn over_runs(name: impl Into<String>, runs: &[impl AsRef<[f64]>], over: Over) -> Self {
        let runs: Vec<&[f64]> = runs.iter().map(AsRef::as_ref).filter(|run| !run.is_empty()).collect();
        let epochs = runs.iter().map(|run| run.len()).max().unwrap_or(0);
        let mut curve = Self::new(name, Vec::new());
        for epoch in 0..epochs {
            let mut values: Vec<f64> = runs.iter().map(|run| run[epoch.min(run.len() - 1)]).collect();
            values.sort_by(f64::total_cmp);
            let at = |share| quantile(&values, share).unwrap_or(f64::NAN);
            curve.points.push(((epoch + 1) as f64, at(0.5)));
            curve.band.push(match over {
                Over::Quartiles => (at(0.25), at(0.75)),
                Over::Range => (at(0.0), at(1.0)),
            });
        }
        curve
    }

    /// The same in the colour and with the dashes of these numbers.
    #[must_use]
    pub fn styled(self, colour: usize, dash: usize) -> Self {
        Self { style: Some(LineStyle { colour, dash }), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_stops_keeps_its_last_value() {
        let runs = [vec![0.0, 4.0, 8.0], vec![2.0], vec![1.0, 3.0, 3.0]];
        let curve = Curve::over_runs("net", &runs, Over::Range);
        assert_eq!(curve.points, [(1.0, 1.0), (2.0, 3.0), (3.0, 3.0)]);
        assert_eq!(curve.band, [(0.0, 2.0), (2.0, 4.0), (2.0, 8.0)]);
        let quartiles = Curve::over_runs("net", &runs, Over::Quartiles);
        assert_eq!((quartiles.points, quartiles.band[2]), (curve.points, (2.5, 5.5)));
    }
}
