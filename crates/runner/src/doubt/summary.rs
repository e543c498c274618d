//! What doubts came to, in numbers and words.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::measures::Measure;
use super::sets::Shown;
use super::tasks::{Task, tasks};
use crate::table::{Entry, Table};
use crate::words::percent;

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The net.
    pub model: String,
    /// Nets that help to doubt it.
    pub with: Vec<String>,
    /// What it was shown; the first set is of the kind that it was made for.
    pub sets: Vec<Shown>,
    /// Seconds that it took.
    pub seconds: f64,
}

/// The measures that were taken of sets.
pub(crate) fn taken(sets: &[Shown]) -> Vec<Measure> {
    Measure::ALL.into_iter().filter(|measure| sets[0].by(*measure).is_some()).collect()
}

impl Summary {
    /// A title for a page.
    pub fn title(&self) -> String {
        format!("When is a prediction of {} certain?", self.model)
    }

    /// Measures that were taken.
    pub(crate) fn measures(&self) -> Vec<Measure> {
        taken(&self.sets)
    }

    /// Areas under the curve, measures in rows and tasks in columns; NaN where there is too little to tell.
    pub(crate) fn areas(&self) -> (Vec<Task>, Array2<f64>) {
        let (measures, mut tasks) = (self.measures(), tasks(&self.sets));
        // What no measure has enough for is left out.
        tasks.retain(|task| task.area(&self.sets, Measure::Confidence).is_some());
        let area = |(row, column): (usize, usize)| {
            tasks[column].area(&self.sets, measures[row]).map_or(f64::NAN, |area| area.value)
        };
        let areas = Array2::from_shape_fn((measures.len(), tasks.len()), area);
        (tasks, areas)
    }

    /// What came of it, a sentence each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for set in &self.sets {
            let n = set.labels.len();
            let sure = set.confidences.iter().sum::<f64>() / n as f64;
            let right = set.right.as_ref().map_or_else(String::new, |right| {
                let count = right.iter().filter(|right| **right).count();
                format!(", {} right", percent(count as f64 / n as f64))
            });
            lines.push(format!("{}: {n} pictures, mean confidence {}{right}", set.title, percent(sure)));
        }
        let (tasks, areas) = self.areas();
        let measures = self.measures();
        for (column, task) in tasks.iter().enumerate() {
            let of = areas.column(column);
            let best = (0..of.len()).max_by(|a, b| of[*a].total_cmp(&of[*b]));
            if let Some(best) = best {
                lines.push(format!(
                    "{}: best by {} (area {:.3}; by the net's own confidence {:.3})",
                    task.title(&self.sets),
                    measures[best].name(),
                    of[best],
                    of[0]
                ));
            }
        }
        lines
    }

    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new(
            "telling.csv",
            "How well each doubt tells things apart",
            &[
                ("task", "to be told"),
                ("measure", "doubted by"),
                ("auroc", "area under the curve"),
                ("low", "95 % from"),
                ("high", "to"),
            ],
        );
        for task in self.areas().0 {
            for measure in self.measures() {
                let area = task.area(&self.sets, measure);
                let (low, high) = area.and_then(|area| area.interval).unzip();
                table.rows.push(vec![
                    task.title(&self.sets).as_str().into(),
                    measure.name().into(),
                    Entry::maybe(area.map(|area| area.value), Entry::Fine),
                    Entry::maybe(low, Entry::Fine),
                    Entry::maybe(high, Entry::Fine),
                ]);
            }
        }
        table
    }

    pub(super) fn pictures(&self) -> Table {
        let measures = self.measures();
        let mut table = Table::new("doubts.csv", "Picture by picture", &[]);
        let fixed = ["set", "picture", "label", "confidence", "right"].map(|name| (name.to_owned(), name.to_owned()));
        let key =
            |measure: &Measure| serde_json::to_value(measure).ok().and_then(|key| key.as_str().map(str::to_owned));
        let named = measures.iter().map(|measure| {
            (format!("doubt_{}", key(measure).unwrap_or_default()), format!("doubt: {}", measure.name()))
        });
        table.columns = fixed.into_iter().chain(named).collect();
        for set in &self.sets {
            for (at, label) in set.labels.iter().enumerate() {
                let right = set.right.as_ref().map_or(Entry::Missing, |right| Entry::Count(right[at].into()));
                let mut row = vec![
                    set.key.as_str().into(),
                    Entry::Count(at as u64),
                    Entry::Text(label.to_string()),
                    Entry::Number(set.confidences[at]),
                    right,
                ];
                row.extend(
                    measures.iter().map(|measure| Entry::maybe(set.by(*measure).map(|of| of[at]), Entry::Number)),
                );
                table.rows.push(row);
            }
        }
        table
    }
}
