//! A net of dense layers, cut in two: what its first layers put out, and the net above them.

use advlab_core::{Classifier as _, InputShape};
use tch::Tensor;

use crate::net::Net;
use crate::spec::ModelSpec;
use crate::{Error, Result};

impl Net {
    /// What the first `layers` hidden layers put out, `[N, W]`; the pictures themselves for none of them.
    ///
    /// # Errors
    /// Those of [`above`](Self::above); [`Error::Torch`] if the pictures do not fit.
    pub fn below(&self, layers: usize, pictures: &Tensor) -> Result<Tensor> {
        self.cut(layers)?;
        let mut x = pictures.shallow_clone();
        for pair in self.tensors().chunks(2).take(layers) {
            x = self.spec().activation.apply(&x.f_flatten(1, -1)?.f_linear(pair[0].1, Some(pair[1].1))?);
        }
        Ok(x)
    }

    /// The net above its first `layers` hidden layers: what these put out is its picture, of one row. It shares the weights, so
    /// that training the one trains the other.
    ///
    /// # Errors
    /// [`Error::Misfit`] if the net has other layers than dense ones, or not so many hidden ones.
    pub fn above(&self, layers: usize) -> Result<Self> {
        let widths = self.cut(layers)?;
        let input = match layers {
            0 => self.input(),
            _ => InputShape { channels: 1, height: 1, width: widths[layers - 1] },
        };
        let spec = ModelSpec { input, hidden: widths[layers..].to_vec(), layers: Vec::new(), ..self.spec().clone() };
        let mut shared = self.tensors().into_iter().skip(2 * layers).map(|(_, tensor)| tensor.shallow_clone());
        Self::build(self.name(), &spec, |_, _| Ok(shared.next().expect("as many tensors as layers are left")))
    }

    /// Widths of all hidden layers, if the net can be cut above so many of them.
    fn cut(&self, layers: usize) -> Result<Vec<i64>> {
        let misfit = |why: String| Err(Error::Misfit { net: self.name().to_owned(), why });
        if self.weights().iter().any(|weights| weights.dim() != 2) || !self.spec().layers.is_empty() {
            return misfit("only a net of dense layers, given by `hidden`, can be cut between two layers".to_owned());
        }
        let widths = self.spec().hidden.clone();
        if layers > widths.len() {
            return misfit(format!("has {} hidden layers, and cannot be cut above {layers}", widths.len()));
        }
        Ok(widths)
    }
}

#[cfg(test)]
mod tests {
    use advlab_core::Seed;

    use super::*;

    #[test]
    fn what_is_below_and_above_is_the_whole() {
        let net = Net::random("n", &ModelSpec::sigmoid_mlp(&[12, 7]), Seed::new(1)).unwrap();
        let pictures = Tensor::linspace(0.0, 1.0, 3 * 784, tch::kind::FLOAT_CPU).reshape([3, 1, 28, 28]);
        let whole = net.scores(&pictures).unwrap();
        for (layers, width) in [(0, 784), (1, 12), (2, 7)] {
            let above = net.above(layers).unwrap();
            assert_eq!(above.input().len(), width);
            let scores = above.scores(&net.below(layers, &pictures).unwrap()).unwrap();
            let apart = (scores - &whole).abs().max().double_value(&[]);
            assert!(apart < 1e-6, "{layers} layers: {apart}");
        }
        assert!(net.above(3).unwrap_err().to_string().contains("has 2 hidden layers"));
    }
}
