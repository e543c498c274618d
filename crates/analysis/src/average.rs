//! The average of many pictures, and what a net sees in it.

use advlab_core::{Classifier, InputShape, Result};
use tch::{Kind, Tensor};

/// A running mean of pictures, in double precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Average {
    sum: Vec<f64>,
    count: u64,
}

impl Average {
    /// Of pictures with this many values.
    pub fn new(len: usize) -> Self {
        Self { sum: vec![0.0; len], count: 0 }
    }

    /// Takes one picture in.
    pub fn add(&mut self, picture: &[f32]) {
        for (sum, value) in self.sum.iter_mut().zip(picture) {
            *sum += f64::from(*value);
        }
        self.count += 1;
    }

    /// Pictures taken in.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The mean picture; all zeros while there is none.
    pub fn mean(&self) -> Vec<f32> {
        let n = self.count.max(1) as f64;
        self.sum.iter().map(|sum| (sum / n) as f32).collect()
    }
}

/// What a net sees in one picture.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Seen {
    /// Its label.
    pub label: i64,
    /// Confidence of the label, in the net's own terms.
    pub confidence: f32,
    /// Confidence of the class asked about.
    pub confidence_of_target: f32,
}

impl Seen {
    /// Shows the net a picture, `shape` values in [C, H, W] order.
    ///
    /// # Errors
    /// Those of the net.
    pub fn by(net: &dyn Classifier, picture: &[f32], target: i64) -> Result<Self> {
        let shape: InputShape = net.input();
        let batch = Tensor::from_slice(picture).to_kind(Kind::Float).reshape(shape.batch(1));
        let scores = net.classify(&batch.to_device(net.device()).to_kind(net.kind()))?;
        Ok(Self {
            label: scores.labels[0],
            confidence: scores.confidence_of_label(0),
            confidence_of_target: scores.confidence(0, target as usize),
        })
    }
}

/// A picture moved and scaled to full contrast: its smallest value becomes 0, its largest 1.
pub fn stretched(picture: &[f32]) -> Vec<f32> {
    let low = picture.iter().copied().fold(f32::INFINITY, f32::min);
    let high = picture.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let span = high - low;
    picture.iter().map(|value| if span > 0.0 { (value - low) / span } else { *value }).collect()
}
