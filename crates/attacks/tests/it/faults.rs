use advlab_attacks::Error;
use advlab_attacks::noise::{Job, Loss, NoiseParams, Optimizer};
use advlab_core::{Classifier, InputShape, ScoreKind, Stop};
use advlab_model_zoo::{ModelSpec, Net};
use tch::{Device, Tensor};

use crate::common::{Shows, Veiled, collect, job, small};

const ALL: [Shows; 3] = [Shows::All, Shows::FirstLayer, Shows::Scores];

#[test]
fn a_class_that_the_net_does_not_have_is_named() {
    let (net, stop) = (small(), Stop::default());
    let noise = NoiseParams::default().check().unwrap();
    for class in [-1, 4, 12] {
        let error = collect(&noise, &Job { class, ..job(&net, 1, &stop) }).unwrap_err();
        assert!(matches!(error, Error::Class { n_classes: 4, .. }), "{error}");
        assert!(error.to_string().contains(&class.to_string()) && error.to_string().contains("small"), "{error}");
    }
}

#[test]
fn a_rate_that_diverges_is_an_error_that_says_so() {
    for shows in ALL {
        let (net, stop) = (Veiled(small(), shows), Stop::default());
        // Momentum at a huge rate leaves the numbers that single precision has.
        let (optimizer, loss, rate) = (Optimizer::Momentum, Loss::Margin, 3e38);
        let params = NoiseParams { optimizer, loss, rate, steps: 20, early_stop: false, ..NoiseParams::published() };
        let error = collect(&params.check().unwrap(), &job(&net, 20, &stop)).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("small") && (text.contains("NaN") || text.contains("rate")), "{shows:?}: {text}");
    }
}

/// A net whose weights are not numbers, which no file of ours can be.
#[derive(Debug)]
struct Broken(Vec<String>);

impl Classifier for Broken {
    fn name(&self) -> &str {
        "broken"
    }
    fn input(&self) -> InputShape {
        InputShape { channels: 1, height: 2, width: 2 }
    }
    fn classes(&self) -> &[String] {
        &self.0
    }
    fn score_kind(&self) -> ScoreKind {
        ScoreKind::Logits
    }
    fn device(&self) -> Device {
        Device::Cpu
    }
    fn scores(&self, pictures: &Tensor) -> advlab_core::Result<Tensor> {
        Ok(pictures.flatten(1, -1).narrow(1, 0, 2) * f64::NAN)
    }
}

#[test]
fn a_net_with_weights_that_are_not_numbers_is_named() {
    let (net, stop) = (Broken(vec!["a".to_owned(), "b".to_owned()]), Stop::default());
    let text = collect(&NoiseParams::default().check().unwrap(), &job(&net, 3, &stop)).unwrap_err().to_string();
    assert!(text.contains("broken") && text.contains("NaN"), "{text}");

    let spec = ModelSpec { input: net.input(), ..ModelSpec::sigmoid_mlp(&[3]) };
    let dense = Net::random("dense", &spec, advlab_core::Seed::new(1)).unwrap();
    let first = dense.first_layer().unwrap();
    let _ = first.weights.shallow_clone().fill_(f64::NAN);
    for params in [NoiseParams::default(), NoiseParams::published()] {
        let text = collect(&params.check().unwrap(), &job(&dense, 3, &stop)).unwrap_err().to_string();
        assert!(text.contains("dense") && text.contains("NaN"), "{text}");
    }
}

#[test]
fn a_gradient_that_is_nowhere_leaves_the_picture_as_it_is() {
    for shows in ALL {
        // All weights zero: every score is the same everywhere.
        let (net, stop) = (Veiled(small(), shows), Stop::default());
        let _ = net.0.first_layer().unwrap().weights.shallow_clone().fill_(0.0);
        let params = NoiseParams { steps: 5, early_stop: false, ..NoiseParams::default() };
        let (_, examples) = collect(&params.check().unwrap(), &job(&net, 3, &stop)).unwrap();
        assert!(examples.iter().all(|(record, _)| record.l2 == 0.0), "{shows:?}");
    }
}
