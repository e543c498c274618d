//! How well a net does on data.

use advlab_core::{Classifier, Stop};
use advlab_datasets::Dataset;

use crate::{Error, Result};

/// Values of the pictures that go through the net together: a thousand of MNIST's, a few large photographs.
const VALUES_IN_BATCH: usize = 1000 * 784;

/// What a net says of every picture of a data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The label of each picture.
    pub labels: Vec<i64>,
    /// Confidence of that label.
    pub confidences: Vec<f32>,
    /// Confidence of every class, `[N, K]` row by row, in the net's own terms: those of a sigmoid net need not add up to 1.
    pub probabilities: Vec<f32>,
    /// `counts[truth][label]`.
    pub confusion: Vec<Vec<u64>>,
}

impl Evaluation {
    /// Share of pictures labelled right.
    pub fn accuracy(&self) -> f64 {
        let right: u64 = self.confusion.iter().enumerate().map(|(k, row)| row[k]).sum();
        right as f64 / self.labels.len() as f64
    }
}

/// Classifies every picture.
///
/// # Errors
/// [`Error::Misfit`] if the data do not fit the net; [`advlab_core::Error::Stopped`] if someone asked to stop; those of the
/// net.
pub fn evaluate(net: &dyn Classifier, data: &Dataset, stop: &Stop) -> Result<Evaluation> {
    fits(net, data)?;
    let k = data.classes().len();
    let (mut labels, mut confidences, mut confusion) = (Vec::new(), Vec::new(), vec![vec![0; k]; k]);
    let mut probabilities = Vec::with_capacity(data.len() * k);
    let batch = (VALUES_IN_BATCH / data.shape().len()).clamp(1, 1000);
    for begin in (0..data.len()).step_by(batch) {
        if stop.asked() {
            return Err(advlab_core::Error::Stopped.into());
        }
        let end = (begin + batch).min(data.len());
        let batch = data.pictures(begin..end)?;
        let scores = net.classify(&batch.tensor().to_device(net.device()).to_kind(net.kind()))?;
        for (row, label) in scores.labels.iter().enumerate() {
            confusion[data.labels()[begin + row] as usize][*label as usize] += 1;
            confidences.push(scores.confidence_of_label(row));
            probabilities.extend((0..k).map(|class| scores.confidence(row, class)));
            labels.push(*label);
        }
    }
    Ok(Evaluation { labels, confidences, probabilities, confusion })
}

/// Share of pictures labelled right.
///
/// # Errors
/// Those of [`evaluate`].
pub fn accuracy(net: &dyn Classifier, data: &Dataset) -> Result<f64> {
    Ok(evaluate(net, data, &Stop::default())?.accuracy())
}

/// Whether pictures and labels are of the kind that a net takes.
///
/// # Errors
/// [`Error::Misfit`] says what is not.
pub fn fits(net: &dyn Classifier, data: &Dataset) -> Result<()> {
    let misfit = |why: String| Err(Error::Misfit { net: net.name().to_owned(), why });
    if data.shape() != net.input() {
        return misfit(format!("takes pictures of {}, and {} has {}", net.input(), data.name(), data.shape()));
    }
    if data.classes().len() != net.classes().len() {
        let (own, theirs) = (net.classes().len(), data.classes().len());
        return misfit(format!("tells {own} classes apart, and {} has {theirs}", data.name()));
    }
    Ok(())
}
