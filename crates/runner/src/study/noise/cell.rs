//! Cells: the smallest pieces of a study that are done or not done.

use advlab_analysis::Seen;
use serde::{Deserialize, Serialize};

use super::spec::{Group, Spec};

/// One digit, made for one training of one net by one recipe or variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// Name of the recipe or variant.
    pub(super) group: String,
    /// Name of the net.
    pub(super) net: String,
    /// Name of the retrained nets, where it is one of those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retrained: Option<String>,
    /// Number of the training, from 1.
    pub(super) training: usize,
    pub(super) digit: i64,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self) -> String {
        format!("{}-{}-{}-{}", self.group, self.net, self.training, self.digit)
    }
}

/// Name of the folder of one training of a net.
pub(super) fn net_key(net: &str, retrained: Option<&str>, training: usize) -> String {
    let word = retrained.map_or_else(String::new, |name| format!("-{name}"));
    format!("{net}{word}-{training}")
}

/// Every cell of a study, recipe by recipe, net by net, training by training.
pub(super) fn cells(spec: &Spec, groups: &[Group]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for group in groups {
        for net in &spec.nets {
            for training in 1..=group.trainings {
                cells.extend(spec.digits.iter().map(|digit| Cell {
                    group: group.name.clone(),
                    net: net.name.clone(),
                    retrained: group.nets.clone(),
                    training,
                    digit: *digit,
                }));
            }
        }
    }
    cells
}

/// The keys of all cells, in the order in which they are done.
pub(crate) fn keys(spec: &Spec) -> Vec<String> {
    cells(spec, &spec.groups()).iter().map(Cell::key).collect()
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Measured {
    pub(super) cell: Cell,
    /// Attempts finished.
    pub(super) attempts: u64,
    /// Of them, successful.
    pub(super) successes: u64,
    /// Of the successful, those whose start noise had the label already.
    pub(super) free: u64,
    /// Confidence in the digit, example by example.
    pub(super) confidences: Vec<f32>,
    /// Steps, example by example.
    pub(super) steps: Vec<u32>,
    /// Median over the first examples of the correlation with their own start noise.
    pub(super) like_start: Option<f64>,
    /// Median over the first examples of the correlation with the mean picture of the digit.
    pub(super) like_digit: Option<f64>,
    /// The average of the examples.
    pub(super) average: Option<AverageOf>,
    /// The first example, to be looked at.
    pub(super) example: Option<Vec<f32>>,
    /// How steep the recipe's loss is.
    pub(super) slopes: Slopes,
    pub(super) seconds: f64,
}

impl Measured {
    /// Successes by finished attempts.
    pub(super) fn rate(&self) -> f64 {
        self.successes as f64 / self.attempts.max(1) as f64
    }
}

/// An average of examples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AverageOf {
    pub(super) picture: Vec<f32>,
    /// Correlation of the average of every other example with that of the rest, stepped up to the full length
    /// (Spearman and Brown 1910): what a correlation with another average could reach at most, were the patterns the same.
    pub(super) reliability: f64,
    /// What the net sees in it as it is.
    pub(super) raw: Seen,
    /// And stretched to full contrast.
    pub(super) stretched: Seen,
}

/// Gradients of the recipe's loss, where attempts start and where failed ones end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Slopes {
    /// Median length of the gradient at the first starts.
    pub(super) start: f64,
    /// Share of them below [`FLAT`].
    pub(super) start_flat: f64,
    /// The same for the part of the gradient that pulls the wanted output up.
    pub(super) pull: f64,
    /// Share of them below [`FLAT`].
    pub(super) pull_flat: f64,
    /// How often that pull is stronger at a start that succeeds than at one that fails; none where all do the same.
    pub(super) pull_tells: Option<f64>,
    /// Median length of the gradient where the first failures ended.
    pub(super) stuck: Option<f64>,
    /// Median loss there.
    pub(super) stuck_loss: Option<f64>,
}

/// 1000 steps of size 1 along a gradient of this length move a picture by a distance of 1 in all. Start noise with a standard
/// deviation of 0.3 is 8.4 long.
pub(super) const FLAT: f64 = 1e-3;
