//! Directions of one kind, with all that was found out about them.

use advlab_analysis::basis::{Comparison, Directions, Driven, Measure, Measures};
use advlab_core::Seed;
use anyhow::Result;
use rand::seq::index;
use serde::{Deserialize, Serialize};

use super::margins::margin;

/// Most units that are measured; of larger layers so many are drawn.
const MOST_UNITS: usize = 4096;

/// Random directions that are measured, at least.
const RANDOM: usize = 1000;

/// Directions of one kind.
#[derive(Debug)]
pub(crate) struct Group {
    /// `unit` or `random`.
    pub(crate) kind: &'static str,
    pub(crate) directions: Directions,
    /// What drives each.
    pub(crate) driven: Vec<Driven>,
    /// Measures of each; none where its values are the same for all pictures.
    pub(crate) measures: Vec<Option<Measures>>,
}

/// One measure of single units against that of random directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// What is compared.
    pub measure: Measure,
    /// How.
    pub comparison: Comparison,
}

/// All units of a layer, or as many as can be measured.
pub(crate) fn units(width: usize, seed: Seed) -> Result<Directions> {
    let mut numbers: Vec<usize> = (0..width).collect();
    if width > MOST_UNITS {
        numbers = index::sample(&mut seed.child("units").rng(), width, MOST_UNITS).into_vec();
        numbers.sort_unstable();
    }
    Ok(Directions::natural(&numbers, width)?)
}

/// Random directions of a layer, `shown` at least; or a whole random orthonormal basis.
///
/// # Errors
/// More to show than such a basis has.
pub(crate) fn random(width: usize, orthonormal: bool, shown: usize, seed: Seed) -> Result<Directions> {
    let seed = seed.child("random");
    Ok(if orthonormal {
        Directions::orthonormal(width.min(MOST_UNITS).max(shown), width, seed)?
    } else {
        Directions::on_sphere(shown.max(RANDOM), width, seed)?
    })
}

impl Group {
    pub(crate) fn new(
        kind: &'static str,
        directions: Directions,
        driven: Vec<Driven>,
        measures: Vec<Option<Measures>>,
    ) -> Self {
        Self { kind, directions, driven, measures }
    }

    /// What a direction is called by: the unit's number, or the number of the draw.
    pub(crate) fn number(&self, at: usize) -> usize {
        self.directions.units().get(at).copied().unwrap_or(at)
    }

    /// One measure of all directions that have it.
    pub(crate) fn values(&self, measure: Measure) -> Vec<f64> {
        values(&self.measures, measure)
    }

    /// Directions whose values are the same for all pictures.
    pub(crate) fn constant(&self) -> usize {
        self.measures.iter().filter(|measures| measures.is_none()).count()
    }
}

/// One measure of all directions that have it.
pub(crate) fn values(measures: &[Option<Measures>], measure: Measure) -> Vec<f64> {
    measures.iter().flatten().map(|measures| measure.of(measures)).collect()
}

/// Each measure of single units against that of random directions.
pub(crate) fn compare(natural: &[Option<Measures>], random: &[Option<Measures>], seed: Seed) -> Vec<Compared> {
    let of = |measure: Measure| {
        let seed = seed.child("compare").child(measure.key());
        let comparison = Comparison::of(&values(natural, measure), &values(random, measure), margin(measure), seed)?;
        Some(Compared { measure, comparison })
    };
    Measure::ALL.into_iter().filter_map(of).collect()
}
