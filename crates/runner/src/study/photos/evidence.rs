//! All that a study measured, as verdicts, tables and figures look it up.

use advlab_analysis::{Estimate, mean};
use advlab_core::InputShape;

use super::album::Album;
use super::cell::{Found, Measured, Other};
use super::spec::Spec;
use crate::labels;

/// The cells of a study with what surrounds them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) spec: &'a Spec,
    pub(super) album: &'a Album,
    pub(super) cells: Vec<Measured>,
    /// Names of the classes.
    pub(super) classes: &'a [String],
    /// What each net takes.
    pub(super) shapes: Vec<InputShape>,
}

impl Evidence<'_> {
    /// What came of every photograph, for one net and target.
    pub(super) fn found(&self, net: usize, target: usize) -> impl Iterator<Item = &Found> {
        let cells = self.cells.iter().filter(move |cell| (cell.cell.net, cell.cell.target) == (net, target));
        cells.flat_map(|cell| &cell.found)
    }

    /// Those that did not have the label before.
    pub(super) fn open(&self, net: usize, target: usize) -> impl Iterator<Item = &Found> {
        self.found(net, target).filter(|found| found.was_open())
    }

    /// Those that have it now.
    pub(super) fn examples(&self, net: usize, target: usize) -> impl Iterator<Item = &Found> {
        self.found(net, target).filter(|found| found.is_example())
    }

    /// Mean distortion of the examples, with its interval over photographs.
    pub(super) fn distortion(&self, net: usize, target: usize) -> Estimate {
        mean(&self.examples(net, target).map(|found| found.rms).collect::<Vec<_>>())
    }

    /// What a net says of the examples that were made for another.
    pub(super) fn others(&self, net: usize, target: usize, asked: usize) -> Vec<(Other, i64)> {
        let of = |found: &Found| found.others.iter().find(|other| other.net == asked).map(|o| (*o, found.target));
        self.examples(net, target).filter_map(of).collect()
    }

    /// Short name of a class.
    pub(super) fn class(&self, label: i64) -> &str {
        labels::short(&self.classes[label as usize])
    }

    pub(super) fn title(&self) -> String {
        format!("{}: photographs, to a net something else", self.spec.name)
    }

    pub(super) fn lead(&self) -> String {
        let nets: Vec<String> = self
            .spec
            .nets
            .iter()
            .zip(&self.shapes)
            .map(|(net, shape)| format!("{} ({} x {})", net.name, shape.width, shape.height))
            .collect();
        let published = self.spec.published.as_ref().map_or_else(String::new, |published| {
            format!(" Published: {}, a mean distortion of {}.", published.source, published.distortion)
        });
        format!(
            "{} photographs, each changed as little as `{}` can with 8 bits a value, so that a net says {}. Each result is \
             written as a PNG file, read back and shown to the net again; then, scaled, to the others. Nets: {}. Distortion \
             is sqrt(Σ(x' − x)²/n), values from 0 to 1; a grey level is 0.0039.{published}",
            self.album.len(),
            self.spec.attack.method,
            self.spec.targets.join(", or "),
            nets.join(", ")
        )
    }
}
