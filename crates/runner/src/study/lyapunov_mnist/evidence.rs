//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::{Estimate, mean};

use super::cell::Measured;
use super::spec::{NetSpec, Spec};
use super::together::Together;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) cells: Vec<Measured>,
    pub(super) together: Vec<Together>,
}

impl Evidence<'_> {
    /// The cells of a net, training by training.
    pub(super) fn of<'e>(&'e self, net: &'e NetSpec) -> impl Iterator<Item = &'e Measured> {
        self.cells.iter().filter(move |cell| cell.cell.net == net.name)
    }

    /// A number over trainings, those left out where there is none.
    pub(super) fn over(&self, net: &NetSpec, of: impl Fn(&Measured) -> Option<f64>) -> Option<Estimate> {
        let values: Vec<f64> = self.of(net).filter_map(of).collect();
        (!values.is_empty()).then(|| mean(&values))
    }

    /// What the trainings of a net say together.
    pub(super) fn together(&self, net: &NetSpec) -> Option<&Together> {
        self.together.iter().find(|together| together.net == net.name)
    }

    pub(super) fn title(&self) -> String {
        format!("{}: where nets stretch the plane of two neurons", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        let nets: Vec<String> = spec.nets.iter().map(|net| format!("`{}` ({})", net.title, net.model.text())).collect();
        format!(
            "{} on {}, {} trainings of each. Exponents lead from the plane of the two neurons to the last hidden layer, on {} x {} cells of the plane. Published: {}.",
            crate::words::list(&nets),
            spec.data.words(),
            spec.trainings,
            spec.grid,
            spec.grid,
            spec.source
        )
    }
}
