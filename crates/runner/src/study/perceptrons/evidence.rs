//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::{Estimate, Permutation, mean, permutation_test};
use advlab_core::Seed;
use rand::Rng as _;

use super::cell::Measured;
use super::spec::Spec;

/// Draws of a test.
const DRAWS: u32 = 10_000;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) cells: Vec<Measured>,
}

impl Evidence<'_> {
    /// The cells of a net, repeat by repeat.
    pub(super) fn of<'e>(&'e self, task: &'e str, hidden: usize) -> impl Iterator<Item = &'e Measured> {
        self.cells.iter().filter(move |cell| cell.cell.task == task && cell.cell.hidden == hidden)
    }

    /// Nets in the order in which they stand: task and hidden neurons.
    pub(super) fn nets(&self) -> Vec<(&str, usize)> {
        let mut nets: Vec<(&str, usize)> = Vec::new();
        for cell in &self.cells {
            let net = (&cell.cell.task[..], cell.cell.hidden);
            if !nets.contains(&net) {
                nets.push(net);
            }
        }
        nets
    }

    /// Repeats in which a net got all its training patterns right, of how many.
    pub(super) fn right(&self, task: &str, hidden: usize) -> (usize, usize) {
        let all: Vec<&Measured> = self.of(task, hidden).collect();
        (all.iter().filter(|cell| cell.train_error == 0.0).count(), all.len())
    }

    /// A number over repeats.
    pub(super) fn over(&self, task: &str, hidden: usize, of: impl Fn(&Measured) -> Option<f64>) -> Estimate {
        mean(&self.of(task, hidden).filter_map(of).collect::<Vec<_>>())
    }

    /// A number of one net less that of another that learnt the same samples, repeat by repeat.
    pub(super) fn gaps(&self, task: &str, nets: (usize, usize), of: impl Fn(&Measured) -> Option<f64>) -> Vec<f64> {
        let one = self.of(task, nets.0).filter_map(&of);
        self.of(task, nets.1).filter_map(&of).zip(one).map(|(other, one)| other - one).collect()
    }

    /// Whether paired differences are above 0 by more than chance: their mean against that with signs drawn at random.
    pub(super) fn test(&self, gaps: &[f64]) -> Permutation {
        let n = gaps.len() as f64;
        let observed = gaps.iter().sum::<f64>() / n;
        let mut rng = Seed::new(self.spec.seed).child("signs").rng();
        permutation_test(observed, DRAWS, &mut rng, |rng| {
            gaps.iter().map(|gap| if rng.random::<bool>() { *gap } else { -gap }).sum::<f64>() / n
        })
    }

    pub(super) fn title(&self) -> String {
        format!("{}: what neurons that put out signs can learn", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let (lines, training) = (&self.spec.lines, &self.spec.training);
        format!(
            "Single neurons learn by Hebb's rule; whether a line parts the patterns is proved without rounding. Nets with hidden neurons \
             learn with a growing slope, {} sweeps, the best on its training patterns of up to {} starts, and are judged as nets of \
             signs. Boolean functions and parity, and a region of the plane that four lines bound: {} points to learn from, {} fresh \
             ones, {} repeats, each with points of its own; with noise of {} added to where points lie in the second half. Published: {}.",
            training.steps, training.starts, lines.train, lines.test, self.spec.repeats, lines.noise, self.spec.source
        )
    }
}
