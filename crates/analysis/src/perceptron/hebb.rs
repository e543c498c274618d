//! Hebb's rule: weights as sums over patterns, and the form of it that stops where all is right.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Checkpoint, Neuron, Patterns, SignNet, Watch};
use crate::Result;

/// Hebb's rule in one go: `w = (1/p) Σ t x`, `θ = −(1/p) Σ t` over the `p` patterns.
///
/// Source: Mehlig, chapter 5.
pub fn sum(patterns: &Patterns) -> SignNet {
    let p = patterns.len() as f64;
    let mut neuron = Neuron::new(vec![0.0; patterns.dimensions()], 0.0);
    for (x, target) in patterns.iter() {
        neuron.weights.iter_mut().zip(x).for_each(|(weight, x)| *weight += target * x / p);
        neuron.threshold -= target / p;
    }
    SignNet::single(neuron)
}

/// A training by the rule, pattern by pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// The net at its end.
    pub net: SignNet,
    /// The net on its way.
    pub history: Vec<Checkpoint>,
    /// Sweeps until all patterns were right; none if they never were.
    pub converged: Option<usize>,
    /// Two steps after which the weights were the same to the last bit: from there the rule goes round for ever. None where that was
    /// not seen.
    pub cycle: Option<(usize, usize)>,
}

/// Learns pattern by pattern: `δw = η (t − O) x`, `δθ = −η (t − O)`, from zero, with all patterns in turn in each step. Ends as soon
/// as all are right, or after so many steps, or where the weights are those after an earlier step.
///
/// Since the patterns come in the same order in each step, weights that come back prove that the rule will never end. The rule
/// stops at a solution if there is one (the perceptron convergence theorem, Rosenblatt 1962).
///
/// Source: Mehlig, chapter 5. From zero the rate `η` scales weights and thresholds alike, and changes nothing of what the net says but by
/// rounding.
///
/// # Errors
/// [`Error::Core`](crate::Error::Core) when it is stopped.
pub fn learn(patterns: &Patterns, watch: &Watch<'_>, rate: f64, steps: usize) -> Result<Learned> {
    let mut neuron = Neuron::new(vec![0.0; patterns.dimensions()], 0.0);
    let at = watch.steps(steps);
    let mut learned =
        Learned { net: SignNet::single(neuron.clone()), history: Vec::new(), converged: None, cycle: None };
    let mut seen: HashMap<Vec<u64>, usize> = HashMap::new();
    for step in 0..=steps {
        watch.goes_on()?;
        if step > 0 {
            for (x, target) in patterns.iter() {
                let miss = target - neuron.output(x);
                if miss != 0.0 {
                    neuron.weights.iter_mut().zip(x).for_each(|(weight, x)| *weight += rate * miss * x);
                    neuron.threshold -= rate * miss;
                }
            }
        }
        let net = SignNet::single(neuron.clone());
        let train_error = net.error(patterns);
        let bits = neuron.weights.iter().chain([&neuron.threshold]).map(|value| value.to_bits()).collect();
        let before = seen.insert(bits, step);
        learned.converged = (train_error == 0.0).then_some(step);
        learned.cycle = before.filter(|_| train_error > 0.0).map(|before| (before, step));
        let ends = learned.converged.is_some() || learned.cycle.is_some() || step == steps;
        if ends || at.binary_search(&step).is_ok() {
            learned.history.push(watch.seen(step, &net, patterns));
        }
        learned.net = net;
        if ends {
            break;
        }
    }
    Ok(learned)
}

#[cfg(test)]
mod tests {
    use advlab_core::Stop;

    use super::super::Problem;
    use super::*;

    #[test]
    fn and_and_or_are_learnt_and_xor_goes_round() {
        let stop = Stop::default();
        for problem in [Problem::And, Problem::Or] {
            let table = problem.table(2).unwrap();
            assert_eq!(sum(&table).mistakes(&table), 0, "{problem:?} in one go");
            let learned = learn(&table, &Watch::only(&stop), 0.5, 100).unwrap();
            assert!(learned.converged.is_some_and(|step| step < 10) && learned.cycle.is_none(), "{problem:?}");
            assert_eq!(learned.net.mistakes(&table), 0);
        }
        let table = Problem::Xor.table(2).unwrap();
        assert!(sum(&table).mistakes(&table) > 0);
        let learned = learn(&table, &Watch::only(&stop), 0.5, 100).unwrap();
        assert_eq!(learned.converged, None);
        let (first, again) = learned.cycle.expect("the weights come back");
        let at = |step| learned.history.iter().find(|seen| seen.step == step).unwrap();
        assert!(first < again && at(first).net == at(again).net);
    }

    #[test]
    fn what_a_line_parts_is_learnt() {
        let stop = Stop::default();
        let points = Problem::Linear.draw(200, 0.0, advlab_core::Seed::new(5)).unwrap();
        let fresh = Problem::Linear.draw(2000, 0.0, advlab_core::Seed::new(6)).unwrap();
        let learned = learn(&points, &Watch { test: Some(&fresh), ..Watch::only(&stop) }, 0.5, 10_000).unwrap();
        assert!(learned.converged.is_some());
        let last = learned.history.last().unwrap();
        assert_eq!(last.train_error, 0.0);
        assert!(last.test_error.unwrap() < 0.05, "{last:?}");
    }
}
