//! One cell: what every net says of every picture, and what becomes of it when they are asked together.

use advlab_analysis::calibration::{Answers, Calibration, Ensemble, RiskCoverage, Telling};
use advlab_core::{Seed, Stop};
use advlab_model_zoo::{Evaluation, Net, evaluate};
use anyhow::Result;
use ndarray::Array3;

use super::cell::{Answer, Cell, Ground, Judged, Measured, REFUSED, Told};
use super::sets::TestSet;

/// Shows a test set to the nets; none if someone asked to stop.
pub(super) fn measure(cell: &Cell, nets: &[Net], test: &TestSet, seed: u64, stop: &Stop) -> Result<Option<Measured>> {
    let mut said = Vec::with_capacity(nets.len());
    for net in nets {
        match evaluate(net, &test.data, stop) {
            Ok(evaluation) => said.push(evaluation),
            Err(advlab_model_zoo::Error::Core(advlab_core::Error::Stopped)) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    let truth = test.data.labels();
    let all: Vec<f32> = said.iter().flat_map(|evaluation| &evaluation.probabilities).copied().collect();
    let classes = test.data.classes().len();
    let ensemble = Ensemble::new(Array3::from_shape_vec((nets.len(), truth.len(), classes), all)?.view())?;
    let seed = Seed::new(seed).child("calibration").child(&cell.trained).child(&cell.test);
    let judge = |answers: &Answers, number: usize| -> Result<Judged> {
        let calibration = Calibration::of(answers, seed.index(number as u64))?;
        let told = Ground::ALL.into_iter().filter_map(|ground| told(ground, answers, &ensemble, number).transpose());
        Ok(Judged { calibration, told: told.collect::<Result<_>>()? })
    };
    let alone = |(at, evaluation): (usize, &Evaluation)| {
        judge(&Answers::of_labels(&evaluation.confidences, &evaluation.labels, truth)?, at + 1)
    };
    Ok(Some(Measured {
        cell: cell.clone(),
        nets: said.iter().enumerate().map(alone).collect::<Result<_>>()?,
        ensemble: judge(&ensemble.answers(truth)?, 0)?,
        answers: (0..truth.len())
            .map(|at| Answer {
                truth: truth[at],
                first: (said[0].labels[at], said[0].confidences[at]),
                ensemble: (ensemble.labels[at], ensemble.confidences[at]),
                disagreement: ensemble.mutual_informations[at],
            })
            .collect(),
    }))
}

/// How well a doubt tells these answers apart; the ensemble, number 0, has no confidence but its own.
fn told(ground: Ground, answers: &Answers, ensemble: &Ensemble, number: usize) -> Result<Option<Told>> {
    let doubts = match ground {
        Ground::Own if number == 0 => return Ok(None),
        Ground::Own => answers.doubts(),
        Ground::Ensemble(doubt) => ensemble.doubts(doubt),
    };
    let telling = Telling::of(&doubts, answers.right())?;
    let curve = RiskCoverage::new(&doubts, answers.right());
    let errors = REFUSED.iter().filter_map(|share| Some(1.0 - curve.accuracy(*share)?)).collect();
    Ok(Some(Told { ground, telling, errors }))
}
