//! One descent of a net of hidden neurons whose slope grows: gradients, Adam's steps, and the nets of signs on the way.

use advlab_core::Seed;
use rand::seq::SliceRandom as _;
use rand_distr::{Distribution as _, StandardNormal};

use super::{Neuron, Patterns, SignNet, ThresholdTraining, Watch};
use crate::Result;

/// Means of Adam: of the gradient, and of its square.
const MEANS: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;
/// The last step is this share of the first.
const LAST_RATE: f64 = 0.02;

/// Inputs are shifted and scaled to mean 0 and standard deviation 1 while a net learns, so that data of any size are alike.
struct Scaling {
    middle: Vec<f64>,
    width: Vec<f64>,
}

impl Scaling {
    fn of(patterns: &Patterns) -> Self {
        let n = patterns.len() as f64;
        let over =
            |f: &dyn Fn(f64) -> f64, dimension: usize| patterns.iter().map(|(x, _)| f(x[dimension])).sum::<f64>() / n;
        let middle: Vec<f64> = (0..patterns.dimensions()).map(|at| over(&|x| x, at)).collect();
        let width = |at: usize| {
            let sd = over(&|x| (x - middle[at]).powi(2), at).sqrt();
            if sd > 0.0 { sd } else { 1.0 }
        };
        let width = (0..patterns.dimensions()).map(width).collect();
        Self { middle, width }
    }

    /// A neuron for scaled inputs as the same one for inputs as they are.
    fn undone(&self, weights: &[f64], threshold: f64) -> Neuron {
        let own: Vec<f64> = weights.iter().zip(&self.width).map(|(weight, width)| weight / width).collect();
        let shift: f64 = own.iter().zip(&self.middle).map(|(weight, middle)| weight * middle).sum();
        Neuron::new(own, threshold + shift)
    }

    fn scaled(&self, x: &[f64]) -> Vec<f64> {
        x.iter().zip(&self.middle).zip(&self.width).map(|((x, middle), width)| (x - middle) / width).collect()
    }
}

/// All that is learnt, in one row: of each hidden neuron its weights and threshold, then those of the output neuron.
struct Descent {
    values: Vec<f64>,
    means: Vec<(f64, f64)>,
    taken: i32,
    dimensions: usize,
    hidden: usize,
}

impl Descent {
    fn new(dimensions: usize, hidden: usize, seed: Seed) -> Self {
        let mut rng = seed.child("weights").rng();
        let mut normal = |sd: f64| -> f64 {
            let drawn: f64 = StandardNormal.sample(&mut rng);
            sd * drawn
        };
        let mut values = Vec::new();
        for _ in 0..hidden {
            values.extend((0..dimensions).map(|_| normal(1.0 / (dimensions as f64).sqrt())));
            values.push(normal(0.5));
        }
        values.extend((0..hidden).map(|_| normal(1.0 / (hidden as f64).sqrt())));
        values.push(0.0);
        let means = vec![(0.0, 0.0); values.len()];
        let mut descent = Self { values, means, taken: 0, dimensions, hidden };
        descent.normalise();
        descent
    }

    /// Adds the gradient of the cross-entropy `ln(1 + exp(−2 t b))` of the output's field `b` at one pattern to `gradient`.
    fn look(&self, x: &[f64], target: f64, slope: f64, states: &mut [f64], gradient: &mut [f64]) {
        let (width, output) = (self.dimensions + 1, self.hidden * (self.dimensions + 1));
        for (unit, state) in states.iter_mut().enumerate() {
            let own = &self.values[unit * width..(unit + 1) * width];
            let field: f64 = own.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() - own[self.dimensions];
            *state = (slope * field).tanh();
        }
        let out = &self.values[output..];
        let field: f64 = out.iter().zip(&*states).map(|(w, s)| w * s).sum::<f64>() - out[self.hidden];
        // The output's slope stays 1: its sign is that of its field whatever the slope, and so it keeps a gradient.
        let back = field.tanh() - target;
        gradient[output + self.hidden] -= back;
        for (unit, state) in states.iter().enumerate() {
            gradient[output + unit] += back * state;
            let below = back * out[unit] * slope * (1.0 - state * state);
            let own = &mut gradient[unit * width..(unit + 1) * width];
            own.iter_mut().zip(x).for_each(|(g, x)| *g += below * x);
            own[self.dimensions] -= below;
        }
    }

    /// A step of Adam along the mean gradient of `n` patterns.
    fn step(&mut self, gradient: &[f64], n: usize, rate: f64) {
        self.taken += 1;
        let corrections = (1.0 - MEANS.0.powi(self.taken), 1.0 - MEANS.1.powi(self.taken));
        for ((value, mean), gradient) in self.values.iter_mut().zip(&mut self.means).zip(gradient) {
            let gradient = gradient / n as f64;
            mean.0 = MEANS.0 * mean.0 + (1.0 - MEANS.0) * gradient;
            mean.1 = MEANS.1 * mean.1 + (1.0 - MEANS.1) * gradient * gradient;
            *value -= rate * (mean.0 / corrections.0) / ((mean.1 / corrections.1).sqrt() + EPSILON);
        }
        self.normalise();
    }

    /// Scales weights and threshold of each hidden neuron so that its weights have length 1.
    fn normalise(&mut self) {
        let width = self.dimensions + 1;
        for own in self.values[..self.hidden * width].chunks_exact_mut(width) {
            let length = own[..self.dimensions].iter().map(|weight| weight * weight).sum::<f64>().sqrt();
            if length > 0.0 {
                own.iter_mut().for_each(|value| *value /= length);
            }
        }
    }

    /// The net of signs with these weights.
    fn net(&self, scaling: &Scaling) -> SignNet {
        let width = self.dimensions + 1;
        let neuron = |unit: usize| {
            let own = &self.values[unit * width..(unit + 1) * width];
            scaling.undone(&own[..self.dimensions], own[self.dimensions])
        };
        let out = &self.values[self.hidden * width..];
        SignNet {
            hidden: (0..self.hidden).map(neuron).collect(),
            output: Neuron::new(out[..self.hidden].to_vec(), out[self.hidden]),
        }
    }
}

/// One start: nets of signs before the first step and after those that are looked at.
///
/// # Errors
/// [`advlab_core::Error::Stopped`].
pub(super) fn descend(
    patterns: &Patterns,
    hidden: usize,
    training: &ThresholdTraining,
    watch: &Watch<'_>,
    seed: Seed,
) -> Result<Vec<(usize, SignNet)>> {
    let scaling = Scaling::of(patterns);
    let mut descent = Descent::new(patterns.dimensions(), hidden, seed);
    let inputs: Vec<Vec<f64>> = patterns.iter().map(|(x, _)| scaling.scaled(x)).collect();
    let at = watch.steps(training.steps);
    let mut way = vec![(0, descent.net(&scaling))];
    let mut order: Vec<usize> = (0..patterns.len()).collect();
    let mut rng = seed.child("order").rng();
    let (mut states, mut gradient) = (vec![0.0; hidden], vec![0.0; descent.values.len()]);
    for step in 1..=training.steps {
        watch.goes_on()?;
        let done = (step - 1) as f64 / training.steps as f64;
        let slope = training.slopes.0 * (training.slopes.1 / training.slopes.0).powf(done);
        let rate = training.rate * (1.0 - (1.0 - LAST_RATE) * done);
        order.shuffle(&mut rng);
        for some in order.chunks(training.batch) {
            gradient.fill(0.0);
            for &pattern in some {
                descent.look(&inputs[pattern], patterns.target(pattern), slope, &mut states, &mut gradient);
            }
            descent.step(&gradient, some.len(), rate);
        }
        if at.binary_search(&step).is_ok() {
            way.push((step, descent.net(&scaling)));
        }
    }
    Ok(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_that_of_finite_differences() {
        let mut descent = Descent::new(3, 4, Seed::new(3));
        let (x, target, slope) = ([0.3, -0.8, 0.5], -1.0, 1.7);
        let mut states = vec![0.0; 4];
        let mut gradient = vec![0.0; descent.values.len()];
        descent.look(&x, target, slope, &mut states, &mut gradient);
        let mut energy = |descent: &Descent| {
            let mut unused = vec![0.0; descent.values.len()];
            descent.look(&x, target, slope, &mut states, &mut unused);
            let out = &descent.values[16..];
            let field: f64 = out.iter().zip(&states).map(|(w, s)| w * s).sum::<f64>() - out[4];
            (-2.0 * target * field).exp().ln_1p()
        };
        for (at, own) in gradient.iter().enumerate() {
            let (value, h) = (descent.values[at], 1e-6);
            descent.values[at] = value + h;
            let above = energy(&descent);
            descent.values[at] = value - h;
            let slope = (above - energy(&descent)) / (2.0 * h);
            descent.values[at] = value;
            assert!((slope - own).abs() < 1e-7, "{at}: {slope} and {own}");
        }
    }
}
