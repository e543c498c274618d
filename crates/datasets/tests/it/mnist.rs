//! The real MNIST, where it is at hand.

use std::env;
use std::path::{Path, PathBuf};

use advlab_datasets::catalogue::{Source, find};
use advlab_datasets::{Dataset, Error, LoadOptions, Split, load};

/// The folder in `ADVLAB_DATA`, or the one beside the workspace; `None`, and a word about it, where neither holds MNIST.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mnist");
    let folder = env::var_os("ADVLAB_DATA").map_or(beside, PathBuf::from);
    let found =
        ["", "mnist"].map(|sub| folder.join(sub)).into_iter().find(|f| f.join("t10k-labels-idx1-ubyte.gz").is_file());
    if found.is_none() {
        eprintln!("skipped: {} does not hold MNIST; name its folder in ADVLAB_DATA", folder.display());
    }
    found
}

fn set(folder: &Path, split: Split) -> Dataset {
    load("mnist", split, &LoadOptions { dir: Some(folder.to_owned()), ..LoadOptions::default() }).unwrap()
}

#[test]
fn both_halves_are_what_they_should_be() {
    let Some(folder) = folder() else { return };
    let (train, test) = (set(&folder, Split::Train), set(&folder, Split::Test));
    assert_eq!((train.len(), test.len()), (60_000, 10_000));
    assert_eq!(train.labels()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(test.labels()[..5], [7, 2, 1, 0, 4]);
    let mean = train.pixels().iter().map(|&v| f64::from(v)).sum::<f64>() / (255.0 * train.pixels().len() as f64);
    assert!((mean - 0.1307).abs() < 1e-4, "{mean}"); // the mean that every tutorial subtracts
    let pictures = test.pictures(0..100).unwrap();
    assert_eq!(pictures.tensor().size(), [100, 1, 28, 28]);
    assert_eq!(train.mean_of_class(1).unwrap().len(), 784);
}

#[test]
fn the_files_have_the_sums_of_the_catalogue() {
    let Some(folder) = folder() else { return };
    let Source::Files(entry) = find("mnist").unwrap() else { panic!("mnist comes from files") };
    for file in [&entry.train, &entry.test].into_iter().flat_map(|pair| pair.files()) {
        let path = folder.join(format!("{}.gz", file.stem));
        assert!(file.checksum.unwrap().matches(&path).unwrap(), "{}", path.display());
    }
}

#[test]
fn mnist_is_not_taken_for_fashion() {
    let Some(folder) = folder() else { return };
    let options = LoadOptions { dir: Some(folder), ..LoadOptions::default() };
    let error = load("fashion-mnist", Split::Test, &options).unwrap_err();
    assert!(matches!(error, Error::OtherSet { got: "mnist", .. }), "{error}");
}
