//! A layer that learns to rebuild the picture first, and weight decay in what is minimised.

use std::sync::Arc;

use advlab_core::{Classifier as _, Seed, Stop};
use advlab_datasets::{Dataset, LoadOptions, Split, load};
use advlab_model_zoo::{
    Afterwards, Cost, Error, ModelSpec, Net, Pretrain, PretrainKind, Schedule, TrainOptimizer, TrainSpec, Trainer,
};
use tch::Device;

use crate::roster::{SPECS, spec};

const MODEL: &str = "hidden = [20, 9]\nactivation = 'sigmoid'\noutput = 'softmax'";

fn digits(n: usize) -> Dataset {
    load("digits", Split::Train, &LoadOptions { count: Some(n), ..LoadOptions::default() }).unwrap()
}

fn settings(pretrain: Option<Pretrain>) -> TrainSpec {
    TrainSpec {
        epochs: 3,
        batch: 32,
        cost: Cost::CrossEntropy,
        optimizer: TrainOptimizer::Adam,
        rate: 0.01,
        schedule: Schedule::Cosine,
        decay: 0.0,
        penalty: vec![1e-3, 1e-3, 1e-4],
        start_sd: None,
        augment: None,
        pretrain,
        l2: 0.0,
        early_stop: None,
        mixed_precision: false,
    }
}

fn sparse(afterwards: Afterwards) -> Pretrain {
    Pretrain {
        kind: PretrainKind::SparseAutoencoder,
        epochs: 4,
        rate: 0.01,
        sparsity: 0.1,
        weight: 1.0,
        penalty: 0.1,
        afterwards,
    }
}

fn trainer(model: &ModelSpec, spec: &TrainSpec, data: &Dataset) -> Trainer {
    Trainer::new("net", model, spec, Seed::new(5), Arc::new(data.clone()), Device::Cpu).unwrap()
}

fn epochs(trainer: &mut Trainer, n: usize, data: &Dataset) {
    for _ in 0..n {
        trainer.epoch(data, &Stop::default(), &mut |_, _| ()).unwrap();
    }
}

/// Weights of every layer, as numbers.
fn weights(net: &Net) -> Vec<Vec<f32>> {
    net.dense().unwrap().layers.into_iter().map(|layer| layer.weights).collect()
}

#[test]
fn a_break_anywhere_changes_nothing() {
    let (data, model) = (digits(200), spec(MODEL));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint.safetensors");
    for afterwards in [Afterwards::Frozen, Afterwards::Tuned] {
        let settings = settings(Some(sparse(afterwards)));
        assert_eq!((settings.all_epochs(), settings.pretraining_epochs()), (7, 4));
        let mut whole = trainer(&model, &settings, &data);
        epochs(&mut whole, 7, &data);
        // Before the first epoch, within the pretraining, at its end, after it.
        for done in [0, 2, 4, 6] {
            let mut first = trainer(&model, &settings, &data);
            epochs(&mut first, done, &data);
            first.save(&file).unwrap();
            let mut second = trainer(&model, &settings, &data);
            second.resume(&file).unwrap();
            epochs(&mut second, 7 - done, &data);
            let same = weights(&whole.net().unwrap()) == weights(&second.net().unwrap());
            assert!(same, "{afterwards:?}, a break after {done} epochs");
        }
    }
}

#[test]
fn the_first_layer_learns_to_rebuild_and_the_others_wait() {
    let (data, model) = (digits(400), spec(MODEL));
    for afterwards in [Afterwards::Frozen, Afterwards::Tuned] {
        let mut trainer = trainer(&model, &settings(Some(sparse(afterwards))), &data);
        let start = weights(&trainer.net().unwrap());
        epochs(&mut trainer, 4, &data);
        let pretrained = weights(&trainer.net().unwrap());
        assert!(pretrained[0] != start[0] && pretrained[1..] == start[1..], "only the first layer is pretrained");
        let loss = |epoch: usize| trainer.history()[epoch].loss;
        assert!(loss(3) < 0.7 * loss(0), "the cost of rebuilding went from {} to {}", loss(0), loss(3));

        epochs(&mut trainer, 3, &data);
        let trained = weights(&trainer.net().unwrap());
        assert_eq!(trained[0] == pretrained[0], afterwards == Afterwards::Frozen, "{afterwards:?}");
        assert!(trained[1] != pretrained[1] && trained[2] != pretrained[2]);
    }
}

#[test]
fn the_penalty_s_part_of_a_step_is_its_gradient() {
    let (data, model) = (digits(50), spec(MODEL));
    let lambdas = [0.3, 0.1, 0.2];
    // One plain step on all pictures at once.
    let step = |penalty: Vec<f64>| {
        let (optimizer, schedule) = (TrainOptimizer::Sgd, Schedule::Constant);
        let settings = TrainSpec { epochs: 1, batch: 50, optimizer, schedule, penalty, ..settings(None) };
        let mut trainer = trainer(&model, &settings, &data);
        let start = weights(&trainer.net().unwrap());
        epochs(&mut trainer, 1, &data);
        (start, weights(&trainer.net().unwrap()))
    };
    let ((start, plain), (_, decayed)) = (step(Vec::new()), step(lambdas.to_vec()));
    for (layer, (lambda, units)) in lambdas.iter().zip([20.0, 9.0, 10.0]).enumerate() {
        let factor = (0.01 * 2.0 * lambda / units) as f32;
        for ((w, plain), decayed) in start[layer].iter().zip(&plain[layer]).zip(&decayed[layer]) {
            let apart = (plain - decayed - factor * w).abs();
            assert!(apart < 1e-6, "layer {layer}: {plain} and {decayed} from {w}");
        }
    }
}

#[test]
fn settings_that_do_not_fit_the_net_are_named() {
    let data = digits(40);
    let told = |model: &str, settings: &TrainSpec| {
        Trainer::new("net", &spec(model), settings, Seed::new(1), Arc::new(data.clone()), Device::Cpu).unwrap_err()
    };
    let frozen = sparse(Afterwards::Frozen);
    for (field, settings) in [
        ("penalty", TrainSpec { penalty: vec![1e-3], ..settings(None) }),
        ("penalty", TrainSpec { penalty: vec![1e-3, -1.0, 0.0], ..settings(None) }),
        ("pretrain.epochs", settings(Some(Pretrain { epochs: 0, ..frozen }))),
        ("pretrain.rate", settings(Some(Pretrain { rate: f64::NAN, ..frozen }))),
        ("pretrain.sparsity", settings(Some(Pretrain { sparsity: 1.0, ..frozen }))),
        ("pretrain.weight", settings(Some(Pretrain { weight: -1.0, ..frozen }))),
        ("pretrain.penalty", settings(Some(Pretrain { penalty: f64::INFINITY, ..frozen }))),
    ] {
        let error = told(MODEL, &settings);
        assert!(matches!(&error, Error::Param { field: told, .. } if *told == field), "{field}: {error}");
    }
    // A net of tanh, one without a hidden layer, one of convolutions.
    let settings = TrainSpec { penalty: Vec::new(), ..settings(Some(frozen)) };
    for model in [SPECS[2], "hidden = []\nactivation = 'sigmoid'\noutput = 'softmax'", SPECS[5]] {
        let error = told(model, &settings);
        assert!(matches!(error, Error::Misfit { .. }), "{model}: {error}");
    }
}
