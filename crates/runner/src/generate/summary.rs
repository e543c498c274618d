//! The numbers of a run.

use advlab_analysis::{Seen, median, quantile, stretched, wilson};
use advlab_core::Classifier;
use advlab_model_zoo::ModelCard;
use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::spec::Spec;
use super::store::Stored;

/// A distribution in three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Half of the values lie below.
    pub median: f64,
    /// 5 % lie below.
    pub low: f64,
    /// 95 % lie below.
    pub high: f64,
}

impl Spread {
    fn of(values: &[f64]) -> Option<Self> {
        let spread = || Self { median: median(values), low: quantile(values, 0.05), high: quantile(values, 0.95) };
        (!values.is_empty()).then(spread)
    }
}

/// What the net sees in an average, with the label's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Name of the label.
    pub name: String,
    /// The label and its confidence.
    #[serde(flatten)]
    pub seen: Seen,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassSummary {
    /// Name of the class.
    pub class: String,
    /// Its number.
    pub target: i64,
    /// Successful examples wanted.
    pub wanted: usize,
    /// Successful examples made.
    pub successes: usize,
    /// Attempts finished.
    pub attempts: u64,
    /// Successes by finished attempts.
    pub success_rate: f64,
    /// 95 % interval of the success rate (Wilson).
    pub success_interval: (f64, f64),
    /// Share of the examples whose start noise already had the label.
    pub from_the_start: f64,
    /// Steps of the examples.
    pub steps: Option<Spread>,
    /// Confidence in the class, of the examples.
    pub confidence: Option<Spread>,
    /// RMS distortion of the start noise.
    pub rms: Option<Spread>,
    /// What the net sees in the average of the examples.
    pub average: Option<Named>,
    /// What it sees in the average stretched to full contrast.
    pub average_stretched: Option<Named>,
}

/// A whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The net.
    pub model: String,
    /// Its architecture, where it is one of ours.
    pub architecture: Option<String>,
    /// Successes by finished attempts, over all classes.
    pub success_rate: f64,
    /// Class by class.
    pub classes: Vec<ClassSummary>,
    /// Wall-clock seconds, without the pictures.
    pub seconds: f64,
}

impl Summary {
    pub(super) fn new(
        spec: &Spec,
        net: &dyn Classifier,
        card: Option<&ModelCard>,
        stored: &[Stored],
        seconds: f64,
    ) -> Result<Self> {
        let classes = stored.iter().map(|class| summarise(spec, net, class)).collect::<Result<Vec<_>>>()?;
        let successes: usize = classes.iter().map(|class| class.successes).sum();
        let attempts: u64 = classes.iter().map(|class| class.attempts).sum();
        Ok(Self {
            model: net.name().to_owned(),
            architecture: card.map(|card| card.spec.text()),
            success_rate: successes as f64 / attempts.max(1) as f64,
            classes,
            seconds,
        })
    }

    /// Whether every class has all its examples.
    pub fn complete(&self) -> bool {
        self.classes.iter().all(|class| class.successes >= class.wanted)
    }
}

fn summarise(spec: &Spec, net: &dyn Classifier, class: &Stored) -> Result<ClassSummary> {
    let (successes, attempts) = (class.done.successes, class.done.attempts);
    let seen = |picture: &[f32]| {
        let seen = (successes > 0).then(|| Seen::by(net, picture, class.class)).transpose()?;
        Ok::<_, anyhow::Error>(seen.map(|seen| Named { name: net.classes()[seen.label as usize].clone(), seen }))
    };
    let values = |of: &[f32]| of.iter().map(|value| f64::from(*value)).collect::<Vec<_>>();
    let steps: Vec<f64> = class.steps.iter().map(|steps| f64::from(*steps)).collect();
    Ok(ClassSummary {
        class: net.classes()[class.class as usize].clone(),
        target: class.class,
        wanted: spec.n,
        successes,
        attempts,
        success_rate: successes as f64 / attempts.max(1) as f64,
        success_interval: wilson(successes as u64, attempts),
        from_the_start: steps.iter().filter(|steps| **steps == 0.0).count() as f64 / successes.max(1) as f64,
        steps: Spread::of(&steps),
        confidence: Spread::of(&values(&class.confidences)),
        rms: Spread::of(&values(&class.rms)),
        average: seen(&class.average)?,
        average_stretched: seen(&stretched(&class.average))?,
    })
}
