//! How trainings learn, epoch by epoch: many of them in one figure.

use advlab_model_zoo::EpochRecord;
use advlab_plots::{Curve, Over};

/// Share of the training pictures that must be labelled right for a training to count as having learnt them.
pub(crate) const LEARNT: f64 = 0.99;

/// The first epoch in which at least this share of the training pictures was labelled right, if there was one.
pub(crate) fn epochs_to(history: &[EpochRecord], share: f64) -> Option<u32> {
    history.iter().find(|epoch| epoch.train_accuracy >= share).map(|epoch| epoch.epoch)
}

/// The median over trainings of a value by epoch, with a band from the lower to the upper quartile.
pub(crate) fn band(name: &str, trainings: &[&[EpochRecord]], of: fn(&EpochRecord) -> f64) -> Curve {
    let values = |history: &&[EpochRecord]| history.iter().map(of).collect::<Vec<f64>>();
    Curve::over_runs(name, &trainings.iter().map(values).collect::<Vec<_>>(), Over::Quartiles)
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
    fn trainings_are_told_by_when_they_have_learnt() {
        let runs = [history(&[0.5, 0.6]), history(&[0.7, 0.8, 0.995]), history(&[0.6, 0.7])];
        let runs: Vec<&[EpochRecord]> = runs.iter().map(Vec::as_slice).collect();
        assert_eq!(band("x", &runs, |epoch| epoch.train_accuracy).points[0], (1.0, 0.6));
        assert_eq!(epochs_to(runs[1], LEARNT), Some(3));
        assert_eq!(epochs_to(runs[0], LEARNT), None);
    }
}
