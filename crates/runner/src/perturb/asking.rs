//! What a net says of pictures, batch by batch.

use advlab_core::{Classifier, Scores};
use anyhow::{Result, bail};
use tch::{Device, Kind, Tensor, no_grad};

/// A net's answers, picture by picture.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Raw scores, row by row.
    scores: Vec<f32>,
    pub(crate) labels: Vec<i64>,
    pub(crate) confidences: Vec<f32>,
}

impl Said {
    /// Raw scores of one picture.
    pub(crate) fn scores_of(&self, picture: usize) -> &[f32] {
        let n_classes = self.scores.len() / self.labels.len().max(1);
        &self.scores[picture * n_classes..(picture + 1) * n_classes]
    }
}

/// How many pictures an error names.
const NAMED: usize = 5;

/// Shows a net pictures, `batch` at a time; `name` gives the name of one of them for an error.
///
/// # Shapes
/// - `values`: pictures of the net's shape one after the other
///
/// # Errors
/// Those of the net; scores that are not numbers, with the names of the pictures.
pub(crate) fn ask(net: &dyn Classifier, values: &[f32], batch: usize, name: &dyn Fn(usize) -> String) -> Result<Said> {
    let shape = net.input();
    let mut said = Said::default();
    for some in values.chunks(batch.max(1) * shape.len()) {
        let n = (some.len() / shape.len()) as i64;
        let pictures = Tensor::from_slice(some).reshape(shape.batch(n)).to_device(net.device()).to_kind(net.kind());
        let raw = no_grad(|| net.scores(&pictures))?.to_kind(Kind::Float).to_device(Device::Cpu);
        let lost = Vec::<bool>::try_from(raw.isfinite().logical_not().any_dim(1, false))?;
        let lost: Vec<usize> = (0..lost.len()).filter(|row| lost[*row]).map(|row| said.labels.len() + row).collect();
        if !lost.is_empty() {
            let more = if lost.len() > NAMED { ", …" } else { "" };
            let names: Vec<String> = lost.iter().take(NAMED).map(|row| name(*row)).collect();
            bail!(
                "{}: the scores of {}{more} are NaN or infinite; leave them out, or mend the net",
                net.name(),
                names.join(", ")
            );
        }
        let scores = Scores::new(&raw, net.score_kind());
        said.confidences.extend((0..n as usize).map(|row| scores.confidence_of_label(row)));
        said.labels.extend(&scores.labels);
        let mut rows = vec![0.0; raw.numel()];
        raw.reshape([-1]).copy_data(&mut rows, raw.numel());
        said.scores.append(&mut rows);
    }
    Ok(said)
}
