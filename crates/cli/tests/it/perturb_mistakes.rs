//! Pictures, nets and wishes that `advlab perturb` cannot use: one clear line, and nothing left behind.

use std::fs;

use advlab_datasets::photo::Photo;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use tch::{CModule, Device, Kind, Tensor};

use crate::program::Place;

const CAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/pictures/car.png");
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../model-zoo/tests/fixtures");

/// A place with the drawn car.
fn place() -> Place {
    let place = Place::new();
    fs::copy(CAR, place.path("car.png")).unwrap();
    place
}

/// Words of a command line, and what the complaint must name.
const MISTAKES: &[(&str, &[&str])] = &[
    ("", &["--image", "--data"]),
    ("--image car.png", &["--target <LABEL>|--untargeted"]),
    ("--image car.png --data digits --untargeted", &["--image", "--data"]),
    ("--image car.png --target 3 --untargeted", &["--target", "--untargeted"]),
    ("--image car.png --n 3 --untargeted", &["--image", "--n"]),
    ("--data digits --own-size --untargeted", &["--data", "--own-size"]),
    (
        "--image car.png --target ostrhc",
        &["no class `ostrhc`, did you mean `ostrich`?", "objects has airplane, bicycle"],
    ),
    ("--image car.png --target 16", &["no class `16`: objects has airplane"]),
    ("--image car.png --target -1", &["no class `-1`: objects has airplane"]),
    ("--data digits --n -3 --untargeted", &["invalid value '-3' for '--n <N>'"]),
    ("--data digits --steps -3 --untargeted", &["invalid value '-3' for '--steps <STEPS>'"]),
    ("--data digits --target ostrich", &["no class `ostrich`", "by their numbers alone, 0 to 9", "--classes FILE"]),
    ("--data digits --fit inner --untargeted", &["--fit", "--data"]),
    ("--data digits --max-pixels 9 --untargeted", &["--max-pixels", "--data"]),
    ("--image car.png --split train --untargeted", &["--split", "--image"]),
    ("--data digits --input-shape 1x28x28 --untargeted", &["`input-shape` is for TorchScript nets; shallow says that"]),
    ("--data digits --classes names.txt --untargeted", &["`classes` is for TorchScript nets"]),
    ("--image car.png --scores logits --untargeted", &["`scores` is for TorchScript nets; objects says that"]),
    ("--image car.png --target s", &["`s` may be", "ostrich (12)", "ship (13)", "give one of these numbers"]),
    ("--image car.png --target car", &["car.png: objects labels it `car` already (", "choose another --target"]),
    ("--image car.png --target 3", &["labels it `car` already"]),
    ("--image car.png --untargeted --method jsma", &["`jsma` is not a method", "minimal, lbfgs"]),
    ("--image car.png --untargeted --norm l3", &["`l3` is not a norm"]),
    ("--image car.png --untargeted --norm linf", &["minimal has no L∞", "pgd"]),
    ("--image car.png --untargeted --method deepfool --norm l0", &["deepfool has no L0", "fmn"]),
    ("--image car.png --untargeted --steps 0", &["`steps` must be at least 1"]),
    ("--image car.png --untargeted --eps 0.1", &["`epsilon`", "fgsm and pgd"]),
    ("--image car.png --untargeted --method pgd --eps eight", &["8/255"]),
    ("--image car.png --untargeted --method pgd --eps -1", &["`epsilon` must be a number above 0"]),
    ("--image car.png --untargeted --method pgd --norm linf --eps 8", &["`epsilon` must be at most 1", "8/255"]),
    ("--image car.png --untargeted --bits 17", &["`bits`"]),
    ("--image car.png --untargeted --batch 0", &["`batch` must be from 1"]),
    ("--image car.png --untargeted --fit square", &["crop, inner or stretch"]),
    ("--image car.png --untargeted --model shalow", &["unknown model `shalow`, did you mean `shallow`?"]),
    ("--image car.png --untargeted --model resnet18", &["`advlab models pull resnet18`"]),
    ("--data digits --n 0 --untargeted", &["asked for 0 pictures"]),
    ("--data digits --model objects --untargeted", &["objects", "3x64x64"]),
    ("--data mnits --untargeted", &["unknown data set `mnits`, did you mean `mnist`?"]),
    ("--image nowhere.png --untargeted", &["nowhere.png: cannot be read"]),
    ("--image car.png nowhere.png --untargeted", &["nowhere.png"]),
];

#[test]
fn every_mistake_is_named_before_anything_is_begun() {
    let place = place();
    for (words, wanted) in MISTAKES {
        let told = place.run(&format!("perturb {words}"));
        // Which net was chosen is told before.
        let err = told.err.lines().filter(|line| !line.starts_with("note: ")).map(|line| format!("{line}\n")).collect();
        crate::program::Told { err, ..told }.refused(wanted);
        assert_eq!(place.names("."), ["car.png"], "advlab perturb {words} left something behind");
    }
}

#[test]
fn pictures_that_cannot_be_used_are_named() {
    let place = place();
    let whole = fs::read(CAR).unwrap();
    place.file("cut.png", &whole[..whole.len() / 2]);
    place.file("empty.png", "");
    place.file("text.png", "a car, if you please");
    RgbImage::from_pixel(1, 1, Rgb([9, 9, 9])).save(place.path("dot.png")).unwrap();
    RgbImage::from_pixel(1200, 900, Rgb([9, 9, 9])).save(place.path("large.png")).unwrap();
    place.file("moving.gif", two_frames());
    fs::create_dir(place.path("none")).unwrap();
    place.file("none/notes.txt", "");
    for (words, wanted) in [
        ("cut.png", "cut.png: ends too early"),
        ("empty.png", "empty.png: is empty (0 bytes)"),
        ("text.png", "text.png: is not a picture: it begins `a car, i`"),
        ("dot.png", "dot.png: is 1 x 1 pixels; wanted at least 8 on each side"),
        ("moving.gif", "moving.gif: is animated (2 frames); save one frame as PNG"),
        (
            "large.png --max-pixels 1000000",
            "large.png: is 1200 x 900, 1.1 megapixels, more than the limit of 1.0 megapixels; scale it down, or raise the limit \
             (--max-pixels)",
        ),
        ("none", "none: no picture file in this folder (1 other entries)"),
        ("car.png cut.png", "cut.png: ends too early"),
    ] {
        place.run(&format!("perturb --untargeted --model objects --out r --image {words}")).refused(&[wanted]);
    }
    // All of them at once, not one after the other.
    place.run("perturb --untargeted --model objects --out r --image cut.png car.png text.png nowhere.png").refused(&[
        "error: 3 of 4 pictures cannot be used:\n  cut.png: ends too early",
        "\n  text.png: is not a picture",
        "\n  nowhere.png: cannot be read",
    ]);
    assert!(!place.path("r").exists());
    place.run("perturb --untargeted --model objects --out r --image large.png").done();
}

/// An animation of two frames.
fn two_frames() -> Vec<u8> {
    let frame = RgbImage::from_pixel(16, 16, Rgb([200, 0, 0]));
    let mut one = std::io::Cursor::new(Vec::new());
    DynamicImage::from(frame).write_to(&mut one, ImageFormat::Gif).unwrap();
    let one = one.into_inner();
    // The image of the file once more, before its trailer.
    let table = 13 + 3 * (2 << (one[10] & 7));
    let image = if one[10] & 0x80 == 0 { 13 } else { table };
    [&one[..one.len() - 1], &one[image..]].concat()
}

#[test]
fn nets_that_cannot_be_attacked_are_named() {
    let place = place();
    for name in ["conv.pt", "nan.pt", "maps.pt", "state-dict.pt", "dropout.pt", "norm.pt"] {
        fs::copy(format!("{FIXTURES}/{name}"), place.path(name)).unwrap();
    }
    place.file("text.pt", "hello");
    place.file("names.txt", "crane, bird\ncrane, machine\nsloth\n");
    for (words, wanted) in [
        ("text.pt --untargeted", "text.pt: not a TorchScript file"),
        ("state-dict.pt --input-shape 1x8x8 --untargeted", "state-dict.pt: not a TorchScript file"),
        ("missing.pt --untargeted", "missing.pt: no such file"),
        ("conv.pt --input-shape 3x8x8 --untargeted", "does not take pictures of 3x8x8"),
        ("maps.pt --input-shape 1x8x8 --untargeted", "must give [N, K] scores"),
        ("nan.pt --input-shape 1x8x8 --untargeted", "3 of 3 scores are NaN or infinite"),
        ("dropout.pt --input-shape 1x8x8 --untargeted", "recorded while training, with dropout at work"),
        ("norm.pt --input-shape 1x8x8 --untargeted", "batch normalisation at work"),
        ("conv.pt --input-shape 1x8x8 --classes names.txt --target crane", "crane, bird (0); crane, machine (1)"),
    ] {
        place.run(&format!("perturb --image car.png --out r --model {words}")).refused(&[wanted]);
    }
    assert!(!place.path("r").exists());
}

#[test]
fn a_net_without_gradients_is_refused() {
    let place = place();
    let shape = [1, 3, 64, 64];
    let weights = Tensor::arange(3 * 64 * 64 * 4, (Kind::Float, Device::Cpu)).sin().reshape([3 * 64 * 64, 4]);
    let trace = |file: &str, of: &dyn Fn(&Tensor) -> Tensor| {
        let mut closure = |inputs: &[Tensor]| vec![of(&inputs[0]).flatten(1, -1).matmul(&weights)];
        let example = Tensor::zeros(shape, (Kind::Float, Device::Cpu));
        let net = CModule::create_by_tracing("Net", "forward", &[example], &mut closure).unwrap();
        net.save(place.path(file)).unwrap();
    };
    trace("steps.pt", &|x| (x * 4.0).round());
    trace("cut.pt", &|x| x.gt(0.5).to_kind(Kind::Float));
    for net in ["steps.pt", "cut.pt"] {
        place
            .run(&format!("perturb --image car.png --model {net} --input-shape 3x64x64 --untargeted --out r"))
            .refused(&[net, "the gradient is zero everywhere"]);
    }
    assert!(!place.path("r").exists());
    let photo = Photo::read(&place.path("car.png"), 1 << 20).unwrap();
    assert_eq!((photo.width(), photo.height()), (64, 64), "the picture is left as it was");
}

#[test]
fn a_net_that_wants_other_pictures_is_doubted() {
    let place = place();
    // Dark for it is what is white for others: it says the same of everything.
    let weights = Tensor::arange(784 * 10, (Kind::Float, Device::Cpu)).sin().reshape([784, 10]);
    let mut closure = |inputs: &[Tensor]| vec![(inputs[0].flatten(1, -1) / 255.0 - 0.5).matmul(&weights)];
    let example = Tensor::zeros([1, 1, 28, 28], (Kind::Float, Device::Cpu));
    let net = CModule::create_by_tracing("Net", "forward", &[example], &mut closure).unwrap();
    net.save(place.path("net.pt")).unwrap();
    let words = "perturb --data digits --model net.pt --input-shape 1x28x28 --untargeted --steps 5 --out r --force";
    let told = place.run(&format!("{words} --n 60"));
    assert!(told.err.contains("clean pictures right, no better than chance"), "{}", told.err);
    assert!(told.out.contains("right before: ") && told.out.contains(" of 60 clean pictures"), "{}", told.out);
    let told = place.run(&format!("{words} --n 5"));
    assert!(!told.err.contains("chance"), "five pictures cannot tell: {}", told.err);
}

#[test]
fn every_class_of_a_large_net_needs_a_word() {
    let place = place();
    let names: String = (0..30).map(|class| format!("c{class}\n")).collect();
    place.file("names.txt", names);
    let weights = Tensor::arange(3 * 64 * 64 * 30, (Kind::Float, Device::Cpu)).sin().reshape([3 * 64 * 64, 30]);
    let mut closure = |inputs: &[Tensor]| vec![inputs[0].flatten(1, -1).matmul(&weights)];
    let example = Tensor::zeros([1, 3, 64, 64], (Kind::Float, Device::Cpu));
    let net = CModule::create_by_tracing("Net", "forward", &[example], &mut closure).unwrap();
    net.save(place.path("net.pt")).unwrap();
    let words =
        "perturb --image car.png --model net.pt --input-shape 3x64x64 --classes names.txt --target every --steps 5";
    place.run(&format!("{words} --out r")).refused(&["29 searches for each picture, 29 in all", "--yes"]);
    let json = place.run(&format!("{words} --out r --yes --json")).json();
    assert_eq!(json["searches"], 29);
}

#[test]
fn a_probability_net_taken_for_logits_is_doubted() {
    let place = place();
    fs::copy(format!("{FIXTURES}/softmax.pt"), place.path("softmax.pt")).unwrap();
    let words = "perturb --image car.png --model softmax.pt --input-shape 1x8x8 --target runner-up --out r";
    let told = place.run(words);
    assert!(told.err.starts_with("warning: ") && told.err.contains("probabilities"), "{}", told.err);
    assert!(place.text("r/report.html").contains("Warning ("));
    assert!(place.json("r/run.json")["result"]["warnings"][0]["text"].as_str().unwrap().contains("probabilities"));
    let told = place.run(&format!("{words} --scores probabilities --force"));
    assert!(!told.err.contains("warning: "), "{}", told.err);
}
