//! What is known for certain of a smallest change: a length below which no change can do, and how nearly a change that was
//! found is a local minimum.

use advlab_core::{Activation, Aim, Dense, Norm};

use tch::Tensor;

use super::vectors::{dot, gap, length};

/// Halvings of the radius.
const HALVINGS: usize = 40;
/// Singular values in single precision are too small by less than this share; bounds stay on the safe side of it.
const SAFE: f64 = 1.0001;

/// A net's layers with what a bound needs of them, made once for a net.
#[derive(Debug)]
pub(super) struct Bound {
    net: Dense,
    /// Euclidean length of each neuron's weights, layer by layer.
    rows: Vec<Vec<f64>>,
    /// Largest singular value of each layer's weights.
    spectral: Vec<f64>,
}

impl Bound {
    pub(super) fn new(net: Dense) -> Self {
        let rows =
            net.layers.iter().map(|layer| layer.weights.chunks_exact(layer.inputs).map(length).collect()).collect();
        let spectral = net
            .layers
            .iter()
            .map(|layer| {
                let weights = Tensor::from_slice(&layer.weights).reshape([-1, layer.inputs as i64]);
                weights.svd(true, false).1.max().double_value(&[]) * SAFE
            })
            .collect();
        Self { net, rows, spectral }
    }

    /// A length (L2, or L∞ through it) below which no change of `clean` reaches the aim.
    ///
    /// Within a ball of radius `R` no neuron of the first layer moves by more than `R` times the length of its weights, so each
    /// activation's slope is bounded by its largest one over that interval; the first layer's outputs then move by at most `R` times
    /// the norm of the weights scaled by those slopes (the smaller of Frobenius' and largest slope times spectral norm), which
    /// bounds the next layer's sums, and so on; the last layer's row for two classes bounds their
    /// margin. The largest `R` at which no margin of the aim can have changed its sign is the bound. (Local Lipschitz constants
    /// from intervals: Weng et al. 2018, *Towards fast computation of certified robustness for ReLU networks*, section 3; here
    /// for any activation with one hump of slope at 0.)
    pub(super) fn below(&self, clean: &[f32], aim: Aim, norm: Norm) -> Option<f64> {
        let radius_of = match norm {
            Norm::L2 => 1.0,
            // ‖r‖₂ ≤ √D·‖r‖∞, and ‖r‖₂ ≤ ‖r‖₁.
            Norm::Linf => (clean.len() as f64).sqrt().recip(),
            Norm::L1 => 1.0,
            Norm::L0 => return None,
        };
        let sums = self.sums(clean);
        let (mut low, mut high) = (0.0, (clean.len() as f64).sqrt());
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if self.is_safe(&sums, aim, middle) { low = middle } else { high = middle }
        }
        Some(low * radius_of)
    }

    /// Every layer's sums for a picture.
    fn sums(&self, picture: &[f32]) -> Vec<Vec<f64>> {
        let mut inputs = picture.to_vec();
        let mut all = Vec::new();
        for layer in &self.net.layers {
            let sums: Vec<f64> = layer
                .weights
                .chunks_exact(layer.inputs)
                .zip(&layer.biases)
                .map(|(row, bias)| dot(row, &inputs) + f64::from(*bias))
                .collect();
            inputs = sums.iter().map(|sum| activate(self.net.activation, *sum) as f32).collect();
            all.push(sums);
        }
        all
    }

    /// Whether no change of this length can reach the aim.
    fn is_safe(&self, sums: &[Vec<f64>], aim: Aim, radius: f64) -> bool {
        // How far the inputs of the present layer can have moved, in Euclidean length.
        let mut moved = radius;
        let last = self.net.layers.len() - 1;
        for ((sums, rows), spectral) in sums[..last].iter().zip(&self.rows).zip(&self.spectral) {
            let slopes: Vec<f64> =
                sums.iter().zip(rows).map(|(sum, row)| steepest(self.net.activation, *sum, moved * row)).collect();
            // Neuron by neuron, and together: the smaller of two bounds.
            let apart: f64 = slopes.iter().zip(rows).map(|(slope, row)| (slope * row).powi(2)).sum();
            let together = spectral * slopes.iter().copied().fold(0.0, f64::max);
            moved *= together.min(apart.sqrt());
        }
        let scores = &sums[last];
        let layer = &self.net.layers[last];
        let class = aim.class() as usize;
        let row = |k: usize| &layer.weights[k * layer.inputs..(k + 1) * layer.inputs];
        let can_turn = |k: usize| (scores[k] - scores[class]).abs() <= moved * gap(row(k), row(class));
        match aim {
            // Every class above the target has to come below it.
            Aim::Target(_) => (0..scores.len()).any(|k| k != class && scores[k] > scores[class] && !can_turn(k)),
            // Some class has to come above.
            Aim::Away(_) => (0..scores.len()).all(|k| k == class || (scores[k] < scores[class] && !can_turn(k))),
        }
    }
}

fn activate(activation: Activation, sum: f64) -> f64 {
    match activation {
        Activation::Sigmoid => 1.0 / (1.0 + (-sum).exp()),
        Activation::Tanh => sum.tanh(),
        Activation::Relu => sum.max(0.0),
    }
}

/// The largest slope within `reach` of a sum.
fn steepest(activation: Activation, sum: f64, reach: f64) -> f64 {
    // Slopes fall with the distance from 0, so the nearest point to 0 has the largest.
    let nearest = (sum.abs() - reach).max(0.0);
    match activation {
        Activation::Sigmoid => {
            let s = activate(activation, nearest);
            s * (1.0 - s)
        }
        Activation::Tanh => 1.0 - nearest.tanh().powi(2),
        Activation::Relu => f64::from(u8::from(sum + reach > 0.0)),
    }
}

/// Cosine between a change and the direction in which the margin falls, over the values that are free to move: where the change
/// is the smallest one nearby and one class is nearest, it points straight down the margin (Karush, Kuhn and Tucker).
///
/// `gradient` is the margin's, at the changed picture. A value is free if it is not at a bound that stops it from following.
pub(super) fn alignment(clean: &[f32], picture: &[f32], gradient: &[f32]) -> Option<f32> {
    let (mut along, mut change_square, mut gradient_square) = (0.0_f64, 0.0_f64, 0.0_f64);
    for ((clean, now), slope) in clean.iter().zip(picture).zip(gradient) {
        let held = (*now <= 0.0 && *slope > 0.0) || (*now >= 1.0 && *slope < 0.0);
        if !held {
            let change = f64::from(now - clean);
            along -= change * f64::from(*slope);
            change_square += change * change;
            gradient_square += f64::from(*slope).powi(2);
        }
    }
    let size = (change_square * gradient_square).sqrt();
    (size > 0.0).then_some((along / size) as f32)
}
