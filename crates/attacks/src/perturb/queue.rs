//! The pictures that wait for a seat. They are copied when their turn comes: memory is bounded by the batch, however many there are.

use advlab_core::Aim;
use tch::{Device, Kind, Tensor};

use super::Job;

/// A picture whose turn it is.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) index: u64,
    pub(super) picture: Vec<f32>,
    pub(super) aim: Aim,
}

/// The pictures of a job, and which is next.
#[derive(Debug)]
pub(super) struct Queue {
    /// `[N, D]`.
    pictures: Tensor,
    aims: Vec<Aim>,
    first: u64,
    next: usize,
}

impl Queue {
    pub(super) fn new(job: &Job<'_>) -> Self {
        let pictures = job.pictures.tensor().flatten(1, -1);
        Self { pictures, aims: job.aims.to_vec(), first: job.first, next: 0 }
    }

    /// The next `n`, or as many as there are.
    pub(super) fn take(&mut self, n: usize) -> Vec<Waiting> {
        let n = n.min(self.aims.len() - self.next);
        if n == 0 {
            return Vec::new();
        }
        let rows = self.pictures.narrow(0, self.next as i64, n as i64).to_device(Device::Cpu).to_kind(Kind::Float);
        let mut values = vec![0.0_f32; rows.numel()];
        rows.copy_data(&mut values, rows.numel());
        let len = values.len() / n;
        let begin = self.next;
        self.next += n;
        let waiting = |(i, picture): (usize, &[f32])| Waiting {
            index: self.first + (begin + i) as u64,
            picture: picture.to_vec(),
            aim: self.aims[begin + i],
        };
        values.chunks_exact(len).enumerate().map(waiting).collect()
    }
}
