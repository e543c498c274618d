//! Nets of sign neurons with one hidden layer, learnt by neurons whose slope grows until they are nearly signs.
//!
//! A sign has no gradient, so no rule of gradient descent trains a net of signs itself. Here every neuron puts out `tanh(β b)` while it
//! learns; descent on `½ (t − O)²` goes on while the slope `β` grows, and what is judged at every step is the net of **signs** with
//! the same weights and thresholds, never the smooth one. That net is not sure to get all right where the smooth one does, and descent
//! can end in a place from where it finds no way on; so it is started several times, and the start with the fewest mistakes on
//! the training patterns counts. Fresh patterns take no part in the choice.
//!
//! Sources: Corwin, Logar and Oldham 1994, An iterative method for training multilayer networks with threshold functions, IEEE
//! Transactions on Neural Networks 5 (the growing slope); Mehlig, chapter 6 (gradient descent on ½(t − O)², tanh); Kingma and Ba 2015
//! (Adam, which takes the steps).

use advlab_core::Seed;
use rand::seq::SliceRandom as _;
use rand_distr::{Distribution as _, StandardNormal};
use serde::{Deserialize, Serialize};

use super::{Checkpoint, Neuron, Patterns, SignNet, checkpoints};
use crate::{Error, Result};

/// Means of Adam: of the gradient, and of its square.
const MEANS: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;
/// The last step is this share of the first.
const LAST_RATE: f64 = 0.02;

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
        Self { steps: 1000, batch: 10, rate: 0.03, slopes: (1.0, 8.0), starts: 5 }
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
/// [`Error::Param`] for settings that cannot be used, or no hidden neurons.
pub fn threshold_net(
    patterns: &Patterns,
    test: Option<&Patterns>,
    hidden: usize,
    training: &ThresholdTraining,
    seed: Seed,
) -> Result<TrainedNet> {
    training.check()?;
    if hidden == 0 {
        let (want, got) = ("1 or more; without them there is Hebb's rule", "0".to_owned());
        return Err(Error::Param { analysis: "perceptron", field: "hidden", want, got });
    }
    let scaling = Scaling::of(patterns);
    let mut mistakes = Vec::new();
    let mut best: Option<Vec<(usize, SignNet)>> = None;
    for start in 0..training.starts {
        let way = descend(patterns, &scaling, hidden, training, seed.index(start as u64));
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
    let look = |(step, net): &(usize, SignNet)| Checkpoint {
        step: *step,
        train_error: net.error(patterns),
        test_error: test.map(|test| net.error(test)),
        net: net.clone(),
    };
    let history: Vec<Checkpoint> = way.iter().map(look).collect();
    let right_from = history.iter().rposition(|seen| seen.train_error > 0.0).map_or(0, |last| last + 1);
    let converged = history.get(right_from).map(|seen| seen.step);
    let net = way.into_iter().next_back().map(|(_, net)| net).expect("it has an end");
    Ok(TrainedNet { net, history, converged, mistakes })
}

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
        Self { values, means, taken: 0, dimensions, hidden }
    }

    /// Adds the gradient of `½ (t − O)²` at one pattern to `gradient`.
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
        let said = field.tanh();
        let back = (said - target) * (1.0 - said * said);
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

/// One start: nets of signs at the steps that are looked at.
fn descend(
    patterns: &Patterns,
    scaling: &Scaling,
    hidden: usize,
    training: &ThresholdTraining,
    seed: Seed,
) -> Vec<(usize, SignNet)> {
    let mut descent = Descent::new(patterns.dimensions(), hidden, seed);
    let inputs: Vec<Vec<f64>> = patterns.iter().map(|(x, _)| scaling.scaled(x)).collect();
    let at = checkpoints(training.steps);
    let mut way = vec![(0, descent.net(scaling))];
    let mut order: Vec<usize> = (0..patterns.len()).collect();
    let mut rng = seed.child("order").rng();
    let (mut states, mut gradient) = (vec![0.0; hidden], vec![0.0; descent.values.len()]);
    for step in 1..=training.steps {
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
            way.push((step, descent.net(scaling)));
        }
    }
    way
}

#[cfg(test)]
mod tests {
    use super::super::Problem;
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
            0.5 * (target - field.tanh()).powi(2)
        };
        for at in 0..descent.values.len() {
            let (value, h) = (descent.values[at], 1e-6);
            descent.values[at] = value + h;
            let above = energy(&descent);
            descent.values[at] = value - h;
            let slope = (above - energy(&descent)) / (2.0 * h);
            descent.values[at] = value;
            assert!((slope - gradient[at]).abs() < 1e-7, "{at}: {slope} and {}", gradient[at]);
        }
    }

    #[test]
    fn two_hidden_neurons_learn_xor_and_four_a_region_of_four_lines() {
        let table = Problem::Xor.table(2).unwrap();
        let xor = threshold_net(&table, None, 2, &ThresholdTraining::default(), Seed::new(1)).unwrap();
        assert_eq!((xor.net.mistakes(&table), xor.net.active(&table).len()), (0, 2));
        assert!(xor.converged.is_some() && xor.mistakes.last() == Some(&0));
        let points = Problem::FourLines.draw(200, 0.0, Seed::new(2)).unwrap();
        // Inputs of another size and place are learnt alike.
        let rows: Vec<Vec<f64>> = points.iter().map(|(x, _)| vec![1e3 * x[0] + 5e3, x[1] / 1e3]).collect();
        let targets: Vec<f64> = points.iter().map(|(_, target)| target).collect();
        let moved = Patterns::new(&rows, &targets).unwrap();
        for patterns in [&points, &moved] {
            let trained = threshold_net(patterns, None, 4, &ThresholdTraining::default(), Seed::new(3)).unwrap();
            assert!(trained.net.error(patterns) <= 0.01, "{:?}", trained.mistakes);
        }
    }

    #[test]
    fn settings_that_cannot_be_used_are_named() {
        let table = Problem::Xor.table(2).unwrap();
        let told = |hidden, change: &dyn Fn(&mut ThresholdTraining)| {
            let mut training = ThresholdTraining::default();
            change(&mut training);
            threshold_net(&table, None, hidden, &training, Seed::new(1)).unwrap_err().to_string()
        };
        assert!(told(0, &|_| ()).contains("`hidden` must be 1 or more"));
        assert!(told(2, &|it| it.rate = f64::NAN).contains("`rate` must be above 0, got NaN"));
        assert!(told(2, &|it| it.slopes = (2.0, 1.0)).contains("`slopes`"));
        assert!(told(2, &|it| it.starts = 0).contains("`starts` must be 1 or more, got 0"));
    }
}
