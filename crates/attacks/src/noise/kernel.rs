//! The inner loop of the fast engine: descent on the sums of the first layer's neurons.
//!
//! With first layer `z = W₁x + b₁`, a step `x ← x − η·W₁ᵀδ`, where `δ = ∂L/∂z`, moves the sums by `z ← z − η·(W₁W₁ᵀ)δ`. So a
//! descent never has to touch the pictures: it iterates on `z` with the Gram matrix `G = W₁W₁ᵀ`, remembers the
//! coefficients `c = −η·Σδ`, and the picture at the end is `x₀ + W₁ᵀc`. For 784-30-10 that is 30 numbers instead of 784.
//! Momentum works the same way, its velocity being `W₁ᵀv`. Clipping does not: it leaves the row space.
//!
//! Attempts are laid out in lanes: number `l` of every array belongs to attempt `l`, so that each arithmetic operation
//! works on as many attempts at once as the processor's registers hold. Lanes do not mix: an attempt's numbers are the
//! same whatever runs beside it.

use advlab_core::{Activation, Dense, ScoreKind};
use rayon::prelude::*;

use super::params::{Loss, NoiseParams, Optimizer};
use super::pixels::MOMENTUM;

/// Attempts that go through the net together: two registers of AVX-512, four of AVX2.
const LANES: usize = 32;
type Lanes<T> = [T; LANES];

/// Single or double precision.
pub(super) trait Real: num_traits::Float + Send + Sync + 'static {
    /// From double precision, rounding.
    fn of(value: f64) -> Self;
    /// `1 / (1 + exp(−z))` in every lane.
    fn sigmoid_lanes(z: &mut [Self; LANES]);
    /// Hyperbolic tangent in every lane.
    fn tanh_lanes(z: &mut [Self; LANES]);
}

impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn sigmoid_lanes(z: &mut [Self; LANES]) {
        for z in z {
            *z = 1.0 / (1.0 + (-*z).exp());
        }
    }

    #[inline(always)]
    fn tanh_lanes(z: &mut [Self; LANES]) {
        for z in z {
            *z = z.tanh();
        }
    }
}

impl Real for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }

    #[inline(always)]
    fn sigmoid_lanes(z: &mut [Self; LANES]) {
        for z in z {
            *z = 1.0 / (1.0 + exp(-*z));
        }
    }

    #[inline(always)]
    fn tanh_lanes(z: &mut [Self; LANES]) {
        for z in z {
            *z = 1.0 - 2.0 / (1.0 + exp(2.0 * *z));
        }
    }
}

/// `eˣ` to two units in the last place, without branches, so that it runs in all lanes at once.
///
/// `x = n·ln 2 + r` with `|r| ≤ ½ ln 2`; `eʳ` by a polynomial of degree 6, `2ⁿ` by its bits. Inputs are held where neither
/// overflows; beyond that a sigmoid is 0 or 1 in single precision anyway.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4; // ln 2 in two parts, so that n times the first is exact
    const LN2_LOW: f32 = -2.121_944_4e-4;
    /// Adding and subtracting 1.5·2²³ rounds to the nearest whole number.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = (-n).mul_add(LN2_LOW, (-n).mul_add(LN2_HIGH, x));
    let mut series = 1.0_f32 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        series = series.mul_add(r, coefficient);
    }
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    series * power
}

/// One dense layer after the first, ready for both directions.
#[derive(Debug)]
struct Layer<T> {
    inputs: usize,
    outputs: usize,
    /// `outputs × inputs`.
    weights: Vec<T>,
    /// `inputs × outputs`: the way back reads rows, too.
    transposed: Vec<T>,
    biases: Vec<T>,
}

/// A net and a recipe, laid out for the descent.
#[derive(Debug)]
pub(super) struct Kernel<T> {
    activation: Activation,
    /// Size of the first layer.
    width: usize,
    /// `G = W₁W₁ᵀ`, `width × width`.
    gram: Vec<T>,
    layers: Vec<Layer<T>>,
    n_classes: usize,
    class: usize,
    loss: Loss,
    kind: ScoreKind,
    momentum: bool,
    rate: T,
    steps: u32,
    early_stop: bool,
    confidence: Option<T>,
}

/// One attempt on its way; all slices are `width` long.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Walker<T> {
    /// Sums of the first layer's neurons.
    pub(super) sums: Vec<T>,
    /// Coefficients of the change so far, in units of the first layer's weight rows.
    pub(super) coefficients: Vec<T>,
    /// Velocity in the same units; empty without momentum.
    pub(super) velocity: Vec<T>,
    /// Steps taken.
    pub(super) steps: u32,
    /// Whether the label, and the confidence asked for, are reached.
    pub(super) reached: bool,
}

impl<T: Real> Kernel<T> {
    /// Lays a net out. `None` where the setting or the net is not one that stays in the row space of the first layer.
    pub(super) fn new(params: &NoiseParams, net: &Dense, kind: ScoreKind, class: usize) -> Option<Self> {
        let momentum = match params.optimizer {
            Optimizer::Plain => false,
            Optimizer::Momentum => true,
            Optimizer::Adam | Optimizer::Normalised => return None,
        };
        if params.clip || kind == ScoreKind::Probabilities || net.layers.len() < 2 {
            return None;
        }
        let (first, rest) = net.layers.split_first()?;
        let rows: Vec<&[f32]> = first.weights.chunks_exact(first.inputs).collect();
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
        let gram = rows.iter().flat_map(|a| rows.iter().map(|b| T::of(product(a, b)))).collect();
        let layers = rest.iter().map(|layer| {
            let weights: Vec<T> = layer.weights.iter().map(|w| T::of(f64::from(*w))).collect();
            let transposed = (0..layer.inputs)
                .flat_map(|i| weights.iter().skip(i).step_by(layer.inputs).copied().collect::<Vec<_>>())
                .collect();
            let biases = layer.biases.iter().map(|b| T::of(f64::from(*b))).collect();
            Layer { inputs: layer.inputs, outputs: layer.outputs, weights, transposed, biases }
        });
        Some(Self {
            activation: net.activation,
            width: first.outputs,
            gram,
            layers: layers.collect(),
            n_classes: net.layers.last()?.outputs,
            class,
            loss: params.loss,
            kind,
            momentum,
            rate: T::of(params.rate),
            steps: params.steps,
            early_stop: params.early_stop,
            confidence: params.confidence.map(T::of),
        })
    }

    /// A walker that starts from these sums.
    pub(super) fn walker(&self, sums: Vec<T>) -> Walker<T> {
        let zeros = vec![T::zero(); self.width];
        let velocity = if self.momentum { zeros.clone() } else { Vec::new() };
        Walker { sums, coefficients: zeros, velocity, steps: 0, reached: false }
    }

    /// Walks each until it is at its end, on all of rayon's threads.
    pub(super) fn walk(&self, walkers: &mut [Walker<T>]) {
        // Several groups of lanes for each thread, so that lanes whose attempt has ended take over another one.
        let share = walkers.len().div_ceil(rayon::current_num_threads()).max(LANES);
        walkers.par_chunks_mut(share).for_each(|walkers| pulp::Arch::new().dispatch(Walk { kernel: self, walkers }));
    }
}

/// A thread's share of the work, in the form that is compiled once for each kind of processor.
struct Walk<'a, T> {
    kernel: &'a Kernel<T>,
    walkers: &'a mut [Walker<T>],
}

impl<T: Real> pulp::NullaryFnOnce for Walk<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        State::new(self.kernel).walk(self.walkers);
    }
}

/// Everything that changes while a group of lanes walks.
struct State<'a, T> {
    kernel: &'a Kernel<T>,
    /// Sums of the first layer and of each later one.
    sums: Vec<Vec<Lanes<T>>>,
    /// Activations of each hidden layer.
    activations: Vec<Vec<Lanes<T>>>,
    /// `∂L/∂z` of each layer, the scores last.
    deltas: Vec<Vec<Lanes<T>>>,
    coefficients: Vec<Lanes<T>>,
    velocity: Vec<Lanes<T>>,
    steps: [u32; LANES],
}

impl<'a, T: Real> State<'a, T> {
    fn new(kernel: &'a Kernel<T>) -> Self {
        let lanes = |n: usize| vec![[T::zero(); LANES]; n];
        let widths: Vec<usize> =
            std::iter::once(kernel.width).chain(kernel.layers.iter().map(|layer| layer.outputs)).collect();
        Self {
            kernel,
            sums: widths.iter().map(|n| lanes(*n)).collect(),
            activations: widths[..widths.len() - 1].iter().map(|n| lanes(*n)).collect(),
            deltas: widths.iter().map(|n| lanes(*n)).collect(),
            coefficients: lanes(kernel.width),
            velocity: lanes(kernel.width),
            steps: [0; LANES],
        }
    }

    #[inline(always)]
    fn walk(&mut self, walkers: &mut [Walker<T>]) {
        let mut next = 0;
        let mut owner = [None; LANES];
        loop {
            for (lane, owner) in owner.iter_mut().enumerate() {
                if owner.is_none() && next < walkers.len() {
                    self.enter(lane, &walkers[next]);
                    *owner = Some(next);
                    next += 1;
                }
            }
            if owner.iter().all(Option::is_none) {
                return;
            }
            // No lane can end before this many steps if only the count of steps ends it.
            self.forward();
            let reached = self.reached();
            let mut any_left = false;
            for lane in 0..LANES {
                let Some(walker) = owner[lane] else { continue };
                let ends = self.steps[lane] >= self.kernel.steps || (reached[lane] && self.kernel.early_stop);
                if ends {
                    self.leave(lane, reached[lane], &mut walkers[walker]);
                    owner[lane] = None;
                } else {
                    any_left = true;
                    self.steps[lane] += 1;
                }
            }
            if any_left {
                self.backward();
                self.step();
            }
        }
    }

    fn enter(&mut self, lane: usize, walker: &Walker<T>) {
        for (row, value) in self.sums[0].iter_mut().zip(&walker.sums) {
            row[lane] = *value;
        }
        for (row, value) in self.coefficients.iter_mut().zip(&walker.coefficients) {
            row[lane] = *value;
        }
        for (row, value) in self.velocity.iter_mut().zip(&walker.velocity) {
            row[lane] = *value;
        }
        self.steps[lane] = walker.steps;
    }

    fn leave(&self, lane: usize, reached: bool, walker: &mut Walker<T>) {
        for (row, value) in self.sums[0].iter().zip(&mut walker.sums) {
            *value = row[lane];
        }
        for (row, value) in self.coefficients.iter().zip(&mut walker.coefficients) {
            *value = row[lane];
        }
        for (row, value) in self.velocity.iter().zip(&mut walker.velocity) {
            *value = row[lane];
        }
        walker.steps = self.steps[lane];
        walker.reached = reached;
    }

    #[inline(always)]
    fn forward(&mut self) {
        for (l, layer) in self.kernel.layers.iter().enumerate() {
            let (below, above) = self.sums.split_at_mut(l + 1);
            let hidden = &mut self.activations[l];
            for (a, z) in hidden.iter_mut().zip(&below[l]) {
                *a = *z;
                activate(self.kernel.activation, a);
            }
            for (z, bias) in above[0].iter_mut().zip(&layer.biases) {
                *z = [*bias; LANES];
            }
            add_product(&mut above[0], &layer.weights, layer.inputs, hidden);
        }
    }

    /// Which lanes have the wanted label, and the confidence if one was asked for.
    #[inline(always)]
    fn reached(&self) -> [bool; LANES] {
        let scores = &self.sums[self.sums.len() - 1];
        let wanted = &scores[self.kernel.class];
        let mut reached = [true; LANES];
        for (k, row) in scores.iter().enumerate() {
            if k != self.kernel.class {
                for lane in 0..LANES {
                    reached[lane] &= wanted[lane] > row[lane];
                }
            }
        }
        if let Some(confidence) = self.kernel.confidence {
            for lane in 0..LANES {
                if reached[lane] {
                    let own = match self.kernel.kind {
                        ScoreKind::Sigmoid => T::one() / (T::one() + (-wanted[lane]).exp()),
                        _ => scores.iter().fold(T::zero(), |sum, row| sum + (row[lane] - wanted[lane]).exp()).recip(),
                    };
                    reached[lane] = own >= confidence;
                }
            }
        }
        reached
    }

    #[inline(always)]
    fn backward(&mut self) {
        let last = self.deltas.len() - 1;
        self.loss_gradient();
        for l in (0..last).rev() {
            let layer = &self.kernel.layers[l];
            let (below, above) = self.deltas.split_at_mut(l + 1);
            for delta in &mut below[l] {
                *delta = [T::zero(); LANES];
            }
            add_product(&mut below[l], &layer.transposed, layer.outputs, &above[0]);
            for (delta, a) in below[l].iter_mut().zip(&self.activations[l]) {
                slope(self.kernel.activation, a, delta);
            }
        }
    }

    /// `∂L/∂z` at the scores.
    #[inline(always)]
    fn loss_gradient(&mut self) {
        let last = self.deltas.len() - 1;
        let (scores, delta) = (&self.sums[last], &mut self.deltas[last]);
        let class = self.kernel.class;
        if self.kernel.loss == Loss::Margin {
            let mut best = [T::neg_infinity(); LANES];
            let mut which = [0_usize; LANES];
            for (k, row) in scores.iter().enumerate().filter(|(k, _)| *k != class) {
                for lane in 0..LANES {
                    if row[lane] > best[lane] {
                        (best[lane], which[lane]) = (row[lane], k);
                    }
                }
            }
            for (k, row) in delta.iter_mut().enumerate() {
                for lane in 0..LANES {
                    let sign = if k == which[lane] { T::one() } else { T::zero() };
                    row[lane] = if k == class { -T::one() } else { sign };
                }
            }
            return;
        }
        match self.kernel.kind {
            ScoreKind::Sigmoid => {
                for (output, z) in delta.iter_mut().zip(scores) {
                    *output = *z;
                    T::sigmoid_lanes(output);
                }
            }
            _ => softmax(scores, delta),
        }
        // `delta` holds the outputs o; both losses go on from o − onehot.
        match (self.kernel.loss, self.kernel.kind) {
            (Loss::Quadratic, ScoreKind::Sigmoid) => {
                for (k, row) in delta.iter_mut().enumerate() {
                    let goal = if k == class { T::one() } else { T::zero() };
                    for o in row {
                        *o = (*o - goal) * *o * (T::one() - *o);
                    }
                }
            }
            (Loss::Quadratic, _) => {
                // Through softmax: ∂L/∂z_k = o_k (e_k − Σ_j o_j e_j), with e = o − onehot.
                let mut mean = [T::zero(); LANES];
                for (k, row) in delta.iter().enumerate() {
                    let goal = if k == class { T::one() } else { T::zero() };
                    for lane in 0..LANES {
                        mean[lane] = mean[lane] + row[lane] * (row[lane] - goal);
                    }
                }
                for (k, row) in delta.iter_mut().enumerate() {
                    let goal = if k == class { T::one() } else { T::zero() };
                    for lane in 0..LANES {
                        row[lane] = row[lane] * (row[lane] - goal - mean[lane]);
                    }
                }
            }
            _ => {
                for o in &mut delta[class] {
                    *o = *o - T::one();
                }
            }
        }
        debug_assert_eq!(delta.len(), self.kernel.n_classes);
    }

    #[inline(always)]
    fn step(&mut self) {
        let kernel = self.kernel;
        let delta = &mut self.deltas[0];
        for (row, (v, c)) in delta.iter_mut().zip(self.velocity.iter_mut().zip(&mut self.coefficients)) {
            for lane in 0..LANES {
                let mut change = -kernel.rate * row[lane];
                if kernel.momentum {
                    change = change + T::of(MOMENTUM) * v[lane];
                    v[lane] = change;
                }
                row[lane] = change;
                c[lane] = c[lane] + change;
            }
        }
        add_product(&mut self.sums[0], &kernel.gram, kernel.width, delta);
    }
}

#[inline(always)]
fn activate<T: Real>(activation: Activation, z: &mut Lanes<T>) {
    match activation {
        Activation::Sigmoid => T::sigmoid_lanes(z),
        Activation::Tanh => T::tanh_lanes(z),
        Activation::Relu => {
            for z in z {
                *z = z.max(T::zero());
            }
        }
    }
}

/// Multiplies `delta` by the activation's slope, which follows from its value `a` alone.
#[inline(always)]
fn slope<T: Real>(activation: Activation, a: &Lanes<T>, delta: &mut Lanes<T>) {
    for lane in 0..LANES {
        let slope = match activation {
            Activation::Sigmoid => a[lane] * (T::one() - a[lane]),
            Activation::Tanh => T::one() - a[lane] * a[lane],
            Activation::Relu if a[lane] > T::zero() => T::one(),
            Activation::Relu => T::zero(),
        };
        delta[lane] = delta[lane] * slope;
    }
}

#[inline(always)]
fn softmax<T: Real>(scores: &[Lanes<T>], outputs: &mut [Lanes<T>]) {
    let mut largest = [T::neg_infinity(); LANES];
    for row in scores {
        for lane in 0..LANES {
            largest[lane] = largest[lane].max(row[lane]);
        }
    }
    let mut sum = [T::zero(); LANES];
    for (output, row) in outputs.iter_mut().zip(scores) {
        for lane in 0..LANES {
            output[lane] = (row[lane] - largest[lane]).exp();
            sum[lane] = sum[lane] + output[lane];
        }
    }
    for output in outputs {
        for lane in 0..LANES {
            output[lane] = output[lane] / sum[lane];
        }
    }
}

/// `out += weights · input` in every lane; `weights` is `out.len() × inputs`, row by row.
///
/// Four outputs at a time share each load of the input, which keeps the arithmetic and not the memory busy.
#[inline(always)]
fn add_product<T: Real>(out: &mut [Lanes<T>], weights: &[T], inputs: usize, input: &[Lanes<T>]) {
    let input = &input[..inputs];
    let (blocks, rest) = out.as_chunks_mut::<4>();
    let n_blocks = blocks.len();
    for (block, rows) in blocks.iter_mut().zip(weights.chunks_exact(4 * inputs)) {
        let (r0, r1) = rows.split_at(2 * inputs);
        let ((r0, r1), (r2, r3)) = (r0.split_at(inputs), r1.split_at(inputs));
        let [mut o0, mut o1, mut o2, mut o3] = *block;
        for ((((x, w0), w1), w2), w3) in input.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
            for lane in 0..LANES {
                o0[lane] = w0.mul_add(x[lane], o0[lane]);
                o1[lane] = w1.mul_add(x[lane], o1[lane]);
                o2[lane] = w2.mul_add(x[lane], o2[lane]);
                o3[lane] = w3.mul_add(x[lane], o3[lane]);
            }
        }
        *block = [o0, o1, o2, o3];
    }
    for (o, row) in rest.iter_mut().zip(weights[4 * n_blocks * inputs..].chunks_exact(inputs)) {
        let mut sum = *o;
        for (x, w) in input.iter().zip(row) {
            for lane in 0..LANES {
                sum[lane] = w.mul_add(x[lane], sum[lane]);
            }
        }
        *o = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_exact_to_a_few_units_in_the_last_place() {
        for i in -8700..=8700 {
            let x = i as f32 / 100.0;
            let (ours, exact) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((ours / exact - 1.0).abs() < 3e-7, "exp({x}) = {ours}, exactly {exact}");
        }
    }
}
