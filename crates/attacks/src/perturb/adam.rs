//! Adam, for methods that descend on a loss of their own.

use pulp::Arch;

/// Adam's moments for the values of one picture.
///
/// Source: Kingma and Ba 2015, algorithm 1, <https://arxiv.org/abs/1412.6980>, with its β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
#[derive(Clone, Debug)]
pub(crate) struct Adam {
    first: Vec<f32>,
    second: Vec<f32>,
    taken: i32,
}

const BETAS: (f32, f32) = (0.9, 0.999);
const EPSILON: f32 = 1e-8;

impl Adam {
    /// Moments of zero for this many values.
    pub(crate) fn new(len: usize) -> Self {
        Self { first: vec![0.0; len], second: vec![0.0; len], taken: 0 }
    }

    /// One step of `values` down the gradient.
    pub(crate) fn step(&mut self, values: &mut [f32], gradient: &[f32], rate: f64) {
        self.taken += 1;
        let bias = 1.0 - f64::from(BETAS.0).powi(self.taken);
        let (rate, root) = ((rate / bias) as f32, self.root());
        let (first, second) = (&mut self.first, &mut self.second);
        Arch::new().dispatch(|| {
            for (((value, g), first), second) in values.iter_mut().zip(gradient).zip(first).zip(second) {
                *first += (1.0 - BETAS.0) * (g - *first);
                *second = BETAS.1 * *second + (1.0 - BETAS.1) * g * g;
                *value -= rate * *first / (second.sqrt() * root + EPSILON);
            }
        });
    }

    /// What each value's step was divided by.
    pub(crate) fn scales(&self) -> Vec<f32> {
        let root = self.root();
        self.second.iter().map(|second| second.sqrt() * root + EPSILON).collect()
    }

    /// Factor that corrects the root of the second moment for its start at zero.
    fn root(&self) -> f32 {
        (1.0 / (1.0 - f64::from(BETAS.1).powi(self.taken))).sqrt() as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_steps_are_as_long_as_the_rate_whatever_the_gradient() {
        let mut values = [1.0, 1.0, 1.0];
        let mut adam = Adam::new(3);
        for step in 1..=3 {
            adam.step(&mut values, &[1e-3, -50.0, 0.0], 0.1);
            let want = [1.0 - 0.1 * step as f32, 1.0 + 0.1 * step as f32, 1.0];
            assert!(values.iter().zip(want).all(|(value, want)| (value - want).abs() < 1e-4), "{values:?}");
        }
    }
}
