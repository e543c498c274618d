//! The numbers of a run.

use advlab_analysis::calibration::auroc;
use advlab_analysis::ridges::Apart;
use advlab_analysis::{Estimate, quantile, rank_correlation};
use serde::{Deserialize, Serialize};

/// What a run came to, in numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The net.
    pub model: String,
    /// Where the way begins and ends, and how many layers lie between.
    pub from: String,
    /// See `from`.
    pub to: String,
    /// `L`.
    pub depth: usize,
    /// Pictures looked at.
    pub pictures: usize,
    /// Of them those at which the net does not change to first order: their exponent is minus infinity, and left out below.
    pub constant: usize,
    /// Share labelled right.
    pub accuracy: f64,
    /// Least, lower quartile, median, upper quartile and largest of the finite `λ₁`.
    pub quartiles: Option<[f64; 5]>,
    /// How well doubts tell wrong answers from right ones (AUROC); none where all are right, or all wrong.
    pub telling: Vec<(String, Option<Estimate>)>,
    /// Rank correlation of `λ₁` with the entropy.
    pub with_entropy: f64,
    /// Largest residual of a search, of the value; 0 where nothing was searched for.
    pub residual: f64,
    /// Seconds that the exponents took.
    pub seconds: f64,
    /// How far ridges lie from borders over the plane, and the other way round, in cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plane: Option<(Apart, Apart)>,
}

/// Five numbers of a list, those that are finite.
pub(super) fn quartiles(values: &[f64]) -> Option<[f64; 5]> {
    let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    (!finite.is_empty()).then(|| [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| quantile(&finite, share)))
}

/// How well each doubt tells wrong answers from right ones.
pub(super) fn telling(doubts: &[(&str, &[f64])], right: &[bool]) -> Vec<(String, Option<Estimate>)> {
    doubts.iter().map(|(name, doubt)| ((*name).to_owned(), auroc(doubt, right))).collect()
}

/// Rank correlation of two lists.
pub(super) fn along(values: &[f64], entropies: &[f64]) -> f64 {
    rank_correlation(values, entropies)
}

impl Summary {
    /// What was looked at, as a title.
    pub fn title(&self) -> String {
        format!("How much {} stretches what lies around pictures", self.model)
    }

    /// What people read first, a line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "{}: from {} to {}, {} layer{}; {} pictures, {:.2} % labelled right",
            self.model,
            self.from,
            self.to,
            self.depth,
            if self.depth == 1 { "" } else { "s" },
            self.pictures,
            100.0 * self.accuracy
        )];
        if let Some([least, low, median, high, most]) = self.quartiles {
            let [least, low, median, high, most] =
                [least, low, median, high, most].map(|value| format!("{value:.4}").replace('-', "−"));
            lines.push(format!(
                "largest exponent: median {median}, half of them from {low} to {high}, all from {least} to {most}"
            ));
        }
        if self.constant > 0 {
            lines.push(format!(
                "{} pictures with an exponent of minus infinity: the net does not change there to first order",
                self.constant
            ));
        }
        for (name, area) in &self.telling {
            lines.push(match area {
                Some(Estimate { value, interval: Some((low, high)) }) => {
                    format!("tells wrong from right, {name}: AUROC {value:.3} ({low:.3} to {high:.3})")
                }
                Some(Estimate { value, .. }) => format!("tells wrong from right, {name}: AUROC {value:.3}"),
                None => format!("tells wrong from right, {name}: no saying, all answers are right or all wrong"),
            });
        }
        lines.push(format!("rank correlation of the exponent with the entropy: {:.3}", self.with_entropy));
        if self.residual > 0.0 {
            lines.push(format!("largest residual of a singular value: {:.1e} of it", self.residual));
        }
        if let Some((ridges, borders)) = &self.plane {
            lines.push(format!(
                "plane: ridges {:.2} cells from borders (by chance {:.2}, p = {:.3}), borders {:.2} cells from ridges (by chance {:.2}, p = {:.3})",
                ridges.distance, ridges.by_chance, ridges.p, borders.distance, borders.by_chance, borders.p
            ));
        }
        lines.push(format!("exponents took {:.2} s", self.seconds));
        lines
    }
}
