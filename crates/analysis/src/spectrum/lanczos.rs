//! The largest singular values of maps that are known by their products alone.

use advlab_core::Seed;
use tch::{Kind, Tensor};

use super::full::{Factors, full};
use super::maps::Maps;
use crate::basis::normals;
use crate::{Error, Result};

/// When the search ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lanczos {
    /// Values that are wanted, of each map.
    pub wanted: usize,
    /// Residual of a triple, of the largest value found, below which it counts as found. Products in single precision do not allow
    /// for less than about 1e-6.
    pub tolerance: f64,
    /// Steps at most; two products each.
    pub steps: usize,
}

impl Default for Lanczos {
    fn default() -> Self {
        Self { wanted: 1, tolerance: 1e-5, steps: 100 }
    }
}

/// The largest singular values of each of N maps, and how well they are known.
#[derive(Debug)]
pub struct Leading {
    /// For each map its largest values, largest first.
    pub values: Vec<Vec<f64>>,
    /// On the side of the inputs, of length 1: `Double`, `[N, wanted, inputs]`.
    pub right: Tensor,
    /// On the side of the outputs, of length 1: `Double`, `[N, wanted, outputs]`.
    pub left: Tensor,
    /// For each value `‖Aᵀu − σv‖ / σ₁`; the value itself is better known than that. 0 for a map that is 0.
    pub residuals: Vec<Vec<f64>>,
    /// Products with the maps or their transposes, each of all N at once.
    pub products: usize,
}

/// The `wanted` largest singular values of each map, by Golub-Kahan-Lanczos bidiagonalisation in double precision with every vector
/// made orthogonal to all before it, twice.
///
/// It starts from a vector drawn from `seed`, on the shorter side: after as many steps as that side has numbers the values are those of the
/// whole map. All maps of the batch take the same number of steps, as many as the slowest of them needs.
///
/// # Errors
/// [`Error::Param`] if more values are wanted than the shorter side has, for a tolerance that is not above 0 or fewer steps than
/// values; [`Error::NotFinite`] if a product is not a number; those of the maps.
///
/// Source: Golub and Kahan 1965, *SIAM J. Numer. Anal.* B 2, 205-224; Baglama and Reichel 2005, *SIAM J. Sci. Comput.* 27, 19-42, section 2.
pub fn leading(maps: &dyn Maps, how: Lanczos, seed: Seed) -> Result<Leading> {
    let shorter = maps.inputs().min(maps.outputs());
    let param = |field, want, got: String| Err(Error::Param { analysis: "spectrum", field, want, got });
    if how.wanted > shorter || how.wanted == 0 {
        let got = format!("{} of maps from {} to {} numbers", how.wanted, maps.inputs(), maps.outputs());
        return param("wanted", "at least 1 and at most as many as the map's shorter side has", got);
    }
    if !(how.tolerance > 0.0 && how.tolerance < 1.0) {
        return param("tolerance", "above 0 and below 1", how.tolerance.to_string());
    }
    if how.steps < how.wanted {
        return param("steps", "at least as many as there are values wanted", how.steps.to_string());
    }
    let mut walk = Walk::new(maps, seed);
    loop {
        walk.step()?;
        let taken = walk.diagonal.len();
        let over = taken >= how.steps.min(shorter);
        if taken < how.wanted || !(over || taken.is_multiple_of(4) || taken < 4) {
            continue;
        }
        let factors = walk.factors()?;
        let residuals = walk.residuals(&factors, how.wanted)?;
        if over || residuals.iter().flatten().all(|residual| *residual <= how.tolerance) {
            return walk.ended(&factors, residuals, how.wanted);
        }
    }
}

/// The bidiagonal forms of N maps as far as they are there.
///
/// With `M` the map, or its transpose where that has fewer inputs: `M V = U B` with orthonormal columns and `B` upper bidiagonal.
struct Walk<'m> {
    maps: &'m dyn Maps,
    /// Whether `M` is the transpose.
    flipped: bool,
    seed: Seed,
    /// `[N, numbers]` each, `Double`, on the CPU.
    inner: Vec<Tensor>,
    outer: Vec<Tensor>,
    /// Of each step, `N` numbers.
    diagonal: Vec<Vec<f64>>,
    /// `beyond[j]` lies between steps j and j + 1.
    beyond: Vec<Vec<f64>>,
    /// `Mᵀ` of the last vector on the outer side, where that was looked at already.
    back: Option<Tensor>,
    products: usize,
    /// Vectors drawn so far.
    drawn: u64,
}

impl<'m> Walk<'m> {
    fn new(maps: &'m dyn Maps, seed: Seed) -> Self {
        let flipped = maps.outputs() < maps.inputs();
        let (inner, outer, diagonal, beyond) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { maps, flipped, seed, inner, outer, diagonal, beyond, back: None, products: 0, drawn: 0 }
    }

    fn product(&mut self, vectors: &Tensor, back: bool) -> Result<Tensor> {
        self.products += 1;
        let (kind, device) = self.maps.place();
        let there = vectors.f_to_kind(kind)?.f_to_device(device)?;
        let image = if back == self.flipped { self.maps.apply(&there)? } else { self.maps.transposed(&there)? };
        let image = image.f_detach()?.f_to_kind(Kind::Double)?.f_to_device(tch::Device::Cpu)?;
        let count = image.f_isfinite()?.f_logical_not()?.f_sum(Kind::Int64)?.int64_value(&[]);
        if count > 0 {
            return Err(Error::NotFinite { count, of: image.numel() });
        }
        Ok(image)
    }

    /// Takes one more vector on both sides.
    fn step(&mut self) -> Result<()> {
        let numbers = self.maps.inputs().min(self.maps.outputs());
        let v = if self.outer.is_empty() {
            let start = self.draw(numbers)?;
            self.next(&start, true, numbers)?.0
        } else {
            let image = self.back()?;
            let (v, lengths) = self.next(&image, true, numbers)?;
            self.beyond.push(lengths);
            v
        };
        self.back = None;
        let image = self.product(&v, false)?;
        self.inner.push(v);
        let (u, lengths) = self.next(&image, false, self.maps.inputs().max(self.maps.outputs()))?;
        self.outer.push(u);
        self.diagonal.push(lengths);
        Ok(())
    }

    /// What of a vector is new on its side, at length 1, and how long that was. Where nothing is new the map goes no further from
    /// here: the length is 0, and a vector that was drawn takes the place.
    fn next(&mut self, image: &Tensor, inner: bool, numbers: usize) -> Result<(Tensor, Vec<f64>)> {
        let known = if inner { &self.inner } else { &self.outer };
        let whole = lengths(image)?;
        let mut new = rest(image, known)?;
        let mut found = lengths(&new)?;
        let spent: Vec<bool> =
            found.iter().zip(&whole).map(|(left, whole)| *left <= 1e-13 * whole || *left == 0.0).collect();
        if spent.contains(&true) {
            let fresh = self.draw(numbers)?;
            let known = if inner { &self.inner } else { &self.outer };
            let fresh = rest(&fresh, known)?;
            let mask = Tensor::from_slice(&spent).f_unsqueeze(1)?;
            new = fresh.f_where_self(&mask, &new)?;
            let lens = Tensor::from_slice(&lengths(&new)?);
            let unit = new.f_div(&lens.f_clamp_min(f64::MIN_POSITIVE)?.f_unsqueeze(1)?)?;
            found.iter_mut().zip(&spent).for_each(|(length, spent)| *length = if *spent { 0.0 } else { *length });
            return Ok((unit, found));
        }
        Ok((new.f_div(&Tensor::from_slice(&found).f_unsqueeze(1)?)?, found))
    }

    /// Normal numbers, each map's from an address of its own.
    fn draw(&mut self, numbers: usize) -> Result<Tensor> {
        let seed = self.seed.child("spectrum").index(self.drawn);
        self.drawn += 1;
        let all: Vec<f64> = (0..self.maps.count()).flat_map(|map| normals(numbers, seed.index(map as u64))).collect();
        Ok(Tensor::f_from_slice(&all)?.f_reshape([self.maps.count() as i64, numbers as i64])?)
    }

    /// Decompositions of the bidiagonal matrices.
    fn factors(&self) -> Result<Vec<Factors>> {
        let k = self.diagonal.len();
        let of = |map: usize| {
            let mut matrix = vec![0.0; k * k];
            for j in 0..k {
                matrix[j * k + j] = self.diagonal[j][map];
                if j + 1 < k {
                    matrix[j * k + j + 1] = self.beyond[j][map];
                }
            }
            full(&matrix, k, k)
        };
        (0..self.maps.count()).map(of).collect()
    }

    /// `Mᵀ` of the last vector on the outer side.
    fn back(&mut self) -> Result<Tensor> {
        if let Some(image) = &self.back {
            return Ok(image.shallow_clone());
        }
        let last = self.outer[self.outer.len() - 1].shallow_clone();
        let image = self.product(&last, true)?;
        self.back = Some(image.shallow_clone());
        Ok(image)
    }

    /// `Mᵀ U x − σ V y` is as long as the next entry beyond the diagonal times the last entry of x. A side that is taken up whole
    /// has no next entry.
    fn residuals(&mut self, factors: &[Factors], wanted: usize) -> Result<Vec<Vec<f64>>> {
        let whole = self.diagonal.len() == self.maps.inputs().min(self.maps.outputs());
        let next = if whole { vec![0.0; self.maps.count()] } else { lengths(&rest(&self.back()?, &self.inner)?)? };
        let of = |(factors, next): (&Factors, f64)| -> Vec<f64> {
            let largest = factors.values[0];
            let one = |left: &Vec<f64>| if largest > 0.0 { next * left[left.len() - 1].abs() / largest } else { 0.0 };
            factors.left.iter().take(wanted).map(one).collect()
        };
        Ok(factors.iter().zip(next).map(of).collect())
    }

    fn ended(self, factors: &[Factors], residuals: Vec<Vec<f64>>, wanted: usize) -> Result<Leading> {
        let k = self.diagonal.len() as i64;
        let weights = |side: fn(&Factors) -> &Vec<Vec<f64>>| -> Result<Tensor> {
            let all: Vec<f64> =
                factors.iter().flat_map(|factors| side(factors).iter().take(wanted).flatten().copied()).collect();
            Ok(Tensor::f_from_slice(&all)?.f_reshape([factors.len() as i64, wanted as i64, k])?)
        };
        let inner = weights(|factors| &factors.right)?.f_bmm(&Tensor::f_stack(&self.inner, 1)?)?;
        let outer = weights(|factors| &factors.left)?.f_bmm(&Tensor::f_stack(&self.outer, 1)?)?;
        let (right, left) = if self.flipped { (outer, inner) } else { (inner, outer) };
        let values = factors.iter().map(|factors| factors.values[..wanted].to_vec()).collect();
        Ok(Leading { values, right, left, residuals, products: self.products })
    }
}

/// What is left of vectors `[N, D]` without their parts along vectors of length 1, which are taken away twice.
fn rest(vectors: &Tensor, known: &[Tensor]) -> Result<Tensor> {
    if known.is_empty() {
        return Ok(vectors.shallow_clone());
    }
    let known = Tensor::f_stack(known, 1)?; // [N, k, D]
    let mut left = vectors.f_unsqueeze(2)?;
    for _ in 0..2 {
        left = left.f_sub(&known.f_transpose(1, 2)?.f_bmm(&known.f_bmm(&left)?)?)?;
    }
    Ok(left.f_squeeze_dim(2)?)
}

fn lengths(vectors: &Tensor) -> Result<Vec<f64>> {
    Ok(Vec::<f64>::try_from(vectors.f_square()?.f_sum_dim_intlist(1, false, Kind::Double)?.f_sqrt()?)?)
}

#[cfg(test)]
mod tests {
    use super::super::Matrices;
    use super::*;

    fn maps(count: i64, outputs: i64, inputs: i64) -> Tensor {
        let numbers = normals((count * outputs * inputs) as usize, Seed::new(7));
        Tensor::from_slice(&numbers).reshape([count, outputs, inputs])
    }

    #[test]
    fn the_leading_values_are_those_of_the_full_decomposition() {
        for (outputs, inputs) in [(40, 90), (90, 40), (1, 30), (30, 1), (6, 6)] {
            let all = maps(3, outputs, inputs);
            let exact = Vec::<Vec<f64>>::try_from(all.svd(true, false).1);
            let wanted = 3.min(outputs.min(inputs)) as usize;
            let how = Lanczos { wanted, tolerance: 1e-9, steps: 100 };
            let found = leading(&Matrices::new(all.shallow_clone()).unwrap(), how, Seed::new(1)).unwrap();
            for (own, theirs) in found.values.iter().zip(exact.unwrap()) {
                for (own, theirs) in own.iter().zip(theirs) {
                    assert!((own - theirs).abs() < 1e-10 * theirs, "{outputs}x{inputs}: {own} {theirs}");
                }
            }
            let image = all.matmul(&found.right.transpose(1, 2));
            let values = Tensor::from_slice(&found.values.concat()).reshape([3, 1, wanted as i64]);
            let off = (image - found.left.transpose(1, 2) * values).abs().max().double_value(&[]);
            assert!(off < 1e-6 && found.residuals.iter().flatten().all(|residual| *residual <= 1e-9), "{off}");
            assert!(found.products <= 220);
        }
    }

    #[test]
    fn maps_of_low_rank_and_zero_maps_are_found_in_a_batch_with_others() {
        let all = maps(3, 12, 8);
        let _ = all.get(1).zero_();
        let column = Tensor::linspace(1.0, 2.0, 12, (Kind::Double, tch::Device::Cpu)).unsqueeze(1);
        let row = Tensor::linspace(-1.0, 1.0, 8, (Kind::Double, tch::Device::Cpu)).unsqueeze(0);
        let outer = column.matmul(&row);
        all.get(2).copy_(&outer);
        let found =
            leading(&Matrices::new(all).unwrap(), Lanczos { wanted: 2, ..Default::default() }, Seed::new(2)).unwrap();
        let rank_one = (column.square().sum(Kind::Double) * row.square().sum(Kind::Double)).sqrt().double_value(&[]);
        assert_eq!(found.values[1], [0.0, 0.0]);
        assert!((found.values[2][0] - rank_one).abs() < 1e-10 && found.values[2][1] < 1e-10, "{:?}", found.values[2]);
    }

    #[test]
    fn wishes_that_no_map_can_fulfil_are_refused() {
        let two = Matrices::new(maps(1, 2, 5)).unwrap();
        let told = |how| leading(&two, how, Seed::new(1)).unwrap_err().to_string();
        assert!(told(Lanczos { wanted: 3, ..Default::default() }).contains("got 3 of maps from 5 to 2"));
        assert!(told(Lanczos { tolerance: 0.0, ..Default::default() }).contains("`tolerance` must be above 0"));
        assert!(Matrices::new(maps(1, 2, 5).squeeze()).unwrap_err().to_string().contains("[N, outputs, inputs]"));
        let nan = Matrices::new(maps(1, 2, 5) * f64::NAN).unwrap();
        assert!(leading(&nan, Lanczos::default(), Seed::new(1)).unwrap_err().to_string().contains("NaN"));
    }
}
