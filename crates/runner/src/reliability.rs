//! Calibration, as figures and sentences show it.

use advlab_analysis::calibration::{Calibration, SURE};
use advlab_plots::{ReliabilityBin, ReliabilityPanel};

use crate::words::whole;

/// A panel of a reliability diagram.
pub(crate) fn panel(title: &str, calibration: &Calibration) -> ReliabilityPanel {
    let bins = calibration.bins.iter().map(|bin| ReliabilityBin {
        low: bin.low,
        high: bin.high,
        confidence: bin.confidence,
        count: bin.count,
        right: bin.right,
        interval: bin.interval,
    });
    ReliabilityPanel {
        title: title.to_owned(),
        bins: bins.collect(),
        error: calibration.ece,
        error_interval: Some(calibration.ece_interval),
        remark: sure_and_wrong(calibration),
    }
}

/// How many wrong answers are sure ones; empty where nothing is wrong.
pub(crate) fn sure_and_wrong(calibration: &Calibration) -> String {
    calibration.sure_and_wrong.map_or_else(String::new, |sure| {
        let answers = if sure.of == 1 { "answer" } else { "answers" };
        format!("{} of {} wrong {answers} above {}", sure.count, sure.of, whole(SURE))
    })
}
