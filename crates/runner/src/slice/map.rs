//! What the net says of the whole plane.

use std::collections::BTreeMap;

use advlab_analysis::plane::{Plane, PlaneScan, middles};
use advlab_core::{Classifier, Stop};
use anyhow::Result;

use super::Spec;

/// A scan with the ends of its rectangle.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) scan: PlaneScan,
    /// Ends along both axes.
    pub(super) ends: [(f64, f64); 2],
}

/// Asks the net about every point.
pub(super) fn scan(
    plane: &Plane,
    net: &dyn Classifier,
    spec: &Spec,
    distance: f64,
    batch: usize,
    stop: &Stop,
    told: &mut dyn FnMut(usize),
) -> Result<Map> {
    let far = spec.reach * distance;
    let ends = [(distance / 2.0 - far, distance / 2.0 + far), (-far, far)];
    let [a, b] = ends.map(|ends| middles(ends, spec.cells));
    Ok(Map { scan: plane.scan(net, &a, &b, batch, stop, told)?, ends })
}

impl Map {
    /// Share of the points that has each label, the largest first.
    pub(super) fn shares(&self) -> Vec<(usize, f64)> {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for label in &self.scan.labels {
            *counts.entry(*label).or_default() += 1;
        }
        let n = self.scan.labels.len() as f64;
        let mut shares: Vec<(usize, f64)> =
            counts.into_iter().map(|(label, count)| (label, count as f64 / n)).collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        shares
    }
}
