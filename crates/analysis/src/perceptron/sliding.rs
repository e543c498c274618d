//! Nets of sign neurons with one hidden layer, learnt by neurons whose slope grows until they are nearly signs.
//!
//! A sign has no gradient, so gradient descent cannot train a net of signs itself. Here hidden neurons put out `tanh(β b)` while the net
//! learns, and the output neuron `tanh(b)`; descent on the cross-entropy of the targets goes on while the slope `β` grows, and what
//! is judged at every step is the net of **signs** with the same weights and thresholds, never the smooth one. That net is not sure
//! to get all right where the smooth one does, and descent often ends in a place from where it finds no way on; so it is started
//! many times, and the start with the fewest mistakes on the training patterns counts. Fresh patterns take no part in the choice.
//!
//! Added to the sources: after every step the weights of each hidden neuron are scaled to length 1, and its threshold with them. That
//! changes no sign, and leaves the slope to `β` alone.
//!
//! Sources: Corwin, Logar and Oldham 1994, An iterative method for training multilayer networks with threshold functions, IEEE
//! Transactions on Neural Networks 5 (the growing slope); Mehlig, chapters 6 and 7 (gradient descent, tanh, cross-entropy); Kingma and
//! Ba 2015 (Adam, which takes the steps).

use advlab_core::Seed;
use serde::{Deserialize, Serialize};

use super::descent::descend;
use super::{Checkpoint, Patterns, SignNet, Watch};
use crate::{Error, Result};

/// How such a net is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ThresholdTraining {
    /// Sweeps through all patterns.
    #[schemars(range(min = 1))]
    pub steps: usize,
    /// Patterns between two steps of descent.
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// Size of the first steps; they shrink to a fiftieth.
    pub rate: f64,
    /// Slope of the neurons at the beginning, and at the end; it grows by the same factor in every step.
    pub slopes: (f64, f64),
    /// Times that it begins anew, each from other weights; the one with the fewest mistakes on the training patterns counts.
    #[schemars(range(min = 1))]
    pub starts: usize,
}

impl Default for ThresholdTraining {
    fn default() -> Self {
        Self { steps: 1000, batch: 10, rate: 0.05, slopes: (3.0, 30.0), starts: 100 }
    }
}

impl ThresholdTraining {
    /// Whether all settings can be used.
    ///
    /// # Errors
    /// [`Error::Param`] names the first that cannot.
    pub fn check(&self) -> Result<()> {
        let wrong = |field, want, got: String| Err(Error::Param { analysis: "perceptron", field, want, got });
        for (field, value) in [("steps", self.steps), ("batch", self.batch), ("starts", self.starts)] {
            if value == 0 {
                return wrong(field, "1 or more", "0".to_owned());
            }
        }
        let usable = self.rate.is_finite() && self.rate > 0.0;
        if !usable {
            return wrong("rate", "above 0", self.rate.to_string());
        }
        let (from, to) = self.slopes;
        let usable = from > 0.0 && from <= to && to.is_finite();
        if !usable {
            return wrong("slopes", "above 0, the second not below the first", format!("{from} and {to}"));
        }
        Ok(())
    }
}

/// A net that was trained so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainedNet {
    /// The net of signs at the end.
    pub net: SignNet,
    /// The nets of signs on the way of the start that counts.
    pub history: Vec<Checkpoint>,
    /// The first step that was looked at from where on it got all training patterns right to the end; none if it did not.
    pub converged: Option<usize>,
    /// Mistakes on the training patterns of every start, at its end.
    pub mistakes: Vec<usize>,
}

/// Trains a net of so many hidden neurons; `seed` is what its weights and the order of the patterns are drawn from. Starts end early
/// with the first one that makes no mistake.
///
/// # Errors
/// [`Error::Param`] for settings that cannot be used, or no hidden neurons; [`Error::Core`] when it is stopped.
pub fn threshold_net(
    patterns: &Patterns,
    watch: &Watch<'_>,
    hidden: usize,
    training: &ThresholdTraining,
    seed: Seed,
) -> Result<TrainedNet> {
    training.check()?;
    if hidden == 0 {
        let (want, got) = ("1 or more; without them there is Hebb's rule", "0".to_owned());
        return Err(Error::Param { analysis: "perceptron", field: "hidden", want, got });
    }
    let mut mistakes = Vec::new();
    let mut best: Option<Vec<(usize, SignNet)>> = None;
    for start in 0..training.starts {
        let way = descend(patterns, hidden, training, watch, seed.index(start as u64))?;
        let made = way.last().map_or(usize::MAX, |(_, net)| net.mistakes(patterns));
        if mistakes.iter().all(|other| made < *other) {
            best = Some(way);
        }
        mistakes.push(made);
        if made == 0 {
            break;
        }
    }
    let way = best.expect("there is a start");
    let history: Vec<Checkpoint> = way.iter().map(|(step, net)| watch.seen(*step, net, patterns)).collect();
    let right_from = history.iter().rposition(|seen| seen.train_error > 0.0).map_or(0, |last| last + 1);
    let converged = history.get(right_from).map(|seen| seen.step);
    let net = way.into_iter().next_back().map(|(_, net)| net).expect("it has an end");
    Ok(TrainedNet { net, history, converged, mistakes })
}

#[cfg(test)]
mod tests {
    use advlab_core::Stop;

    use super::super::Problem;
    use super::*;

    #[test]
    fn two_hidden_neurons_learn_xor_and_four_a_region_of_four_lines() {
        let (table, stop) = (Problem::Xor.table(2).unwrap(), Stop::default());
        let watch = Watch::only(&stop);
        let xor = threshold_net(&table, &watch, 2, &ThresholdTraining::default(), Seed::new(1)).unwrap();
        assert_eq!((xor.net.mistakes(&table), xor.net.active(&table).len()), (0, 2));
        assert!(xor.converged.is_some() && xor.mistakes.last() == Some(&0));
        let points = Problem::FourLines.draw(200, 0.0, Seed::new(2)).unwrap();
        // Inputs of another size and place are learnt alike.
        let rows: Vec<Vec<f64>> = points.iter().map(|(x, _)| vec![1e3 * x[0] + 5e3, x[1] / 1e3]).collect();
        let targets: Vec<f64> = points.iter().map(|(_, target)| target).collect();
        let moved = Patterns::new(&rows, &targets).unwrap();
        for patterns in [&points, &moved] {
            let trained = threshold_net(patterns, &watch, 4, &ThresholdTraining::default(), Seed::new(3)).unwrap();
            assert!(trained.net.error(patterns) <= 0.02, "{:?}", trained.mistakes);
        }
    }

    #[test]
    fn settings_that_cannot_be_used_are_named() {
        let (table, stop) = (Problem::Xor.table(2).unwrap(), Stop::default());
        let told = |hidden, change: &dyn Fn(&mut ThresholdTraining)| {
            let mut training = ThresholdTraining::default();
            change(&mut training);
            threshold_net(&table, &Watch::only(&stop), hidden, &training, Seed::new(1)).unwrap_err().to_string()
        };
        assert!(told(0, &|_| ()).contains("`hidden` must be 1 or more"));
        assert!(told(2, &|it| it.rate = f64::NAN).contains("`rate` must be above 0, got NaN"));
        assert!(told(2, &|it| it.slopes = (2.0, 1.0)).contains("`slopes`"));
        assert!(told(2, &|it| it.starts = 0).contains("`starts` must be 1 or more, got 0"));
    }

    #[test]
    fn a_training_stops_when_it_is_told_to_and_is_seen_at_the_steps_asked_for() {
        let (table, stop) = (Problem::Xor.table(2).unwrap(), Stop::default());
        let training = ThresholdTraining { steps: 50, starts: 1, ..ThresholdTraining::default() };
        let watch = Watch { at: &[37, 2000], ..Watch::only(&stop) };
        let trained = threshold_net(&table, &watch, 2, &training, Seed::new(1)).unwrap();
        let plain = threshold_net(&table, &Watch::only(&stop), 2, &training, Seed::new(1)).unwrap();
        let steps = |trained: &TrainedNet| trained.history.iter().map(|seen| seen.step).collect::<Vec<_>>();
        assert!(steps(&trained).contains(&37) && !steps(&plain).contains(&37));
        assert!(steps(&trained).is_sorted() && steps(&trained).last() == Some(&50));
        assert_eq!(trained.net, plain.net, "looking changes nothing");
        stop.ask();
        let told = threshold_net(&table, &watch, 2, &training, Seed::new(1));
        assert!(matches!(told, Err(Error::Core(advlab_core::Error::Stopped))));
    }
}
