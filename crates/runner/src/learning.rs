//! How trainings learn, epoch by epoch: many of them in one figure.

use advlab_analysis::quantile;
use advlab_model_zoo::EpochRecord;
use advlab_plots::Curve;

/// Share of the training pictures that must be labelled right for a training to count as having learnt them.
pub(crate) const LEARNT: f64 = 0.99;

/// What a figure of bands says of itself.
pub(crate) const BANDS: &str = "median over trainings; bands from the lower to the upper quartile";

/// The first epoch in which at least this share of the training pictures was labelled right, if there was one.
pub(crate) fn epochs_to(history: &[EpochRecord], share: f64) -> Option<u32> {
    history.iter().find(|epoch| epoch.train_accuracy >= share).map(|epoch| epoch.epoch)
}

/// The median over trainings of a value by epoch, with a band from the lower to the upper quartile. Trainings that stopped
/// early count up to where they did.
pub(crate) fn band(name: &str, trainings: &[&[EpochRecord]], of: fn(&EpochRecord) -> f64) -> Curve {
    let longest = trainings.iter().map(|history| history.len()).max().unwrap_or(0);
    let values: Vec<Vec<f64>> =
        (0..longest).map(|at| trainings.iter().filter_map(|history| history.get(at)).map(of).collect()).collect();
    let at = |share: f64| values.iter().map(move |values| quantile(values, share));
    let points = at(0.5).enumerate().map(|(at, value)| ((at + 1) as f64, value)).collect();
    Curve { name: name.to_owned(), points, band: at(0.25).zip(at(0.75)).collect(), ..Curve::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(accuracies: &[f64]) -> Vec<EpochRecord> {
        let record = |(at, accuracy): (usize, &f64)| EpochRecord {
            epoch: at as u32 + 1,
            loss: 1.0,
            train_accuracy: *accuracy,
            test_accuracy: 0.5,
            held_loss: None,
            held_accuracy: None,
            seconds: 1.0,
        };
        accuracies.iter().enumerate().map(record).collect()
    }

    #[test]
    fn bands_are_quartiles_of_the_trainings_that_got_so_far() {
        let runs = [history(&[0.5, 0.6]), history(&[0.7, 0.8, 0.995]), history(&[0.6, 0.7])];
        let runs: Vec<&[EpochRecord]> = runs.iter().map(Vec::as_slice).collect();
        let curve = band("x", &runs, |epoch| epoch.train_accuracy);
        assert_eq!(curve.points, [(1.0, 0.6), (2.0, 0.7), (3.0, 0.995)]);
        assert!((curve.band[0].0 - 0.55).abs() < 1e-12 && (curve.band[0].1 - 0.65).abs() < 1e-12);
        assert_eq!(epochs_to(runs[1], LEARNT), Some(3));
        assert_eq!(epochs_to(runs[0], LEARNT), None);
    }
}
