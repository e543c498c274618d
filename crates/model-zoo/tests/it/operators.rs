//! The steps that nets tell of, against what their layers put out.

use std::path::{Path, PathBuf};

use advlab_core::{Classifier, InputShape, Operators, ScoreKind, Step};
use advlab_model_zoo::{ScriptNet, ZooNet};
use tch::{CModule, Device, Kind, Tensor, no_grad};

use crate::roster::{gap, nets, pictures};

fn opened(name: &str) -> ScriptNet {
    let file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let shape = InputShape { channels: 1, height: 8, width: 8 };
    ScriptNet::open(&file, shape, Vec::new(), ScoreKind::Logits, Device::Cpu).unwrap()
}

fn told(operators: &Operators) -> Vec<String> {
    let kind = |step: &Step| match step {
        Step::Dense(weights) => format!("dense {:?}", weights.size()),
        Step::Convolution(it) => format!("convolution {:?} on {:?} to {:?}", it.weights.size(), it.input, it.output()),
        Step::Scale(factors) => format!("{} factors", factors.len()),
        Step::MaxPool { size, stride } => format!("largest of {size:?} every {stride:?}"),
        Step::MeanPool { size, stride } => format!("mean of {size:?} every {stride:?}"),
        Step::Activation { name, .. } => (*name).to_owned(),
    };
    operators.steps.iter().map(|operator| format!("{}: {}", operator.name, kind(&operator.step))).collect()
}

/// What a step does to a difference.
fn carried_out(step: &Step, difference: &Tensor) -> Tensor {
    match step {
        Step::Dense(weights) => difference.flatten(1, -1).linear(weights, None::<&Tensor>),
        Step::Convolution(it) => {
            difference.conv2d(&it.weights, None::<&Tensor>, it.stride, it.padding, it.dilation, it.groups)
        }
        Step::Scale(factors) => {
            let factors = Tensor::from_slice(factors).to_kind(Kind::Float).reshape([1, -1, 1, 1]);
            difference * factors
        }
        other => panic!("{other:?} is not linear"),
    }
}

#[test]
fn nets_of_our_own_tell_every_layer() {
    let nets = nets();
    let wanted = ["dense1: dense [30, 784]", "dense1: sigmoid", "scores: dense [10, 30]"];
    assert_eq!(told(&nets[0].operators().unwrap()), wanted);
    for net in nets {
        let operators = net.operators().unwrap();
        assert!(operators.is_chain());
        let (x, mut difference) = (pictures(&net, 4, 6), None);
        for operator in &operators.steps {
            let values = |layer: &str| no_grad(|| net.activations(&x, layer)).unwrap();
            let change = |values: Tensor| values.narrow(0, 0, 2) - values.narrow(0, 2, 2);
            let before = difference.take().unwrap_or_else(|| change(x.reshape(net.input().batch(-1))));
            let after = match &operator.step {
                Step::Dense(_) | Step::Convolution(_) => {
                    let is_last = operator.name == "scores";
                    let name = if is_last { "scores".to_owned() } else { format!("{}.pre", operator.name) };
                    let after = change(values(&name));
                    let made = carried_out(&operator.step, &before);
                    assert!(gap(&made, &after) < 1e-4, "{} {}", net.name(), operator.name);
                    after
                }
                _ => change(values(&operator.name)),
            };
            difference = Some(after);
        }
    }
}

#[test]
fn modules_of_torchscript_are_read_with_their_settings() {
    let net = opened("conv.pt");
    let operators = net.operators().unwrap();
    assert!(operators.is_chain(), "{:?}", operators.besides);
    let x = pictures_of_eight();
    let out = no_grad(|| net.activations(&x, "0")).unwrap();
    let difference = x.narrow(0, 0, 1) - x.narrow(0, 1, 1);
    let wanted = out.narrow(0, 0, 1) - out.narrow(0, 1, 1);
    assert!(gap(&carried_out(&operators.steps[0].step, &difference), &wanted) < 1e-5);
    assert_eq!(told(&operators)[1], "1: relu");
    assert!(told(&operators)[2].starts_with("3: dense ["));
}

#[test]
fn what_lies_deeper_is_read_and_branches_are_told() {
    let net = opened("nested.pt");
    let operators = net.operators().unwrap();
    let steps = told(&operators);
    assert!(steps[0].ends_with("1 factors"), "the scaling of the picture: {steps:?}");
    assert_eq!(operators.besides.len(), 2, "{:?}", operators.besides);
    assert!(operators.besides[0].starts_with("values of several branches come together (`add`) in `blocks.0"));
    let x = pictures_of_eight();
    let change = |layer: &str| {
        let values = no_grad(|| net.activations(&x, layer)).unwrap();
        values.narrow(0, 0, 1) - values.narrow(0, 1, 1)
    };
    for (before, after) in [("stem", "blocks.0.conv"), ("blocks.0.conv", "blocks.0.norm"), ("head", "head")] {
        let operator = operators.steps.iter().find(|operator| operator.name == after).unwrap();
        if before != after {
            let made = carried_out(&operator.step, &change(before));
            assert!(gap(&made, &change(after)) < 1e-5, "{after}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let frozen = opened("frozen.pt").operators().unwrap();
    assert_eq!(told(&frozen).last().unwrap(), "linear: dense [3, 128]", "a constant of the code is a weight as well");
    assert!(frozen.besides.iter().any(|what| what.starts_with("a convolution whose maps are not known")));
    let scripted = opened("chosen.pt").operators().unwrap();
    assert_eq!(told(&scripted), ["fc: dense [3, 128]"]);
    assert!(
        scripted.besides.contains(&"a condition, loop or function (a traced net has none) in `first.norm`".to_owned())
    );
    assert_eq!(opened("softmax.pt").operators().unwrap().besides, ["`softmax` in `2`"]);
}

#[test]
fn a_net_without_weights_has_nothing_to_measure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brightness.pt");
    let mut forward = |x: &[Tensor]| {
        let mean = x[0].mean_dim(&[1_i64, 2, 3][..], false, Kind::Float);
        vec![Tensor::stack(&[&mean, &(1.0 - &mean)], 1)]
    };
    let traced = CModule::create_by_tracing("net", "forward", &[pictures_of_eight()], &mut forward).unwrap();
    traced.save(&file).unwrap();
    let shape = InputShape { channels: 1, height: 8, width: 8 };
    let net = ScriptNet::open(&file, shape, Vec::new(), ScoreKind::Logits, Device::Cpu).unwrap();
    let told = net.operators().unwrap_err().to_string();
    assert!(told.starts_with("brightness.pt: its layers cannot be read: the first that cannot be is "), "{told}");
}

fn pictures_of_eight() -> Tensor {
    let values: Vec<f32> = (0..2 * 64_u64).map(|i| (i * 7919 % 1009) as f32 / 1008.0).collect();
    Tensor::from_slice(&values).reshape([2, 1, 8, 8])
}
