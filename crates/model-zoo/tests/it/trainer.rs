//! The same seed trains the same net, also with a break in between.

use std::sync::Arc;

use advlab_core::{Classifier, InputShape, Seed, Stop};
use advlab_datasets::{Dataset, Examples, LoadOptions, Split, load};
use advlab_model_zoo::{
    Augment, Cost, EarlyStop, Error, Extra, ModelSpec, Schedule, TrainOptimizer, TrainSpec, Trainer,
};
use tch::{Device, Kind, Tensor};

use crate::roster::{SPECS, pictures, spec};

fn digits(split: Split, n: usize) -> Dataset {
    load("digits", split, &LoadOptions { count: Some(n), ..LoadOptions::default() }).unwrap()
}

fn plain(optimizer: TrainOptimizer, rate: f64) -> TrainSpec {
    TrainSpec {
        epochs: 3,
        batch: 32,
        cost: Cost::CrossEntropy,
        optimizer,
        rate,
        schedule: Schedule::OneCycle,
        decay: 0.01,
        penalty: Vec::new(),
        start_sd: None,
        augment: Some(Augment { shift: 1.0, rotate: 5.0, scale: 0.1, ..Augment::default() }),
        pretrain: None,
        l2: 0.0,
        early_stop: None,
        mixed_precision: false,
    }
}

fn trainer(model: &ModelSpec, spec: &TrainSpec, seed: u64, data: &Dataset) -> Trainer {
    Trainer::new("net", model, spec, Seed::new(seed), Arc::new(data.clone()), Device::Cpu).unwrap()
}

#[test]
fn a_break_changes_nothing() {
    let (train, test) = (digits(Split::Train, 300), digits(Split::Test, 50));
    let folder = tempfile::tempdir().unwrap();
    let (stop, mut tick) = (Stop::default(), |_: usize, _: usize| ());
    for optimizer in [TrainOptimizer::Sgd, TrainOptimizer::Momentum, TrainOptimizer::Adam] {
        // The last of the roster has convolutions and dropout.
        for text in [SPECS[1], SPECS[5]] {
            let (model, spec) = (spec(text), plain(optimizer, 0.01));
            let mut whole = trainer(&model, &spec, 1, &train);
            for _ in 0..3 {
                whole.epoch(&test, &stop, &mut tick).unwrap();
            }
            let file = folder.path().join("checkpoint.safetensors");
            let mut first = trainer(&model, &spec, 1, &train);
            first.epoch(&test, &stop, &mut tick).unwrap();
            first.save(&file).unwrap();
            drop(first);
            let mut second = trainer(&model, &spec, 1, &train);
            second.resume(&file).unwrap();
            assert_eq!(second.epochs_done(), 1);
            for _ in 0..2 {
                second.epoch(&test, &stop, &mut tick).unwrap();
            }
            let (a, b) = (whole.net().unwrap(), second.net().unwrap());
            let x = pictures(&a, 20, 1);
            assert!(a.scores(&x).unwrap() == b.scores(&x).unwrap(), "{optimizer:?}: {text}");
            let losses = |trainer: &Trainer| trainer.history().iter().map(|epoch| epoch.loss).collect::<Vec<_>>();
            assert_eq!(losses(&whole), losses(&second));
        }
    }
}

/// Grey pictures, or what a layer would put out if all its units were half on, each to be labelled 7.
fn extra(below: usize, shape: &[i64]) -> Extra {
    let n = shape[0];
    let values = Tensor::full(shape, 0.5, (Kind::Float, Device::Cpu));
    Extra { below, values, labels: Tensor::full([n], 7, (Kind::Int64, Device::Cpu)) }
}

#[test]
fn further_examples_are_learnt_by_the_layers_above_and_a_break_changes_nothing() {
    let (train, test) = (digits(Split::Train, 300), digits(Split::Test, 50));
    let (model, spec) =
        (ModelSpec::sigmoid_mlp(&[12, 9]), TrainSpec { augment: None, ..plain(TrainOptimizer::Adam, 0.02) });
    let spec = TrainSpec { epochs: 8, ..spec };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint.safetensors");
    for (below, shape) in [(0, vec![200, 1, 28, 28]), (1, vec![200, 1, 1, 12]), (2, vec![200, 1, 1, 9])] {
        let extras = [extra(below, &shape)];
        let run = |trainer: &mut Trainer, epochs: u32, extras: &[Extra]| {
            for _ in 0..epochs {
                trainer.epoch_with(extras, &test, &Stop::default(), &mut |_, _| ()).unwrap();
            }
        };
        let mut whole = trainer(&model, &spec, 1, &train);
        run(&mut whole, 8, &extras);
        let net = whole.net().unwrap();
        let said = net.above(below).unwrap().classify(&extras[0].values).unwrap();
        assert!(said.labels.iter().all(|label| *label == 7), "{below}: {:?}", said.labels[0]);

        let mut first = trainer(&model, &spec, 1, &train);
        run(&mut first, 3, &extras);
        first.save(&file).unwrap();
        let mut second = trainer(&model, &spec, 1, &train);
        second.resume(&file).unwrap();
        run(&mut second, 5, &extras);
        let x = pictures(&net, 20, 1);
        assert!(net.scores(&x).unwrap() == second.net().unwrap().scores(&x).unwrap(), "{below}");

        // Without them all is as it was before there were any.
        let (mut plain, mut none) = (trainer(&model, &spec, 1, &train), trainer(&model, &spec, 1, &train));
        run(&mut none, 1, &[]);
        plain.epoch(&test, &Stop::default(), &mut |_, _| ()).unwrap();
        assert!(plain.net().unwrap().scores(&x).unwrap() == none.net().unwrap().scores(&x).unwrap());
    }
    let mut cut = trainer(&spec_of_maps(), &spec, 1, &train);
    let error = cut.epoch_with(&[extra(1, &[5, 1, 1, 9])], &test, &Stop::default(), &mut |_, _| ()).unwrap_err();
    assert!(error.to_string().contains("only a net of dense layers"), "{error}");
}

/// A net that cannot be cut.
fn spec_of_maps() -> ModelSpec {
    spec(SPECS[5])
}

#[test]
fn a_net_learns() {
    let (train, test) = (digits(Split::Train, 2000), digits(Split::Test, 300));
    for (text, cost) in [(SPECS[0], Cost::Quadratic), (SPECS[2], Cost::CrossEntropy), (SPECS[0], Cost::CrossEntropy)] {
        let settings = TrainSpec { epochs: 8, cost, augment: None, ..plain(TrainOptimizer::Adam, 0.01) };
        let mut trainer = trainer(&spec(text), &settings, 1, &train);
        for _ in 0..8 {
            trainer.epoch(&test, &Stop::default(), &mut |_, _| ()).unwrap();
        }
        let (first, last) = (&trainer.history()[0], &trainer.history()[7]);
        assert!(last.loss < 0.6 * first.loss && last.test_accuracy > 0.7, "{text}, {cost:?}: {last:?}");
    }
}

#[test]
fn what_cannot_be_trained_is_named() {
    let train = digits(Split::Train, 40);
    let of = |model: &str, settings: &TrainSpec| {
        Trainer::new("net", &spec(model), settings, Seed::new(1), Arc::new(train.clone()), Device::Cpu).unwrap_err()
    };
    let good = plain(TrainOptimizer::Adam, 0.01);
    for (field, settings) in [
        ("epochs", TrainSpec { epochs: 0, ..good.clone() }),
        ("batch", TrainSpec { batch: 0, ..good.clone() }),
        ("rate", TrainSpec { rate: f64::NAN, ..good.clone() }),
        ("decay", TrainSpec { decay: -0.1, ..good.clone() }),
        ("augment.shift", TrainSpec { augment: Some(Augment { shift: -1.0, ..Augment::default() }), ..good.clone() }),
        (
            "augment.rotate",
            TrainSpec { augment: Some(Augment { rotate: 999.0, ..Augment::default() }), ..good.clone() },
        ),
        ("augment.scale", TrainSpec { augment: Some(Augment { scale: 1.0, ..Augment::default() }), ..good.clone() }),
    ] {
        let error = of(SPECS[0], &settings);
        assert!(matches!(&error, Error::Param { field: told, .. } if *told == field), "{field}: {error}");
    }
    // Pictures of another shape, with two classes.
    assert!(matches!(of(SPECS[3], &good), Error::Misfit { .. }));
}

#[test]
fn a_rate_too_large_is_named() {
    let train = digits(Split::Train, 100);
    let settings = TrainSpec { schedule: Schedule::Constant, ..plain(TrainOptimizer::Sgd, 1e35) };
    let mut trainer = trainer(&spec(SPECS[2]), &settings, 1, &train);
    let mut epochs = (0..3).map(|_| trainer.epoch(&train, &Stop::default(), &mut |_, _| ()).map(|_| ()));
    let error = epochs.find_map(Result::err).expect("weights of 1e35 overflow");
    assert!(matches!(error, Error::Diverged { .. }), "{error}");
}

#[test]
fn asked_to_stop_it_stops_within_the_epoch() {
    let train = digits(Split::Train, 320);
    let mut trainer = trainer(&spec(SPECS[0]), &plain(TrainOptimizer::Adam, 0.01), 1, &train);
    let (stop, mut batches) = (Stop::default(), 0);
    let asked = stop.clone();
    let ended = trainer.epoch(&train, &stop, &mut |done, total| {
        assert_eq!(total, 10);
        batches = done;
        if done == 4 {
            asked.ask();
        }
    });
    assert!(matches!(ended, Err(Error::Core(advlab_core::Error::Stopped))));
    assert_eq!((batches, trainer.epochs_done()), (4, 0));
}

#[test]
fn a_checkpoint_of_another_training_is_refused() {
    let train = digits(Split::Train, 64);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint.safetensors");
    let settings = plain(TrainOptimizer::Adam, 0.01);
    let mut one = trainer(&spec(SPECS[0]), &settings, 1, &train);
    one.epoch(&train, &Stop::default(), &mut |_, _| ()).unwrap();
    one.save(&file).unwrap();
    let others = [
        ("seed", trainer(&spec(SPECS[0]), &settings, 2, &train)),
        ("net", trainer(&spec(SPECS[1]), &settings, 1, &train)),
        ("rate", trainer(&spec(SPECS[0]), &plain(TrainOptimizer::Adam, 0.02), 1, &train)),
        ("optimiser", trainer(&spec(SPECS[0]), &plain(TrainOptimizer::Momentum, 0.01), 1, &train)),
    ];
    for (what, mut other) in others {
        let error = other.resume(&file).expect_err(what);
        assert!(error.to_string().contains("checkpoint.safetensors"), "{what}: {error}");
    }
}

/// The same pictures as if they were in files: nobody may take them out of memory.
#[derive(Debug)]
struct OneByOne(Dataset);

impl Examples for OneByOne {
    fn name(&self) -> &str {
        self.0.name()
    }
    fn split(&self) -> Split {
        self.0.split()
    }
    fn shape(&self) -> InputShape {
        self.0.shape()
    }
    fn labels(&self) -> &[i64] {
        self.0.labels()
    }
    fn classes(&self) -> &[String] {
        self.0.classes()
    }
    fn origin(&self) -> &str {
        self.0.origin()
    }
    fn digest(&self) -> advlab_datasets::Result<String> {
        self.0.digest()
    }
    fn fill(&self, which: &[usize], bytes: &mut [u8]) -> advlab_datasets::Result<()> {
        if which.contains(&301) {
            return Err(advlab_datasets::Error::Index { set: self.title(), index: 301, len: self.len() });
        }
        self.0.fill(which, bytes)
    }
}

#[test]
fn pictures_that_are_read_when_their_turn_comes_train_the_same_net() {
    let (train, test) = (digits(Split::Train, 300), digits(Split::Test, 50));
    let early_stop = Some(EarlyStop { share: 0.2, patience: 9 });
    let settings = TrainSpec { early_stop, ..plain(TrainOptimizer::Adam, 0.01) };
    let run = |data: Arc<dyn Examples>| {
        let mut trainer = Trainer::new("net", &spec(SPECS[5]), &settings, Seed::new(1), data, Device::Cpu).unwrap();
        for _ in 0..2 {
            trainer.epoch(&test, &Stop::default(), &mut |_, _| ()).unwrap();
        }
        let x = pictures(&trainer.net().unwrap(), 20, 1);
        trainer.net().unwrap().scores(&x).unwrap()
    };
    assert!(run(Arc::new(train.clone())) == run(Arc::new(OneByOne(train))));
}

#[test]
fn a_picture_that_cannot_be_read_ends_the_training() {
    let data = Arc::new(OneByOne(digits(Split::Train, 400)));
    let settings = plain(TrainOptimizer::Adam, 0.01);
    let mut trainer = Trainer::new("net", &spec(SPECS[0]), &settings, Seed::new(1), data, Device::Cpu).unwrap();
    let error = trainer.epoch(&digits(Split::Test, 50), &Stop::default(), &mut |_, _| ()).unwrap_err();
    assert!(error.to_string().contains("no picture 301"), "{error}");
}

#[test]
fn a_training_stops_when_held_back_pictures_cost_more_and_keeps_its_best_epoch() {
    let (train, test) = (digits(Split::Train, 120), digits(Split::Test, 50));
    let early_stop = Some(EarlyStop { share: 0.25, patience: 3 });
    let settings = TrainSpec {
        epochs: 200,
        augment: None,
        early_stop,
        schedule: Schedule::Constant,
        ..plain(TrainOptimizer::Adam, 0.02)
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint.safetensors");
    let mut whole = trainer(&spec(SPECS[2]), &settings, 1, &train);
    let mut broken = trainer(&spec(SPECS[2]), &settings, 1, &train);
    let step = |trainer: &mut Trainer| {
        trainer.epoch(&test, &Stop::default(), &mut |_, _| ()).unwrap();
    };
    while !whole.is_over() {
        step(&mut whole);
    }
    let losses: Vec<f64> = whole.history().iter().map(|epoch| epoch.held_loss.unwrap()).collect();
    let best = (0..losses.len()).min_by(|a, b| losses[*a].total_cmp(&losses[*b])).unwrap();
    assert_eq!(losses.len(), best + 1 + 3, "three epochs of patience: {losses:?}");
    assert!(losses.len() < 200, "{losses:?}");
    assert_eq!(whole.kept().unwrap().epoch as usize, best + 1);

    // Broken off when the best epoch is over, it keeps the same weights.
    for _ in 0..=best + 1 {
        step(&mut broken);
    }
    broken.save(&file).unwrap();
    let mut second = trainer(&spec(SPECS[2]), &settings, 1, &train);
    second.resume(&file).unwrap();
    while !second.is_over() {
        step(&mut second);
    }
    let x = pictures(&whole.net().unwrap(), 20, 1);
    let scores = |trainer: &Trainer| trainer.net().unwrap().scores(&x).unwrap();
    assert!(scores(&whole) == scores(&second));
    assert_eq!(whole.history().len(), second.history().len());
}
