//! Steps on the pixels themselves.

use tch::{Device, Kind, Tensor};

use super::MaximiseParams;
use super::smooth::Blur;
use crate::Result;

/// Share of its velocity that a step keeps.
const MOMENTUM: f64 = 0.9;

/// Pictures that move along a running mean of their gradients and are clipped to [0, 1]. Pixels that do not matter stay as they are.
///
/// The operations are few and in place: at 784 pixels each of them counts beside a small net.
#[derive(Debug)]
pub(super) struct Pixels {
    rate: f64,
    /// Share of the way to the background that a step goes.
    decay: f64,
    background: f64,
    pictures: Tensor,
    /// A step's way; where there is a decay, divided by it.
    velocity: Tensor,
    blur: Option<Blur>,
}

impl Pixels {
    /// From pictures `[N, C, H, W]`.
    pub(super) fn new(params: &MaximiseParams, noise: &Tensor, options: (Kind, Device)) -> Self {
        let pictures = (noise + params.background).clamp(0.0, 1.0);
        let size = pictures.size();
        let blur = (params.blur > 0.0).then(|| Blur::new(params.blur, (size[2], size[3]), options));
        let decay = (params.rate * params.l2).min(1.0);
        let velocity = pictures.zeros_like();
        Self { rate: params.rate, decay, background: params.background, pictures, velocity, blur }
    }

    pub(super) const fn pictures(&self) -> &Tensor {
        &self.pictures
    }

    /// The size that gradients must have.
    pub(super) fn size(&self) -> f64 {
        if self.decay > 0.0 { self.rate / self.decay } else { self.rate }
    }

    /// A step along gradients of that size.
    pub(super) fn step(&mut self, gradient: &Tensor) -> Result<()> {
        let _ = self.velocity.f_lerp_(gradient, 1.0 - MOMENTUM)?;
        if self.decay > 0.0 {
            // `(1 − decay)·x + decay·(v/decay)`: step and decay in one operation.
            let _ = self.pictures.f_lerp_(&self.velocity, self.decay)?;
            if self.background > 0.0 {
                let _ = self.pictures.f_add_scalar_(self.decay * self.background)?;
            }
        } else {
            let _ = self.pictures.f_add_(&self.velocity)?;
        }
        let _ = self.pictures.f_clamp_(0.0, 1.0)?;
        Ok(())
    }

    /// Adds noise to some of the pictures.
    pub(super) fn add(&mut self, rows: &Tensor, noise: &Tensor) -> Result<()> {
        let _ = self.pictures.f_index_add_(0, rows, noise)?.f_clamp_(0.0, 1.0)?;
        Ok(())
    }

    pub(super) fn blur(&mut self) -> Result<()> {
        if let Some(blur) = &self.blur {
            self.pictures = blur.of(&self.pictures)?;
        }
        Ok(())
    }
}
