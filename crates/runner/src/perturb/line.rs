//! One search as a person is told of it.

use advlab_core::{Aim, Classifier, Verdict};
use serde::{Deserialize, Serialize};

use super::example::Example;
use crate::labels;

/// How large a change is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its lengths, in the order of [`advlab_core::Norm::ALL`].
    pub distances: [f64; 4],
    /// The same before the picture was put on the lattice of the file.
    pub unrounded: [f64; 4],
    /// RMS distortion.
    pub rms: f64,
    /// PSNR in decibels.
    pub psnr: f64,
}

/// A result at the picture's own size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnSizeLine {
    /// The net's label of the file.
    pub label: String,
    /// Whether that is what was wanted.
    pub holds: bool,
    /// The file.
    pub file: String,
    /// What the change was multiplied by, so that it survives being scaled up and down again.
    pub strength: f32,
    /// Length of the change of the whole picture.
    pub l2: f64,
    /// PSNR of it in decibels.
    pub psnr: f64,
}

/// One search, in a few words and numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The picture.
    pub input: String,
    /// The written result, where there is one.
    pub file: Option<String>,
    /// Which of the four kinds it is.
    pub verdict: Verdict,
    /// What was wanted: a class, or `not` and one.
    pub wanted: String,
    /// The label before.
    pub before: String,
    /// Confidence of it.
    pub confidence_before: f32,
    /// The label after.
    pub after: String,
    /// Confidence of it.
    pub confidence: f32,
    /// How large the change is; `None` without one.
    pub change: Option<Change>,
    /// No smaller change can do, where that is known.
    pub lower_bound: Option<f64>,
    /// What the net says of the file, and whether it is what was wanted.
    pub in_file: Option<(String, bool)>,
    /// The picture at its own size.
    pub own_size: Option<OwnSizeLine>,
    /// Forward passes.
    pub forward: u32,
    /// Backward passes.
    pub backward: u32,
}

impl Line {
    pub(super) fn new(example: &Example, net: &dyn Classifier) -> Self {
        let found = &example.found;
        let name = |label: i64| labels::short(&net.classes()[label as usize]).to_owned();
        let not = if found.aim == Aim::Away(found.aim.class()) { "not " } else { "" };
        Self {
            input: example.input.clone(),
            file: example.written.as_ref().map(|written| written.file.clone()),
            verdict: found.verdict,
            wanted: format!("{not}{}", name(found.aim.class())),
            before: name(found.label_before),
            confidence_before: found.confidence_before,
            after: name(found.label),
            confidence: found.confidence,
            change: example.is_changed().then(|| Change {
                distances: found.distances,
                unrounded: found.unrounded,
                rms: found.rms(net.input().len()),
                psnr: found.psnr(net.input().len()),
            }),
            lower_bound: found.lower_bound,
            in_file: example.written.as_ref().map(|written| (name(written.label), written.holds)),
            own_size: example.own_size.as_ref().map(|own| OwnSizeLine {
                label: name(own.label),
                holds: own.holds,
                file: own.file.clone(),
                strength: own.strength,
                l2: own.l2,
                psnr: own.psnr,
            }),
            forward: found.forward,
            backward: found.backward,
        }
    }
}
