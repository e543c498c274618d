//! The patterns of one repeat: those to learn from, and fresh ones.

use advlab_analysis::perceptron::{Patterns, Problem, Separability, separability};
use advlab_core::Seed;
use anyhow::Result;
use rand::seq::SliceRandom as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::file::{self, Read};
use super::spec::Spec;

/// Numbers in the patterns at most for which a proof is looked for; more would take minutes.
const MOST_TO_PROVE: usize = 100_000;

/// Where patterns come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// A table, the same for every repeat.
    Table(Patterns),
    /// Points drawn by formula.
    Drawn { problem: Problem, train: usize, test: usize, noise: f64, seed: Seed },
    /// A file.
    File { read: Read, share: f64, seed: Seed },
}

/// The patterns of one repeat.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) train: Patterns,
    /// Fresh ones; none where there are no others.
    pub(crate) test: Option<Patterns>,
    /// Whether a line parts the patterns to learn from; none where there are too many to tell.
    pub(crate) separability: Option<Separability>,
}

impl Sample {
    /// Whether a line parts the patterns to learn from; none where that is not proved.
    pub(crate) const fn separable(&self) -> Option<bool> {
        match &self.separability {
            Some(Separability::Separable(_)) => Some(true),
            Some(Separability::NotSeparable { .. }) => Some(false),
            Some(Separability::Undecided) | None => None,
        }
    }
}

impl Source {
    /// Opens what the settings name.
    ///
    /// # Errors
    /// A file that cannot be read as patterns.
    pub(crate) fn open(spec: &Spec) -> Result<Self> {
        let seed = Seed::new(spec.seed);
        Ok(match spec.known() {
            Some(problem) if problem.is_boolean() => Self::Table(problem.table(spec.inputs)?),
            Some(problem) => Self::Drawn { problem, train: spec.train, test: spec.test, noise: spec.noise, seed },
            None => Self::File {
                read: file::read(&spec.file().expect("what is no known problem is a file"))?,
                share: spec.test_share,
                seed,
            },
        })
    }

    /// Inputs of each pattern.
    pub(crate) const fn dimensions(&self) -> usize {
        match self {
            Self::Table(patterns) | Self::File { read: Read { patterns, .. }, .. } => patterns.dimensions(),
            Self::Drawn { .. } => 2,
        }
    }

    /// What targets −1 and 1 are called.
    pub(crate) fn classes(&self) -> [String; 2] {
        match self {
            Self::File { read, .. } => read.classes.clone(),
            _ => ["−1".to_owned(), "1".to_owned()],
        }
    }

    /// What the record says of a file.
    pub(crate) fn digest(&self) -> Value {
        match self {
            Self::Table(patterns) => json!({"table": patterns.len()}),
            Self::Drawn { problem, .. } => json!({"drawn": problem.name()}),
            Self::File { read, .. } => {
                let mut hash = Sha256::new();
                for (x, target) in read.patterns.iter() {
                    x.iter().chain([&target]).for_each(|value| hash.update(value.to_le_bytes()));
                }
                let sum: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
                json!({"patterns": read.patterns.len(), "sha256": sum})
            }
        }
    }

    /// The patterns of a repeat, numbered from 0.
    ///
    /// # Errors
    /// A share for testing that leaves nothing to learn from.
    pub(crate) fn sample(&self, repeat: usize) -> Result<Sample> {
        let (train, test) = match self {
            Self::Table(patterns) => (patterns.clone(), None),
            Self::Drawn { problem, train, test, noise, seed } => {
                let seed = seed.index(repeat as u64);
                let fresh = match test {
                    0 => None,
                    n => Some(problem.draw(*n, *noise, seed.child("test"))?),
                };
                (problem.draw(*train, *noise, seed.child("train"))?, fresh)
            }
            Self::File { read, share, seed } => {
                let n = read.patterns.len();
                let kept = ((n as f64 * share).round() as usize).min(n.saturating_sub(1));
                let mut order: Vec<usize> = (0..n).collect();
                if kept > 0 {
                    order.shuffle(&mut seed.index(repeat as u64).child("halves").rng());
                }
                let (test, train) = order.split_at(kept);
                (read.patterns.some(train), (kept > 0).then(|| read.patterns.some(test)))
            }
        };
        let few = train.len() * train.dimensions() <= MOST_TO_PROVE;
        let separability = few.then(|| separability(&train));
        Ok(Sample { train, test, separability })
    }
}
