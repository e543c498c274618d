//! A net that is not shared out among threads.

use advlab_core::{Classifier, Dense, FirstLayer, InputShape, Layer, Result, ScoreKind};
use tch::{Device, Kind, Tensor};

/// A net that an attack does not copy for other threads: studies put whole attacks side by side, and so the pictures that
/// share a batch, on which the last bits of an outcome depend, are the same on every machine.
#[derive(Debug)]
pub(super) struct Lone(pub(super) Box<dyn Classifier>);

impl Classifier for Lone {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn input(&self) -> InputShape {
        self.0.input()
    }

    fn classes(&self) -> &[String] {
        self.0.classes()
    }

    fn score_kind(&self) -> ScoreKind {
        self.0.score_kind()
    }

    fn device(&self) -> Device {
        self.0.device()
    }

    fn kind(&self) -> Kind {
        self.0.kind()
    }

    fn scores(&self, pictures: &Tensor) -> Result<Tensor> {
        self.0.scores(pictures)
    }

    fn layers(&self) -> Result<Vec<Layer>> {
        self.0.layers()
    }

    fn activations(&self, pictures: &Tensor, layer: &str) -> Result<Tensor> {
        self.0.activations(pictures, layer)
    }

    fn first_layer(&self) -> Option<FirstLayer<'_>> {
        self.0.first_layer()
    }

    fn dense(&self) -> Option<Dense> {
        self.0.dense()
    }
}
