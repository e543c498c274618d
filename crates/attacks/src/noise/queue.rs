//! Which attempt comes next, and how many are worth having under way.

use std::ops::Range;

use super::Job;

/// An attempt may be this many batches ahead of the oldest unfinished one, so that the finished ones which wait for it
/// stay few.
const BATCHES_AHEAD: u64 = 8;

/// Hands out the numbers of attempts.
#[derive(Debug)]
pub(super) struct Queue {
    next: u64,
    end: u64,
    oldest: u64,
    ahead: u64,
    wanted: u64,
    reached: u64,
    done: u64,
}

impl Queue {
    pub(super) fn new(job: &Job<'_>) -> Self {
        Self {
            next: job.first_attempt,
            end: job.first_attempt.saturating_add(job.max_attempts),
            oldest: job.first_attempt,
            ahead: BATCHES_AHEAD * job.batch.max(1) as u64,
            wanted: job.wanted as u64,
            reached: 0,
            done: 0,
        }
    }

    /// Up to `room` further attempts.
    ///
    /// Near the end of a run only as many are begun as it takes at the success rate seen so far.
    pub(super) fn take(&mut self, room: usize, in_flight: usize) -> Range<u64> {
        let missing = self.wanted.saturating_sub(self.reached) as f64;
        let rate = (self.reached + 1) as f64 / (self.done + 1) as f64;
        let useful = ((missing / rate).ceil() as u64).saturating_sub(in_flight as u64);
        let window = (self.oldest + self.ahead).saturating_sub(self.next);
        // Finished attempts may turn out not to count when they are judged: with nothing under way, one more is due.
        let least = u64::from(in_flight == 0);
        let count = useful.max(least).min(room as u64).min(window).min(self.end - self.next);
        let begin = self.next;
        self.next += count;
        begin..self.next
    }

    /// An attempt has come to its end.
    pub(super) fn finished(&mut self, reached: bool) {
        self.done += 1;
        self.reached += u64::from(reached);
    }

    /// All attempts up to this one have been delivered.
    pub(super) fn delivered(&mut self, index: u64) {
        self.oldest = index + 1;
    }
}
