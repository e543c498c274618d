//! Neurons and nets that put out a sign.

use serde::{Deserialize, Serialize};

use super::Patterns;

/// The sign of a number: 1 from 0 upwards, else −1.
pub fn sign(value: f64) -> f64 {
    if value >= 0.0 { 1.0 } else { -1.0 }
}

/// A McCulloch-Pitts neuron: `sgn(w·x − θ)`. In two dimensions it draws the line `w·x = θ`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neuron {
    /// A weight for each input.
    pub weights: Vec<f64>,
    /// Its threshold `θ`.
    pub threshold: f64,
}

impl Neuron {
    /// A neuron of these weights.
    pub const fn new(weights: Vec<f64>, threshold: f64) -> Self {
        Self { weights, threshold }
    }

    /// Its local field `b = w·x − θ`.
    pub fn field(&self, x: &[f64]) -> f64 {
        self.weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() - self.threshold
    }

    /// Its output.
    pub fn output(&self, x: &[f64]) -> f64 {
        sign(self.field(x))
    }
}

/// An output neuron over one layer of hidden neurons, or over the inputs where there is none. All put out signs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignNet {
    /// The hidden neurons; may be none.
    pub hidden: Vec<Neuron>,
    /// The output neuron.
    pub output: Neuron,
}

impl SignNet {
    /// A net without hidden neurons.
    pub const fn single(output: Neuron) -> Self {
        Self { hidden: Vec::new(), output }
    }

    /// What it says of a pattern: 1 or −1.
    pub fn says(&self, x: &[f64]) -> f64 {
        if self.hidden.is_empty() {
            return self.output.output(x);
        }
        let states: Vec<f64> = self.hidden.iter().map(|neuron| neuron.output(x)).collect();
        self.output.output(&states)
    }

    /// Number of patterns that it gets wrong.
    pub fn mistakes(&self, patterns: &Patterns) -> usize {
        patterns.iter().filter(|(x, target)| self.says(x) != *target).count()
    }

    /// Share of the patterns that it gets wrong; 0 of none.
    pub fn error(&self, patterns: &Patterns) -> f64 {
        self.mistakes(patterns) as f64 / patterns.len().max(1) as f64
    }

    /// Hidden neurons whose state differs among these patterns, and that the output changes with for one of them at least: those
    /// whose lines count alone. Of two that stand in for each other neither does.
    pub fn active(&self, patterns: &Patterns) -> Vec<usize> {
        let counts = |unit: &usize| {
            patterns.iter().any(|(x, _)| {
                let mut states: Vec<f64> = self.hidden.iter().map(|neuron| neuron.output(x)).collect();
                let before = self.output.output(&states);
                states[*unit] = -states[*unit];
                self.output.output(&states) != before
            })
        };
        let differs = |unit: &usize| {
            let mut states = patterns.iter().map(|(x, _)| self.hidden[*unit].output(x));
            let first = states.next();
            states.any(|state| Some(state) != first)
        };
        (0..self.hidden.len()).filter(|unit| differs(unit) && counts(unit)).collect()
    }
}
