//! What a net's scores say of how sure it is.

use advlab_core::ScoreKind;
use anyhow::Result;
use tch::{Kind, Tensor};

/// Labels and doubts of pictures, from their scores.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    pub(crate) labels: Vec<i64>,
    /// Entropy of the probabilities, in nats. Those of sigmoid outputs are divided by their sum first.
    pub(crate) entropies: Vec<f64>,
    /// 1 less the gap between the two largest probabilities: large where the net can hardly decide.
    pub(crate) closeness: Vec<f64>,
    /// Probabilities that add up to 1, picture after picture.
    pub(crate) probabilities: Vec<f32>,
}

impl Doubts {
    /// Takes in raw scores `[N, K]`.
    pub(crate) fn add(&mut self, raw: &Tensor, kind: ScoreKind) -> Result<()> {
        let raw = raw.detach().to_device(tch::Device::Cpu).to_kind(Kind::Double);
        let own = kind.confidences(&raw);
        let sums = own.sum_dim_intlist(1, true, Kind::Double).clamp_min(1e-300);
        let p = own / sums;
        let log = p.clamp_min(1e-300).log();
        let entropies = (&p * log).sum_dim_intlist(1, false, Kind::Double).neg();
        let (top, _) = p.topk(2, 1, true, true);
        let closeness = (top.select(1, 0) - top.select(1, 1)).neg() + 1.0;
        self.labels.extend(Vec::<i64>::try_from(raw.argmax(1, false))?);
        self.entropies.extend(Vec::<f64>::try_from(entropies)?);
        self.closeness.extend(Vec::<f64>::try_from(closeness)?);
        self.probabilities.extend(Vec::<f32>::try_from(p.to_kind(Kind::Float).reshape([-1]))?);
        Ok(())
    }
}
