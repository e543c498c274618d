//! One net that has learnt one sample.

use advlab_analysis::perceptron::{Checkpoint, SignNet, Watch, hebb, threshold_net};
use advlab_core::{Seed, Stop};
use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::sample::Sample;
use super::spec::Spec;

/// A net with its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Net {
    /// Number of hidden neurons.
    pub(crate) hidden: usize,
    /// Number of the repeat, from 1.
    pub(crate) repeat: usize,
    /// The net at its end.
    pub(crate) net: SignNet,
    /// On its way.
    pub(crate) history: Vec<Checkpoint>,
    /// Step from which on it got all training patterns right.
    pub(crate) converged: Option<usize>,
    /// Two steps after which Hebb's rule had the same weights.
    pub(crate) cycle: Option<(usize, usize)>,
    /// Mistakes of every start; of Hebb's rule there is one.
    pub(crate) mistakes: Vec<usize>,
    /// Hidden neurons that count alone: the output changes with the sign of one of them, for some training pattern.
    pub(crate) active: Vec<usize>,
    pub(crate) train_error: f64,
    pub(crate) test_error: Option<f64>,
}

impl Net {
    /// Lets a net learn a sample.
    ///
    /// # Errors
    /// Settings that cannot be used; [`advlab_core::Error::Stopped`].
    pub(crate) fn learnt(sample: &Sample, hidden: usize, repeat: usize, spec: &Spec, stop: &Stop) -> Result<Self> {
        let (train, test) = (&sample.train, sample.test.as_ref());
        let watch = Watch { test, at: &spec.at, stop };
        let (net, history, converged, cycle, mistakes) = if hidden == 0 {
            let learned = hebb::learn(train, &watch, spec.rate, spec.sweeps)?;
            let mistakes = vec![learned.net.mistakes(train)];
            (learned.net, learned.history, learned.converged, learned.cycle, mistakes)
        } else {
            let seed = Seed::new(spec.seed).index(repeat as u64).child("net").index(hidden as u64);
            let trained = threshold_net(train, &watch, hidden, &spec.training, seed)?;
            (trained.net, trained.history, trained.converged, None, trained.mistakes)
        };
        let active = net.active(train);
        let (train_error, test_error) = (net.error(train), test.map(|test| net.error(test)));
        Ok(Self {
            hidden,
            repeat: repeat + 1,
            net,
            history,
            converged,
            cycle,
            mistakes,
            active,
            train_error,
            test_error,
        })
    }

    /// The net as it was at a step, or at the last step before it that was looked at.
    pub(crate) fn at(&self, step: usize) -> &Checkpoint {
        let seen = self.history.iter().rfind(|seen| seen.step <= step);
        seen.unwrap_or(&self.history[0])
    }

    /// Whether more steps would leave it as it is: all is right, or a step of Hebb's rule ends where it began.
    pub(super) fn stays(&self) -> bool {
        self.hidden == 0 && (self.converged.is_some() || self.cycle.is_some_and(|(first, again)| again == first + 1))
    }

    /// `no hidden neurons`, `2 hidden neurons`.
    pub(crate) fn words(hidden: usize) -> String {
        match hidden {
            0 => "no hidden neurons".to_owned(),
            1 => "1 hidden neuron".to_owned(),
            n => format!("{n} hidden neurons"),
        }
    }
}
