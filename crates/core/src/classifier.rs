//! A trained net, as attacks and analyses see it.

use std::fmt;

use tch::{Device, Kind, Tensor};

use crate::{Dense, Error, InputShape, Layer, Result, ScoreKind, Scores};

/// A trained net with fixed weights: pictures in, scores out.
///
/// Its weights never require a gradient; only an attack's input does.
pub trait Classifier: fmt::Debug + Send {
    /// What the user calls it, such as `shallow` or `net.pt`.
    fn name(&self) -> &str;

    /// Shape of one picture.
    fn input(&self) -> InputShape;

    /// Names of the classes, in the order of the scores.
    fn classes(&self) -> &[String];

    /// What the scores are.
    fn score_kind(&self) -> ScoreKind;

    /// Where the weights are, and pictures must be.
    fn device(&self) -> Device;

    /// Precision of the weights.
    fn kind(&self) -> Kind {
        Kind::Float
    }

    /// What its opening found doubtful, each in a sentence that follows the net's name; a command says it to its user.
    fn remarks(&self) -> &[String] {
        &[]
    }

    /// Scores of a batch, differentiable with respect to it.
    ///
    /// # Shapes
    /// - `pictures`: `[N, C, H, W]` on the net's device
    /// - returns: `[N, K]`
    ///
    /// # Errors
    /// [`Error::Torch`] if the shapes do not fit; [`Error::Net`] if the net of someone else fails.
    fn scores(&self, pictures: &Tensor) -> Result<Tensor>;

    /// Layers whose values can be read, in the order in which they are computed. The last one is [`Layer::SCORES`]; every net
    /// has that one at least.
    ///
    /// # Errors
    /// [`Error::Torch`] or [`Error::Net`] if the net fails on noise, by which the shapes are found out.
    fn layers(&self) -> Result<Vec<Layer>> {
        Ok(vec![Layer::scores(self.classes().len())])
    }

    /// Values of one of the [`layers`](Self::layers) for a batch, differentiable with respect to it. What comes after the
    /// layer is not computed where the net can leave it out.
    ///
    /// # Shapes
    /// - `pictures`: `[N, C, H, W]` on the net's device
    /// - returns: `[N, D]`, or `[N, C, H, W]` for maps
    ///
    /// # Errors
    /// [`Error::NoLayer`] for a name that is none of them; those of [`scores`](Self::scores).
    fn activations(&self, pictures: &Tensor, layer: &str) -> Result<Tensor> {
        if layer == Layer::SCORES {
            return self.scores(pictures);
        }
        Err(Error::NoLayer { who: self.name().to_owned(), layer: layer.to_owned() })
    }

    /// Why layers that one would expect cannot be read, in a sentence that follows the net's name; `None` where nothing is
    /// missing, and for nets that never have more than scores.
    fn layers_note(&self) -> Option<String> {
        None
    }

    /// The net's linear first layer and what comes after it, where it has one.
    ///
    /// An attack that knows it can write the step on the pixels as one matrix product with the layer's weights.
    fn first_layer(&self) -> Option<FirstLayer<'_>> {
        None
    }

    /// The whole net as plain numbers, where it is nothing but dense layers.
    fn dense(&self) -> Option<Dense> {
        None
    }

    /// The same net once more, for another thread; `None` where that would be costly or is not possible.
    ///
    /// An attack on a small net gives each thread pictures of its own: one thread a picture is faster than all threads on
    /// each layer of a small net.
    fn share(&self) -> Option<Box<dyn Classifier>> {
        None
    }

    /// Labels and confidences of a batch, without gradients.
    ///
    /// # Errors
    /// Those of [`scores`](Self::scores), and [`Error::NotFinite`] if a score is NaN or infinite.
    fn classify(&self, pictures: &Tensor) -> Result<Scores> {
        let raw = tch::no_grad(|| self.scores(pictures))?;
        let count = raw.isfinite().logical_not().sum(Kind::Int64).int64_value(&[]);
        if count > 0 {
            return Err(Error::NotFinite { who: self.name().to_owned(), count, of: raw.numel() as i64 });
        }
        Ok(Scores::new(&raw, self.score_kind()))
    }
}

/// A linear first layer `z = x Wᵀ + b`, and the rest of the net from `z` on.
pub struct FirstLayer<'a> {
    /// `[H, D]`, where `D` is the number of values in a picture.
    pub weights: &'a Tensor,
    /// `[H]`.
    pub bias: &'a Tensor,
    /// From pre-activations `[N, H]` to scores `[N, K]`, differentiable.
    pub rest: Box<dyn Fn(&Tensor) -> Tensor + 'a>,
}

impl fmt::Debug for FirstLayer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstLayer").field("weights", &self.weights.size()).finish_non_exhaustive()
    }
}
