//! The ways to doubt an answer, and what each says of a batch of pictures.

use std::ops::ControlFlow;

use advlab_analysis::calibration::{Alone, Doubt, Ensemble};
use advlab_analysis::lyapunov::{Stretch, Wanted};
use advlab_attacks::perturb::{Job, Perturb};
use advlab_core::{Aim, Classifier, Norm, Pictures, ScoreKind, Scores, Seed, Stop, Verdict};
use anyhow::Result;
use ndarray::{Array2, Array3, Axis};
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor, no_grad};

use crate::norms::bounds::batch;

/// Logarithm that stands for a net that does not stretch at all.
const NO_STRETCH: f64 = -700.0;

/// A way to doubt an answer; each gives a number for each picture, the larger the less certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// 1 less the net's confidence in its label.
    Confidence,
    /// 1 less the largest of its scores under a softmax, of a net whose own confidences are sigmoids.
    Softmax,
    /// 1 less the largest of its scores under a sigmoid, of a net whose own confidences are a softmax.
    Sigmoid,
    /// Entropy of its probabilities.
    Entropy,
    /// 1 less the margin of the first class over the second.
    Margin,
    /// 1 less the mean confidence of several nets.
    Together,
    /// Disagreement of several nets: the mutual information of prediction and net.
    Disagreement,
    /// `L λ₁`: the logarithm of how far the net stretches what lies around the picture, up to its last hidden layer.
    Stretching,
    /// Less the distance to the nearest boundary that was found.
    Distance,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Confidence,
        Self::Softmax,
        Self::Sigmoid,
        Self::Entropy,
        Self::Margin,
        Self::Together,
        Self::Disagreement,
        Self::Stretching,
        Self::Distance,
    ];

    /// Whether it is the same for whichever net of an ensemble is doubted.
    pub const fn is_of_ensemble(self) -> bool {
        matches!(self, Self::Together | Self::Disagreement)
    }

    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confidence => "confidence",
            Self::Softmax => "confidence by a softmax",
            Self::Sigmoid => "confidence by a sigmoid",
            Self::Entropy => "entropy",
            Self::Margin => "margin",
            Self::Together => "ensemble's confidence",
            Self::Disagreement => "ensemble's disagreement",
            Self::Stretching => "stretching (λ₁)",
            Self::Distance => "distance to the boundary",
        }
    }
}

/// What a net said of a batch, and how it can be doubted.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) labels: Vec<i64>,
    /// Confidence of each label.
    pub(crate) confidences: Vec<f64>,
    /// Doubts by measure, those that there are.
    pub(crate) doubts: Vec<(Measure, Vec<f64>)>,
    /// The pictures with another label that the search found, by the number of the picture; for those that it found.
    pub(crate) changed: Vec<(usize, Vec<f32>)>,
}

/// Looks at pictures `[N, C, H, W]`, N at least 1, with the first of the nets; the others help to doubt it. None if someone asked to stop.
///
/// # Errors
/// Those of the nets; nets of other shapes.
pub(crate) fn look(
    nets: &[&dyn Classifier],
    pictures: &Pictures,
    search: &Perturb,
    seed: Seed,
    stop: &Stop,
) -> Result<Option<Said>> {
    let net = nets[0];
    let n = pictures.len() as usize;
    let mut all = Vec::with_capacity(nets.len());
    for net in nets {
        all.push(ask(*net, pictures)?);
    }
    let labels = all[0].labels.clone();
    let alone: Vec<Alone> = all.iter().map(|of| Ok(Alone::new(of.probabilities.view())?)).collect::<Result<_>>()?;
    let mut doubts = vec![(Measure::Confidence, alone[0].confidences.clone())];
    doubts.extend(all.swap_remove(0).otherwise);
    doubts.push((Measure::Entropy, alone[0].entropies.clone()));
    doubts.push((Measure::Margin, alone[0].margins.clone()));
    if nets.len() > 1 {
        let stacked: Vec<_> = alone.iter().map(|of| of.probabilities.view().insert_axis(Axis(0))).collect();
        let stacked: Array3<f32> = ndarray::concatenate(Axis(0), &stacked)?;
        let ensemble = Ensemble::new(stacked.view())?;
        doubts.push((Measure::Together, ensemble.doubts(Doubt::Confidence)));
        doubts.push((Measure::Disagreement, ensemble.doubts(Doubt::MutualInformation)));
    }
    if stop.asked() {
        return Ok(None);
    }
    let way = Stretch::new(net, None, None)?;
    let mut stretching = Vec::with_capacity(n);
    let at_once = batch(net) as i64;
    for first in (0..n as i64).step_by(at_once as usize) {
        if stop.asked() {
            return Ok(None);
        }
        let some = pictures.tensor().narrow(0, first, (n as i64 - first).min(at_once));
        let some = some.f_to_kind(net.kind())?.f_to_device(net.device())?;
        stretching.extend(way.of(&some, Wanted::Leading)?.total().into_iter().map(|log| log.max(NO_STRETCH)));
    }
    doubts.push((Measure::Stretching, stretching));
    // Where none is found the boundary is further than any picture can be.
    let mut distances = vec![(net.input().len() as f64).sqrt(); n];
    let aims: Vec<Aim> = labels.iter().copied().map(Aim::Away).collect();
    let job = Job { net, pictures, aims: &aims, first: 0, seed, batch: batch(net), stop };
    let mut changed = Vec::new();
    let whole = search.run(&job, &mut |outcome, picture| {
        if outcome.verdict == Verdict::Success {
            distances[outcome.index as usize] = outcome.distance(Norm::L2);
            changed.push((outcome.index as usize, picture.to_vec()));
        }
        ControlFlow::Continue(())
    })?;
    if !whole {
        return Ok(None);
    }
    changed.sort_by_key(|(index, _)| *index);
    doubts.push((Measure::Distance, distances.into_iter().map(|distance| -distance).collect()));
    let confidences = alone[0].confidences.iter().map(|doubt| 1.0 - doubt).collect();
    Ok(Some(Said { labels, confidences, doubts, changed }))
}

/// What one net answers.
struct Answers {
    /// `[N, K]`, in the net's own terms.
    probabilities: Array2<f32>,
    labels: Vec<i64>,
    /// Doubts by the confidence that its scores would be read as otherwise; none where they are probabilities.
    otherwise: Option<(Measure, Vec<f64>)>,
}

fn ask(net: &dyn Classifier, pictures: &Pictures) -> Result<Answers> {
    let (n, classes) = (pictures.len(), net.classes().len());
    let (mut probabilities, mut labels) = (Vec::with_capacity(n as usize * classes), Vec::new());
    let other = match net.score_kind() {
        ScoreKind::Logits => Some((Measure::Sigmoid, ScoreKind::Sigmoid)),
        ScoreKind::Sigmoid => Some((Measure::Softmax, ScoreKind::Logits)),
        ScoreKind::Probabilities | ScoreKind::SigmoidProbabilities => None,
    };
    let mut otherwise = other.map(|(measure, _)| (measure, Vec::new()));
    let at_once = batch(net) as i64;
    for first in (0..n).step_by(at_once as usize) {
        let some: Tensor = pictures.tensor().narrow(0, first, (n - first).min(at_once));
        let raw = no_grad(|| net.scores(&some.to_kind(net.kind()).to_device(net.device())))?;
        let scores = Scores::new(&raw, net.score_kind());
        for (row, label) in scores.labels.iter().enumerate() {
            probabilities.extend((0..classes).map(|class| scores.confidence(row, class)));
            labels.push(*label);
        }
        if let (Some((_, doubts)), Some((_, kind))) = (&mut otherwise, other) {
            let confidences = kind.confidences(&raw.f_to_kind(Kind::Double)?).f_amax([1_i64].as_slice(), false)?;
            doubts.extend(Vec::<f64>::try_from(confidences)?.into_iter().map(|confidence| 1.0 - confidence));
        }
    }
    let probabilities = Array2::from_shape_vec((n as usize, classes), probabilities)?;
    Ok(Answers { probabilities, labels, otherwise })
}
