//! What a trained net says of the test pictures.

use advlab_analysis::calibration::Answers;
use advlab_core::Stop;
use advlab_model_zoo::{EpochRecord, evaluate};
use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::plans::Planned;
use crate::trainings::Opened;

/// A net's answers, as the file of a cell has them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Said {
    /// Name of the training.
    pub(super) name: String,
    /// SHA-256 of the test pictures.
    pub(super) data: String,
    pub(super) labels: Vec<i64>,
    pub(super) confidences: Vec<f32>,
}

impl Said {
    /// Asks the net; none if someone asked to stop.
    pub(super) fn ask(planned: &Planned, net: &Opened, stop: &Stop) -> Result<Option<Self>> {
        let test = &planned.plan.data.test;
        match evaluate(&net.net, &**test, stop) {
            Ok(said) => Ok(Some(Self {
                name: planned.plan.spec.name.clone(),
                data: test.digest()?,
                labels: said.labels,
                confidences: said.confidences,
            })),
            Err(advlab_model_zoo::Error::Core(advlab_core::Error::Stopped)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// A training with all that is known of it.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) condition: usize,
    pub(super) task: usize,
    pub(super) number: usize,
    pub(super) history: Vec<EpochRecord>,
    pub(super) seconds: f64,
    pub(super) architecture: String,
    /// Number of training pictures.
    pub(super) learnt_from: usize,
    pub(super) said: Said,
    pub(super) answers: Answers,
}

impl Judged {
    pub(super) fn new(planned: &Planned, net: Opened, said: Said) -> Result<Self> {
        let data = &planned.plan.data;
        let answers = Answers::of_labels(&said.confidences, &said.labels, data.test.labels())?;
        Ok(Self {
            condition: planned.condition,
            task: planned.task,
            number: planned.number,
            history: net.history,
            seconds: net.seconds,
            architecture: net.architecture,
            learnt_from: data.train.len(),
            said,
            answers,
        })
    }

    /// Share of the test pictures labelled right.
    pub(super) fn test(&self) -> f64 {
        self.answers.accuracy()
    }

    /// Share of the training pictures labelled right in the last epoch, as they were seen.
    pub(super) fn train(&self) -> f64 {
        self.history.last().map_or(f64::NAN, |last| last.train_accuracy)
    }
}
