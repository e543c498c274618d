//! Products with the Jacobian of a layer's values by the pictures, without the Jacobian.

use advlab_core::Classifier;
use tch::{Device, Kind, Tensor};

use crate::spectrum::Maps;
use crate::{Error, Result};

/// `∂x/∂picture` of a layer's values `x` at each picture of a batch, known by its products.
///
/// `Jᵀu` is a backward pass. `J v` is one as well: `Jᵀu` is linear in `u`, so the gradient of `⟨Jᵀu, v⟩` by `u` is `J v`, exactly, for every
/// net whose gradients have gradients (Townsend 2017, "A new trick for calculating Jacobian vector products").
#[derive(Debug)]
pub struct Jacobian {
    net: String,
    layer: String,
    pictures: Tensor,
    /// `[N, D]`.
    values: Tensor,
    /// Stands for any vector on the layer's side, `[N, D]`.
    probe: Tensor,
    /// `Jᵀ·probe`, `[N, C·H·W]`, linear in the probe.
    pulled: Tensor,
}

impl Jacobian {
    /// At these pictures, of the layer of this name.
    ///
    /// # Shapes
    /// - `pictures`: `[N, C, H, W]` on the net's device
    ///
    /// # Errors
    /// [`Error::NotSmooth`] if the layer's values do not follow from the picture in a way that has gradients; those of the net.
    pub fn at(net: &dyn Classifier, pictures: &Tensor, layer: &str) -> Result<Self> {
        let not_smooth = || Error::NotSmooth { net: net.name().to_owned(), layer: layer.to_owned() };
        let pictures = pictures.f_detach()?.copy().f_set_requires_grad(true)?;
        let values = net.activations(&pictures, layer)?;
        if !values.requires_grad() {
            return Err(not_smooth());
        }
        let values = values.f_flatten(1, -1)?;
        let probe = values.f_detach()?.f_ones_like()?.f_set_requires_grad(true)?;
        let sum = values.f_mul(&probe)?.f_sum(values.kind())?;
        let [pulled] = &Tensor::f_run_backward(&[&sum], &[&pictures], true, true)?[..] else {
            return Err(not_smooth());
        };
        if !pulled.defined() || !pulled.requires_grad() {
            return Err(not_smooth());
        }
        let pulled = pulled.f_flatten(1, -1)?;
        Ok(Self { net: net.name().to_owned(), layer: layer.to_owned(), pictures, values, probe, pulled })
    }

    /// The whole of it, on the CPU: `Double`, `[N, outputs, inputs]`, by as many products as the shorter side has numbers.
    ///
    /// # Errors
    /// Those of the products.
    pub fn whole(&self) -> Result<Tensor> {
        let rows = self.outputs() <= self.inputs();
        let side = self.outputs().min(self.inputs());
        let mut all = Vec::with_capacity(side);
        for at in 0..side {
            let unit = Tensor::f_zeros([self.count() as i64, side as i64], self.place())?;
            let _ = unit.f_select(1, at as i64)?.f_fill_(1.0)?;
            let image = if rows { self.transposed(&unit)? } else { self.apply(&unit)? };
            all.push(image.f_to_kind(Kind::Double)?.f_to_device(Device::Cpu)?);
        }
        Ok(Tensor::f_stack(&all, if rows { 1 } else { 2 })?)
    }

    fn gradient(&self, of: &Tensor, weights: &Tensor, by: &Tensor) -> Result<Tensor> {
        let sum = of.f_mul(weights)?.f_sum(of.kind())?;
        let [gradient] = &Tensor::f_run_backward(&[&sum], &[by], true, false)?[..] else {
            return Err(Error::NotSmooth { net: self.net.clone(), layer: self.layer.clone() });
        };
        // What does not depend on it at all has no gradient, which is a gradient of 0.
        let gradient = if gradient.defined() { gradient.shallow_clone() } else { by.f_zeros_like()? };
        Ok(gradient.f_detach()?.f_flatten(1, -1)?)
    }
}

impl Maps for Jacobian {
    fn count(&self) -> usize {
        self.values.size()[0] as usize
    }

    fn inputs(&self) -> usize {
        self.pulled.size()[1] as usize
    }

    fn outputs(&self) -> usize {
        self.values.size()[1] as usize
    }

    fn place(&self) -> (Kind, Device) {
        (self.values.kind(), self.values.device())
    }

    fn apply(&self, vectors: &Tensor) -> Result<Tensor> {
        self.gradient(&self.pulled, vectors, &self.probe)
    }

    fn transposed(&self, vectors: &Tensor) -> Result<Tensor> {
        self.gradient(&self.values, vectors, &self.pictures)
    }
}
