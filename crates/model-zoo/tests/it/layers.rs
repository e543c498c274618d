//! Layers by name: nets of our own, and the submodules of TorchScript files as `fixtures/make.py` has read them.

use std::path::{Path, PathBuf};

use advlab_core::{Classifier, Error, InputShape, Layer, ScoreKind};
use advlab_model_zoo::ScriptNet;
use serde_json::Value;
use tch::{Device, Kind, Tensor};

use crate::roster::{gap, nets, pictures};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn opened(name: &str) -> ScriptNet {
    let shape = InputShape { channels: 1, height: 8, width: 8 };
    ScriptNet::open(&fixture(name), shape, Vec::new(), ScoreKind::Logits, Device::Cpu).unwrap()
}

/// `name shape` of each layer.
fn listed(net: &dyn Classifier) -> Vec<String> {
    net.layers().unwrap().iter().map(|layer| format!("{} {}", layer.name, layer.shape_text())).collect()
}

/// The three pictures of `make.py`.
fn pattern() -> Tensor {
    let values: Vec<f32> = (0..3 * 64_u64).map(|i| (i * 7919 % 1009) as f32 / 1008.0).collect();
    Tensor::from_slice(&values).reshape([3, 1, 8, 8])
}

#[test]
fn layers_of_our_nets_are_counted_by_kind() {
    let nets = nets();
    assert_eq!(listed(&nets[0]), ["dense1.pre 30", "dense1 30", "scores 10"]);
    assert_eq!(listed(&nets[4]), ["scores 10"]);
    let conv = ["conv1.pre 4x14x14", "conv1 4x14x14", "pool1 4x7x7", "dense1.pre 9", "dense1 9", "scores 10"];
    assert_eq!(listed(&nets[5]), conv);
    assert!(nets[5].layers().unwrap().iter().all(|layer| layer.is_scores == (layer.name == Layer::SCORES)));
    assert!(nets.iter().all(|net| net.layers_note().is_none()));
}

#[test]
fn values_of_our_nets_fit_each_other() {
    for net in nets() {
        let x = pictures(&net, 4, 6);
        let values = |layer: &str| net.activations(&x, layer).unwrap();
        assert!(values("scores") == net.scores(&x).unwrap());
        for layer in net.layers().unwrap() {
            let got = values(&layer.name);
            assert_eq!((got.size()[0], &got.size()[1..]), (4, &layer.shape[..]), "{}: {}", net.name(), layer.name);
            if let Some(after) = layer.name.strip_suffix(".pre") {
                assert!(net.spec().activation.apply(&got) == values(after), "{}: {after}", net.name());
            }
        }
        if let Some(first) = net.first_layer() {
            let sums = x.flatten(1, -1).linear(first.weights, Some(first.bias));
            let known = if net.layers().unwrap().len() > 1 { "dense1.pre" } else { "scores" };
            assert!(gap(&sums, &values(known)) < 1e-6, "{}", net.name());
        }
    }
}

#[test]
fn unknown_layers_are_named() {
    let net = &nets()[0];
    let told = net.activations(&pictures(net, 1, 1), "dense2").unwrap_err();
    assert!(matches!(told, Error::NoLayer { .. }), "{told}");
    let told = opened("nested.pt").activations(&pattern(), "stem.7").unwrap_err().to_string();
    assert_eq!(told, "nested.pt has no layer `stem.7`");
}

#[test]
fn submodules_put_out_what_python_has_seen() {
    let golden: Value = serde_json::from_slice(&std::fs::read(fixture("layers.json")).unwrap()).unwrap();
    for file in ["nested", "chosen"] {
        let net = opened(&format!("{file}.pt"));
        // What happens inside of a condition cannot be reached; and `scores` is a submodule's name too.
        let wanted: Vec<&Value> = golden
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["net"] == file && !row["layer"].as_str().unwrap().starts_with("deep"))
            .collect();
        let layers = net.layers().unwrap();
        assert_eq!(layers.len(), wanted.len() + 1, "{layers:?}");
        for (layer, row) in layers.iter().zip(&wanted) {
            let name = row["layer"].as_str().unwrap();
            let is_last = ["scores", "fc"].contains(&name);
            assert_eq!(layer.name, if name == "scores" { ".scores" } else { name });
            assert_eq!((serde_json::to_value(&layer.shape).unwrap(), layer.is_scores), (row["shape"].clone(), is_last));
            let values = net.activations(&pattern(), &layer.name).unwrap();
            assert_eq!(values.size()[1..], layer.shape[..]);
            let mean = values.mean(Kind::Double).double_value(&[]);
            let last = values.reshape([-1]).get(-1).double_value(&[]);
            for (got, wanted) in [(mean, &row["mean"]), (last, &row["last"])] {
                assert!((got - wanted.as_f64().unwrap()).abs() < 1e-5, "{file} {name}: {got} and {wanted}");
            }
        }
        assert!(layers.last().unwrap() == &Layer::scores(3) && net.layers_note().is_none());
    }
}

#[test]
fn the_gradient_of_submodules_reaches_the_picture() {
    for file in ["nested.pt", "chosen.pt"] {
        let net = opened(file);
        for layer in net.layers().unwrap() {
            let x = pattern().set_requires_grad(true);
            // Several times: libtorch computes the later calls by other code than the first ones.
            for _ in 0..3 {
                let square = net.activations(&x, &layer.name).unwrap().square().sum(Kind::Float);
                let gradient = Tensor::run_backward(&[square], &[&x], false, false).remove(0);
                assert!(gradient.abs().max().double_value(&[]) > 0.0, "{file} {}", layer.name);
            }
        }
    }
}

#[test]
fn nets_that_take_rows_have_layers_too() {
    let net = opened("rows.pt");
    assert_eq!(listed(&net), ["0 3", "1 3", "scores 3"]);
    let same: Vec<bool> = net.layers().unwrap().iter().map(|layer| layer.is_scores).collect();
    assert_eq!(same, [false, true, true]);
    assert!(net.activations(&pattern(), "0").unwrap().tanh() == net.scores(&pattern()).unwrap());
    // This one is a layer itself, without others inside.
    assert_eq!(listed(&opened("flat.pt")), ["scores 3"]);
}

#[test]
fn files_without_submodules_say_so() {
    let net = opened("frozen.pt");
    assert_eq!(net.layers().unwrap(), [Layer::scores(3)]);
    let note = net.layers_note().unwrap();
    assert!(note.starts_with("its file holds no submodules") && note.contains("only `scores` can be read"), "{note}");
    let told = net.activations(&pattern(), "fc").unwrap_err().to_string();
    assert!(told.starts_with("frozen.pt: has no layer `fc`: its file holds no submodules"), "{told}");
    assert_eq!(net.activations(&pattern(), "scores").unwrap().size(), [3, 3]);
}

#[test]
fn a_file_that_is_gone_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.pt");
    std::fs::copy(fixture("nested.pt"), &file).unwrap();
    let shape = InputShape { channels: 1, height: 8, width: 8 };
    let net = ScriptNet::open(&file, shape, Vec::new(), ScoreKind::Logits, Device::Cpu).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(net.layers().unwrap().len(), 1);
    let note = net.layers_note().unwrap();
    assert!(note.starts_with("only `scores` can be read") && note.contains("No such file"), "{note}");
}
