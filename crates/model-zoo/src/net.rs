//! Nets of our own: layers of tensors, made from a spec.

use advlab_core::{
    Activation, Classifier, Convolution, Dense, DenseLayer, FirstLayer, InputShape, Operator, Operators, ScoreKind,
    Seed, Step,
};
use rand::Rng;
use rand_distr::StandardNormal;
use tch::{Device, Kind, Tensor};

use crate::spec::{ConvSpec, LayerSpec, ModelSpec, PoolSpec};
use crate::{Error, Result, ZooNet};

/// Weights of one layer at most, 2 GB: a width that was mistyped shall be an error and not fill the memory.
const MOST_WEIGHTS: i64 = 1 << 29;

/// One layer, with its weights where it has any.
#[derive(Debug)]
pub(crate) enum Layer {
    /// `weights` `[out, in, size, size]`, `bias` `[out]`; an activation follows.
    Conv { weights: Tensor, bias: Tensor, stride: i64, padding: i64 },
    /// Largest value of each square.
    Pool(PoolSpec),
    /// `weights` `[out, in]`, `bias` `[out]`; an activation follows, except after the last layer.
    Dense { weights: Tensor, bias: Tensor },
    /// Drops this share while training.
    Dropout(f64),
}

/// A net built from a [`ModelSpec`].
#[derive(Debug)]
pub struct Net {
    name: String,
    spec: ModelSpec,
    pub(crate) layers: Vec<Layer>,
}

/// Shape of a value on its way through the net.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Map(InputShape),
    Flat(i64),
}

impl Shape {
    const fn len(self) -> i64 {
        match self {
            Self::Map(shape) => shape.len() as i64,
            Self::Flat(len) => len,
        }
    }
}

impl Net {
    /// A net with random weights: each layer's are normal with standard deviation `gain / √inputs`, biases zero.
    ///
    /// The gain belongs to the activation, so that signals keep their size from layer to layer: 4 for sigmoids, whose slope
    /// at 0 is ¼ (Glorot and Bengio 2010 for the argument), 1 for tanh, √2 for ReLU (He et al. 2015).
    ///
    /// # Errors
    /// [`Error::Spec`] if the layers do not fit together.
    pub fn random(name: &str, spec: &ModelSpec, seed: Seed) -> Result<Self> {
        Self::random_with_sd(name, spec, None, seed)
    }

    /// The same, or with all weights and biases normal with this standard deviation.
    pub(crate) fn random_with_sd(name: &str, spec: &ModelSpec, sd: Option<f64>, seed: Seed) -> Result<Self> {
        let mut number = 0;
        Self::build(name, spec, |_, size| {
            number += 1;
            let inputs: i64 = size[1..].iter().product();
            let gain = match spec.activation {
                Activation::Sigmoid => 4.0,
                Activation::Tanh => 1.0,
                Activation::Relu => std::f64::consts::SQRT_2,
            };
            let is_bias = size.len() == 1;
            let sd = match sd {
                Some(sd) => sd as f32,
                None if is_bias => return Ok(Tensor::zeros(size, (Kind::Float, Device::Cpu))),
                None => (gain / (inputs as f64).sqrt()) as f32,
            };
            let mut rng = seed.child("weights").index(number).rng();
            let values: Vec<f32> =
                (0..size.iter().product()).map(|_: i64| sd * rng.sample::<f32, _>(StandardNormal)).collect();
            Ok(Tensor::from_slice(&values).reshape(size))
        })
    }

    /// A net whose tensors come from `tensor(name, shape)`; names are `layers.0.weight`, `layers.0.bias` and so on,
    /// numbered over the layers that have weights.
    pub(crate) fn build(
        name: &str,
        spec: &ModelSpec,
        mut tensor: impl FnMut(&str, &[i64]) -> Result<Tensor>,
    ) -> Result<Self> {
        let mut shape = Shape::Map(spec.input);
        let mut layers = Vec::new();
        let mut number = 0;
        let mut pair = |weights: &[i64]| {
            let count = weights.iter().try_fold(1_i64, |product, side| product.checked_mul(*side));
            if count.is_none_or(|count| count > MOST_WEIGHTS) {
                return Err(Error::Spec(format!("a layer of {weights:?} weights is more than {MOST_WEIGHTS}")));
            }
            let both = (
                tensor(&format!("layers.{number}.weight"), weights)?,
                tensor(&format!("layers.{number}.bias"), &weights[..1])?,
            );
            number += 1;
            Ok(both)
        };
        let hidden = spec.hidden_layers()?;
        for layer in hidden.iter().chain([&LayerSpec::Dense(spec.classes.len() as i64)]) {
            let (built, next) = match (layer, shape) {
                (LayerSpec::Conv(conv), Shape::Map(map)) => {
                    let next = conv.of(map).ok_or_else(|| {
                        Error::Spec(format!("a {}x{} kernel does not fit maps of {map}", conv.size, conv.size))
                    })?;
                    let (weights, bias) = pair(&[conv.filters, map.channels, conv.size, conv.size])?;
                    (Layer::Conv { weights, bias, stride: conv.stride, padding: conv.padding }, Shape::Map(next))
                }
                (LayerSpec::Pool(pool), Shape::Map(map)) => {
                    let next = pool.of(map).ok_or_else(|| {
                        Error::Spec(format!("a pool of side {} does not fit maps of {map}", pool.size))
                    })?;
                    (Layer::Pool(*pool), Shape::Map(next))
                }
                (LayerSpec::Conv(_) | LayerSpec::Pool(_), Shape::Flat(_)) => {
                    return Err(Error::Spec(format!("{layer:?} cannot follow a dense layer, which leaves no map")));
                }
                (LayerSpec::Dense(width), shape) => {
                    let (weights, bias) = pair(&[*width, shape.len()])?;
                    (Layer::Dense { weights, bias }, Shape::Flat(*width))
                }
                (LayerSpec::Dropout(share), shape) => (Layer::Dropout(*share), shape),
            };
            layers.push(built);
            shape = next;
        }
        Ok(Self { name: name.to_owned(), spec: spec.clone(), layers })
    }

    /// The spec that it was built from.
    pub const fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// The same net under another name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The same net on another device, in another precision.
    ///
    /// # Errors
    /// [`Error::Torch`] if the device has no room.
    pub fn to(&self, device: Device, kind: Kind) -> Result<Self> {
        let tensors = self.tensors();
        let mut next = tensors.iter().map(|(_, tensor)| tensor);
        Self::build(&self.name, &self.spec, |_, _| {
            let tensor = next.next().expect("as many tensors as before");
            Ok(tensor.f_to_device_(device, kind, false, true)?.detach())
        })
    }

    /// Its tensors, by name.
    pub(crate) fn tensors(&self) -> Vec<(String, &Tensor)> {
        let pairs = self.layers.iter().filter_map(|layer| match layer {
            Layer::Conv { weights, bias, .. } | Layer::Dense { weights, bias } => Some((weights, bias)),
            Layer::Pool(_) | Layer::Dropout(_) => None,
        });
        pairs
            .enumerate()
            .flat_map(|(i, (weights, bias))| {
                [(format!("layers.{i}.weight"), weights), (format!("layers.{i}.bias"), bias)]
            })
            .collect()
    }

    /// The weights of each layer that has any, without the biases.
    pub(crate) fn weights(&self) -> Vec<Tensor> {
        self.tensors().into_iter().step_by(2).map(|(_, weights)| weights.shallow_clone()).collect()
    }

    /// All weights and biases one after the other, layer by layer.
    ///
    /// # Errors
    /// [`Error::Torch`] if there is no memory for them.
    pub fn parameters(&self) -> Result<Vec<f32>> {
        let mut all = Vec::with_capacity(self.n_parameters());
        for (_, tensor) in self.tensors() {
            let flat = tensor.detach().f_to_device(Device::Cpu)?.f_to_kind(Kind::Float)?.f_reshape([-1])?;
            all.extend(Vec::<f32>::try_from(&flat)?);
        }
        Ok(all)
    }

    /// Number of weights and biases.
    pub fn n_parameters(&self) -> usize {
        self.tensors().iter().map(|(_, tensor)| tensor.numel()).sum()
    }
}

/// What went wrong inside a net that has been built.
fn in_libtorch(error: Error) -> advlab_core::Error {
    match error {
        Error::Core(error) | Error::Torch(error) => error,
        other => unreachable!("a built net only fails in libtorch: {other}"),
    }
}

impl ZooNet for Net {
    fn own(&self) -> Option<&Net> {
        Some(self)
    }

    fn operators(&self) -> Result<Operators> {
        let activation = self.spec.activation;
        let (mut counts, mut map) = ([0; 3], self.spec.input);
        let mut steps = Vec::new();
        for (at, layer) in self.layers.iter().enumerate() {
            let mut named = |kind: usize| {
                counts[kind] += 1;
                format!("{}{}", ["conv", "pool", "dense"][kind], counts[kind])
            };
            let is_last = at + 1 == self.layers.len();
            let fits = "a net that was built fits together";
            let (name, step) = match layer {
                Layer::Conv { weights, stride, padding, .. } => {
                    let size = weights.size();
                    let spec = ConvSpec { filters: size[0], size: size[2], stride: *stride, padding: *padding };
                    let (weights, input) = (weights.shallow_clone(), [map.height, map.width]);
                    let (stride, padding) = ([*stride; 2], [*padding; 2]);
                    map = spec.of(map).expect(fits);
                    let dilation = [1; 2];
                    (named(0), Step::Convolution(Convolution { weights, stride, padding, dilation, groups: 1, input }))
                }
                Layer::Pool(pool) => {
                    map = pool.of(map).expect(fits);
                    (named(1), Step::MaxPool { size: [pool.size; 2], stride: [pool.stride; 2] })
                }
                Layer::Dense { weights, .. } => {
                    let name = if is_last { advlab_core::Layer::SCORES.to_owned() } else { named(2) };
                    (name, Step::Dense(weights.shallow_clone()))
                }
                Layer::Dropout(_) => continue,
            };
            let follows = (!is_last && !matches!(layer, Layer::Pool(_))).then(|| {
                let step = Step::Activation { name: activation.name(), slope: activation.slope() };
                Operator { name: name.clone(), step }
            });
            steps.push(Operator { name, step });
            steps.extend(follows);
        }
        Ok(Operators { steps, besides: Vec::new() })
    }
}

impl Classifier for Net {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> InputShape {
        self.spec.input
    }

    fn classes(&self) -> &[String] {
        &self.spec.classes
    }

    fn score_kind(&self) -> ScoreKind {
        self.spec.output.score_kind()
    }

    fn device(&self) -> Device {
        self.tensors()[0].1.device()
    }

    fn kind(&self) -> Kind {
        self.tensors()[0].1.kind()
    }

    fn scores(&self, pictures: &Tensor) -> advlab_core::Result<Tensor> {
        self.forward(pictures, None).map_err(in_libtorch)
    }

    fn layers(&self) -> advlab_core::Result<Vec<advlab_core::Layer>> {
        self.list().map_err(in_libtorch)
    }

    fn activations(&self, pictures: &Tensor, layer: &str) -> advlab_core::Result<Tensor> {
        let values = self.read(pictures, layer).map_err(in_libtorch)?;
        values.ok_or_else(|| advlab_core::Error::NoLayer { who: self.name.clone(), layer: layer.to_owned() })
    }

    fn first_layer(&self) -> Option<FirstLayer<'_>> {
        let Layer::Dense { weights, bias } = &self.layers[0] else { return None };
        let rest = move |sums: &Tensor| {
            let mut x = sums.shallow_clone();
            for layer in &self.layers[1..] {
                if let Layer::Dense { weights, bias } = layer {
                    x = self.spec.activation.apply(&x).linear(weights, Some(bias));
                }
            }
            x
        };
        Some(FirstLayer { weights, bias, rest: Box::new(rest) })
    }

    fn share(&self) -> Option<Box<dyn Classifier>> {
        // A copy: tensors cannot be read by two threads at once, and our nets are small.
        self.to(self.device(), self.kind()).ok().map(|net| Box::new(net) as Box<dyn Classifier>)
    }

    fn dense(&self) -> Option<Dense> {
        let numbers = |tensor: &Tensor| {
            let flat = tensor.detach().to_device(Device::Cpu).to_kind(Kind::Float).reshape([-1]);
            Vec::<f32>::try_from(flat).ok()
        };
        let mut layers = Vec::new();
        for layer in &self.layers {
            match layer {
                Layer::Dense { weights, bias } => {
                    let (outputs, inputs) = weights.size2().ok()?;
                    layers.push(DenseLayer {
                        inputs: inputs as usize,
                        outputs: outputs as usize,
                        weights: numbers(weights)?,
                        biases: numbers(bias)?,
                    });
                }
                Layer::Dropout(_) => {}
                Layer::Conv { .. } | Layer::Pool(_) => return None,
            }
        }
        Some(Dense { layers, activation: self.spec.activation })
    }
}
