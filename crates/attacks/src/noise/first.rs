//! A linear first layer in lanes: the way in, from pixels to sums, and the way out.

use advlab_core::DenseLayer;
use pulp::Simd;
use rayon::prelude::*;

use super::lanes::{LANES, Lanes, Real};
use super::matrix::Matrix;

/// Weights `W` and biases `b` of the first layer `z = W x + b`.
#[derive(Debug)]
pub(super) struct First<T> {
    /// `W`.
    forward: Matrix<T>,
    /// `Wᵀ`.
    back: Matrix<T>,
    biases: Vec<T>,
}

impl<T: Real> First<T> {
    /// Lays a layer out.
    pub(super) fn new(layer: &DenseLayer) -> Self {
        let weight = |row: usize, column: usize| f64::from(layer.weights[row * layer.inputs + column]);
        Self {
            forward: Matrix::from_fn(layer.outputs, layer.inputs, weight),
            back: Matrix::from_fn(layer.inputs, layer.outputs, |row, column| weight(column, row)),
            biases: layer.biases.iter().map(|bias| T::of(f64::from(*bias))).collect(),
        }
    }

    /// Number of pixels.
    pub(super) const fn inputs(&self) -> usize {
        self.back.rows()
    }

    /// Number of neurons.
    pub(super) const fn outputs(&self) -> usize {
        self.forward.rows()
    }

    /// `W x + b`.
    #[inline(always)]
    pub(super) fn sums<S: Simd>(&self, simd: S, pixels: &[Lanes<T>], sums: &mut [Lanes<T>]) {
        for (sum, bias) in sums.iter_mut().zip(&self.biases) {
            *sum = Lanes::all(*bias);
        }
        self.forward.add_to(simd, sums, pixels);
    }

    /// Calls `each` with every pixel's number and its row of `Wᵀδ`.
    #[inline(always)]
    pub(super) fn for_each_pixel<S: Simd>(&self, simd: S, delta: &[Lanes<T>], each: impl FnMut(usize, &Lanes<T>)) {
        self.back.for_each_row(simd, delta, each);
    }

    /// `W x + b` of pictures one after the other, as rows.
    pub(super) fn sums_of(&self, pictures: &[T]) -> Vec<Vec<T>> {
        let mut sums = vec![vec![T::zero(); self.outputs()]; pictures.len() / self.inputs()];
        let groups = pictures.par_chunks(LANES * self.inputs()).zip(sums.par_chunks_mut(LANES));
        groups.for_each(|(pictures, sums)| {
            let input: Vec<&[T]> = pictures.chunks_exact(self.inputs()).collect();
            let mut out: Vec<&mut [T]> = sums.iter_mut().map(Vec::as_mut_slice).collect();
            let matrix = &self.forward;
            let start = |row: usize, _: usize| self.biases[row];
            pulp::Arch::new().dispatch(Multiply { matrix, input: &input, start, out: &mut out });
        });
        sums
    }

    /// `x + Wᵀc` of pictures one after the other and their coefficients.
    pub(super) fn moved(&self, pictures: &[T], coefficients: &[&[T]]) -> Vec<T> {
        let mut moved = vec![T::zero(); pictures.len()];
        let len = self.inputs();
        let groups = moved.par_chunks_mut(LANES * len).zip(coefficients.par_chunks(LANES));
        groups.zip(pictures.par_chunks(LANES * len)).for_each(|((moved, input), pictures)| {
            let mut out: Vec<&mut [T]> = moved.chunks_exact_mut(len).collect();
            let start = |row: usize, lane: usize| pictures[lane * len + row];
            pulp::Arch::new().dispatch(Multiply { matrix: &self.back, input, start, out: &mut out });
        });
        moved
    }
}

/// `out = start + matrix · input` for the vectors of one group of lanes.
struct Multiply<'a, T, F> {
    matrix: &'a Matrix<T>,
    input: &'a [&'a [T]],
    start: F,
    out: &'a mut [&'a mut [T]],
}

impl<T: Real, F: Fn(usize, usize) -> T> pulp::WithSimd for Multiply<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let lanes =
            |lane: usize, value: &dyn Fn(usize) -> T| if lane < self.input.len() { value(lane) } else { T::zero() };
        let columns = self.input.first().map_or(0, |vector| vector.len());
        let input: Vec<_> =
            (0..columns).map(|column| Lanes::from_fn(|lane| lanes(lane, &|lane| self.input[lane][column]))).collect();
        let mut sums: Vec<_> = (0..self.matrix.rows())
            .map(|row| Lanes::from_fn(|lane| lanes(lane, &|lane| (self.start)(row, lane))))
            .collect();
        self.matrix.add_to(simd, &mut sums, &input);
        for (lane, out) in self.out.iter_mut().enumerate() {
            for (value, row) in out.iter_mut().zip(&sums) {
                *value = row[lane];
            }
        }
    }
}
