//! The way through a net of dense layers, as a product of matrices.

use advlab_core::{Activation, Dense};
use rayon::prelude::*;
use tch::{Device, Kind, Tensor};

use super::exponents::Wanted;
use super::kernel::{Factor, Multiply, Product};
use super::lane::LANES;
use crate::spectrum::full;
use crate::{Error, Result};

/// A place in a net of dense layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Layers of weights below it; 0 for the input.
    pub(super) layer: usize,
    /// Whether the activation function of that layer comes only after it.
    pub(super) before: bool,
}

/// Matrices with a shorter side up to this are taken apart here, larger ones by libtorch.
const SMALL: usize = 64;

/// Pictures that go through together at most; it bounds the memory.
const AT_ONCE: usize = 8192;

/// The way from one place to a later one.
#[derive(Debug)]
pub(super) struct Chain {
    activation: Activation,
    /// Weights `[outputs, inputs]` and biases, `Double`, up to the later place.
    layers: Vec<(Tensor, Tensor)>,
    /// Layers whose slopes are needed, by number from 0, in the order in which the factors number them.
    slopes: Vec<usize>,
    product: Factored,
}

/// A Jacobian as a product.
#[derive(Debug)]
struct Factored {
    /// The factors of the Jacobian, or of its transpose, the first of them the rightmost.
    factors: Vec<Factor>,
    /// Whether they are those of the transpose.
    flipped: bool,
    /// The first layer's weights are `L Qᵀ`, with the small `L` among the factors; this is `Q`, column by column.
    basis: Option<Vec<Vec<f64>>>,
}

/// What a chain finds for each picture: logarithms of singular values, and a direction where one is wanted.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) logs: Vec<Vec<f64>>,
    pub(super) directions: Vec<Vec<f64>>,
}

impl Chain {
    /// From one place to a later one.
    pub(super) fn new(net: &Dense, from: Place, to: Place) -> Result<Self> {
        let mut layers = Vec::new();
        for layer in &net.layers[..to.layer] {
            let weights =
                Tensor::f_from_slice(&layer.weights)?.f_reshape([layer.outputs as i64, layer.inputs as i64])?;
            let biases = Tensor::f_from_slice(&layer.biases)?;
            layers.push((weights.f_to_kind(Kind::Double)?, biases.f_to_kind(Kind::Double)?));
        }
        let (mut factors, mut slopes) = (Vec::new(), Vec::new());
        let mut own = |factors: &mut Vec<Factor>, layer: usize| {
            factors.push(Factor::Own { slopes: slopes.len(), width: net.layers[layer].outputs });
            slopes.push(layer);
        };
        if from.before {
            own(&mut factors, from.layer - 1);
        }
        for (at, (weights, _)) in layers.iter().enumerate().skip(from.layer) {
            let numbers = Vec::<f64>::try_from(weights.f_reshape([-1])?)?;
            let (rows, columns) = (net.layers[at].outputs, net.layers[at].inputs);
            factors.push(Factor::Shared { rows, columns, numbers });
            if at + 1 < to.layer || !to.before {
                own(&mut factors, at);
            }
        }
        let basis = shortened(&mut factors)?;
        let (inputs, outputs) = (factors[0].sides().0, factors[factors.len() - 1].sides().1);
        // The products are carried along with as few columns as either end has.
        let flipped = outputs < inputs;
        if flipped {
            factors = factors.iter().rev().map(Factor::transposed).collect();
        }
        let product = Factored { factors, flipped, basis };
        Ok(Self { activation: net.activation, layers, slopes, product })
    }

    /// At pictures `[N, ..]`.
    pub(super) fn at(&self, pictures: &Tensor, wanted: Wanted) -> Result<Found> {
        let all = pictures.f_detach()?.f_to_device(Device::Cpu)?.f_to_kind(Kind::Double)?.f_flatten(1, -1)?;
        let mut found = Found::default();
        for start in (0..all.size()[0]).step_by(AT_ONCE) {
            let part = all.f_narrow(0, start, (all.size()[0] - start).min(AT_ONCE as i64))?;
            let slopes = self.slopes_at(&part)?;
            let some = self.product.multiply(&slopes, part.size()[0] as usize, wanted)?;
            found.logs.extend(some.logs);
            found.directions.extend(some.directions);
        }
        let count = found.logs.iter().flatten().filter(|log| log.is_nan()).count();
        if count > 0 {
            return Err(Error::NotFinite { count: count as i64, of: found.logs.iter().map(Vec::len).sum() });
        }
        Ok(found)
    }

    /// Slopes of the activation functions, `[width, N]` for each layer that needs them.
    fn slopes_at(&self, pictures: &Tensor) -> Result<Vec<Vec<f64>>> {
        let mut all = Vec::new();
        let mut x = pictures.f_tr()?;
        for (number, (weights, biases)) in self.layers.iter().enumerate() {
            let sums = weights.f_mm(&x)?.f_add(&biases.f_unsqueeze(1)?)?;
            if self.slopes.contains(&number) {
                all.push(Vec::<f64>::try_from(slope(self.activation, &sums)?.f_reshape([-1])?)?);
            }
            x = self.activation.apply(&sums);
        }
        let count = x.f_isfinite()?.f_logical_not()?.f_sum(Kind::Int64)?.int64_value(&[]);
        if count > 0 {
            return Err(Error::NotFinite { count, of: x.numel() });
        }
        Ok(all)
    }
}

impl Factored {
    fn multiply(&self, slopes: &[Vec<f64>], pictures: usize, wanted: Wanted) -> Result<Found> {
        let arch = pulp::Arch::new();
        let (first, last) = (self.factors[0].sides().0, self.factors[self.factors.len() - 1].sides().1);
        let quick = wanted == Wanted::Leading && first.min(last) <= SMALL;
        let block = |product: &mut Product, block: usize| -> Result<Vec<(Vec<f64>, Vec<f64>)>> {
            let first = block * LANES;
            let multiply = Multiply { factors: &self.factors, slopes, first, pictures, product, largest: quick };
            let logs = arch.dispatch(multiply);
            let here = LANES.min(pictures - first);
            if quick {
                return Ok(logs[..here].iter().map(|log| (vec![log * std::f64::consts::LN_2], Vec::new())).collect());
            }
            (0..here).map(|lane| self.take_apart(product, lane, wanted)).collect()
        };
        let blocks = (0..pictures.div_ceil(LANES)).into_par_iter();
        let done: Result<Vec<_>> = blocks.map_init(Product::default, block).collect();
        let (logs, directions) = done?.into_iter().flatten().unzip();
        Ok(Found { logs, directions })
    }

    /// Logarithms of singular values of one picture's matrix, and the direction stretched most.
    fn take_apart(&self, product: &Product, lane: usize, wanted: Wanted) -> Result<(Vec<f64>, Vec<f64>)> {
        let (rows, columns, matrix) = (product.rows, product.columns, product.of(lane));
        let out = product.taken_out[lane] * std::f64::consts::LN_2;
        let mut factors = full(&matrix, rows, columns)?;
        let side = if self.flipped { factors.left.swap_remove(0) } else { factors.right.swap_remove(0) };
        let values = factors.values;
        let kept = if wanted == Wanted::All { values.len() } else { 1 };
        let logs = values[..kept].iter().map(|value| value.ln() + out).collect();
        let direction = match (wanted, &self.basis) {
            (Wanted::Direction, None) => side,
            (Wanted::Direction, Some(basis)) => {
                let mut whole = vec![0.0; basis[0].len()];
                for (share, vector) in side.iter().zip(basis) {
                    whole.iter_mut().zip(vector).for_each(|(sum, entry)| *sum += share * entry);
                }
                whole
            }
            _ => Vec::new(),
        };
        Ok((logs, direction))
    }
}

/// A matrix with more columns than rows on the right of the product becomes `L Qᵀ` with orthonormal columns of `Q`, which changes no singular value
/// and leaves a square in place of the 784 columns of a first layer. `Q`, column by column.
fn shortened(factors: &mut [Factor]) -> Result<Option<Vec<Vec<f64>>>> {
    let Factor::Shared { rows, columns, numbers } = &mut factors[0] else { return Ok(None) };
    if *rows >= *columns {
        return Ok(None);
    }
    let tall = Tensor::f_from_slice(numbers)?.f_reshape([*rows as i64, *columns as i64])?.f_tr()?;
    let (q, r) = Tensor::f_linalg_qr(&tall, "reduced")?;
    *numbers = Vec::<f64>::try_from(r.f_tr()?.f_reshape([-1])?)?;
    let flat = Vec::<f64>::try_from(q.f_tr()?.f_reshape([-1])?)?;
    let basis = flat.chunks_exact(*columns).map(<[f64]>::to_vec).collect();
    *columns = *rows;
    Ok(Some(basis))
}

/// Slopes of an activation function at its sums. By the sums and not by the values, which saturate long before the slopes are 0.
fn slope(activation: Activation, sums: &Tensor) -> Result<Tensor> {
    Ok(match activation {
        Activation::Sigmoid => sums.f_sigmoid()?.f_mul(&sums.f_neg()?.f_sigmoid()?)?,
        Activation::Tanh => sums.f_cosh()?.f_square()?.f_reciprocal()?,
        Activation::Relu => sums.f_gt(0.0)?.f_to_kind(Kind::Double)?,
    })
}
