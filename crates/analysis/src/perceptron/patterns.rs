//! Inputs with their targets.

use std::collections::HashMap;

use crate::{Error, Result};

/// Patterns: rows of inputs, each with a target of 1 or −1.
#[derive(Clone, Debug, PartialEq)]
pub struct Patterns {
    inputs: Vec<f64>,
    dimensions: usize,
    targets: Vec<f64>,
}

impl Patterns {
    /// Takes patterns after checking them.
    ///
    /// # Errors
    /// [`Error::Param`] without inputs, for rows of different lengths, inputs that are no finite numbers, or targets other than ±1.
    pub fn new(rows: &[Vec<f64>], targets: &[f64]) -> Result<Self> {
        let wrong = |field, want, got: String| Err(Error::Param { analysis: "perceptron", field, want, got });
        let dimensions = rows.first().map_or(0, Vec::len);
        if dimensions == 0 {
            return wrong("inputs", "at least one pattern of at least one number", format!("{} patterns", rows.len()));
        }
        if rows.len() != targets.len() {
            return wrong("targets", "one for each pattern", format!("{} for {}", targets.len(), rows.len()));
        }
        for (at, (row, target)) in rows.iter().zip(targets).enumerate() {
            if row.len() != dimensions {
                return wrong("inputs", "of one length", format!("{} numbers in pattern {at}", row.len()));
            }
            if let Some(value) = row.iter().find(|value| !value.is_finite()) {
                return wrong("inputs", "finite numbers", format!("{value} in pattern {at}"));
            }
            if target.abs() != 1.0 {
                return wrong("targets", "1 or -1", format!("{target} for pattern {at}"));
            }
        }
        Ok(Self { inputs: rows.concat(), dimensions, targets: targets.to_vec() })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is none; there always is one.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Inputs of each.
    pub const fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Inputs of a pattern.
    pub fn input(&self, pattern: usize) -> &[f64] {
        &self.inputs[pattern * self.dimensions..(pattern + 1) * self.dimensions]
    }

    /// Target of a pattern.
    pub fn target(&self, pattern: usize) -> f64 {
        self.targets[pattern]
    }

    /// Inputs and target of each.
    pub fn iter(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.inputs.chunks_exact(self.dimensions).zip(self.targets.iter().copied())
    }

    /// Those of these numbers.
    #[must_use]
    pub fn some(&self, which: &[usize]) -> Self {
        let inputs = which.iter().flat_map(|&pattern| self.input(pattern).to_vec()).collect();
        let targets = which.iter().map(|&pattern| self.target(pattern)).collect();
        Self { inputs, dimensions: self.dimensions, targets }
    }

    /// Inputs that stand in both classes, which no net can tell apart; the first of them.
    pub fn in_both(&self) -> Option<&[f64]> {
        let mut targets: HashMap<Vec<u64>, f64> = HashMap::with_capacity(self.len());
        // 0 and −0 are the same number with other bits.
        let bits = |x: &[f64]| x.iter().map(|value| (value + 0.0).to_bits()).collect();
        self.iter().find(|(x, target)| *targets.entry(bits(x)).or_insert(*target) != *target).map(|(x, _)| x)
    }

    /// Smallest and largest value of an input.
    pub fn ends(&self, dimension: usize) -> (f64, f64) {
        self.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (x, _)| {
            (low.min(x[dimension]), high.max(x[dimension]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_of_both_classes_are_found() {
        let patterns = |targets| Patterns::new(&[vec![1.0, 0.0], vec![2.0, 0.0], vec![1.0, -0.0]], targets).unwrap();
        assert_eq!(patterns(&[1.0, 1.0, -1.0]).in_both(), Some(&[1.0, 0.0][..]));
        assert_eq!(patterns(&[1.0, -1.0, 1.0]).in_both(), None);
    }
}
