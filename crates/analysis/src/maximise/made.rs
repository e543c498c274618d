//! What came of the directions that are finished.

use tch::{Device, Kind, Tensor, no_grad};

use super::{Job, Maximised, objective};
use crate::{Error, Result};

/// Finished pictures and what they are worth, in the order of their directions.
#[derive(Debug, Default)]
pub(super) struct Made {
    pictures: Vec<Tensor>,
    values: Vec<f32>,
    start_values: Vec<f32>,
    labels: Vec<i64>,
    confidences: Vec<f32>,
}

/// Values of the directions for pictures as they are.
pub(super) fn values(job: &Job<'_>, pictures: &Tensor, directions: &Tensor) -> Result<Vec<f32>> {
    let values = no_grad(|| objective::values(job, pictures, directions))?;
    let values: Vec<f32> = values.to_kind(Kind::Float).to_device(Device::Cpu).try_into()?;
    if values.iter().all(|value| value.is_finite()) {
        return Ok(values);
    }
    Err(Error::Gradient { net: job.net.name().to_owned(), layer: job.layer.to_owned() })
}

impl Made {
    /// Takes the first `count` of these finished pictures, looked at once more without any change.
    pub(super) fn take(
        &mut self,
        job: &Job<'_>,
        count: i64,
        pictures: &Tensor,
        directions: &Tensor,
        start_values: &[f32],
    ) -> Result<()> {
        let rows = count as usize;
        self.values.extend(&values(job, pictures, directions)?[..rows]);
        self.start_values.extend(&start_values[..rows]);
        let scores = job.net.classify(pictures)?;
        self.confidences.extend((0..rows).map(|row| scores.confidence_of_label(row)));
        self.labels.extend(&scores.labels[..rows]);
        self.pictures.push(pictures.narrow(0, 0, count).to_kind(Kind::Float).to_device(Device::Cpu));
        Ok(())
    }

    pub(super) fn whole(self, job: &Job<'_>, stopped: bool) -> Result<Maximised> {
        let Self { pictures, values, start_values, labels, confidences } = self;
        let pictures = if pictures.is_empty() {
            Tensor::zeros(job.net.input().batch(0), (Kind::Float, Device::Cpu))
        } else {
            Tensor::f_cat(&pictures, 0)?
        };
        Ok(Maximised { pictures, values, start_values, labels, confidences, stopped })
    }
}
