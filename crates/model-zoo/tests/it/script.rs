//! TorchScript files, made by `fixtures/make.py`.

use std::path::{Path, PathBuf};

use advlab_core::{Classifier, InputShape, ScoreKind};
use advlab_model_zoo::{Error, Foreign, OpenOptions, ScriptNet, open};
use tch::{Device, Kind, Tensor};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn opened(name: &str, scores: ScoreKind) -> Result<ScriptNet, Error> {
    let shape = InputShape { channels: 1, height: 8, width: 8 };
    ScriptNet::open(&fixture(name), shape, Vec::new(), scores, Device::Cpu)
}

/// A picture whose third of this number is white.
fn third(number: i64) -> Tensor {
    let picture = Tensor::zeros([64], (Kind::Float, Device::Cpu));
    let _ = picture.narrow(0, 22 * number, 20).fill_(1.0);
    picture.reshape([1, 1, 8, 8])
}

#[test]
fn nets_that_take_rows_are_given_rows() {
    for name in ["flat.pt", "softmax.pt"] {
        let net = opened(name, ScoreKind::Logits).unwrap();
        assert_eq!(net.classes(), ["0", "1", "2"]);
        let labels = |batch: &Tensor| net.classify(batch).unwrap().labels;
        for k in 0..3 {
            assert_eq!(labels(&third(k)), [k], "{name}");
        }
        assert_eq!(labels(&Tensor::cat(&[third(2), third(0)], 0)), [2, 0], "{name}");
    }
}

#[test]
fn confidence_is_what_the_scores_are() {
    let confidence = |name, kind| opened(name, kind).unwrap().classify(&third(1)).unwrap().confidence(0, 1);
    // The score of the third is 20 / 4, that of the others 0.
    let logits = (5.0_f32.exp()) / (5.0_f32.exp() + 2.0);
    assert!((confidence("flat.pt", ScoreKind::Logits) - logits).abs() < 1e-6);
    assert!((confidence("softmax.pt", ScoreKind::Probabilities) - logits).abs() < 1e-6);
    assert!((confidence("flat.pt", ScoreKind::Sigmoid) - 1.0 / (1.0 + (-5.0_f32).exp())).abs() < 1e-6);
}

#[test]
fn the_gradient_reaches_the_picture() {
    for name in ["conv.pt", "flat.pt", "softmax.pt"] {
        let net = opened(name, ScoreKind::Logits).unwrap();
        let x = (third(1) + 0.3).set_requires_grad(true);
        let gradient =
            Tensor::run_backward(&[net.scores(&x).unwrap().select(1, 0).sum(Kind::Float)], &[&x], false, false);
        assert!(gradient[0].abs().max().double_value(&[]) > 0.0, "{name}");
    }
}

#[test]
fn files_that_are_no_such_net_are_refused() {
    let text = |name| opened(name, ScoreKind::Logits).unwrap_err().to_string();
    assert!(text("state-dict.pt").contains("not a TorchScript file: it was saved by torch.save"));
    assert!(text("tensors-legacy.pth").contains("not a TorchScript file: it was saved by torch.save"));
    assert!(text("make.py").contains("not a TorchScript file"));
    assert_eq!(text("tuple.pt").split(';').next().unwrap(), "tuple.pt: gives a tuple and not one tensor of scores");
    assert_eq!(text("throws.pt"), "throws.pt: fails inside: no greys please");
    assert!(text("nix.pt").ends_with("no such file"));
    assert_eq!(text("maps.pt"), "maps.pt: must give [N, K] scores, got [1, 2, 6, 6] for one picture");
    assert!(text("nan.pt").contains("3 of 3 scores are NaN"));
    for name in ["state-dict.pt", "make.py", "maps.pt", "nan.pt", "tuple.pt"] {
        assert_eq!(text(name).lines().count(), 1, "{name}");
    }
}

#[test]
fn nets_recorded_while_training_are_refused() {
    let text = |name| opened(name, ScoreKind::Logits).unwrap_err().to_string();
    for (name, wanted) in [
        ("dropout.pt", "dropout.pt: gives other scores each time it is asked: the same picture changes them by"),
        ("norm.pt", "norm.pt: gives a picture other scores when there is another one beside it"),
        (
            "one.pt",
            "one.pt: takes one picture at a time: for two it fails inside: shape '[1, 64]' is invalid for input",
        ),
    ] {
        let told = text(name);
        assert!(told.starts_with(wanted) && told.lines().count() == 1, "{told}");
    }
    for name in ["dropout.pt", "norm.pt"] {
        assert!(text(name).contains("call net.eval() before torch.jit.trace"), "{}", text(name));
        assert!(text(name).contains(" on purpose"), "{}", text(name));
    }
}

#[test]
fn a_net_that_can_be_told_that_training_is_over_is_told_so() {
    let net = opened("script.pt", ScoreKind::Logits).unwrap();
    assert_eq!(net.classify(&third(2)).unwrap().labels, [2]);
    assert!(matches!(net.remarks(), [remark] if remark.starts_with("was saved while training")), "{:?}", net.remarks());
    assert!(opened("flat.pt", ScoreKind::Logits).unwrap().remarks().is_empty());
}

#[test]
fn a_little_noise_in_the_scores_is_remarked() {
    let net = opened("noisy.pt", ScoreKind::Logits).unwrap();
    assert!(matches!(net.remarks(), [remark] if remark.contains("change from call to call")), "{:?}", net.remarks());
}

#[test]
fn scores_that_cannot_be_what_was_said_are_refused() {
    let probabilities = [ScoreKind::Probabilities, ScoreKind::SigmoidProbabilities];
    for kind in probabilities {
        let told = opened("flat.pt", kind).unwrap_err().to_string();
        assert!(told.contains(&format!("`{}`", kind.name())) && told.ends_with("say --scores logits"), "{told}");
    }
    let told = opened("sigmoid.pt", ScoreKind::Probabilities).unwrap_err().to_string();
    assert!(told.contains("add up to") && told.ends_with("say --scores sigmoid-probabilities"), "{told}");
    assert!(opened("softmax.pt", ScoreKind::Probabilities).is_ok());
    assert!(opened("sigmoid.pt", ScoreKind::SigmoidProbabilities).is_ok());
}

#[test]
fn every_kind_of_scores_is_read_by_its_name_and_written_so() {
    let read = |name: &str| serde_json::from_value::<ScoreKind>(name.into()).unwrap();
    for name in ScoreKind::NAMES {
        assert_eq!((read(name).name(), serde_json::to_value(read(name)).unwrap()), (name, name.into()));
    }
    assert_eq!(read("sigmoid"), ScoreKind::Sigmoid, "the older name");
}

#[test]
fn files_of_other_kinds_are_told_from_those_that_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions {
        foreign: Foreign { input_shape: Some("1x8x8".parse().unwrap()), ..Foreign::default() },
        device: Device::Cpu,
    };
    let put = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        open(file.to_str().unwrap(), &options)
    };
    let whole = std::fs::read(fixture("flat.pt")).unwrap();
    for name in ["a.pt", "a.pth", "a.ts", "a.torchscript", "a.PT"] {
        assert_eq!(put(name, &whole).unwrap().net.classes().len(), 3, "{name}");
    }
    let zip = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    for (name, bytes, wanted) in [
        ("cut.pt", &whole[..whole.len() / 2], "cut off or damaged"),
        ("empty.pt", &[], "is empty (0 bytes)"),
        ("other.pt", &zip, "some other zip archive"),
        ("net.onnx", b"onnx", "is an ONNX file by its name"),
        ("net.bin", &whole, "its name does not end as a model's"),
    ] {
        let told = put(name, bytes).unwrap_err().to_string();
        assert!(told.contains(name) && told.contains(wanted), "{told}");
    }
    let told = open(folder.path().to_str().unwrap(), &options).unwrap_err().to_string();
    assert!(told.ends_with("is a folder; give a file in it"), "{told}");
    assert!(matches!(open(folder.path().join("net.xyz").to_str().unwrap(), &options), Err(Error::Unknown { .. })));
}

#[test]
fn the_shape_is_found_where_only_one_fits() {
    let options = OpenOptions { foreign: Foreign::default(), device: Device::Cpu };
    let told = |name: &str| open(fixture(name).to_str().unwrap(), &options);
    assert_eq!(told("side.pt").unwrap().net.input().to_string(), "3x64x64");
    let error = told("any.pt").unwrap_err().to_string();
    assert!(error.contains("more than one size (3x32x32, 3x64x64 and perhaps others)"), "{error}");
    let error = told("conv.pt").unwrap_err().to_string();
    assert!(error.contains("does not say what pictures it takes; give --input-shape"), "{error}");
}

#[test]
fn flags_go_before_the_sidecar() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.pt");
    std::fs::copy(fixture("flat.pt"), &file).unwrap();
    std::fs::write(folder.path().join("net.toml"), "input-shape = '1x8x8'\nclasses = 'names.txt'\nscores = 'sigmoid'")
        .unwrap();
    std::fs::write(folder.path().join("names.txt"), "left\nmiddle\nright\n").unwrap();
    let with = |foreign: Foreign| open(file.to_str().unwrap(), &OpenOptions { foreign, device: Device::Cpu });
    let net = with(Foreign::default()).unwrap().net;
    assert_eq!((net.classes()[2].as_str(), net.score_kind()), ("right", ScoreKind::Sigmoid));
    let flags =
        Foreign { scores: Some(ScoreKind::Logits), input_shape: Some("4x4x4".parse().unwrap()), ..Foreign::default() };
    let net = with(flags).unwrap().net;
    assert_eq!((net.input().to_string().as_str(), net.score_kind()), ("4x4x4", ScoreKind::Logits));
    std::fs::write(folder.path().join("names.txt"), "left\nright\n").unwrap();
    assert!(matches!(with(Foreign::default()), Err(Error::Misfit { .. })));
    std::fs::write(folder.path().join("net.toml"), "input-shape = '1x8x8'\nclasses = ['a', 'b', 'c']").unwrap();
    let net = with(Foreign::default()).unwrap().net;
    assert_eq!((net.classes()[2].as_str(), net.score_kind()), ("c", ScoreKind::Logits));
}
