//! Cells: the smallest pieces of a study that are done or not done.

use advlab_model_zoo::EpochRecord;
use serde::{Deserialize, Serialize};

use super::change::Distance;
use super::spec::{ChangeSpec, Kind, Spec};

/// Trainings that are done once more on the very same pictures, at most.
pub(crate) const CONTROLS: usize = 2;

/// What a cell is trained on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum On {
    /// A set as it is, by its number.
    Set(usize),
    /// The first set as it is, for the net that adversarial changes are made against; it is not compared with any.
    Crafting,
    /// The first set once more: a control.
    Again,
    /// The first set after a change of a level, by their numbers.
    Changed(usize, usize),
}

/// One training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    pub(super) on: On,
    /// Number of the training, from 1; 0 is that of the crafting net alone.
    pub(super) training: usize,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self, spec: &Spec) -> String {
        let what = match self.on {
            On::Set(set) => spec.sets[set].name.clone(),
            On::Crafting => return "crafting".to_owned(),
            On::Again => "again".to_owned(),
            On::Changed(change, level) => format!("{}-level-{}", spec.changes[change].key(), level + 1),
        };
        format!("{what}-training-{}", self.training)
    }
}

impl Cell {
    /// Whether it is held against the net of another cell, or made by it.
    pub(super) fn needs(&self, other: &Self, spec: &Spec) -> bool {
        match (&self.on, &other.on) {
            (On::Again | On::Changed(..), On::Set(0)) => self.training == other.training,
            (On::Changed(change, _), On::Crafting) => spec.changes[*change].kind == Kind::Adversarial,
            _ => false,
        }
    }
}

/// The cells that others need: all sets as they are, and the crafting net.
pub(super) fn first(spec: &Spec) -> Vec<Cell> {
    let crafting = spec.changes.iter().any(|change| change.kind == Kind::Adversarial);
    let crafting = crafting.then_some(Cell { on: On::Crafting, training: 0 });
    let sets = |training| (0..spec.sets.len()).map(move |set| Cell { on: On::Set(set), training });
    crafting.into_iter().chain((1..=spec.trainings).flat_map(sets)).collect()
}

/// The cells that are compared with those of the first set, training by training.
pub(super) fn second(spec: &Spec) -> Vec<Cell> {
    let levels = |(change, of): (usize, &ChangeSpec)| {
        (0..of.levels.len()).map(move |level| On::Changed(change, level)).collect::<Vec<_>>()
    };
    let ons: Vec<On> = spec.changes.iter().enumerate().flat_map(levels).collect();
    let again = (1..=CONTROLS.min(spec.trainings)).map(|training| Cell { on: On::Again, training });
    let changed = |training| ons.iter().map(move |on| Cell { on: on.clone(), training });
    again.chain((1..=spec.trainings).flat_map(changed)).collect()
}

/// The keys of all cells, in the order in which they are done.
pub(crate) fn keys(spec: &Spec) -> Vec<String> {
    first(spec).iter().chain(&second(spec)).map(|cell| cell.key(spec)).collect()
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Measured {
    pub(super) cell: Cell,
    /// Epoch by epoch; tested on the test half of its own set.
    pub(super) history: Vec<EpochRecord>,
    /// What the trained net says of every test picture: of each set, or of the first alone if the training was on a change of
    /// it.
    pub(super) answers: Vec<Vec<i64>>,
    /// Distance of the weights from those of the same training on the first set as it is, epoch by epoch; empty where there
    /// is none to compare with.
    pub(super) parting: Vec<f64>,
    /// How far the training set was changed.
    pub(super) distance: Option<Distance>,
    /// Share of the training pictures that the net which they were moved against gets wrong, from the first training of each
    /// adversarial change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fooled: Option<f64>,
    /// A changed picture, from the first training of each change and level.
    pub(super) shown: Option<Shown>,
}

/// A picture before and after, its bytes in base 64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    pub(super) before: String,
    pub(super) after: String,
}

/// How far the weights of trainings that differ in everything that is drawn are from each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Seeds {
    /// How many trainings there are.
    pub(super) trainings: usize,
    /// Two of them, counted from 0, and their distance epoch by epoch.
    pub(super) pairs: Vec<(usize, usize, Vec<f64>)>,
}
