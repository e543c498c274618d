//! The way of pictures through a net of our own, and its layers by name.
//!
//! One walk serves scores, training and whoever wants to know what a layer puts out: it shows each layer's values to a visitor,
//! who may end it there.

use std::ops::ControlFlow::{self, Break, Continue};

use advlab_core::{Classifier as _, Layer as Place};
use tch::{Tensor, no_grad};

use crate::Result;
use crate::net::{Layer, Net};

/// Draws the mask of a dropout layer: the share to drop, and the shape of the layer's input.
pub(crate) type DrawMask<'a> = &'a mut dyn FnMut(f64, &[i64]) -> Tensor;

/// Kinds of layers that have names; each is counted on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Conv,
    Pool,
    Dense,
}

/// Which values a visitor sees. A name costs more than a small layer, so it is only made for those who ask.
#[derive(Clone, Copy, Debug)]
struct Seen {
    kind: Kind,
    /// Counted from 1 among the layers of its kind.
    number: usize,
    /// Whether the activation function comes only after them.
    before: bool,
}

impl Seen {
    /// `conv1`, `pool1`, `dense1`; and `conv1.pre`, `dense1.pre` before the activation function.
    fn name(self) -> String {
        let kind = ["conv", "pool", "dense"][self.kind as usize];
        format!("{kind}{}{}", self.number, if self.before { ".pre" } else { "" })
    }
}

/// Sees the values of a layer, and says whether the walk shall go on.
type Visitor<'a> = &'a mut dyn FnMut(Seen, &Tensor) -> ControlFlow<()>;

impl Net {
    /// Scores of a batch. `dropout` draws a mask of ones and zeros for a dropout layer's input while training; without it
    /// nothing is dropped.
    pub(crate) fn forward(&self, pictures: &Tensor, dropout: Option<DrawMask<'_>>) -> Result<Tensor> {
        self.walk(pictures, dropout, &mut |_, _| Continue(()))
    }

    /// Every layer of the net, with the shape of its values, and the scores.
    pub(crate) fn list(&self) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        let mut note = |seen: Seen, values: &Tensor| {
            places.push(Place { name: seen.name(), shape: values.size()[1..].to_vec(), is_scores: false });
            Continue(())
        };
        let black = Tensor::zeros(self.input().batch(1), (self.kind(), self.device()));
        let _ = no_grad(|| self.walk(&black, None, &mut note))?;
        places.push(Place::scores(self.classes().len()));
        Ok(places)
    }

    /// Values of a layer, `None` if there is none of this name. What comes after the layer is not computed.
    pub(crate) fn read(&self, pictures: &Tensor, layer: &str) -> Result<Option<Tensor>> {
        let mut found = None;
        let mut look = |seen: Seen, values: &Tensor| {
            if seen.name() != layer {
                return Continue(());
            }
            found = Some(values.shallow_clone());
            Break(())
        };
        let last = self.walk(pictures, None, &mut look)?;
        Ok(if layer == Place::SCORES { Some(last) } else { found })
    }

    /// Sends pictures through the layers, as far as the visitor wants; the values at the end of the way, which are the scores
    /// if it went on to the end.
    fn walk(&self, pictures: &Tensor, dropout: Option<DrawMask<'_>>, visit: Visitor<'_>) -> Result<Tensor> {
        let activation = self.spec().activation;
        let mut x = if matches!(self.layers[0], Layer::Dense { .. }) {
            pictures.f_flatten(1, -1)?
        } else {
            pictures.f_reshape(self.spec().input.batch(-1))?
        };
        let (mut dropout, mut numbers) = (dropout, [0; 3]);
        let last = self.layers.len() - 1;
        for (i, layer) in self.layers.iter().enumerate() {
            let (kind, values) = match layer {
                Layer::Conv { weights, bias, stride, padding } => {
                    (Kind::Conv, x.f_conv2d(weights, Some(bias), [*stride; 2], [*padding; 2], [1; 2], 1)?)
                }
                Layer::Pool(pool) => {
                    (Kind::Pool, x.f_max_pool2d([pool.size; 2], [pool.stride; 2], [0; 2], [1; 2], false)?)
                }
                Layer::Dense { weights, bias } => (Kind::Dense, x.f_flatten(1, -1)?.f_linear(weights, Some(bias))?),
                Layer::Dropout(share) => {
                    if let Some(mask) = &mut dropout {
                        x = &x * mask(*share, &x.size()) / (1.0 - share);
                    }
                    continue;
                }
            };
            x = values;
            if i == last {
                break; // Scores are no layer's values but the net's.
            }
            numbers[kind as usize] += 1;
            let seen = Seen { kind, number: numbers[kind as usize], before: false };
            if kind != Kind::Pool {
                if visit(Seen { before: true, ..seen }, &x).is_break() {
                    break;
                }
                x = activation.apply(&x);
            }
            if visit(seen, &x).is_break() {
                break;
            }
        }
        Ok(x)
    }
}
