//! What a unit of a layer of maps is.

use advlab_core::{Layer, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// How maps `[C, H, W]` are read as vectors. Layers that are vectors already are read as they are, whichever is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// A unit is a channel; its value is the mean over positions.
    #[default]
    Mean,
    /// A unit is a channel; its value is the largest one of all positions. A direction's value, too, is that of the position
    /// where it is largest.
    Channel,
    /// A unit is a channel at one position.
    Position,
}

impl Reading {
    /// As flags and files spell them.
    pub const NAMES: [&'static str; 3] = ["mean", "channel", "position"];

    /// Number of units in a layer.
    pub fn width(self, layer: &Layer) -> usize {
        if layer.is_map() && self != Self::Position { layer.shape[0] as usize } else { layer.len() }
    }

    /// The vectors that a layer's values hold.
    ///
    /// # Shapes
    /// - `activations`: `[N, D]` or `[N, C, H, W]`
    /// - returns: `[N, S, D]`, with `S` positions for [`Channel`](Self::Channel) and one for the others
    ///
    /// # Errors
    /// [`Error::Torch`](advlab_core::Error::Torch) for other shapes.
    pub fn vectors(self, activations: &Tensor) -> Result<Tensor> {
        let is_map = activations.dim() == 4;
        Ok(match self {
            Self::Mean if is_map => activations.f_mean_dim(&[2_i64, 3][..], false, None)?.f_unsqueeze(1)?,
            Self::Channel if is_map => activations.f_flatten(2, 3)?.f_transpose(1, 2)?,
            _ => activations.f_flatten(1, -1)?.f_unsqueeze(1)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use tch::Kind;

    use super::*;

    #[test]
    fn maps_are_read_in_three_ways() {
        let maps = Tensor::arange(12, (Kind::Float, tch::Device::Cpu)).reshape([1, 3, 2, 2]);
        let layer = Layer { name: "conv1".to_owned(), shape: vec![3, 2, 2], is_scores: false };
        let read = |reading: Reading| {
            let vectors = reading.vectors(&maps).unwrap();
            assert_eq!(vectors.size()[2] as usize, reading.width(&layer));
            (vectors.size(), Vec::<f32>::try_from(vectors.reshape([-1])).unwrap())
        };
        assert_eq!(read(Reading::Mean), (vec![1, 1, 3], vec![1.5, 5.5, 9.5]));
        let by_position = vec![0.0, 4.0, 8.0, 1.0, 5.0, 9.0, 2.0, 6.0, 10.0, 3.0, 7.0, 11.0];
        assert_eq!(read(Reading::Channel), (vec![1, 4, 3], by_position));
        assert_eq!(read(Reading::Position), (vec![1, 1, 12], (0..12).map(|value| value as f32).collect()));
    }

    #[test]
    fn vectors_are_read_as_they_are() {
        let rows = Tensor::from_slice(&[1.0_f32, 2.0, 3.0, 4.0]).reshape([2, 2]);
        for reading in [Reading::Mean, Reading::Channel, Reading::Position] {
            assert_eq!(reading.vectors(&rows).unwrap(), rows.unsqueeze(1));
        }
    }
}
