//! Scores and gradients of a net of dense layers, picture by picture in plain numbers.
//!
//! Small nets spend most of their time in starting libtorch's operations. And its matrix products add in an order that depends
//! on the size of the batch: a search of hundreds of looks enlarges that rounding to what one can see. Here a picture's numbers
//! are the same whatever is looked at beside it.

use advlab_core::{Activation, Dense};

use super::vectors::{ROWS, add, add_rows, dot, dot_rows};

/// Pictures that go through the first layer side by side: each row of its weights is read once for all of them.
pub(super) const SIDE_BY_SIDE: usize = 8;

/// A net and room for the way of a few pictures through it.
#[derive(Debug)]
pub(super) struct DensePass<'a> {
    net: &'a Dense,
    /// For each picture what each layer puts out; the last one's are the scores.
    values: Vec<Vec<Vec<f32>>>,
}

impl<'a> DensePass<'a> {
    pub(super) fn new(net: &'a Dense) -> Self {
        let room = || net.layers.iter().map(|layer| vec![0.0; layer.outputs]).collect();
        Self { net, values: (0..SIDE_BY_SIDE).map(|_| room()).collect() }
    }

    /// Takes at most [`SIDE_BY_SIDE`] pictures in.
    pub(super) fn look(&mut self, pictures: &[&[f32]]) {
        let last = self.net.layers.len() - 1;
        for (i, layer) in self.net.layers.iter().enumerate() {
            let finish = |sum: f64, bias: f32| {
                let sum = (sum + f64::from(bias)) as f32;
                if i == last { sum } else { activate(self.net.activation, sum) }
            };
            for (block, rows) in layer.weights.chunks(ROWS * layer.inputs).enumerate() {
                let k = block * ROWS;
                if rows.len() < ROWS * layer.inputs {
                    for (values, picture) in self.values.iter_mut().zip(pictures) {
                        let (before, after) = values.split_at_mut(i);
                        let x = before.last().map_or(*picture, Vec::as_slice);
                        let rows = rows.chunks_exact(layer.inputs).zip(&layer.biases[k..]);
                        for (value, (row, bias)) in after[0][k..].iter_mut().zip(rows) {
                            *value = finish(dot(row, x), *bias);
                        }
                    }
                    continue;
                }
                for (values, pictures) in self.values.chunks_mut(2).zip(pictures.chunks(2)) {
                    let before = |which: usize| match i {
                        0 => pictures[which],
                        _ => values[which][i - 1].as_slice(),
                    };
                    // One that is left over stands beside itself.
                    let sums = dot_rows(rows, [before(0), before(pictures.len() - 1)]);
                    for (values, sums) in values.iter_mut().zip(sums).take(pictures.len()) {
                        for ((value, sum), bias) in values[i][k..].iter_mut().zip(sums).zip(&layer.biases[k..]) {
                            *value = finish(sum, *bias);
                        }
                    }
                }
            }
        }
    }

    /// Scores of the picture of this number.
    pub(super) fn scores(&self, number: usize) -> &[f32] {
        &self.values[number][self.net.layers.len() - 1]
    }

    /// Gradients of `Σ weights·scores` by each picture of the last look.
    pub(super) fn gradients(&self, weights: &[Vec<f32>], gradients: &mut [Vec<f32>]) {
        let mut deltas = weights.to_vec();
        for (i, layer) in self.net.layers.iter().enumerate().skip(1).rev() {
            for (delta, values) in deltas.iter_mut().zip(&self.values) {
                let mut back = vec![0.0; layer.inputs];
                for (row, delta) in layer.weights.chunks_exact(layer.inputs).zip(delta.iter()) {
                    add(&mut back, f64::from(*delta), row);
                }
                for (back, value) in back.iter_mut().zip(&values[i - 1]) {
                    *back *= slope(self.net.activation, *value);
                }
                *delta = back;
            }
        }
        let first = &self.net.layers[0];
        let mut spare = Vec::new();
        for gradient in &mut *gradients {
            gradient.clear();
            gradient.resize(first.inputs, 0.0);
        }
        for (block, rows) in first.weights.chunks(ROWS * first.inputs).enumerate() {
            let k = block * ROWS;
            if rows.len() < ROWS * first.inputs {
                for (gradient, delta) in gradients.iter_mut().zip(&deltas) {
                    for (row, delta) in rows.chunks_exact(first.inputs).zip(&delta[k..]) {
                        add(gradient, f64::from(*delta), row);
                    }
                }
                continue;
            }
            let shares = |delta: &[f32]| std::array::from_fn(|j| delta[k + j]);
            for (gradients, deltas) in gradients.chunks_mut(2).zip(deltas.chunks(2)) {
                match (gradients, deltas) {
                    ([one, other], [delta, beside]) => add_rows([one, other], [shares(delta), shares(beside)], rows),
                    // One that is left over stands beside nothing.
                    ([one], [delta]) => {
                        spare.resize(first.inputs, 0.0);
                        add_rows([one, &mut spare], [shares(delta), [0.0; ROWS]], rows);
                    }
                    _ => {}
                }
            }
        }
    }
}

fn activate(activation: Activation, sum: f32) -> f32 {
    match activation {
        Activation::Sigmoid => 1.0 / (1.0 + (-sum).exp()),
        Activation::Tanh => sum.tanh(),
        Activation::Relu => sum.max(0.0),
    }
}

/// Slope of an activation, from its value.
fn slope(activation: Activation, value: f32) -> f32 {
    match activation {
        Activation::Sigmoid => value * (1.0 - value),
        Activation::Tanh => 1.0 - value * value,
        Activation::Relu => f32::from(u8::from(value > 0.0)),
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::{Classifier, Seed};
    use advlab_model_zoo::{ModelSpec, Net};
    use tch::{Kind, Tensor};

    use super::*;

    #[test]
    fn it_says_what_libtorch_says() {
        for activation in ["sigmoid", "tanh", "relu"] {
            let spec: ModelSpec = toml::from_str(&format!(
                "input = '1x7x9'\nclasses = ['a', 'b', 'c']\nhidden = [31, 8]\nactivation = '{activation}'\noutput = 'softmax'"
            ))
            .unwrap();
            let net = Net::random("net", &spec, Seed::new(4)).unwrap();
            let dense = net.dense().unwrap();
            let mut pass = DensePass::new(&dense);
            let picture: Vec<f32> = (0..63).map(|i| (i as f32 * 0.7).sin().abs()).collect();
            let leaf = Tensor::from_slice(&picture).reshape([1, 1, 7, 9]).set_requires_grad(true);
            let scores = net.scores(&leaf).unwrap();
            let weights = [0.3_f32, -1.0, 0.5];
            let combined = (&scores * Tensor::from_slice(&weights)).sum(Kind::Float);
            let wanted =
                Vec::<f32>::try_from(Tensor::run_backward(&[combined], &[&leaf], false, false)[0].reshape([-1]));
            let wanted_scores = Vec::<f32>::try_from(scores.detach().reshape([-1])).unwrap();
            let close = |ours: &[f32], theirs: &[f32]| ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 1e-5);
            pass.look(&[&picture, &picture]);
            assert!(close(pass.scores(1), &wanted_scores), "{activation}: scores");
            let mut gradients = vec![Vec::new(); 2];
            pass.gradients(&[vec![0.0; 3], weights.to_vec()], &mut gradients);
            assert!(close(&gradients[1], &wanted.unwrap()), "{activation}: gradient");
            assert!(gradients[0].iter().all(|value| *value == 0.0), "{activation}: a gradient of nothing");
        }
    }
}
