//! All that a study measured, as verdicts, tables and figures look it up.

use std::sync::Arc;

use advlab_analysis::calibration::Answers;
use advlab_analysis::{Estimate, mean, median};
use advlab_datasets::Examples;
use anyhow::Result;

use super::attacks::Attacked;
use super::judged::Judged;
use super::spec::{Condition, Spec};
use crate::learning::{LEARNT, epochs_to};
use crate::train::Halves;
use crate::words::list;

/// Number of the clear task and of the unclear one.
pub(super) const CLEAR: usize = 0;
pub(super) const UNCLEAR: usize = 1;

/// The trainings of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    /// The pictures of both tasks, as they are.
    pub(super) data: &'a [Halves<dyn Examples>],
    pub(super) nets: Vec<Judged>,
    /// What the attacks came to, task by task.
    pub(super) attacked: Vec<Attacked>,
}

impl Evidence<'_> {
    /// The trainings of a condition on a task.
    pub(super) fn of(&self, condition: usize, task: usize) -> impl Iterator<Item = &Judged> {
        self.nets.iter().filter(move |net| net.condition == condition && net.task == task)
    }

    /// A number over trainings.
    pub(super) fn over(&self, condition: usize, task: usize, of: impl Fn(&Judged) -> f64) -> Estimate {
        mean(&self.of(condition, task).map(of).collect::<Vec<_>>())
    }

    /// The values of all trainings.
    pub(super) fn values(&self, condition: usize, task: usize, of: fn(&Judged) -> f64) -> Vec<f64> {
        self.of(condition, task).map(of).collect()
    }

    /// The answers of all trainings of a condition on a task, as one list.
    pub(super) fn answers(&self, condition: usize, task: usize) -> Result<Answers> {
        let (mut confidences, mut right) = (Vec::new(), Vec::new());
        for net in self.of(condition, task) {
            confidences.extend_from_slice(net.answers.confidences());
            right.extend_from_slice(net.answers.right());
        }
        Ok(Answers::new(confidences, right)?)
    }

    /// The first epoch in which 99 % of the training pictures were right, in the middle training; one more than the last epoch
    /// stands for those that did not come to it.
    pub(super) fn learnt(&self, condition: usize, task: usize) -> f64 {
        let epochs = |net: &Judged| epochs_to(&net.history, LEARNT).unwrap_or(net.history.len() as u32 + 1);
        median(&self.of(condition, task).map(|net| f64::from(epochs(net))).collect::<Vec<_>>())
    }

    /// Epochs of the longest training of a condition.
    pub(super) fn epochs(&self, condition: usize) -> usize {
        self.nets.iter().filter(|net| net.condition == condition).map(|net| net.history.len()).max().unwrap_or(0)
    }

    /// [`learnt`](Self::learnt) in words.
    pub(super) fn learnt_words(&self, condition: usize, task: usize) -> String {
        let epoch = self.learnt(condition, task);
        let last = self.epochs(condition) as f64;
        if epoch > last { format!("not within {last}") } else { format!("{epoch}") }
    }

    /// The training that is shown where one is shown: the one in the middle by test accuracy.
    pub(super) fn typical(&self, condition: usize, task: usize) -> Option<&Judged> {
        let mut nets: Vec<&Judged> = self.of(condition, task).collect();
        nets.sort_by(|a, b| a.test().total_cmp(&b.test()));
        nets.get(nets.len().saturating_sub(1) / 2).copied()
    }

    /// The test pictures of a task.
    pub(super) fn test(&self, task: usize) -> &Arc<dyn Examples> {
        &self.data[task].test
    }

    pub(super) fn condition(&self, condition: usize) -> &Condition {
        &self.spec.conditions[condition]
    }

    pub(super) fn title(&self) -> String {
        format!("{}: does the net learn or memorise?", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        let tasks = spec.tasks.iter().zip(self.data).map(|(task, data)| {
            let (train, test) = (&data.train, &data.test);
            format!(
                "**{}**: {}, {} pictures to learn from and {} to be judged by ({})",
                task.title,
                list(train.classes()),
                train.len(),
                test.len(),
                train.origin()
            )
        });
        let conditions = spec.conditions.iter().enumerate().map(|(at, condition)| {
            let (times, epochs) = (spec.trainings_of(condition), self.epochs(at));
            format!("{} ({times} trainings on each task, {epochs} epochs)", condition.title)
        });
        format!(
            "{}. Nets and controls: {}. Published: {}.",
            tasks.collect::<Vec<_>>().join("; "),
            conditions.collect::<Vec<_>>().join("; "),
            spec.source
        )
    }
}
