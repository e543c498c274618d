//! A net trained on ImageNet, as a classifier.

use std::fmt;
use std::path::Path;

use advlab_core::{Classifier, InputShape, Layer, Operator, Operators, ScoreKind, Step};
use tch::vision::imagenet::CLASSES;
use tch::{Device, Kind, Tensor};

use super::catalogue::VisionEntry;
use super::pass::{End, Pass};
use super::tensors::Tensors;
use crate::pth::read_state;
use crate::{Error, Result, ZooNet};

/// What all of these nets take: RGB of 224 × 224.
const INPUT: InputShape = InputShape { channels: 3, height: 224, width: 224 };
/// Mean and standard deviation of ImageNet's colours, which the nets were trained to have taken out.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const SD: [f32; 3] = [0.229, 0.224, 0.225];

/// One of [`vision`](super::vision)'s nets with its weights. Pictures are raw, in [0, 1]; batch normalisations use the statistics
/// of the training and nothing is dropped.
pub struct VisionNet {
    entry: VisionEntry,
    tensors: Tensors,
    classes: Vec<String>,
    /// `[1, 3, 1, 1]`.
    mean: Tensor,
    /// `[1, 3, 1, 1]`.
    sd: Tensor,
    device: Device,
}

impl VisionNet {
    /// Reads the weights and tries the net on a black picture.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be read or holds the weights of another net; [`Error::Misfit`] if it does not tell
    /// ImageNet's classes apart; [`advlab_core::Error::NotFinite`] if its scores are not numbers.
    pub fn open(entry: &VisionEntry, file: &Path, device: Device) -> Result<Self> {
        let net = Self::with_state(entry, &file.display().to_string(), read_state(file)?, device)?;
        let black = Tensor::zeros(INPUT.batch(1), (Kind::Float, device));
        let size = tch::no_grad(|| net.forward(&black))?.size();
        let n_classes = net.classes.len() as i64;
        if size != [1, n_classes] {
            let why = format!("must give {n_classes} scores for ImageNet's classes, got {size:?} for one picture");
            return Err(Error::Misfit { net: entry.name.to_owned(), why });
        }
        net.classify(&black)?;
        Ok(net)
    }

    fn with_state(entry: &VisionEntry, from: &str, state: Vec<(String, Tensor)>, device: Device) -> Result<Self> {
        let tensors = Tensors::new(from, state, device)?;
        let colours = |values: &[f32; 3]| Tensor::from_slice(values).reshape([1, 3, 1, 1]).to_device(device);
        Ok(Self {
            entry: *entry,
            tensors,
            classes: CLASSES.iter().map(|&class| class.to_owned()).collect(),
            mean: colours(&MEAN),
            sd: colours(&SD),
            device,
        })
    }

    /// Number of weights and biases.
    pub fn n_parameters(&self) -> usize {
        self.tensors.n_parameters()
    }

    fn forward(&self, pictures: &Tensor) -> Result<Tensor> {
        self.pass(&Pass::new(&self.tensors), pictures).map(|(scores, _)| scores)
    }

    /// What a pass comes to, and whether it ended at the layer that it waited for.
    fn pass(&self, pass: &Pass<'_>, pictures: &Tensor) -> Result<(Tensor, bool)> {
        let x = pictures.f_sub(&self.mean)?.f_div(&self.sd)?;
        match (self.entry.forward)(pass, &x) {
            Ok(scores) => Ok((scores, false)),
            Err(End::Reached(values)) => Ok((values, true)),
            Err(End::Failed(error)) => Err(error),
        }
    }
}

impl ZooNet for VisionNet {
    fn operators(&self) -> Result<Operators> {
        let black = Tensor::zeros(INPUT.batch(1), (Kind::Float, self.device));
        let (passed, mut noted) = self.tensors.noting(|| tch::no_grad(|| self.forward(&black)));
        let _ = passed?;
        let scaling = Step::Scale(SD.iter().map(|sd| 1.0 / f64::from(*sd)).collect());
        noted.insert(0, Operator { name: "scaling of the picture".to_owned(), step: scaling });
        Ok(Operators { steps: noted, besides: self.entry.besides.iter().map(|what| (*what).to_owned()).collect() })
    }
}

impl fmt::Debug for VisionNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VisionNet").field("name", &self.entry.name).finish_non_exhaustive()
    }
}

impl Classifier for VisionNet {
    fn name(&self) -> &str {
        self.entry.name
    }

    fn input(&self) -> InputShape {
        INPUT
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn score_kind(&self) -> ScoreKind {
        ScoreKind::Logits
    }

    fn device(&self) -> Device {
        self.device
    }

    fn scores(&self, pictures: &Tensor) -> advlab_core::Result<Tensor> {
        self.forward(pictures).map_err(in_libtorch)
    }

    fn layers(&self) -> advlab_core::Result<Vec<Layer>> {
        let (pass, black) = (Pass::listing(&self.tensors), Tensor::zeros(INPUT.batch(1), (Kind::Float, self.device)));
        let _ = tch::no_grad(|| self.pass(&pass, &black)).map_err(in_libtorch)?;
        let mut layers = pass.into_layers();
        layers.push(Layer::scores(self.classes.len()));
        Ok(layers)
    }

    fn activations(&self, pictures: &Tensor, layer: &str) -> advlab_core::Result<Tensor> {
        if layer == Layer::SCORES {
            return self.scores(pictures);
        }
        match self.pass(&Pass::to(layer, &self.tensors), pictures).map_err(in_libtorch)? {
            (values, true) => Ok(values),
            _ => Err(advlab_core::Error::NoLayer { who: self.name().to_owned(), layer: layer.to_owned() }),
        }
    }
}

/// What went wrong inside a net that has been tried.
fn in_libtorch(error: Error) -> advlab_core::Error {
    match error {
        Error::Core(error) | Error::Torch(error) => error,
        other => unreachable!("a net that has been tried has all its tensors: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use safetensors::SafeTensors;
    use tch::no_grad;

    use super::*;
    use crate::vision::vision;

    /// Narrow nets of every family with random weights, and what torchvision computes with them.
    const NARROW: &[u8] = include_bytes!("../../tests/fixtures/vision.safetensors");

    /// What the layers of these nets put out for two pictures, in torchvision.
    const LAYERS: &str = include_str!("../../tests/fixtures/vision-layers.json");

    /// A line of it: the value in the middle of all values of the layer, their mean, the shape for one picture.
    #[derive(serde::Deserialize)]
    struct Golden {
        net: String,
        layer: String,
        shape: Vec<i64>,
        mean: f64,
        middle: f64,
    }

    /// The two pictures of `make_vision.py`.
    fn pictures() -> Tensor {
        let values: Vec<f32> = (0..2 * 3 * 224 * 224_u64).map(|i| (i * 7919 % 1009) as f32 / 1008.0).collect();
        Tensor::from_slice(&values).reshape(INPUT.batch(2))
    }

    #[test]
    fn every_family_computes_what_torchvision_computes() {
        let file = SafeTensors::deserialize(NARROW).unwrap();
        for entry in vision().iter().filter(|entry| entry.name != "resnet34") {
            let net = narrow(entry, &file);
            let scores = no_grad(|| net.scores(&pictures())).unwrap();
            let wanted = tensor(&file, &format!("{}/scores", entry.name));
            let apart = (&scores - &wanted).abs().max().double_value(&[]);
            assert!(scores.size() == wanted.size() && apart < 1e-4, "{}: {apart}\n{scores}\n{wanted}", entry.name);
            assert!(wanted.std(false).double_value(&[]) > 0.01, "{}: the scores tell nothing", entry.name);
        }
    }

    /// The narrow net of this name.
    fn narrow(entry: &VisionEntry, file: &SafeTensors<'_>) -> VisionNet {
        let prefix = format!("{}/", entry.name);
        let own = file.names().into_iter().filter_map(|name| name.strip_prefix(&prefix).map(|own| (own, name)));
        let state = own.map(|(own, name)| (own.to_owned(), tensor(file, name))).collect();
        VisionNet::with_state(entry, "vision.safetensors", state, Device::Cpu).unwrap()
    }

    fn tensor(file: &SafeTensors<'_>, name: &str) -> Tensor {
        let view = file.tensor(name).unwrap();
        let size: Vec<i64> = view.shape().iter().map(|side| *side as i64).collect();
        let kind = if view.dtype() == safetensors::Dtype::F16 { Kind::Half } else { Kind::Float };
        Tensor::from_data_size(view.data(), &size, kind).to_kind(Kind::Float)
    }

    #[test]
    fn every_layer_puts_out_what_torchvisions_module_of_its_name_does() {
        let file = SafeTensors::deserialize(NARROW).unwrap();
        let golden: Vec<Golden> = serde_json::from_str(LAYERS).unwrap();
        for entry in vision().iter().filter(|entry| entry.name != "resnet34") {
            let net = narrow(entry, &file);
            let wanted: Vec<&Golden> = golden.iter().filter(|layer| layer.net == entry.name).collect();
            let (last, layers) =
                net.layers().unwrap().split_last().map(|(last, all)| (last.clone(), all.to_vec())).unwrap();
            assert!(last.is_scores && layers.iter().all(|layer| !layer.is_scores));
            let names = |layers: &mut dyn Iterator<Item = &String>| layers.cloned().collect::<Vec<_>>();
            assert_eq!(
                names(&mut layers.iter().map(|layer| &layer.name)),
                names(&mut wanted.iter().map(|layer| &layer.layer)),
                "{}",
                entry.name
            );
            for (layer, wanted) in layers.iter().zip(wanted) {
                assert_eq!(layer.shape, wanted.shape, "{} {}", entry.name, layer.name);
                let values = no_grad(|| net.activations(&pictures(), &layer.name)).unwrap();
                assert_eq!(values.size()[1..], layer.shape);
                let mean = values.mean(Kind::Double).double_value(&[]);
                let middle = values.reshape([-1]).get(values.numel() as i64 / 2).double_value(&[]);
                for (got, wanted) in [(mean, wanted.mean), (middle, wanted.middle)] {
                    let apart = (got - wanted).abs() / wanted.abs().max(1.0);
                    assert!(apart < 1e-4, "{} {}: {got} and {wanted}", entry.name, layer.name);
                }
            }
            let told = net.activations(&pictures(), "fc7").unwrap_err().to_string();
            assert_eq!(told, format!("{} has no layer `fc7`", entry.name));
        }
    }

    #[test]
    fn the_gradient_reaches_the_picture() {
        let net = narrow_squeezenet();
        let x = pictures().set_requires_grad(true);
        let score = net.scores(&x).unwrap().select(1, 0).sum(Kind::Float);
        let gradient = Tensor::run_backward(&[score], &[&x], false, false).remove(0);
        assert!(gradient.abs().max().double_value(&[]) > 0.0);
    }

    #[test]
    fn an_export_takes_any_number_of_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("net.pt");
        let net = narrow_squeezenet();
        crate::export(&net, &file, false).unwrap();
        let options = crate::OpenOptions { foreign: crate::Foreign::default(), device: Device::Cpu };
        let again = crate::open(file.to_str().unwrap(), &options).unwrap().net;
        assert_eq!(again.classes(), net.classes());
        for n in 1..=3 {
            let x = pictures().repeat([2, 1, 1, 1]).narrow(0, 0, n);
            let apart = no_grad(|| net.scores(&x).unwrap() - again.scores(&x).unwrap()).abs().max().double_value(&[]);
            assert!(apart < 1e-5, "{n} pictures: {apart}");
        }
    }

    #[test]
    fn weights_of_another_net_are_named() {
        let entry = VisionEntry::named("resnet18").unwrap();
        let told = VisionNet::open(entry, &published(), Device::Cpu).unwrap_err().to_string();
        assert!(told.ends_with("has no tensor `conv1.weight`; it holds the weights of another net"), "{told}");
    }

    fn published() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/squeezenet-narrow.pth")
    }

    fn narrow_squeezenet() -> VisionNet {
        VisionNet::open(VisionEntry::named("squeezenet1_1").unwrap(), &published(), Device::Cpu).unwrap()
    }
}
