//! What the trainings of one net say together, and how far they disagree.

use std::path::Path;

use advlab_analysis::calibration::{Doubt, Ensemble, auroc};
use advlab_analysis::rank_correlation;
use advlab_model_zoo::{Net, read};
use anyhow::Result;
use tch::Kind;

use super::cell::Cell;
use super::measure::{doubts, from_plane, stacked};
use super::spec::{NetSpec, Spec};
use crate::lyapunov::neurons::places;
use crate::train::Halves;

/// The trainings of a net as an ensemble; none of a single training.
#[derive(Debug)]
pub(super) struct Together {
    /// Name of the net.
    pub(super) net: String,
    /// Share of wrong labels of the mean prediction.
    pub(super) error: f64,
    /// For each training how well the disagreement of all tells its wrong answers from its right ones (AUROC).
    pub(super) telling: Vec<Option<f64>>,
    /// For each training the rank correlation of its `λ₁` from the plane with the entropy of the mean prediction, and with the disagreement.
    pub(super) with_entropy: Vec<f64>,
    pub(super) with_disagreement: Vec<f64>,
}

/// Opens the net of a cell.
pub(super) fn open(nets: &Path, cell: &Cell, device: tch::Device) -> Result<Net> {
    let (net, _) = read(&nets.join(format!("{}.safetensors", cell.key())), None)?;
    Ok(net.to(device, Kind::Float)?)
}

/// Asks all trainings of every net.
pub(super) fn together(spec: &Spec, data: &Halves, nets: &Path, device: tch::Device) -> Result<Vec<Together>> {
    if spec.trainings < 2 {
        return Ok(Vec::new());
    }
    spec.nets.iter().map(|net| of(net, spec.trainings, data, nets, device)).collect()
}

fn of(spec: &NetSpec, trainings: usize, data: &Halves, nets: &Path, device: tch::Device) -> Result<Together> {
    let test = &data.test;
    let below = spec.bottleneck().expect("checked before any training");
    let (mut said, mut stretched) = (Vec::new(), Vec::new());
    for training in 1..=trainings {
        let net = open(nets, &Cell { net: spec.name.clone(), training }, device)?;
        stretched.push(from_plane(&net.above(below)?, &places(&net, below, test)?)?);
        said.push(doubts(&net, test)?);
    }
    let ensemble = Ensemble::new(stacked(&said, test.classes().len())?.view())?;
    let wrong = ensemble.labels.iter().zip(test.labels()).filter(|(label, truth)| label != truth).count();
    let (entropy, disagreement) = (ensemble.doubts(Doubt::Entropy), ensemble.doubts(Doubt::MutualInformation));
    let telling = said.iter().map(|net| {
        let right: Vec<bool> = net.labels.iter().zip(test.labels()).map(|(label, truth)| label == truth).collect();
        auroc(&disagreement, &right).map(|area| area.value)
    });
    let with = |doubt: &[f64]| stretched.iter().map(|values| rank_correlation(values, doubt)).collect();
    Ok(Together {
        net: spec.name.clone(),
        error: wrong as f64 / test.len() as f64,
        telling: telling.collect(),
        with_entropy: with(&entropy),
        with_disagreement: with(&disagreement),
    })
}
