//! A convolution on a torus, frequency by frequency.
//!
//! Where maps go on at the opposite side, a convolution multiplies each frequency by a matrix `K(ω) [C_out, C_in]`, the Fourier
//! transform of its kernels there, and its singular values are those of all these matrices (Sedghi, Gupta, Long 2019, theorem 6). With a
//! stride `s` the frequencies of the output are fewer: those of the input that fall onto one another there stand side by side in one
//! matrix, `[C_out, s² C_in]`, over `s`. Kernels are real, so a frequency and its negative have the same singular values, and half of
//! them are enough.
//!
//! Only the largest singular value of all is wanted: a frequency is left as soon as it cannot exceed what was found, and each starts
//! from the direction that its neighbour was stretched most in.

use std::convert::Infallible;
use std::f64::consts::TAU;

use advlab_core::{Convolution, Seed};
use rand::RngCore;
use rand_distr::{Distribution as _, StandardNormal};

use super::lanczos::{Ends, Found, dot, largest};
use super::taps::{Taps, groups, sound};
use crate::{Error, Result};

/// Relative error that the residual proves for the frequency of the largest singular value.
const TOLERANCE: f64 = 5e-7;

/// Products for one frequency at most.
const PRODUCTS: usize = 400;

/// How much of a start is random: a neighbour's direction alone could miss another one that grows.
const RANDOM: f64 = 0.25;

/// What was found on a torus.
#[derive(Clone, Debug, PartialEq)]
pub struct Periodic {
    /// The largest singular value.
    pub norm: f64,
    /// Relative error at most, from the residual.
    pub residual: f64,
    /// Where it is: cycles per pixel of the output, down and to the right.
    pub frequency: [f64; 2],
    /// Frequencies looked at, those of all groups.
    pub frequencies: usize,
}

/// The smallest torus on which no output sees both ends of a map: of the maps with their zeros, rounded up to whole steps. The
/// convolution with zeros is then a part of the one on the torus, and its norm no larger.
pub fn room(convolution: &Convolution) -> [i64; 2] {
    [0, 1].map(|side| {
        let padded = convolution.input[side] + 2 * convolution.padding[side];
        let step = convolution.stride[side].max(1);
        (padded + step - 1) / step * step
    })
}

/// Largest singular value of a convolution on a torus of these sides, which the strides divide; the padding does not matter there.
///
/// # Errors
/// Those of an unsound convolution; [`Error::Param`] for sides that the strides do not divide.
pub fn periodic(convolution: &Convolution, torus: [i64; 2], seed: Seed) -> Result<Periodic> {
    let [outputs, inputs, ..] = sound(convolution)?;
    let stride = convolution.stride.map(|step| step as usize);
    if (0..2).any(|side| torus[side] < 1 || torus[side] % convolution.stride[side] != 0) {
        let (want, got) = ("multiples of the strides", format!("{torus:?} with strides {:?}", convolution.stride));
        return Err(Error::Param { analysis: "norms", field: "torus", want, got });
    }
    let torus = torus.map(|side| side as usize);
    let folded = (stride[0] * stride[1]) as i64;
    // The shorter side is where vectors live.
    let across = outputs / convolution.groups < inputs * folded;
    let groups = groups(convolution, across)?;
    let mut search = Search {
        torus,
        stride,
        dilation: convolution.dilation.map(|step| step as usize),
        best: Periodic { norm: 0.0, residual: 0.0, frequency: [0.0; 2], frequencies: 0 },
        direction: Vec::new(),
        rng: seed.child("fourier").rng(),
    };
    for group in &groups {
        search.group(group, across);
    }
    search.best.norm /= (folded as f64).sqrt();
    Ok(search.best)
}

/// A search over frequencies.
struct Search<R> {
    torus: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
    best: Periodic,
    /// The last frequency's direction.
    direction: Vec<f64>,
    rng: R,
}

impl<R: RngCore> Search<R> {
    fn group(&mut self, taps: &Taps, across: bool) {
        let outputs = [0, 1].map(|side| self.torus[side] / self.stride[side]);
        let [outer, inner] = taps.channels;
        let folded = self.stride[0] * self.stride[1];
        // Rows and columns of the matrix of one frequency, as it is laid out; columns are fewer.
        let (rows, columns) = if across { (folded * inner, outer) } else { (outer, folded * inner) };
        let mut matrix = Complex::zeros(rows * columns);
        self.direction.clear();
        // For each input frequency to the right that falls onto the output's, and each place down: the sum over places to the right.
        let mut sums: Vec<Complex> =
            (0..self.stride[1] * taps.places[0]).map(|_| Complex::zeros(outer * inner)).collect();
        for right in 0..=outputs[1] / 2 {
            for alias in 0..self.stride[1] {
                let turn = self.turn(1, right + alias * outputs[1]);
                for down in 0..taps.places[0] {
                    let sum = &mut sums[alias * taps.places[0] + down];
                    sum.clear();
                    for place in 0..taps.places[1] {
                        let (sine, cosine) = (turn * place as f64).sin_cos();
                        add_real(sum, taps.matrix(down, place), cosine, sine);
                    }
                }
            }
            let mirrored = right == 0 || 2 * right == outputs[1];
            let end = if mirrored { outputs[0] / 2 + 1 } else { outputs[0] };
            for number in 0..end {
                // To and fro, so that neighbours follow each other.
                let down = if right % 2 == 0 { number } else { end - 1 - number };
                self.fill(&mut matrix, &sums, taps, (down, outputs[0]), across);
                self.look(&matrix, (rows, columns), [down, right]);
            }
        }
    }

    /// The angle from one place of a kernel to the next, for a frequency of the input.
    fn turn(&self, side: usize, frequency: usize) -> f64 {
        -TAU * (frequency * self.dilation[side]) as f64 / self.torus[side] as f64
    }

    /// The matrix of one frequency of the output.
    fn fill(&self, matrix: &mut Complex, sums: &[Complex], taps: &Taps, (down, outputs): (usize, usize), across: bool) {
        let [outer, inner] = taps.channels;
        let mut block = Complex::zeros(outer * inner);
        let folded = self.stride[0] * self.stride[1];
        for alias in 0..folded {
            let (alias_down, alias_right) = (alias / self.stride[1], alias % self.stride[1]);
            let turn = self.turn(0, down + alias_down * outputs);
            block.clear();
            for place in 0..taps.places[0] {
                let (sine, cosine) = (turn * place as f64).sin_cos();
                add_complex(&mut block, &sums[alias_right * taps.places[0] + place], cosine, sine);
            }
            if across {
                let at = alias * outer * inner;
                matrix.real[at..at + outer * inner].copy_from_slice(&block.real);
                matrix.imaginary[at..at + outer * inner].copy_from_slice(&block.imaginary);
                continue;
            }
            for row in 0..outer {
                let (to, from) = ((row * folded + alias) * inner, row * inner);
                matrix.real[to..to + inner].copy_from_slice(&block.real[from..from + inner]);
                matrix.imaginary[to..to + inner].copy_from_slice(&block.imaginary[from..from + inner]);
            }
        }
    }

    /// Looks for a singular value of a matrix that is larger than the best so far.
    fn look(&mut self, matrix: &Complex, (rows, columns): (usize, usize), frequency: [usize; 2]) {
        self.best.frequencies += 1;
        // All rows together bound it: most frequencies of thin matrices are left here.
        let frobenius = dot(&matrix.real, &matrix.real) + dot(&matrix.imaginary, &matrix.imaginary);
        let beaten = self.best.norm * self.best.norm;
        if frobenius <= beaten {
            return;
        }
        let found = if columns == 1 {
            Found { square: frobenius, residual: 0.0, direction: vec![1.0, 0.0] }
        } else {
            let near = if self.direction.len() == 2 * columns { 1.0 } else { 0.0 };
            let share = RANDOM / ((2 * columns) as f64).sqrt();
            let start = (0..2 * columns).map(|at| {
                let draw: f64 = StandardNormal.sample(&mut self.rng);
                near * self.direction.get(at).copied().unwrap_or(0.0) + share * draw
            });
            let start = start.collect();
            let ends = Ends { tolerance: TOLERANCE, products: PRODUCTS, kept: 60, beaten };
            let arch = pulp::Arch::new();
            let apply = |x: &[f64], out: &mut [f64]| {
                arch.dispatch(|| gram(matrix, (rows, columns), x, out));
                Ok::<_, Infallible>(())
            };
            let Ok(found) = largest(apply, start, ends);
            found
        };
        if found.square > beaten {
            self.best.norm = found.square.sqrt();
            self.best.residual = found.error();
            let outputs = [0, 1].map(|side| (self.torus[side] / self.stride[side]) as f64);
            self.best.frequency = [0, 1].map(|side| frequency[side] as f64 / outputs[side]);
        }
        self.direction = found.direction;
    }
}

/// Complex numbers, parts apart.
#[derive(Clone, Debug)]
struct Complex {
    real: Vec<f64>,
    imaginary: Vec<f64>,
}

impl Complex {
    fn zeros(len: usize) -> Self {
        Self { real: vec![0.0; len], imaginary: vec![0.0; len] }
    }

    fn clear(&mut self) {
        self.real.fill(0.0);
        self.imaginary.fill(0.0);
    }
}

/// Adds a real matrix times `cosine + i sine`.
fn add_real(to: &mut Complex, what: &[f64], cosine: f64, sine: f64) {
    pulp::Arch::new().dispatch(
        #[inline(always)]
        || {
            for ((real, imaginary), what) in to.real.iter_mut().zip(&mut to.imaginary).zip(what) {
                *real += cosine * what;
                *imaginary += sine * what;
            }
        },
    );
}

/// Adds a matrix times `cosine + i sine`.
fn add_complex(to: &mut Complex, what: &Complex, cosine: f64, sine: f64) {
    pulp::Arch::new().dispatch(
        #[inline(always)]
        || {
            let to = to.real.iter_mut().zip(&mut to.imaginary);
            for ((real, imaginary), (a, b)) in to.zip(what.real.iter().zip(&what.imaginary)) {
                *real += cosine * a - sine * b;
                *imaginary += sine * a + cosine * b;
            }
        },
    );
}

/// `out = Kᴴ K x` for vectors of real parts and then imaginary parts: each row is read once and used twice.
#[inline(always)]
fn gram(matrix: &Complex, (rows, columns): (usize, usize), x: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    let (x, y) = x.split_at(columns);
    let (to, across) = out.split_at_mut(columns);
    for row in 0..rows {
        let a = &matrix.real[row * columns..(row + 1) * columns];
        let b = &matrix.imaginary[row * columns..(row + 1) * columns];
        let (real, imaginary) = (dot(a, x) - dot(b, y), dot(a, y) + dot(b, x));
        for (((to, across), a), b) in to.iter_mut().zip(across.iter_mut()).zip(a).zip(b) {
            *to += a * real + b * imaginary;
            *across += a * imaginary - b * real;
        }
    }
}
