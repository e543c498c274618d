//! A net of dense layers from the first layer's sums on, forward and back, in lanes.

use advlab_core::{Activation, DenseLayer, ScoreKind};
use pulp::Simd;

use super::lanes::{LANES, Lanes, Real, Wide, activate, sigmoid, slope};
use super::matrix::Matrix;
use super::params::{Loss, NoiseParams};

/// One dense layer after the first, ready for both directions.
#[derive(Debug)]
struct Layer<T> {
    forward: Matrix<T>,
    back: Matrix<T>,
    biases: Vec<T>,
}

/// What follows the first layer's sums: activations, further layers, the loss and the wish.
#[derive(Debug)]
pub(super) struct Head<T> {
    activation: Activation,
    layers: Vec<Layer<T>>,
    width: usize,
    class: usize,
    loss: Loss,
    kind: ScoreKind,
    confidence: Option<T>,
}

/// One pass of a group of lanes through a net. Index 0 of `sums` and `deltas` is the first layer, the last one the scores.
#[derive(Debug)]
pub(super) struct Pass<T> {
    /// Sums of each layer's neurons.
    pub(super) sums: Vec<Vec<Lanes<T>>>,
    activations: Vec<Vec<Lanes<T>>>,
    /// `∂L/∂z` of each layer.
    pub(super) deltas: Vec<Vec<Lanes<T>>>,
}

impl<T: Real> Head<T> {
    /// The layers after the first, whose width is `width`.
    pub(super) fn new(
        params: &NoiseParams,
        width: usize,
        layers: &[DenseLayer],
        activation: Activation,
        kind: ScoreKind,
        class: usize,
    ) -> Self {
        let layers = layers.iter().map(|layer| {
            let weight = |row: usize, column: usize| f64::from(layer.weights[row * layer.inputs + column]);
            Layer {
                forward: Matrix::from_fn(layer.outputs, layer.inputs, weight),
                back: Matrix::from_fn(layer.inputs, layer.outputs, |row, column| weight(column, row)),
                biases: layer.biases.iter().map(|bias| T::of(f64::from(*bias))).collect(),
            }
        });
        let (loss, confidence) = (params.loss, params.confidence.map(T::of));
        Self { activation, layers: layers.collect(), width, class, loss, kind, confidence }
    }

    /// Room for a pass.
    pub(super) fn pass(&self) -> Pass<T> {
        let widths: Vec<usize> =
            std::iter::once(self.width).chain(self.layers.iter().map(|layer| layer.forward.rows())).collect();
        let room = |widths: &[usize]| widths.iter().map(|n| vec![Lanes::all(T::zero()); *n]).collect();
        Pass { sums: room(&widths), activations: room(&widths[..widths.len() - 1]), deltas: room(&widths) }
    }

    /// From the first layer's sums to the scores.
    #[inline(always)]
    pub(super) fn forward<S: Simd>(&self, simd: S, pass: &mut Pass<T>) {
        for (l, layer) in self.layers.iter().enumerate() {
            let (below, above) = pass.sums.split_at_mut(l + 1);
            let hidden = &mut pass.activations[l];
            for (a, z) in hidden.iter_mut().zip(&below[l]) {
                *a = *z;
                activate(simd, self.activation, a);
            }
            for (z, bias) in above[0].iter_mut().zip(&layer.biases) {
                *z = Lanes::all(*bias);
            }
            layer.forward.add_to(simd, &mut above[0], hidden);
        }
    }

    /// Which lanes have the wanted label, and the confidence if one was asked for.
    #[inline(always)]
    pub(super) fn reached<S: Simd>(&self, simd: S, pass: &Pass<T>) -> [bool; LANES] {
        let scores = &pass.sums[pass.sums.len() - 1];
        let wanted = &scores[self.class];
        let mut others = Lanes::all(T::neg_infinity());
        for (k, row) in scores.iter().enumerate() {
            if k != self.class {
                others.update(
                    simd,
                    [row],
                    #[inline(always)]
                    |most, [z]| z.if_greater(most, z, most),
                );
            }
        }
        let mut reached = std::array::from_fn(|lane| wanted[lane] > others[lane]);
        if let Some(confidence) = self.confidence {
            for lane in 0..LANES {
                if reached[lane] {
                    let own = match self.kind {
                        ScoreKind::Sigmoid => T::one() / (T::one() + (-wanted[lane]).exp()),
                        _ => scores.iter().fold(T::zero(), |sum, row| sum + (row[lane] - wanted[lane]).exp()).recip(),
                    };
                    reached[lane] = own >= confidence;
                }
            }
        }
        reached
    }

    /// From the scores back to `∂L/∂z` of the first layer.
    #[inline(always)]
    pub(super) fn backward<S: Simd>(&self, simd: S, pass: &mut Pass<T>) {
        let last = self.layers.len();
        self.loss_gradient(simd, &pass.sums[last], &mut pass.deltas[last]);
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let (below, above) = pass.deltas.split_at_mut(l + 1);
            below[l].fill(Lanes::all(T::zero()));
            layer.back.add_to(simd, &mut below[l], &above[0]);
            for (delta, a) in below[l].iter_mut().zip(&pass.activations[l]) {
                slope(simd, self.activation, a, delta);
            }
        }
    }

    /// `∂L/∂z` at the scores.
    #[inline(always)]
    fn loss_gradient<S: Simd>(&self, simd: S, scores: &[Lanes<T>], delta: &mut [Lanes<T>]) {
        if self.loss == Loss::Margin {
            return self.margin_gradient(simd, scores, delta);
        }
        match self.kind {
            ScoreKind::Sigmoid => {
                for (output, z) in delta.iter_mut().zip(scores) {
                    *output = *z;
                    sigmoid(simd, output);
                }
            }
            _ => softmax(simd, scores, delta),
        }
        // `delta` holds the outputs o; both losses go on from o − onehot.
        let one = Wide::of(simd, T::one());
        match (self.loss, self.kind) {
            (Loss::Quadratic, ScoreKind::Sigmoid) => {
                for (k, row) in delta.iter_mut().enumerate() {
                    row.update(
                        simd,
                        [],
                        #[inline(always)]
                        |o, []| (o - self.goal(simd, k)) * (o * (one - o)),
                    );
                }
            }
            (Loss::Quadratic, _) => {
                // Through softmax: ∂L/∂z_k = o_k (e_k − Σ_j o_j e_j), with e = o − onehot.
                let mut mean = Lanes::all(T::zero());
                for (k, row) in delta.iter().enumerate() {
                    mean.update(
                        simd,
                        [row],
                        #[inline(always)]
                        |mean, [o]| mean + o * (o - self.goal(simd, k)),
                    );
                }
                for (k, row) in delta.iter_mut().enumerate() {
                    row.update(
                        simd,
                        [&mean],
                        #[inline(always)]
                        |o, [mean]| o * (o - self.goal(simd, k) - mean),
                    );
                }
            }
            _ => delta[self.class].update(
                simd,
                [],
                #[inline(always)]
                |o, []| o - one,
            ),
        }
    }

    /// What output `k` should be.
    #[inline(always)]
    fn goal<S: Simd>(&self, simd: S, k: usize) -> Wide<S, T> {
        Wide::of(simd, if k == self.class { T::one() } else { T::zero() })
    }

    /// 1 at the largest score of another class, the first of equal ones, and −1 at the wanted one.
    #[inline(always)]
    fn margin_gradient<S: Simd>(&self, simd: S, scores: &[Lanes<T>], delta: &mut [Lanes<T>]) {
        let mut best = Lanes::all(T::neg_infinity());
        // Numbers of classes as numbers of this kind, so that comparing them stays in the lanes.
        let mut which = Lanes::all(T::zero());
        for (k, row) in scores.iter().enumerate().filter(|(k, _)| *k != self.class) {
            let number = Wide::of(simd, T::of(k as f64));
            which.update(
                simd,
                [row, &best],
                #[inline(always)]
                |which, [z, best]| z.if_greater(best, number, which),
            );
            best.update(
                simd,
                [row],
                #[inline(always)]
                |best, [z]| z.if_greater(best, z, best),
            );
        }
        let (zero, one) = (Wide::of(simd, T::zero()), Wide::of(simd, T::one()));
        for (k, row) in delta.iter_mut().enumerate() {
            let number = T::of(k as f64);
            row.update(
                simd,
                [&which],
                #[inline(always)]
                |_, [which]| {
                    let gap = (which - number).abs();
                    gap.if_greater(zero, zero, one)
                },
            );
        }
        delta[self.class] = Lanes::all(-T::one());
    }
}

#[inline(always)]
fn softmax<S: Simd, T: Real>(simd: S, scores: &[Lanes<T>], outputs: &mut [Lanes<T>]) {
    let mut largest = Lanes::all(T::neg_infinity());
    for row in scores {
        largest.update(
            simd,
            [row],
            #[inline(always)]
            |most, [z]| z.if_greater(most, z, most),
        );
    }
    let mut sum = Lanes::all(T::zero());
    for (output, row) in outputs.iter_mut().zip(scores) {
        output.update(
            simd,
            [row, &largest],
            #[inline(always)]
            |_, [z, most]| z - most,
        );
        T::exp_lanes(simd, output);
        sum.update(
            simd,
            [output],
            #[inline(always)]
            |sum, [e]| sum + e,
        );
    }
    for output in outputs {
        output.update(
            simd,
            [&sum],
            #[inline(always)]
            |e, [sum]| e / sum,
        );
    }
}
