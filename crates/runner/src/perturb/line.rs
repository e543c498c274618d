//! One search as a person is told of it.

use advlab_core::{Aim, Classifier, Verdict};
use serde::{Deserialize, Serialize};

use super::example::Example;
use crate::labels;

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
    /// Lengths of the change, in the order of [`advlab_core::Norm::ALL`].
    pub distances: [f64; 4],
    /// The same before the picture was put on the lattice of the file.
    pub unrounded: [f64; 4],
    /// RMS distortion.
    pub rms: f64,
    /// PSNR in decibels; `None` without a change.
    pub psnr: Option<f64>,
    /// No smaller change can do, where that is known.
    pub lower_bound: Option<f64>,
    /// What the net says of the file, and whether it is what was wanted.
    pub in_file: Option<(String, bool)>,
    /// The same of the picture at its own size, and the file.
    pub own_size: Option<(String, bool, String)>,
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
            distances: found.distances,
            unrounded: found.unrounded,
            rms: found.rms(net.input().len()),
            psnr: Some(found.psnr(net.input().len())).filter(|psnr| psnr.is_finite()),
            lower_bound: found.lower_bound,
            in_file: example.written.as_ref().map(|written| (name(written.label), written.holds)),
            own_size: example.own_size.as_ref().map(|own| (name(own.label), own.holds, own.file.clone())),
            forward: found.forward,
            backward: found.backward,
        }
    }
}
