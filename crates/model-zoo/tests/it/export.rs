//! Nets written as TorchScript and opened again: the same scores, the same gradients, any number of pictures.

use std::fs;
use std::path::Path;

use advlab_core::Classifier;
use advlab_model_zoo::{Error, Net, OpenOptions, embedded, export, open};
use tch::{Device, Kind, Tensor};

use crate::roster::{gap, nets, pictures};

fn opened(file: &Path) -> Box<dyn Classifier> {
    let options = OpenOptions { foreign: advlab_model_zoo::Foreign::default(), device: Device::Cpu };
    open(file.to_str().unwrap(), &options).unwrap().net
}

/// Gradient of the sum of the first class's scores.
fn gradient(net: &dyn Classifier, pictures: &Tensor) -> Tensor {
    let x = pictures.copy().set_requires_grad(true);
    let score = net.scores(&x).unwrap().select(1, 0).sum(Kind::Float);
    Tensor::run_backward(&[score], &[&x], false, false).remove(0)
}

/// Whether the file's pickled state has `training` and, as its value, pickle's `False`.
fn says_that_it_is_not_training(file: &Path) -> bool {
    let bytes = fs::read(file).unwrap();
    let at = bytes.windows(8).position(|part| part == b"training");
    // Between name and value stands at most where the name is remembered: `q` and a number.
    at.is_some_and(|at| bytes[at + 8] == 0x89 || (bytes[at + 8] == b'q' && bytes[at + 10] == 0x89))
}

fn every_net() -> Vec<Net> {
    nets().into_iter().chain(embedded().iter().map(|entry| entry.net().unwrap())).collect()
}

#[test]
fn an_exported_net_is_the_same_net() {
    let folder = tempfile::tempdir().unwrap();
    for (number, net) in every_net().iter().enumerate() {
        let file = folder.path().join(format!("net-{number}.pt"));
        let exported = export(net, &file, false).unwrap();
        assert_eq!((&exported.file, exported.scores, exported.input), (&file, net.score_kind(), net.input()));
        // Python libraries ask a net whether it is training.
        assert!(says_that_it_is_not_training(&file), "{}", net.name());
        let again = opened(&file);
        assert_eq!((again.input(), again.classes()), (net.input(), net.classes()), "{}", net.name());
        assert_eq!(again.score_kind(), net.score_kind(), "{}", net.name());
        for n in [1, 2, 9] {
            let x = pictures(net, n, n as u64);
            let apart = gap(&again.scores(&x).unwrap(), &net.scores(&x).unwrap());
            assert!(apart < 1e-5, "{}: {apart} for {n} pictures", net.name());
            let rows = gap(&again.scores(&x.flatten(1, -1)).unwrap(), &again.scores(&x).unwrap());
            assert!(rows == 0.0, "{}: {rows} for {n} rows", net.name());
            let apart = gap(&gradient(again.as_ref(), &x), &gradient(net, &x));
            assert!(apart < 1e-5, "{}: the gradients are {apart} apart for {n} pictures", net.name());
        }
    }
}

#[test]
fn pictures_of_another_size_are_refused_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.pt");
    export(&embedded()[0].net().unwrap(), &file, false).unwrap();
    // Four pictures' worth of values in one.
    assert!(opened(&file).scores(&Tensor::zeros([1, 1, 56, 56], (Kind::Float, Device::Cpu))).is_err());
}

#[test]
fn what_is_there_stays_unless_forced() {
    let folder = tempfile::tempdir().unwrap();
    let net = embedded()[0].net().unwrap();
    let file = folder.path().join("net.pt");
    for taken in ["net.pt", "net.toml"] {
        fs::write(folder.path().join(taken), "mine").unwrap();
        let told = export(&net, &file, false).unwrap_err().to_string();
        assert!(told.contains(taken) && told.ends_with("is there already; choose another name or --force"), "{told}");
        assert_eq!(fs::read_to_string(folder.path().join(taken)).unwrap(), "mine");
        fs::remove_file(folder.path().join(taken)).unwrap();
    }
    fs::write(&file, "mine").unwrap();
    export(&net, &file, true).unwrap();
    assert_eq!(opened(&file).classes().len(), 10);
    let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["net.pt", "net.toml"], "nothing half-made stays");
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let net = embedded()[0].net().unwrap();
    for name in ["net.onnx", "net", "nowhere/net.pt"] {
        let error = export(&net, &folder.path().join(name), false).unwrap_err();
        assert!(matches!(&error, Error::File { file, .. } if file.ends_with(name)), "{error}");
    }
}
