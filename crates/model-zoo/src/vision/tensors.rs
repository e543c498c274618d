//! Named tensors, and the layers that are made of them.

use std::cell::RefCell;
use std::collections::HashMap;

use advlab_core::{Convolution, Operator, Step};
use tch::{Device, Kind, Tensor};

use crate::{Error, Result};

/// Added to a batch normalisation's variance; all of these nets were trained with it.
const EPSILON: f64 = 1e-5;

/// The tensors of a net, by torchvision's names. Layers take `[N, C, H, W]` unless they say otherwise.
#[derive(Debug)]
pub(super) struct Tensors {
    /// Where they come from, for messages.
    from: String,
    named: HashMap<String, Tensor>,
    /// The steps of a pass, while somebody notes them.
    noted: RefCell<Option<Vec<Operator>>>,
}

impl Tensors {
    pub(super) fn new(from: &str, state: Vec<(String, Tensor)>, device: Device) -> Result<Self> {
        let place = |(name, tensor): (String, Tensor)| Ok((modern(&name), tensor.f_to_device(device)?));
        Ok(Self {
            from: from.to_owned(),
            named: state.into_iter().map(place).collect::<Result<_>>()?,
            noted: RefCell::default(),
        })
    }

    /// Whether there is a tensor of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// # Errors
    /// [`Error::File`] if there is none.
    pub(super) fn get(&self, name: &str) -> Result<&Tensor> {
        self.named.get(name).ok_or_else(|| Error::File {
            file: self.from.clone().into(),
            why: format!("has no tensor `{name}`; it holds the weights of another net"),
        })
    }

    /// The steps that are taken while `pass` goes on.
    pub(super) fn noting<T>(&self, pass: impl FnOnce() -> T) -> (T, Vec<Operator>) {
        *self.noted.borrow_mut() = Some(Vec::new());
        let done = pass();
        (done, self.noted.take().unwrap_or_default())
    }

    fn note(&self, name: &str, step: impl FnOnce() -> Result<Step>) -> Result<()> {
        if let Some(noted) = &mut *self.noted.borrow_mut() {
            noted.push(Operator { name: name.to_owned(), step: step()? });
        }
        Ok(())
    }

    /// Largest value of each square of side 3, every second one.
    pub(super) fn pool(&self, at: &str, x: &Tensor, padding: i64, round_up: bool) -> Result<Tensor> {
        self.note(at, || Ok(Step::MaxPool { size: [3; 2], stride: [2; 2] }))?;
        Ok(x.f_max_pool2d([3; 2], [2; 2], [padding; 2], [1; 2], round_up)?)
    }

    /// Largest value of each square of side 2, beside one another.
    pub(super) fn pool_of_two(&self, at: &str, x: &Tensor) -> Result<Tensor> {
        self.note(at, || Ok(Step::MaxPool { size: [2; 2], stride: [2; 2] }))?;
        Ok(x.f_max_pool2d([2; 2], [2; 2], [0; 2], [1; 2], false)?)
    }

    /// Number of weights and biases, without the statistics of batch normalisations.
    pub(super) fn n_parameters(&self) -> usize {
        let counted = self.named.iter().filter(|(name, _)| !name.contains(".running_"));
        counted.map(|(_, tensor)| tensor.numel()).sum()
    }

    /// The convolution `at`, of any kernel, with its bias if it has one.
    pub(super) fn conv(&self, at: &str, x: &Tensor, stride: i64, padding: i64) -> Result<Tensor> {
        self.grouped(at, x, stride, padding, 1)
    }

    /// The convolution `at` of each channel on its own, padded so that it keeps the size.
    pub(super) fn depthwise(&self, at: &str, x: &Tensor, stride: i64) -> Result<Tensor> {
        let side = self.get(&format!("{at}.weight"))?.size()[2];
        self.grouped(at, x, stride, (side - 1) / 2, x.size()[1])
    }

    fn grouped(&self, at: &str, x: &Tensor, stride: i64, padding: i64, groups: i64) -> Result<Tensor> {
        let weights = self.get(&format!("{at}.weight"))?;
        let bias = self.named.get(&format!("{at}.bias"));
        self.note(at, || {
            let (stride, padding, dilation) = ([stride; 2], [padding; 2], [1; 2]);
            let input = [x.size()[2], x.size()[3]];
            let weights = weights.shallow_clone();
            Ok(Step::Convolution(Convolution { weights, stride, padding, dilation, groups, input }))
        })?;
        Ok(x.f_conv2d(weights, bias, [stride; 2], [padding; 2], [1; 2], groups)?)
    }

    /// The batch normalisation `at`, with the statistics of its training.
    pub(super) fn norm(&self, at: &str, x: &Tensor) -> Result<Tensor> {
        let [weight, bias, mean, variance] =
            ["weight", "bias", "running_mean", "running_var"].map(|part| self.get(&format!("{at}.{part}")));
        self.note(at, || {
            let deviation = (self.get(&format!("{at}.running_var"))?.to_kind(Kind::Double) + EPSILON).sqrt();
            let factors = self.get(&format!("{at}.weight"))?.to_kind(Kind::Double) / deviation;
            Ok(Step::Scale(Vec::try_from(factors)?))
        })?;
        let (training, momentum, fast) = (false, 0.1, true);
        Ok(x.f_batch_norm(Some(weight?), Some(bias?), Some(mean?), Some(variance?), training, momentum, EPSILON, fast)?)
    }

    /// The dense layer `at`, `[N, D]` to `[N, K]`.
    pub(super) fn linear(&self, at: &str, x: &Tensor) -> Result<Tensor> {
        let weights = self.get(&format!("{at}.weight"))?;
        self.note(at, || Ok(Step::Dense(weights.shallow_clone())))?;
        Ok(x.f_linear(weights, Some(self.get(&format!("{at}.bias"))?))?)
    }
}

/// Mean of each channel, `[N, C, 1, 1]`.
pub(super) fn means(x: &Tensor) -> Result<Tensor> {
    Ok(x.f_adaptive_avg_pool2d([1, 1])?)
}

/// The name that a tensor has today. DenseNet's file is from a time when its layers were called `norm.1` and `conv.2`.
fn modern(name: &str) -> String {
    let mut name = name.to_owned();
    if name.contains(".denselayer") {
        for (old, new) in
            [(".norm.1.", ".norm1."), (".norm.2.", ".norm2."), (".conv.1.", ".conv1."), (".conv.2.", ".conv2.")]
        {
            name = name.replace(old, new);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_names_of_densenet_are_understood_and_no_others() {
        assert_eq!(
            modern("features.denseblock1.denselayer2.norm.1.weight"),
            "features.denseblock1.denselayer2.norm1.weight"
        );
        assert_eq!(
            modern("features.denseblock4.denselayer16.conv.2.weight"),
            "features.denseblock4.denselayer16.conv2.weight"
        );
        for name in ["features.1.conv.1.weight", "features.transition1.norm.weight", "layer1.0.bn1.bias"] {
            assert_eq!(modern(name), name);
        }
    }

    #[test]
    fn a_tensor_that_is_not_there_is_named() {
        let tensors = Tensors::new("net.pth", Vec::new(), Device::Cpu).unwrap();
        let told = tensors.get("fc.weight").unwrap_err().to_string();
        assert_eq!(told, "net.pth: has no tensor `fc.weight`; it holds the weights of another net");
    }
}
