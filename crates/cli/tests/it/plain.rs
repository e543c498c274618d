//! What needs no work: versions, help, the list of nets, and readers who have seen enough.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use advlab_model_zoo::embedded;

use crate::program::Place;

#[test]
fn the_version_is_told() {
    assert_eq!(Place::new().run("--version").done().out, format!("advlab {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_command_has_help() {
    let place = Place::new();
    let all = place.run("--help").done().out;
    for command in ["generate", "perturb", "train", "eval", "models", "export", "run", "submit", "status", "doctor"] {
        assert!(all.contains(&format!("\n  {command} ")), "{command}: {all}");
        let help = place.run(&format!("{command} --help")).done().out;
        assert!(help.contains(&format!("Usage: advlab {command}")), "{help}");
    }
    assert_eq!(place.names("."), [""; 0], "asking for help leaves nothing behind");
}

#[test]
fn an_unknown_command_is_refused() {
    Place::new().run("generat").refused(&["'generat'", "'generate'"]);
}

#[test]
fn the_nets_are_listed() {
    let place = Place::new();
    let text = place.run("models").done().out;
    let json = place.run("models --json").done().json();
    let names: Vec<_> = json.as_array().unwrap().iter().map(|net| net["name"].as_str().unwrap()).collect();
    assert_eq!(names[..4], ["shallow", "deep", "cnn", "objects"]);
    for (name, net) in ["784-30-10 sigmoid", "784-40-30-20-10 sigmoid", "conv 16@5x5"].iter().zip(names) {
        assert!(text.contains(name) && text.contains(&format!("{net}: ")), "{text}");
    }
    let bytes: usize = embedded().iter().map(|net| net.bytes().len()).sum();
    assert!(bytes < 3_000_000, "{bytes} bytes");
}

#[test]
fn the_doctor_tries_every_net_and_names_every_set() {
    let told = Place::new().run("doctor");
    assert!([0, 1].contains(&told.code), "{told:?}"); // the machine itself may have something wrong with it
    for words in ["data digits", "data objects", "objects: each labels noise as its class 4"] {
        assert!(told.out.contains(words), "{words}: {}", told.out);
    }
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let place = Place::new();
    let mut child = place.start("models");
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());

    let mut child = place.start("generate --digit 4 --n 5 --out a");
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Noise that shallow"), "{line}");
    assert!(child.wait().unwrap().success());

    // Nobody hears the complaint; the exit code stays what it is.
    let mut child = place.command("generate --digit 12").stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}
