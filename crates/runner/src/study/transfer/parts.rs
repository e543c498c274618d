//! The training pictures and their halves.

use std::sync::Arc;

use advlab_core::Seed;
use advlab_datasets::Dataset;
use advlab_model_zoo::accuracy;
use anyhow::Result;

use super::spec::{Part, Spec};
use crate::train::Halves;

/// All pictures of a study.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    whole: Halves,
    /// Two disjoint halves of the training pictures, where nets learn from halves.
    halves: Option<[Arc<Dataset>; 2]>,
}

impl Parts {
    pub(super) fn new(spec: &Spec, whole: Halves) -> Result<Self> {
        let halves = if spec.has_halves() {
            let seed = Seed::new(spec.seed).child("halves");
            let (first, second) = whole.train.split_off(whole.train.len() / 2, seed)?;
            Some([Arc::new(first), Arc::new(second)])
        } else {
            None
        };
        Ok(Self { whole, halves })
    }

    /// What a net of this part learns from, and the test pictures.
    pub(super) fn of(&self, part: Part) -> Halves {
        let train = match (&self.halves, part) {
            (Some([first, _]), Part::P1) => Arc::clone(first),
            (Some([_, second]), Part::P2) => Arc::clone(second),
            _ => Arc::clone(&self.whole.train),
        };
        Halves { train, test: Arc::clone(&self.whole.test) }
    }

    /// All training or all test pictures.
    pub(super) fn whole(&self, split: advlab_datasets::Split) -> &Dataset {
        match split {
            advlab_datasets::Split::Train => &self.whole.train,
            advlab_datasets::Split::Test => &self.whole.test,
        }
    }

    /// What [`errors`](Self::errors) are of.
    pub(super) const fn names(&self) -> &'static [&'static str] {
        if self.halves.is_some() { &["P1", "P2", "test"] } else { &["training", "test"] }
    }

    /// Share of wrong labels on every part.
    pub(super) fn errors(&self, net: &dyn advlab_core::Classifier) -> Result<Vec<f64>> {
        let all: Vec<&Dataset> = match &self.halves {
            Some([first, second]) => vec![first, second, &self.whole.test],
            None => vec![&self.whole.train, &self.whole.test],
        };
        all.into_iter().map(|data| Ok(1.0 - accuracy(net, data)?)).collect()
    }
}
