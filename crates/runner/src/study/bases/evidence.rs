//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::basis::{Likeness, Measure, Measures, Together};
use advlab_analysis::{Estimate, mean};
use advlab_core::Seed;

use super::cell::{Alike, LayerMeasured, Measured, Pattern};
use super::spec::Spec;
use crate::basis::Compared;
use crate::basis::figures::Sweep;
use crate::basis::group::compare;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) cells: Vec<Measured>,
    pub(super) alike: Vec<Alike>,
    /// Architecture and share of test pictures labelled right, net by net and training by training; none for nets taken as they are.
    pub(super) trained: Vec<(String, f64)>,
    /// Held-out pictures.
    pub(super) pictures: usize,
    /// Single units against random directions, layer by layer.
    pub(super) layers: Vec<LayerEvidence>,
}

/// A number out of how alike two layers are.
pub(super) type OfLikeness = fn(&Likeness) -> f64;

/// A layer of a net over all trainings.
#[derive(Debug)]
pub(super) struct LayerEvidence {
    pub(super) net: String,
    pub(super) layer: String,
    pub(super) is_scores: bool,
    /// Units that have the same value for all pictures, in all trainings.
    pub(super) constant: usize,
    pub(super) random: Vec<Measures>,
    /// Mean of random pictures.
    pub(super) chance: Together,
    pub(super) comparisons: Vec<Compared>,
    /// Patterns made from noise.
    pub(super) patterns: Vec<Pattern>,
}

impl LayerEvidence {
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.net, self.layer)
    }

    /// A measure of single units against random directions.
    pub(super) fn comparison(&self, measure: Measure) -> Option<&Compared> {
        self.comparisons.iter().find(|compared| compared.measure == measure)
    }

    /// How many patterns drive their direction at least as far as any picture: a saturated sigmoid is 1 for both.
    pub(super) fn as_far(&self, of: fn(&Pattern) -> f32) -> usize {
        self.patterns.iter().filter(|pattern| of(pattern) >= pattern.picture).count()
    }

    /// Mean over random directions.
    pub(super) fn random_mean(&self, measure: Measure) -> f64 {
        mean(&self.random.iter().map(|measures| measure.of(measures)).collect::<Vec<_>>()).value
    }
}

/// Every layer of every net; directions of all trainings together are the samples.
pub(super) fn layers(spec: &Spec, cells: &[Measured]) -> Vec<LayerEvidence> {
    let mut all = Vec::new();
    for net in spec.names() {
        let of_net: Vec<&Measured> = cells.iter().filter(|cell| cell.cell.net == *net).collect();
        let Some(first) = of_net.first() else { continue };
        for (at, layer) in first.layers.iter().enumerate() {
            let each: Vec<&LayerMeasured> = of_net.iter().map(|cell| &cell.layers[at]).collect();
            all.push(of_layer(spec, net, layer, &each));
        }
    }
    all
}

fn of_layer(spec: &Spec, net: &str, first: &LayerMeasured, each: &[&LayerMeasured]) -> LayerEvidence {
    let together = |of: fn(&LayerMeasured) -> &Vec<Measures>| -> Vec<Measures> {
        each.iter().flat_map(|layer| of(layer).iter().copied()).collect()
    };
    let (natural, random) = (together(|layer| &layer.natural), together(|layer| &layer.random));
    let level = |of: fn(&Together) -> f64| mean(&each.iter().map(|layer| of(&layer.chance)).collect::<Vec<_>>()).value;
    let name = &first.layer.name;
    let seed = Seed::new(spec.seed).child("evidence").child(net).child(name);
    let some = |measures: &[Measures]| measures.iter().copied().map(Some).collect::<Vec<_>>();
    LayerEvidence {
        net: net.to_owned(),
        layer: name.clone(),
        is_scores: first.layer.is_scores,
        constant: each.iter().map(|layer| layer.constant).sum(),
        comparisons: compare(&some(&natural), &some(&random), seed),
        random,
        chance: Together {
            purity: level(|chance| chance.purity),
            entropy: level(|chance| chance.entropy),
            pixel_similarity: level(|chance| chance.pixel_similarity),
            feature_similarity: level(|chance| chance.feature_similarity),
        },
        patterns: each.iter().flat_map(|layer| layer.patterns.iter().copied()).collect(),
    }
}

impl Evidence<'_> {
    /// Measures of a layer's basis over the angle, training by training; none of a layer whose basis was not turned.
    pub(super) fn sweep(&self, layer: &LayerEvidence) -> Sweep<'_> {
        let cells = self.cells.iter().filter(|cell| cell.cell.net == layer.net);
        let layers = cells.flat_map(|cell| &cell.layers).filter(|measured| measured.layer.name == layer.layer);
        let runs = layers.map(|measured| &measured.sweep[..]).filter(|sweep| !sweep.is_empty()).collect();
        Sweep { name: layer.title(), runs }
    }

    /// A number on how alike the same layer of two trainings is, over pairs of trainings.
    pub(super) fn likeness(&self, layer: &LayerEvidence, of: OfLikeness) -> Option<Estimate> {
        let pairs = self.alike.iter().filter(|alike| alike.pair.net == layer.net);
        let found = pairs.flat_map(|alike| &alike.layers).filter(|(name, _)| *name == layer.layer);
        let values: Vec<f64> = found.map(|(_, likeness)| of(likeness)).collect();
        (!values.is_empty()).then(|| mean(&values))
    }

    pub(super) fn title(&self) -> String {
        format!("{}: do single units mean more than random directions?", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let spec = self.spec;
        let pictures = match (&spec.data, &spec.photos) {
            (Some(data), _) => format!("{} test pictures of {}", self.pictures, data.set),
            (None, Some(_)) if spec.views > 1 => {
                format!("{} views of {} photographs", self.pictures, self.pictures / spec.views)
            }
            _ => format!("{} photographs", self.pictures),
        };
        let trained =
            if spec.nets.is_empty() { String::new() } else { format!(", {} trainings of each net", spec.trainings) };
        format!(
            "{pictures}{trained}. For each direction the {} pictures with the largest values; what they have in common, for all units of a \
             layer and for 1000 random directions or more. Published: {}.",
            spec.top, spec.source
        )
    }
}
