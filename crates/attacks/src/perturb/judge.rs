//! The one place where success is decided: a fresh forward pass over the final pictures.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use advlab_core::{Classifier, Norm, Perturbation, Scores, Verdict, distances};
use tch::no_grad;

use super::Job;
use super::bracket::{Bound, alignment};
use super::driver::{Finished, batch_of, gradient_of, plain_scores};
use super::walk::margin_weights;
use crate::Result;

/// Pictures judged in one pass at most; fewer where the batch is smaller, since it bounds the memory.
const AT_ONCE: usize = 64;
/// Scores that differ by less than this share of the largest one are equal to the precision that they were computed with.
const EQUAL: f32 = 1e-6;

type Sink<'s> = &'s mut dyn FnMut(Perturbation, &[f32]) -> ControlFlow<()>;

/// Collects finished pictures and judges them together.
pub(super) struct Judge<'a> {
    job: &'a Job<'a>,
    /// Those that are finished, by number. They are judged in the order of their numbers, so that it does not depend on who
    /// finished first which of them share a pass: the last bits of a confidence do depend on that.
    finished: BTreeMap<u64, Finished>,
    /// Number of the next one to judge.
    next: u64,
    delivered: usize,
    bound: Option<Bound>,
    norm: Norm,
    at_once: usize,
}

impl<'a> Judge<'a> {
    /// A judge that lets at most so many pictures through the net together.
    pub(super) fn new(job: &'a Job<'a>, norm: Norm, most: usize) -> Self {
        Self {
            job,
            finished: BTreeMap::new(),
            next: job.first,
            delivered: 0,
            bound: job.net.dense().map(Bound::new),
            norm,
            at_once: most.clamp(1, AT_ONCE),
        }
    }

    /// Pictures judged and handed over.
    pub(super) const fn delivered(&self) -> usize {
        self.delivered
    }

    /// Takes finished pictures in, and judges whenever there are enough.
    pub(super) fn take(&mut self, finished: impl Iterator<Item = Finished>, sink: Sink<'_>) -> Result<ControlFlow<()>> {
        for finished in finished {
            self.finished.insert(finished.index, finished);
            let whole =
                (self.next..).zip(self.finished.keys()).take(self.at_once).filter(|(next, key)| next == *key).count();
            if whole == self.at_once && self.judge(sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Judges what is left.
    pub(super) fn flush(&mut self, sink: Sink<'_>) -> Result<ControlFlow<()>> {
        while !self.finished.is_empty() {
            if self.judge(sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Judges the first few of those that are finished.
    fn judge(&mut self, sink: Sink<'_>) -> Result<ControlFlow<()>> {
        let finished: Vec<Finished> =
            std::iter::from_fn(|| self.finished.pop_first().map(|(_, finished)| finished)).take(self.at_once).collect();
        self.next = finished.last().map_or(self.next, |last| last.index + 1);
        let cleans: Vec<f32> = finished.iter().flat_map(|f| f.clean.iter().copied()).collect();
        let finals: Vec<f32> =
            finished.iter().flat_map(|f| f.found.as_ref().unwrap_or(&f.clean).iter().copied()).collect();
        let (before, _) = self.classify(&cleans)?;
        let (after, scores) = self.classify(&finals)?;
        let n_classes = self.job.net.classes().len();
        let directions = self.directions(&finished, &finals, &scores)?;
        for (row, finished) in finished.into_iter().enumerate() {
            let scores = &scores[row * n_classes..(row + 1) * n_classes];
            let margin = finished.aim.margin(scores);
            let largest = scores.iter().fold(0.0_f32, |largest, score| largest.max(score.abs()));
            let verdict = if finished.wrong_before {
                Verdict::WrongBefore
            } else if finished.found.is_none() {
                Verdict::Failure
            } else if margin.abs() <= EQUAL * largest {
                Verdict::Tie
            } else if margin < 0.0 {
                Verdict::Success
            } else {
                Verdict::Failure
            };
            let picture = match (&verdict, &finished.found) {
                (Verdict::Success | Verdict::Tie, Some(found)) => found,
                _ => &finished.clean,
            };
            let lower_bound = if verdict == Verdict::WrongBefore {
                None
            } else {
                self.bound.as_ref().and_then(|bound| bound.below(&finished.clean, finished.aim, self.norm))
            };
            let lengths = distances(&finished.clean, picture);
            let unrounded = finished.unrounded.as_ref().map_or(lengths, |float| distances(&finished.clean, float));
            let at_bound = picture
                .iter()
                .zip(&finished.clean)
                .filter(|(now, clean)| (**now == 0.0 || **now == 1.0) && now != clean)
                .count();
            let record = Perturbation {
                index: finished.index,
                aim: finished.aim,
                verdict,
                label_before: before.labels[row],
                confidence_before: before.confidence_of_label(row),
                label: after.labels[row],
                confidence: after.confidence_of_label(row),
                margin,
                distances: lengths,
                unrounded,
                lower_bound,
                alignment: directions[row],
                at_bound: at_bound as f32 / picture.len().max(1) as f32,
                forward: finished.forward,
                backward: finished.backward,
            };
            self.delivered += 1;
            if sink(record, picture).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// How nearly each find is a local minimum: [`alignment`], from one gradient of the margin for all.
    fn directions(&self, finished: &[Finished], finals: &[f32], scores: &[f32]) -> Result<Vec<Option<f32>>> {
        let net: &dyn Classifier = self.job.net;
        let (len, n_classes) = (net.input().len(), scores.len() / finished.len());
        let leaf = batch_of(finals, net.input(), net).set_requires_grad(true);
        let mut weights = vec![0.0_f32; scores.len()];
        for ((finished, scores), weights) in
            finished.iter().zip(scores.chunks_exact(n_classes)).zip(weights.chunks_exact_mut(n_classes))
        {
            margin_weights(finished.aim, scores, weights);
        }
        let gradients = gradient_of(net, &leaf, &weights)?;
        let rows = finished.iter().zip(finals.chunks_exact(len)).zip(gradients.chunks_exact(len));
        Ok(rows
            .map(|((finished, picture), gradient)| {
                finished.found.as_ref().and_then(|_| alignment(&finished.clean, picture, gradient))
            })
            .collect())
    }

    fn classify(&self, values: &[f32]) -> Result<(Scores, Vec<f32>)> {
        let net: &dyn Classifier = self.job.net;
        let raw = no_grad(|| net.scores(&batch_of(values, net.input(), net)))?;
        let plain = plain_scores(net, &raw)?;
        Ok((Scores::new(&raw, net.score_kind()), plain))
    }
}
