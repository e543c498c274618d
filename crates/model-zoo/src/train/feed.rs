//! The pictures of an epoch, batch after batch: out of memory, or out of files that are read while the net is at work.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use advlab_core::InputShape;
use advlab_datasets::Examples;
use tch::{Device, Kind, Tensor};

use crate::Result;

/// Batches that are read ahead of the one in use.
const AHEAD: usize = 3;

/// Where the pictures come from.
#[derive(Debug)]
pub(super) enum Feed {
    /// Bytes `[N, C, H, W]` on the net's device; a batch becomes `Float` when its turn comes, which keeps the memory at a
    /// quarter.
    Resident(Tensor),
    /// Read when their turn comes.
    Streamed { examples: Arc<dyn Examples>, device: Device },
}

impl Feed {
    pub(super) fn new(examples: Arc<dyn Examples>, device: Device) -> Self {
        match examples.in_memory() {
            Some(data) => {
                let bytes = Tensor::from_slice(data.pixels()).reshape(data.shape().batch(data.len() as i64));
                Self::Resident(bytes.to_device(device))
            }
            None => Self::Streamed { examples, device },
        }
    }

    pub(super) fn device(&self) -> Device {
        match self {
            Self::Resident(bytes) => bytes.device(),
            Self::Streamed { device, .. } => *device,
        }
    }

    /// These pictures in batches of `batch`, each `Float` `[n, C, H, W]` with values in [0, 1].
    pub(super) fn batches<'a>(
        &'a self,
        order: &'a [usize],
        batch: usize,
    ) -> Box<dyn Iterator<Item = Result<Tensor>> + 'a> {
        match self {
            Self::Resident(bytes) => Box::new(order.chunks(batch).map(move |part| {
                let rows: Vec<i64> = part.iter().map(|&i| i as i64).collect();
                let rows = Tensor::f_from_slice(&rows)?.f_to_device(bytes.device())?;
                values(&bytes.f_index_select(0, &rows)?)
            })),
            Self::Streamed { examples, device } => Box::new(Ahead::new(examples, order, batch, *device)),
        }
    }
}

/// Bytes to values in [0, 1].
fn values(bytes: &Tensor) -> Result<Tensor> {
    Ok(bytes.f_to_kind(Kind::Float)?.f_div_scalar(255.0)?)
}

/// Number of pictures, and their bytes.
type Read = advlab_datasets::Result<(usize, Vec<u8>)>;

/// A thread that reads ahead. It ends with the last batch, with the first that cannot be read, or when nobody asks any more.
struct Ahead {
    batches: Option<Receiver<Read>>,
    reader: Option<JoinHandle<()>>,
    shape: InputShape,
    device: Device,
}

impl Ahead {
    fn new(examples: &Arc<dyn Examples>, order: &[usize], batch: usize, device: Device) -> Self {
        let (send, batches) = sync_channel(AHEAD);
        let (examples, shape) = (Arc::clone(examples), examples.shape());
        let parts: Vec<Vec<usize>> = order.chunks(batch).map(<[usize]>::to_vec).collect();
        let reader = thread::spawn(move || {
            for part in parts {
                let mut bytes = vec![0; part.len() * shape.len()];
                let read = examples.fill(&part, &mut bytes).map(|()| (part.len(), bytes));
                let failed = read.is_err();
                if send.send(read).is_err() || failed {
                    return;
                }
            }
        });
        Self { batches: Some(batches), reader: Some(reader), shape, device }
    }
}

impl Iterator for Ahead {
    type Item = Result<Tensor>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.batches.as_ref()?.recv().ok()?;
        let (shape, device) = (self.shape, self.device);
        let tensor = |(n, bytes): (usize, Vec<u8>)| {
            let flat = Tensor::f_from_slice(&bytes)?.f_reshape(shape.batch(n as i64))?;
            values(&flat.f_to_device(device)?)
        };
        Some(read.map_err(Into::into).and_then(tensor))
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // Without a receiver the reader's next batch finds nobody, and it ends.
        self.batches = None;
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
