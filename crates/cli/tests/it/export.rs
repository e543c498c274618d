//! Nets written as TorchScript: the same answers, and nothing is written over.

use advlab_core::{Classifier, InputShape, ScoreKind};
use advlab_model_zoo::{ScriptNet, embedded};
use tch::{Device, Kind, Tensor};

use crate::program::Place;

#[test]
fn an_exported_net_gives_the_same_scores() {
    let place = Place::new();
    for (name, kind) in [("shallow", ScoreKind::Sigmoid), ("cnn", ScoreKind::Logits)] {
        let told = place.run(&format!("export --model {name} --out {name}.pt")).done().out;
        assert!(
            told.contains("takes   [N, 1, 28, 28]") && told.contains("gives   [N, 10]. The scores are logits"),
            "{told}"
        );
        let net = embedded().iter().find(|entry| entry.name == name).unwrap().net().unwrap();
        assert_eq!(net.score_kind(), kind);
        let again =
            ScriptNet::open(&place.path(format!("{name}.pt")), InputShape::MNIST, Vec::new(), kind, Device::Cpu)
                .unwrap();
        for n in [1, 4] {
            let values: Vec<f32> = (0..n * 784_i64).map(|i| (i * 7919 % 1009) as f32 / 1008.0).collect();
            let x = Tensor::from_slice(&values).reshape([n, 1, 28, 28]);
            let apart = (net.scores(&x).unwrap() - again.scores(&x).unwrap()).abs().max().double_value(&[]);
            assert!(apart < 1e-5, "{name}, {n} pictures: {apart}");
            assert_eq!(again.scores(&x).unwrap().kind(), Kind::Float);
        }
        // The sidecar says the rest: the program takes it for the same net.
        let accuracy = |model: &str, out: &str| {
            let words = format!("eval --model {model} --data digits --test 50 --json --out {out}");
            place.run(&words).done().json()["accuracy"].clone()
        };
        assert_eq!(accuracy(name, &format!("a-{name}")), accuracy(&format!("{name}.pt"), &format!("b-{name}")));
    }
    let sidecar = place.text("shallow.toml");
    assert!(
        sidecar.contains("scores = \"sigmoid-logits\"") && sidecar.contains("input-shape = \"1x28x28\""),
        "{sidecar}"
    );
    let again = place.run("export --model cnn --out json.pt --json").done().json();
    assert_eq!((again["file"].as_str(), again["scores"].as_str()), (Some("json.pt"), Some("logits")));
}

#[test]
fn what_is_there_is_left_alone() {
    let place = Place::new();
    place.file("net.pt", "mine");
    place
        .run("export --model shallow --out net.pt")
        .refused(&["net.pt: is there already; choose another name or --force"]);
    assert_eq!(place.text("net.pt"), "mine");
    place.run("export --model shallow --out net.pt --force").done();
    place.run("export --model shallow --out net.onnx").refused(&["net.onnx: an exported net must be called NAME.pt"]);
    place.run("export --model net.pt --out other.pt").refused(&["net.pt is TorchScript already; copy it"]);
    place.run("export --model nix --out other.pt").refused(&["unknown model `nix`"]);
    place.run("export --model shallow --out nowhere/net.pt").refused(&["nowhere/net.pt: there is no folder nowhere"]);
    assert_eq!(place.names("."), ["net.pt", "net.toml"]);
}
