//! The nets and the recipes that the laws hold for.

use std::ops::ControlFlow;
use std::path::Path;

use advlab_attacks::noise::{Job, Loss, Noise, NoiseParams, Optimizer, Start, Tally};
use advlab_core::{Classifier, InputShape, Outcome, ScoreKind, Seed, Stop};
use advlab_model_zoo::{ModelSpec, Net, ScriptNet, embedded};
use tch::Device;

/// The embedded nets, one with random weights and softmax, and one of TorchScript.
pub(crate) fn nets() -> Vec<Box<dyn Classifier>> {
    let mut nets: Vec<Box<dyn Classifier>> = Vec::new();
    for entry in embedded() {
        nets.push(Box::new(entry.net().unwrap()));
    }
    let spec: ModelSpec = toml::from_str(
        "input = '2x5x5'\nclasses = ['a', 'b', 'c']\nhidden = [9]\nactivation = 'tanh'\noutput = 'softmax'",
    )
    .unwrap();
    nets.push(Box::new(Net::random("tanh", &spec, Seed::new(2)).unwrap()));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/model-zoo/tests/fixtures/conv.pt");
    let shape = InputShape { channels: 1, height: 8, width: 8 };
    nets.push(Box::new(ScriptNet::open(&file, shape, Vec::new(), ScoreKind::Logits, Device::Cpu).unwrap()));
    nets
}

/// Recipes of every kind, each with few steps, so that some attempts fail.
pub(crate) fn recipes() -> Vec<(&'static str, NoiseParams)> {
    let few = |params: NoiseParams| NoiseParams { steps: 30, ..params };
    let (own, published) = (few(NoiseParams::default()), few(NoiseParams::published()));
    vec![
        ("default", own.clone()),
        ("published", published.clone()),
        ("confident", NoiseParams { confidence: Some(0.6), ..own.clone() }),
        ("all steps", NoiseParams { early_stop: false, ..own.clone() }),
        ("all steps, published", NoiseParams { early_stop: false, ..published.clone() }),
        ("momentum", NoiseParams { optimizer: Optimizer::Momentum, rate: 0.5, ..published }),
        (
            "adam",
            NoiseParams {
                optimizer: Optimizer::Adam,
                rate: 0.02,
                loss: Loss::CrossEntropy,
                clip: false,
                ..own.clone()
            },
        ),
        ("narrow", NoiseParams { start: Start::Uniform { low: 0.4, high: 0.6 }, ..own }),
    ]
}

/// What a run hands over.
#[derive(Debug, PartialEq)]
pub(crate) struct Made {
    pub(crate) records: Vec<Outcome>,
    pub(crate) pictures: Vec<Vec<f32>>,
    pub(crate) tally: Tally,
}

/// Runs an attack for a class.
pub(crate) fn run(noise: &Noise, net: &dyn Classifier, class: i64, batch: usize) -> Made {
    let stop = Stop::default();
    let job = Job { net, class, seed: Seed::new(7), wanted: 6, first_attempt: 0, max_attempts: 25, batch, stop: &stop };
    let (mut records, mut pictures) = (Vec::new(), Vec::new());
    let tally = noise.run(&job, &mut |record, picture| {
        records.push(record.clone());
        pictures.push(picture.to_vec());
        ControlFlow::Continue(())
    });
    Made { records, pictures, tally: tally.unwrap() }
}
