//! Cells: the smallest pieces of a study that are done or not done.

use advlab_analysis::basis::{Likeness, Measures, Together};
use advlab_core::Layer;
use serde::{Deserialize, Serialize};

use super::spec::Spec;
use crate::basis::Turned;

/// A net, once trained or as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cell {
    /// Name of the net.
    pub(super) net: String,
    /// Number of the training, from 1.
    pub(super) training: usize,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self) -> String {
        format!("{}-{}", self.net, self.training)
    }
}

/// Two trainings of a net.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) net: String,
    pub(super) trainings: (usize, usize),
}

impl Pair {
    pub(super) fn key(&self) -> String {
        format!("{}-{}-{}", self.net, self.trainings.0, self.trainings.1)
    }
}

/// A piece of the study.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Cell(Cell),
    Pair(Pair),
}

impl Item {
    pub(super) fn key(&self) -> String {
        match self {
            Self::Cell(cell) => cell.key(),
            Self::Pair(pair) => pair.key(),
        }
    }

    /// Whether it needs this training of a net.
    pub(super) fn asks_for(&self, net: &str, training: usize) -> bool {
        match self {
            Self::Cell(cell) => cell.net == net && cell.training == training,
            Self::Pair(Pair { net: of, trainings: (a, b) }) => of == net && [*a, *b].contains(&training),
        }
    }
}

/// The keys of all pieces, in the order in which they are done.
pub(crate) fn keys(spec: &Spec) -> Vec<String> {
    items(spec).iter().map(Item::key).collect()
}

/// Name of a training of a net.
pub(super) fn trained(net: &str, training: usize) -> String {
    format!("{net}-{training}")
}

/// Every piece of a study: the nets one by one, then every pair of trainings of a net.
pub(super) fn items(spec: &Spec) -> Vec<Item> {
    let trained = spec
        .nets
        .iter()
        .flat_map(|net| (1..=spec.trainings).map(move |training| Cell { net: net.name.clone(), training }));
    let known = spec.known.iter().map(|known| Cell { net: known.net.name.clone(), training: 1 });
    let pairs = |net: &String| {
        let first = 1..=spec.trainings;
        let both = first.flat_map(|a| (a + 1..=spec.trainings).map(move |b| (a, b)));
        both.map(|trainings| Pair { net: net.clone(), trainings }).collect::<Vec<_>>()
    };
    let pairs = spec.nets.iter().flat_map(|net| pairs(&net.name));
    trained.chain(known).map(Item::Cell).chain(pairs.map(Item::Pair)).collect()
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured {
    pub(super) cell: Cell,
    pub(super) layers: Vec<LayerMeasured>,
    pub(super) seconds: f64,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LayerMeasured {
    pub(super) layer: Layer,
    /// Units that have the same value for all pictures.
    pub(super) constant: usize,
    /// Measures of the other units.
    pub(super) natural: Vec<Measures>,
    /// Measures of random directions.
    pub(super) random: Vec<Measures>,
    /// What random pictures have in common.
    pub(super) chance: Together,
    /// The basis turned into a random one.
    pub(super) sweep: Vec<Turned>,
    /// Patterns made from noise, for units and for random directions.
    pub(super) patterns: Vec<Pattern>,
}

/// How far a direction is driven.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pattern {
    /// By the pattern that the figures show, which is kept smooth.
    pub(super) shown: f32,
    /// By one that is kept from nothing.
    pub(super) free: f32,
    /// By the held-out picture that drives it furthest.
    pub(super) picture: f32,
}

/// How alike the layers of two trainings are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Alike {
    pub(super) pair: Pair,
    /// Layer by layer, by name.
    pub(super) layers: Vec<(String, Likeness)>,
}
