//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::{Estimate, mean};

use super::cell::Measured;
use super::spec::Spec;
use crate::doubt::tasks::{Task, tasks};
use crate::doubt::{Measure, Shown};
use crate::words::list;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) cells: Vec<Measured>,
}

impl Evidence<'_> {
    /// The sets as the first net saw them.
    pub(super) fn first(&self) -> &[Shown] {
        &self.cells[0].sets
    }

    /// Tasks that there is enough for with at least two nets.
    pub(super) fn tasks(&self) -> Vec<Task> {
        let mut all = tasks(self.first());
        all.retain(|task| self.areas(task, Measure::Confidence).len() > 1);
        all
    }

    /// Areas under the curve, of the nets with enough to tell.
    pub(super) fn areas(&self, task: &Task, measure: Measure) -> Vec<f64> {
        self.cells.iter().filter_map(|cell| Some(task.area(&cell.sets, measure)?.value)).collect()
    }

    /// Their mean and its 95 % interval over nets. Without an interval where all nets together look at the same pictures: they are one
    /// ensemble, whichever of them is doubted.
    pub(super) fn area(&self, task: &Task, measure: Measure) -> Option<Estimate> {
        let areas = self.areas(task, measure);
        let mut area = (!areas.is_empty()).then(|| mean(&areas))?;
        // A share of pairs; the interval of a mean knows no ends.
        area.interval = area.interval.map(|(low, high)| (low.max(0.0), high.min(1.0)));
        if measure.is_of_ensemble() && matches!(task, Task::Apart(key) if !key.starts_with("adversarial")) {
            area.interval = None;
        }
        Some(area)
    }

    /// How much better a measure is than the net's own confidence, net by net.
    pub(super) fn gain(&self, task: &Task, measure: Measure) -> Option<Estimate> {
        let difference = |cell: &Measured| {
            let area = |measure| Some(task.area(&cell.sets, measure)?.value);
            Some(area(measure)? - area(Measure::Confidence)?)
        };
        let differences: Vec<f64> = self.cells.iter().filter_map(difference).collect();
        (!differences.is_empty()).then(|| mean(&differences))
    }

    /// The measures, the best for a task first.
    pub(super) fn ranked(&self, task: &Task) -> Vec<(Measure, Estimate)> {
        let mut all: Vec<_> =
            Measure::ALL.into_iter().filter_map(|measure| Some((measure, self.area(task, measure)?))).collect();
        all.sort_by(|a, b| b.1.value.total_cmp(&a.1.value));
        all
    }

    /// A number of a set over nets.
    pub(super) fn over(&self, key: &str, of: impl Fn(&Shown) -> f64) -> Option<Estimate> {
        let set = |cell: &Measured| cell.sets.iter().find(|set| set.key == key).map(&of);
        let values: Vec<f64> = self.cells.iter().filter_map(set).collect();
        (!values.is_empty()).then(|| mean(&values))
    }

    pub(super) fn title(&self) -> String {
        format!("{}: when is a prediction certain?", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        let others: Vec<String> = spec.others.iter().map(|data| data.set.clone()).collect();
        let factors: Vec<String> = spec.factors.iter().map(f64::to_string).collect();
        format!(
            "{}, trained {} times on {}; each net is doubted by itself and with the others beside it. Shown: {} test pictures, as many of \
             {}, as many of uniform noise, and adversarial pictures: the smallest change of each test picture, {} times as far. Where what \
             was published stands: {}.",
            spec.model.text(),
            spec.trainings,
            spec.data.set,
            spec.n,
            list(&others),
            list(&factors),
            spec.source
        )
    }
}
