//! Weights written and read again: the same bits, or a complaint.

use advlab_core::Classifier;
use advlab_model_zoo::{Error, ModelCard, embedded, read, read_bytes, write};

use crate::roster::{nets, pictures, spec};

#[test]
fn what_is_written_is_read_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("net.safetensors"), folder.path().join("copy.safetensors"));
    for net in nets() {
        let card = ModelCard { spec: net.spec().clone(), training: None };
        write(&file, &net, &card).unwrap();
        let (again, own) = read(&file, None).unwrap();
        assert_eq!((again.name(), &own), ("net.safetensors", &card));
        let x = pictures(&net, 4, 1);
        assert!(again.scores(&x).unwrap() == net.scores(&x).unwrap(), "{}", net.name());
        write(&copy, &again, &own).unwrap();
        assert!(std::fs::read(&file).unwrap() == std::fs::read(&copy).unwrap(), "{}", net.name());
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing half-written stays: {left:?}");
}

#[test]
fn the_embedded_nets_are_whole() {
    for entry in embedded() {
        let (net, card) = (entry.net().unwrap(), entry.card().unwrap());
        let training = card.training.unwrap();
        let data = if entry.name == "objects" { "objects" } else { "mnist" };
        assert_eq!((net.spec(), training.data.as_str()), (&card.spec, data));
        assert!(training.test_accuracy > 0.95 && training.epochs == training.spec.epochs, "{}", entry.name);
        assert_eq!(net.classify(&pictures(&net, 1, 1)).unwrap().labels.len(), 1);
    }
}

#[test]
fn a_file_that_is_not_whole_is_refused_wherever_it_ends() {
    let whole = embedded()[0].bytes();
    for length in (0..whole.len()).step_by(997).chain([whole.len() - 1]) {
        let error = read_bytes("cut", &whole[..length], None).unwrap_err();
        assert!(matches!(error, Error::File { .. }), "{length}: {error}");
    }
    assert!(read_bytes("long", &[whole, &[0]].concat(), None).is_err());
}

#[test]
fn a_spec_goes_before_the_card() {
    let whole = embedded()[0].bytes();
    let mut other = spec("hidden = [30]\nactivation = 'tanh'\noutput = 'softmax'");
    let (net, card) = read_bytes("net", whole, Some(&other)).unwrap();
    assert_eq!((net.spec(), card.spec), (&other, other.clone()));
    other.hidden = vec![31];
    let text = read_bytes("net", whole, Some(&other)).unwrap_err().to_string();
    assert_eq!(text, "net: `layers.0.weight` must be [31, 784] for this net, got [30, 784]");
}
