//! A name in, a data set out.

use std::fs;
use std::path::Path;

use advlab_core::{InputShape, Seed};
use advlab_datasets::{Dataset, Error, LoadOptions, Places, Split, idx, load, load_from};
use tempfile::TempDir;

use crate::server::{Reply, Server, nobody};

/// A folder with 40 drawn digits under MNIST's names for the test half.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    digits(40).export(folder.path(), false).unwrap();
    folder
}

fn digits(n: usize) -> Dataset {
    load("digits", Split::Test, &LoadOptions { count: Some(n), ..LoadOptions::default() }).unwrap()
}

fn from(dir: &Path, name: &str, count: Option<usize>) -> Result<Dataset, Error> {
    load(name, Split::Test, &LoadOptions { dir: Some(dir.to_owned()), count, ..LoadOptions::default() })
}

#[test]
fn exported_digits_load_as_they_were() {
    let (whole, packed) = (folder(), tempfile::tempdir().unwrap());
    digits(40).export(packed.path(), true).unwrap();
    for dir in [&whole, &packed] {
        let set = from(dir.path(), "mnist", None).unwrap();
        assert_eq!((set.name(), set.split(), set.shape(), set.len()), ("mnist", Split::Test, InputShape::MNIST, 40));
        assert_eq!(set.sha256(), digits(40).sha256());
        assert!(set.origin().contains(&dir.path().display().to_string()), "{}", set.origin());
    }
    assert_eq!(from(whole.path(), "fashion-mnist", Some(3)).unwrap().classes()[9], "Ankle boot");
}

#[test]
fn a_count_takes_the_first() {
    let dir = folder();
    let set = from(dir.path(), "mnist", Some(7)).unwrap();
    assert_eq!(set.sha256(), digits(7).sha256());
    let text = from(dir.path(), "mnist", Some(41)).unwrap_err().to_string();
    assert_eq!(text, "`mnist test`: asked for 41 pictures, there are 40; ask for 1 to 40");
    assert!(matches!(from(dir.path(), "mnist", Some(0)), Err(Error::Count { .. })));
}

#[test]
fn halves_and_seeds_of_digits_differ() {
    let of = |split, seed| {
        load("digits", split, &LoadOptions { count: Some(5), seed: Seed::new(seed), ..LoadOptions::default() }).unwrap()
    };
    assert_ne!(of(Split::Train, 0).sha256(), of(Split::Test, 0).sha256());
    assert_ne!(of(Split::Train, 0).sha256(), of(Split::Train, 1).sha256());
    assert_eq!(of(Split::Train, 1).sha256(), of(Split::Train, 1).sha256());
}

#[test]
fn pictures_and_labels_must_belong_together() {
    let dir = folder();
    let labels = dir.path().join("t10k-labels-idx1-ubyte");
    idx::write_labels(&labels, &[1; 39]).unwrap();
    let text = from(dir.path(), "mnist", None).unwrap_err().to_string();
    assert!(text.contains("holds 40 pictures") && text.contains("holds 39 labels"), "{text}");

    let mut wrong = [1; 40];
    wrong[17] = 10;
    idx::write_labels(&labels, &wrong).unwrap();
    let text = from(dir.path(), "mnist", None).unwrap_err().to_string();
    assert!(text.contains("t10k-labels-idx1-ubyte: label 17 is 10, wanted 0 to 9"), "{text}");
}

#[test]
fn pictures_of_another_size_are_refused() {
    let dir = folder();
    idx::write_images(&dir.path().join("t10k-images-idx3-ubyte"), 28, 14, &[0; 40 * 28 * 14]).unwrap();
    let text = from(dir.path(), "mnist", None).unwrap_err().to_string();
    assert!(text.contains("pictures of 1x28x28, these are 1x28x14"), "{text}");
}

#[test]
fn bad_files_are_named() {
    let dir = folder();
    let (images, labels) = (dir.path().join("t10k-images-idx3-ubyte"), dir.path().join("t10k-labels-idx1-ubyte"));
    let good = fs::read(&images).unwrap();
    fs::write(&images, &good[..1000]).unwrap();
    let text = from(dir.path(), "mnist", None).unwrap_err().to_string();
    assert!(text.contains("t10k-images-idx3-ubyte: truncated: expected 31376 bytes, found 1000"), "{text}");

    fs::copy(&labels, &images).unwrap();
    assert!(matches!(from(dir.path(), "mnist", None), Err(Error::Foreign { .. })));

    fs::remove_file(&images).unwrap();
    let text = from(dir.path(), "mnist", None).unwrap_err().to_string();
    assert!(text.contains("`mnist` needs t10k-images-idx3-ubyte, with or without `.gz`"), "{text}");
}

#[test]
fn unknown_names_are_answered_with_known_ones() {
    let text = load("mnits", Split::Test, &LoadOptions::default()).unwrap_err().to_string();
    assert!(text.starts_with("unknown data set `mnits`, did you mean `mnist`?; there are: mnist,"), "{text}");
    assert_eq!("test".parse::<Split>().unwrap(), Split::Test);
    assert!("dev".parse::<Split>().unwrap_err().to_string().contains("use `train` or `test`"));
}

#[test]
fn emnist_is_turned_upright_and_its_letters_begin_at_0() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("emnist-letters");
    fs::create_dir_all(&dir).unwrap();
    let mut picture = [0; 784];
    picture[3 * 28 + 5] = 200; // row 3, column 5 in the file
    idx::write_images(&dir.join("emnist-letters-test-images-idx3-ubyte.gz"), 28, 28, &picture).unwrap();
    idx::write_labels(&dir.join("emnist-letters-test-labels-idx1-ubyte.gz"), &[26]).unwrap();
    let places = Places { home: Some(home.path().to_owned()), ..Places::default() };
    let set = load_from(&places, "emnist-letters", Split::Test, &LoadOptions::default()).unwrap();
    assert_eq!(set.picture(0)[5 * 28 + 3], 200);
    assert_eq!((set.labels(), set.classes()[25].as_str()), (&[25][..], "Z"));

    let text = load_from(&places, "emnist-letters", Split::Train, &LoadOptions::default()).unwrap_err().to_string();
    assert!(text.contains("cannot be fetched") && text.contains("gzip.zip"), "{text}");
    assert!(text.contains("emnist-letters-train-images-idx3-ubyte") && text.contains("--data DIR"), "{text}");
}

#[test]
fn a_mirror_of_one_s_own_is_fetched_from_once() {
    let (files, home) = (folder(), tempfile::tempdir().unwrap());
    let root = files.path().to_owned();
    let server = Server::start(move |_, request| {
        let name = request.path.rsplit('/').next().unwrap_or_default().replace("emnist-digits-test", "t10k");
        match fs::read(root.join(name.trim_end_matches(".gz"))) {
            Ok(bytes) => Reply::Range(bytes),
            Err(_) => Reply::Status("404 Not Found"),
        }
    });
    let places = Places {
        home: Some(home.path().to_owned()),
        mirrors: Some(vec![nobody(), format!("{}/{{set}}", server.url())]),
        ..Places::default()
    };
    for _ in 0..2 {
        let set = load_from(&places, "emnist-digits", Split::Test, &LoadOptions::default()).unwrap();
        assert_eq!((set.len(), set.labels()), (40, digits(40).labels()));
    }
    let paths: Vec<_> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(
        paths,
        [
            "/emnist-digits/emnist-digits-test-labels-idx1-ubyte.gz",
            "/emnist-digits/emnist-digits-test-images-idx3-ubyte.gz"
        ]
    );
}

#[test]
fn without_a_network_the_message_says_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let places = Places { home: Some(home.path().to_owned()), mirrors: Some(vec![nobody()]), ..Places::default() };
    let text = load_from(&places, "mnist", Split::Test, &LoadOptions::default()).unwrap_err().to_string();
    for want in ["t10k-labels-idx1-ubyte.gz", "connection refused", "--data DIR", "`digits`"] {
        assert!(text.contains(want), "wanted `{want}`: {text}");
    }
    assert!(text.contains(&home.path().join("mnist").display().to_string()), "{text}");
    assert!(matches!(
        load_from(&Places::default(), "mnist", Split::Test, &LoadOptions::default()),
        Err(Error::NoHome { set: "mnist" })
    ));
}

#[test]
fn objects_are_drawn_in_colour_under_their_names() {
    let of = |split, n| load("objects", split, &LoadOptions { count: Some(n), ..LoadOptions::default() }).unwrap();
    let (train, test) = (of(Split::Train, 20), of(Split::Test, 20));
    assert_eq!((train.name(), train.shape().to_string().as_str()), ("objects", "3x64x64"));
    assert_eq!(test.pictures(0..20).unwrap().tensor().size(), [20, 3, 64, 64]);
    assert_ne!(train.sha256(), test.sha256());
    for class in ["car", "ostrich", "truck", "bird", "ship"] {
        assert!(train.classes().iter().any(|name| name == class), "{class}");
    }
    let folder = tempfile::tempdir().unwrap();
    let text = test.export(folder.path(), false).unwrap_err().to_string();
    assert!(text.contains("grey (these are 3x64x64)"), "{text}");
}
