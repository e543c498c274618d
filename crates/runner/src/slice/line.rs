//! The line from a picture to its counterpart and beyond.

use advlab_analysis::plane::Plane;
use advlab_core::{Classifier, Scores};
use anyhow::Result;

/// Points on the line.
const POINTS: usize = 301;
/// Times that the step in which the label changes is halved.
const HALVINGS: usize = 30;
/// A class shows as a curve if it gets this confidence somewhere on the line.
const SHOWN: f64 = 0.05;
/// Curves at most.
const CURVES: usize = 7;

/// What the net says on the line.
#[derive(Debug)]
pub(super) struct LineOf {
    /// Distances from the picture; the counterpart's is among them, and 0.
    pub(super) at: Vec<f64>,
    pub(super) labels: Vec<usize>,
    /// Classes that get some confidence, the label of the picture first.
    pub(super) classes: Vec<usize>,
    /// Confidence in each of those at each point.
    pub(super) confidences: Vec<Vec<f64>>,
    /// Confidence in the label at each point.
    pub(super) of_label: Vec<f64>,
    pub(super) distance: f64,
    pub(super) boundary: Option<f64>,
    pub(super) at_picture: (usize, f64),
    pub(super) at_counterpart: (usize, f64),
}

impl LineOf {
    /// Asks the net along the line.
    pub(super) fn look(
        plane: &Plane,
        net: &dyn Classifier,
        ends: (f64, f64),
        distance: f64,
        batch: usize,
    ) -> Result<Self> {
        let step = (ends.1 - ends.0) / (POINTS - 1) as f64;
        let mut at: Vec<f64> = (0..POINTS).map(|point| ends.0 + step * point as f64).collect();
        at.extend([0.0, distance]);
        at.sort_by(f64::total_cmp);
        at.dedup();
        let ask = |some: &[f64]| -> Result<Scores> {
            let coordinates: Vec<(f64, f64)> = some.iter().map(|a| (*a, 0.0)).collect();
            Ok(net.classify(&plane.points(&coordinates).to_device(net.device()))?)
        };
        let n_classes = net.classes().len();
        let (mut labels, mut all, mut of_label) = (Vec::new(), Vec::new(), Vec::new());
        for some in at.chunks(batch.max(1)) {
            let scores = ask(some)?;
            for row in 0..some.len() {
                labels.push(scores.labels[row] as usize);
                of_label.push(f64::from(scores.confidence_of_label(row)));
                all.push((0..n_classes).map(|class| f64::from(scores.confidence(row, class))).collect::<Vec<_>>());
            }
        }
        let place = |wanted: f64| at.iter().position(|a| *a == wanted).expect("it was put in");
        let (start, end) = (place(0.0), place(distance));
        let most = |class: usize| all.iter().map(|row| row[class]).fold(0.0, f64::max);
        let mut classes: Vec<usize> = (0..n_classes).filter(|class| most(*class) >= SHOWN).collect();
        classes.sort_by(|a, b| most(*b).total_cmp(&most(*a)));
        for first in [labels[end], labels[start]] {
            classes.retain(|class| *class != first);
            classes.insert(0, first);
        }
        classes.dedup();
        classes.truncate(CURVES);
        let changes = (start + 1..at.len()).find(|point| labels[*point] != labels[start]);
        let boundary = match changes {
            None => None,
            Some(point) => {
                let (mut low, mut high) = (at[point - 1], at[point]);
                for _ in 0..HALVINGS {
                    let middle = low + (high - low) / 2.0;
                    if ask(&[middle])?.labels[0] as usize == labels[start] { low = middle } else { high = middle }
                }
                Some(high)
            }
        };
        let confidences = classes.iter().map(|class| all.iter().map(|row| row[*class]).collect()).collect();
        let (at_picture, at_counterpart) = ((labels[start], of_label[start]), (labels[end], of_label[end]));
        Ok(Self { at, labels, classes, confidences, of_label, distance, boundary, at_picture, at_counterpart })
    }
}
