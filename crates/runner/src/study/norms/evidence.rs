//! All that a study measured, as verdicts, tables and figures look it up.

use super::cell::{Cell, Measured, Part};
use super::spec::{NetSpec, Spec};
use crate::norms::{Bounds, LayerNorms};
use crate::words::list;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    cells: Vec<Measured>,
}

/// What was measured of one net.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfNet<'a> {
    pub(super) spec: &'a NetSpec,
    pub(super) norms: &'a LayerNorms,
    pub(super) bounds: Option<&'a Bounds>,
}

impl OfNet<'_> {
    pub(super) fn name(&self) -> &str {
        &self.spec.net.name
    }

    /// The smallest and the largest norm of a layer with weights.
    pub(super) fn ends(&self) -> (f64, f64) {
        let norms = self.norms.weights().map(|layer| layer.norm.norm);
        norms.fold((f64::INFINITY, 0.0), |(low, high), norm| (low.min(norm), high.max(norm)))
    }

    /// Bound over the largest stretch seen, where there are both.
    pub(super) fn gap(&self) -> Option<f64> {
        let seen = self.bounds?.largest().filter(|seen| *seen > 0.0)?;
        Some(self.norms.bound()? / seen)
    }
}

impl<'a> Evidence<'a> {
    pub(super) const fn new(spec: &'a Spec, cells: Vec<Measured>) -> Self {
        Self { spec, cells }
    }

    /// The nets that were measured, in the order of the file.
    pub(super) fn nets(&self) -> Vec<OfNet<'_>> {
        let of = |net: &'a NetSpec, part| {
            let cell = Cell { net: net.net.name.clone(), part };
            self.cells.iter().find(|measured| measured.cell == cell)
        };
        let mut nets = Vec::new();
        for net in &self.spec.nets {
            let Some(layers) = of(net, Part::Layers) else { continue };
            let pictures = of(net, Part::Pictures);
            nets.push(OfNet {
                spec: net,
                norms: layers.norms.as_ref().expect("cells of layers have norms"),
                bounds: pictures.and_then(|pictures| pictures.bounds.as_ref()),
            });
        }
        nets
    }

    pub(super) fn title(&self) -> String {
        format!("{}: how far layers can stretch a difference, and how far nets do", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let names: Vec<String> = self.nets().iter().map(|net| net.name().to_owned()).collect();
        format!(
            "The operator norm of every layer of {}: dense layers by their singular values, convolutions by the Fourier transform of \
             their kernels on a torus with room for the zeros around the maps, which bounds the convolution with zeros from above, \
             and by iteration on that one itself. From below: the largest singular value of the Jacobian at pictures, and how far \
             the scores move with the smallest change of the label (`{}`). Published: {}.",
            list(&names),
            self.spec.attack.method,
            self.spec.source
        )
    }
}
