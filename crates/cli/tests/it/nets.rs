//! Nets of one's own: what is opened, and what is told of those that cannot be.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use advlab_core::Seed;
use advlab_model_zoo::{ModelCard, ModelSpec, Net, write};
use ndarray::{Array1, Array4};

use crate::program::Place;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../model-zoo/tests/fixtures");

const FILES: [&str; 10] = [
    "conv.pt",
    "flat.pt",
    "softmax.pt",
    "sigmoid.pt",
    "nan.pt",
    "maps.pt",
    "state-dict.pt",
    "tuple.pt",
    "throws.pt",
    "script.pt",
];

/// A place with a net of ours, whole, and the nets made by `fixtures/make.py`.
fn place() -> Place {
    let place = Place::new();
    let spec = ModelSpec::sigmoid_mlp(&[5]);
    let net = Net::random("own", &spec, Seed::new(1)).unwrap();
    write(&place.path("own.safetensors"), &net, &ModelCard { spec, training: None }).unwrap();
    for name in FILES {
        fs::copy(Path::new(FIXTURES).join(name), place.path(name)).unwrap();
    }
    place.file("names.txt", "ostrich\ncar\n\nsloth\n");
    place
}

#[test]
fn weights_that_cannot_be_used_are_named() {
    let place = place();
    let whole = place.bytes("own.safetensors");
    let header = usize::try_from(u64::from_le_bytes(whole[..8].try_into().unwrap())).unwrap();
    let mut nan = whole.clone();
    nan[8 + header..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let spec = |hidden: i64| format!("hidden = [{hidden}]\nactivation = 'sigmoid'\noutput = 'sigmoid'\n");
    let bare = safetensors_without_card();
    place.file("truncated.safetensors", &whole[..whole.len() - 100]);
    place.file("stub.safetensors", &whole[..5]);
    place.file("empty.safetensors", "");
    place.file("foreign.safetensors", "\u{89}PNG and so on, longer than eight bytes");
    place.file("nan.safetensors", nan);
    place.file("other.safetensors", &whole);
    place.file("other.toml", spec(6));
    place.file("typo.safetensors", &whole);
    place.file("typo.toml", spec(5).replace("hidden", "hiden"));
    place.file("bare.safetensors", &bare);
    place.file("wanting.safetensors", &bare);
    place.file("wanting.toml", spec(5));
    for (name, wanted) in [
        ("missing", "missing.safetensors: No such file"),
        ("truncated", "truncated.safetensors: not a whole safetensors file"),
        ("stub", "not a whole safetensors file"),
        ("empty", "not a whole safetensors file"),
        ("foreign", "not a whole safetensors file"),
        ("nan", "1 of 5 values of `layers.0.bias` are NaN or infinite"),
        ("other", "`layers.0.weight` must be [6, 784] for this net, got [5, 784]"),
        ("typo", "typo.toml: line 1: unknown field `hiden`"),
        ("bare", "do not say what net they belong to"),
        ("wanting", "has no tensor `layers.0.weight`; it has w"),
    ] {
        for command in ["generate --digit 4 --n 1", "eval --data digits --test 5"] {
            place.run(&format!("{command} --model {name}.safetensors --out r")).refused(&[wanted]);
        }
    }
    assert!(!place.path("r").exists());
    place.run("generate --digit 4 --n 1 --model own.safetensors --out r").done();
}

/// A safetensors file of someone else: one tensor, no card.
fn safetensors_without_card() -> Vec<u8> {
    let header = r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&[0; 8]);
    bytes
}

#[test]
fn torchscript_files_that_cannot_be_used_are_named() {
    let place = place();
    place.file("text.pt", "hello");
    place.file("two.txt", "a\nb\n");
    place.file("none.txt", "\n");
    fs::create_dir(place.path("folder.pt")).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    for (words, wanted) in [
        ("missing.pt", "missing.pt: no such file"),
        ("text.pt --input-shape 64", "text.pt: not a TorchScript file"),
        ("state-dict.pt --input-shape 64", "state-dict.pt: not a TorchScript file"),
        ("conv.pt", "give --input-shape, such as 1x28x28"),
        ("conv.pt --input-shape 3x8x8", "does not take pictures of 3x8x8"),
        ("flat.pt --input-shape 100", "does not take pictures of 1x10x10"),
        ("maps.pt --input-shape 64", "must give [N, K] scores, got [1, 2, 6, 6]"),
        ("nan.pt --input-shape 64", "3 of 3 scores are NaN or infinite"),
        ("conv.pt --input-shape 64 --classes two.txt", "gives 3 scores, and there are 2 class names"),
        ("conv.pt --input-shape 64 --classes none.txt", "none.txt: holds no class name"),
        ("conv.pt --input-shape 64 --classes nix.txt", "nix.txt: No such file"),
        (
            "conv.pt --input-shape 64 --scores softmax",
            "use logits, probabilities, sigmoid-logits or sigmoid-probabilities",
        ),
        (
            "flat.pt --input-shape 64 --scores probabilities",
            "were said to be `probabilities`, but they lie between 0.000 and",
        ),
        ("sigmoid.pt --input-shape 64 --scores probabilities", "say --scores sigmoid-probabilities"),
        ("conv.pt --input-shape 64 --classes conv.pt", "conv.pt: is not a text file in UTF-8"),
        ("tuple.pt --input-shape 64", "gives a tuple and not one tensor of scores"),
        ("throws.pt --input-shape 64", "throws.pt: fails inside: no greys please"),
        ("folder.pt", "folder.pt: is a folder"),
        ("folder", "folder: is a folder"),
        ("names.txt", "names.txt: is there, but its name does not end as a model's"),
        ("conv.pt --input-shape 64 --class 3", "no class `3`"),
        ("conv.pt --input-shape 64 --classes names.txt --class ostrhc", "no class `ostrhc`, did you mean `ostrich`?"),
    ] {
        let class = if words.contains("--class ") { "" } else { "--class 1" };
        place.run(&format!("generate {class} --n 1 --out r --model {words}")).refused(&[wanted]);
    }
    place.file("conv.toml", "input-shap = '1x8x8'");
    place.run("generate --class 1 --n 1 --model conv.pt").refused(&["conv.toml: line 1: unknown field `input-shap`"]);
    place.run("eval --data digits --test 5 --model softmax.pt --input-shape 64").refused(&["takes pictures of 1x8x8"]);
    assert!(!place.path("r").exists());
}

#[test]
fn torchscript_nets_are_fooled_like_our_own() {
    let place = place();
    let sigmoid = "--scores sigmoid-probabilities";
    for (net, more) in [("conv", ""), ("flat", ""), ("softmax", "--scores probabilities"), ("sigmoid", sigmoid)] {
        place.run(&format!("generate --class 2 --n 12 --model {net}.pt --input-shape 64 {more} --out {net}")).done();
        let labels: Array1<i64> = place.array(&format!("{net}/examples.npz"), "label");
        assert_eq!(labels.to_vec(), [2; 12], "{net}");
        let images: Array4<f32> = place.array(&format!("{net}/examples.npz"), "images");
        assert_eq!(images.shape(), [12, 1, 8, 8]);
    }
}

#[test]
fn a_sidecar_says_what_the_file_does_not() {
    let place = place();
    place.file("conv.toml", "input-shape = '1x8x8'\nclasses = 'names.txt'\nscores = 'sigmoid'\n");
    let told = place.run("generate --class Sloth --n 2 --model conv.pt --out r").done();
    assert!(told.out.contains("sloth: 2 examples"), "{}", told.out);
    let places: HashMap<_, _> = place.rows("r/examples.csv").iter().map(|row| (row[0].to_owned(), ())).collect();
    assert!(places.len() == 1 && places.contains_key("sloth"));
}

#[test]
fn what_is_doubtful_about_a_net_is_said_before_anything_is_done() {
    let place = place();
    for (words, wanted) in [
        ("script.pt", Some("warning: script.pt: was saved while training")),
        (
            "softmax.pt",
            Some("warning: softmax.pt: the scores look like probabilities (none below 0, rows add up to 1)"),
        ),
        ("sigmoid.pt", Some("warning: sigmoid.pt: the scores look like probabilities of each class on its own")),
        ("sigmoid.pt --scores sigmoid-probabilities", None),
        ("sigmoid.pt --scores sigmoid", Some("say `--scores sigmoid-probabilities`")),
        ("conv.pt", None),
    ] {
        let told =
            place.run(&format!("generate --class 1 --n 1 --out r --force --input-shape 64 --model {words}")).done();
        let warned = told.err.lines().find(|line| line.starts_with("warning: "));
        match wanted {
            Some(wanted) => assert!(warned.is_some_and(|line| line.contains(wanted)), "{words}: {}", told.err),
            None => assert_eq!(warned, None, "{words}"),
        }
    }
}
