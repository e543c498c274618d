//! Cells: one net that learns one sample.

use advlab_analysis::perceptron::{Checkpoint, Patterns, Separability, SignNet, hebb, parity_of_xor_units};
use advlab_core::Stop;
use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::spec::Spec;
use crate::perceptron;
use crate::perceptron::net::Net;
use crate::perceptron::sample::{Sample, Source};

/// Sweeps of Hebb's rule at most.
const SWEEPS: usize = 1000;

/// One net, one sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cell {
    /// `and`, `or`, `xor`, `parity-3`, `four-lines`, `four-lines-noisy`.
    pub(super) task: String,
    pub(super) hidden: usize,
    /// Number of the repeat, from 1.
    pub(super) repeat: usize,
}

impl Cell {
    /// Its key in the journal.
    pub(super) fn key(&self) -> String {
        format!("{}-h{}-{}", self.task, self.hidden, self.repeat)
    }
}

/// Every cell. Hebb's rule draws nothing, so it learns each table once.
pub(super) fn cells(spec: &Spec) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut add = |task: &str, hidden: usize, repeats: usize| {
        cells.extend((1..=repeats).map(|repeat| Cell { task: task.to_owned(), hidden, repeat }));
    };
    for task in ["and", "or", "xor"] {
        add(task, 0, 1);
    }
    add("xor", 2, spec.repeats);
    for inputs in &spec.parities {
        let task = format!("parity-{inputs}");
        add(&task, 0, 1);
        add(&task, *inputs, spec.repeats);
    }
    for hidden in [0, 1, spec.lines.few] {
        add("four-lines", hidden, spec.repeats);
    }
    for hidden in [spec.lines.few, spec.lines.many] {
        add("four-lines-noisy", hidden, spec.repeats);
    }
    cells
}

/// The keys of all cells, in the order in which they are done.
pub(crate) fn keys(spec: &Spec) -> Vec<String> {
    cells(spec).iter().map(Cell::key).collect()
}

/// What a net was seen to do at one step of its training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Seen {
    /// Sweeps through all points.
    pub(super) step: usize,
    /// Share of wrong labels, on the points learnt and on fresh ones.
    pub(super) train_error: f64,
    pub(super) test_error: Option<f64>,
}

impl From<&Checkpoint> for Seen {
    fn from(seen: &Checkpoint) -> Self {
        Self { step: seen.step, train_error: seen.train_error, test_error: seen.test_error }
    }
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Measured {
    pub(super) cell: Cell,
    /// The net at its end.
    pub(super) net: SignNet,
    /// Step, training error, error on fresh patterns.
    pub(super) history: Vec<Seen>,
    pub(super) converged: Option<usize>,
    pub(super) cycle: Option<(usize, usize)>,
    /// Starts that were made.
    pub(super) starts: usize,
    /// Hidden neurons that count alone: the output changes with the sign of one of them, for some training pattern.
    pub(super) active: usize,
    pub(super) train_error: f64,
    pub(super) test_error: Option<f64>,
    /// Whether a line parts the training patterns, with its proof.
    pub(super) separability: Option<Separability>,
    /// Mistakes of Hebb's rule in one go, of single neurons.
    pub(super) in_one_go: Option<usize>,
    /// Mistakes of a chain of XOR units that is written down, for XOR and parity.
    pub(super) written_down: Option<usize>,
}

/// The settings of `advlab perceptron` that stand for a cell.
fn settings(cell: &Cell, spec: &Spec) -> perceptron::Spec {
    let (problem, inputs, noise) = match &cell.task[..] {
        "four-lines" => ("four-lines", 2, 0.0),
        "four-lines-noisy" => ("four-lines", 2, spec.lines.noise),
        task => match task.strip_prefix("parity-") {
            Some(inputs) => ("parity", inputs.parse().unwrap_or(2), 0.0),
            None => (task, 2, 0.0),
        },
    };
    perceptron::Spec {
        problem: problem.to_owned(),
        inputs,
        hidden: vec![cell.hidden],
        train: spec.lines.train,
        test: spec.lines.test,
        noise,
        test_share: 0.0,
        repeats: 1,
        sweeps: SWEEPS,
        rate: 0.5,
        training: spec.training.clone(),
        at: Vec::new(),
        animation: None,
        seed: spec.seed,
    }
}

/// The sample that a cell learns, as it was drawn.
///
/// # Errors
/// Settings that cannot be used.
pub(super) fn sample(cell: &Cell, spec: &Spec) -> Result<Sample> {
    Source::open(&settings(cell, spec))?.sample(cell.repeat - 1)
}

/// Lets the net learn; none if it was stopped.
///
/// # Errors
/// Settings that cannot be used.
pub(super) fn measure(cell: &Cell, spec: &Spec, stop: &Stop) -> Result<Option<Measured>> {
    let sample = sample(cell, spec)?;
    let net = match Net::learnt(&sample, cell.hidden, cell.repeat - 1, &settings(cell, spec), stop) {
        Err(_) if stop.asked() => return Ok(None),
        net => net?,
    };
    let wrong = |table: &Patterns| table.iter().filter(|(x, target)| parity_of_xor_units(x) != *target).count();
    let is_parity = cell.task == "xor" || cell.task.starts_with("parity-");
    Ok(Some(Measured {
        cell: cell.clone(),
        history: net.history.iter().map(Seen::from).collect(),
        converged: net.converged,
        cycle: net.cycle,
        starts: net.mistakes.len(),
        active: net.active.len(),
        train_error: net.train_error,
        test_error: net.test_error,
        in_one_go: (cell.hidden == 0).then(|| hebb::sum(&sample.train).mistakes(&sample.train)),
        written_down: is_parity.then(|| wrong(&sample.train)),
        separability: sample.separability,
        net: net.net,
    }))
}
