//! The numbers of an evaluation.

use advlab_analysis::calibration::{Answers, Calibration};
use advlab_core::Seed;
use advlab_datasets::Examples;
use advlab_model_zoo::{Evaluation, Model};
use advlab_plots::percent;
use anyhow::Result;
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::reliability::sure_and_wrong;
use crate::words::{list, whole};

/// What an evaluation came to, in numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The net.
    pub model: String,
    /// Its architecture, where it is one of ours.
    pub architecture: Option<String>,
    /// The data set.
    pub data: String,
    /// Which half of it.
    pub split: String,
    /// Pictures evaluated.
    pub pictures: usize,
    /// Share of them labelled right.
    pub accuracy: f64,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// `confusion[truth][label]`.
    #[serde(default)]
    pub confusion: Vec<Vec<u64>>,
    /// How far the confidences can be believed.
    pub calibration: Calibration,
}

impl Summary {
    pub(super) fn new(model: &Model, data: &dyn Examples, evaluation: &Evaluation, seed: Seed) -> Result<Self> {
        let (n, k) = (data.len(), data.classes().len());
        let answers = Answers::of_labels(&evaluation.confidences, &evaluation.labels, data.labels())?;
        let probabilities = ArrayView2::from_shape((n, k), &evaluation.probabilities)?.mapv(f64::from);
        let calibration = Calibration::of(&answers, seed.child("calibration"))?;
        Ok(Self {
            model: model.net.name().to_owned(),
            architecture: model.card.as_ref().map(|card| card.spec.text()),
            data: data.name().to_owned(),
            split: data.split().to_string(),
            pictures: n,
            accuracy: evaluation.accuracy(),
            classes: data.classes().to_vec(),
            confusion: evaluation.confusion.clone(),
            calibration: calibration.with_probabilities(probabilities.view(), data.labels())?,
        })
    }

    /// Net and data in words.
    pub fn title(&self) -> String {
        format!("{} on {} ({})", self.model, self.data, self.split)
    }

    /// For `run.json`: all but the matrix, which is in `confusion.csv`.
    pub(super) fn result(&self) -> serde_json::Value {
        json!({
            "model": self.model,
            "architecture": self.architecture,
            "data": self.data,
            "split": self.split,
            "pictures": self.pictures,
            "accuracy": self.accuracy,
            "classes": self.classes,
            "calibration": self.calibration,
        })
    }

    /// What the confidences are worth, in a few lines.
    pub fn lines(&self) -> Vec<String> {
        let of = &self.calibration;
        let mut confidence = format!("mean confidence {}", percent(of.confidence));
        for (when, value) in [("right", of.confidence_when_right), ("wrong", of.confidence_when_wrong)] {
            confidence += &value.map_or_else(String::new, |value| format!(", {} when {when}", percent(value)));
        }
        if of.sure_and_wrong.is_some() {
            confidence += &format!("; {}", sure_and_wrong(of));
        }
        let (low, high) = of.ece_interval;
        let error = format!(
            "calibration error (ECE) {} (95 % interval {} to {}); a calibrated net would show {} by chance, and up to {} in \
             95 of 100 draws",
            percent(of.ece),
            percent(low),
            percent(high),
            percent(of.ece_by_chance.0),
            percent(of.ece_by_chance.1)
        );
        let mut others =
            format!("with bins of equal mass {}, in the worst bin {}", percent(of.ece_equal_mass), percent(of.mce));
        others += &of.brier.map_or_else(String::new, |score| format!("; Brier score {score:.4}"));
        others +=
            &of.negative_log_likelihood.map_or_else(String::new, |nats| format!("; negative log-likelihood {nats:.4}"));
        let mut lines = vec![confidence, error, others];
        if let Some(area) = of.telling.auroc {
            let (low, high) = area.interval.unwrap_or((area.value, area.value));
            lines.push(format!(
                "less sure when wrong: in {:.3} of all pairs of a wrong and a right answer (AUROC, 95 % interval {low:.3} to \
                 {high:.3})",
                area.value
            ));
            let refused = &of.telling.refused;
            let of =
                |(share, accuracy): &(f64, f64)| format!("{} of the surest {}", percent(*accuracy), whole(1.0 - share));
            let left: Vec<String> = refused.iter().map(of).collect();
            lines.push(format!("right: {}", list(&left)));
        }
        lines
    }
}
