//! One pass of pictures through a net, and who listens to its layers on the way.
//!
//! A family's `forward` hands the values of its layers over by torchvision's names: those of the modules that put them out there.
//! Whoever waits for one layer gets it, and the pass ends.

use std::cell::RefCell;
use std::ops::Deref;

use advlab_core::Layer;
use tch::Tensor;

use super::tensors::Tensors;
use crate::Error;

/// Why a pass ends before the scores.
#[derive(Debug)]
pub(super) enum End {
    /// The layer that was waited for: its values.
    Reached(Tensor),
    /// Something failed.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for End {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// What comes of a pass or a part of it.
pub(super) type Passed = Result<Tensor, End>;

/// Who listens.
#[derive(Debug)]
enum Ear<'a> {
    Nobody,
    /// Notes every layer and its shape.
    Lists(RefCell<Vec<Layer>>),
    /// Waits for the layer of this name.
    Waits(&'a str),
}

/// The tensors of a net while pictures pass through.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    tensors: &'a Tensors,
    ear: Ear<'a>,
}

impl<'a> Pass<'a> {
    /// A pass for the scores.
    pub(super) const fn new(tensors: &'a Tensors) -> Self {
        Self { tensors, ear: Ear::Nobody }
    }

    /// A pass that lists the layers.
    pub(super) const fn listing(tensors: &'a Tensors) -> Self {
        Self { tensors, ear: Ear::Lists(RefCell::new(Vec::new())) }
    }

    /// A pass that ends at a layer.
    pub(super) const fn to(layer: &'a str, tensors: &'a Tensors) -> Self {
        Self { tensors, ear: Ear::Waits(layer) }
    }

    /// Hands over what the module `name` puts out, `[N, C, H, W]` or `[N, D]`; it is returned as it is.
    pub(super) fn layer(&self, name: &str, values: Tensor) -> Passed {
        match &self.ear {
            Ear::Waits(wanted) if *wanted == name => return Err(End::Reached(values)),
            Ear::Lists(seen) => seen.borrow_mut().push(Layer {
                name: name.to_owned(),
                shape: values.size()[1..].to_vec(),
                is_scores: false,
            }),
            Ear::Waits(_) | Ear::Nobody => {}
        }
        Ok(values)
    }

    /// The layers that were handed over.
    pub(super) fn into_layers(self) -> Vec<Layer> {
        match self.ear {
            Ear::Lists(seen) => seen.into_inner(),
            Ear::Nobody | Ear::Waits(_) => Vec::new(),
        }
    }
}

impl Deref for Pass<'_> {
    type Target = Tensors;

    fn deref(&self) -> &Tensors {
        self.tensors
    }
}
