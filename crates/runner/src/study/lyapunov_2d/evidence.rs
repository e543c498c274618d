//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::{Estimate, mean};

use super::cell::Measured;
use super::spec::Spec;
use crate::lyapunov::field::MOVES;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) cells: Vec<Measured>,
}

/// A net of the study: whether its hidden layers stay random, its width and its depth.
pub(super) type Of = (bool, i64, usize);

impl Evidence<'_> {
    /// The cells of a net, training by training.
    pub(super) fn of(&self, (embedding, width, depth): Of) -> impl Iterator<Item = &Measured> {
        self.cells.iter().filter(move |found| {
            let cell = &found.cell;
            (cell.embedding, cell.width, cell.depth) == (embedding, width, depth)
        })
    }

    /// A number over trainings, those left out where there is none.
    pub(super) fn over(&self, of: Of, number: impl Fn(&Measured) -> Option<f64>) -> Option<Estimate> {
        let values: Vec<f64> = self.of(of).filter_map(number).collect();
        (!values.is_empty()).then(|| mean(&values))
    }

    /// A number of one net less that of another, training by training.
    pub(super) fn less(&self, one: Of, other: Of, number: impl Fn(&Measured) -> Option<f64>) -> Option<Estimate> {
        let pairs = self.of(one).zip(self.of(other));
        let values: Vec<f64> = pairs.filter_map(|(one, other)| Some(number(one)? - number(other)?)).collect();
        (!values.is_empty()).then(|| mean(&values))
    }

    /// The trained nets whose fields are shown, depth by depth.
    pub(super) fn grid(&self) -> impl Iterator<Item = Of> {
        self.spec.depths.iter().flat_map(|depth| self.spec.widths.iter().map(|width| (false, *width, *depth)))
    }

    pub(super) fn title(&self) -> String {
        format!("{}: where nets stretch a square", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        format!(
            "{} points uniform in [−1, 1]², labelled by whether they lie in the disc that holds half of the square; tanh nets of widths {:?} and {:?} hidden \
             layers, {} trainings of each, {} epochs. Exponents lead from the point to the last hidden layer, on {} x {} cells. Distances between \
             ridges and boundary are held against those after the ridge was moved to {} random places. Published: {}.",
            spec.points,
            spec.widths,
            spec.depths,
            spec.trainings,
            spec.training.epochs,
            spec.grid,
            spec.grid,
            MOVES,
            spec.source
        )
    }
}

/// How much higher `L λ₁` is on the boundary than at the centre.
pub(super) fn contrast(cell: &Measured) -> Option<f64> {
    Some(cell.on_boundary? - cell.centre?)
}

/// How far ridges lie from the boundary, of what chance gives.
pub(super) fn ratio(cell: &Measured) -> Option<f64> {
    cell.ridges.map(|apart| apart.distance / apart.by_chance)
}

/// How far the boundary lies from ridges, of what chance gives.
pub(super) fn ratio_back(cell: &Measured) -> Option<f64> {
    cell.boundary.map(|apart| apart.distance / apart.by_chance)
}
