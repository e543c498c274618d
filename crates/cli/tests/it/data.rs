//! Data in folders of one's own: as they should be, and damaged in every way.

use std::fs;

use advlab_datasets::{LoadOptions, Split, idx, load};

use crate::program::Place;

/// A place with a few drawn digits in MNIST's four files, in the folder `data`.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("data")).unwrap();
    for (split, prefix) in [(Split::Train, "train"), (Split::Test, "t10k")] {
        let set = load("digits", split, &LoadOptions { count: Some(60), ..LoadOptions::default() }).unwrap();
        let labels: Vec<u8> = set.labels().iter().map(|label| u8::try_from(*label).unwrap()).collect();
        idx::write_images(&place.path(format!("data/{prefix}-images-idx3-ubyte")), 28, 28, set.pixels()).unwrap();
        idx::write_labels(&place.path(format!("data/{prefix}-labels-idx1-ubyte.gz")), &labels).unwrap();
    }
    place
}

const EVAL: &str = "eval --model shallow --data data";

#[test]
fn a_folder_of_one_s_own_is_read() {
    let place = place();
    let told = place.run(&format!("{EVAL} --json")).done().json();
    assert_eq!(told["pictures"], 60);
    let told = place.run(&format!("{EVAL} --split train --train 17 --json")).done().json();
    assert_eq!(told["pictures"], 17);
    place.run("train --model shallow --data ./data --epochs 1 --out t").done();
    // A folder with the name of a set does not hide the set.
    fs::rename(place.path("data"), place.path("digits")).unwrap();
    let told = place.run("eval --data digits --test 9 --json").done().json();
    assert_eq!(told["pictures"], 9);
    let told = place.run("eval --data mnist:digits --json").done().json();
    assert_eq!(told["pictures"], 60);
}

#[test]
fn every_damage_is_named_with_its_file() {
    let place = place();
    let file = "data/t10k-images-idx3-ubyte";
    let whole = place.bytes(file);
    let labels = place.bytes("data/t10k-labels-idx1-ubyte.gz");
    let with = |bytes: &[u8], wanted: &[&str]| {
        place.file(file, bytes);
        place.run(&format!("{EVAL} --out r")).refused(wanted);
    };
    with(&whole[..1000], &["t10k-images-idx3-ubyte: truncated: expected 47056 bytes, found 1000"]);
    with(&[&whole[..], &[0; 3]].concat(), &["t10k-images-idx3-ubyte: oversized: expected 47056 bytes"]);
    with(b"\x89PNG\r\n and more", &["t10k-images-idx3-ubyte: wanted IDX"]);
    with(b"", &["t10k-images-idx3-ubyte"]);
    with(&[&whole[..4], &[255; 12]].concat(), &["t10k-images-idx3-ubyte", "more than"]);
    with(
        &[&whole[..8], &[0, 0, 0, 14, 0, 0, 0, 56], &whole[16..]].concat(),
        &["pictures of 1x28x28, these are 1x14x56"],
    );
    fs::remove_file(place.path(file)).unwrap();
    place.run(EVAL).refused(&["`mnist` needs t10k-images-idx3-ubyte", "data"]);
    place.file(file, &whole);
    place.file("data/t10k-labels-idx1-ubyte.gz", &labels[..labels.len() - 9]);
    place.run(EVAL).refused(&["t10k-labels-idx1-ubyte.gz: the gzip data is damaged"]);
    place.file("data/t10k-labels-idx1-ubyte.gz", &labels);
    place.run("eval --data nowhere/").refused(&["nowhere/, which is not a folder"]);
    assert!(!place.path("r").exists() && !place.path("runs").exists());
    place.run(&format!("{EVAL} --out r")).done();
}

#[test]
fn without_data_and_network_it_says_what_to_do() {
    let place = Place::new();
    for command in ["train --model shallow", "eval"] {
        place.run(command).refused(&["could not be fetched", "connection refused", "--data DIR", "`digits`"]);
    }
    assert!(!place.path("runs").exists());
}
