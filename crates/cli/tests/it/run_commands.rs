//! `advlab list`, `show`, `diff` and `verify`, over small runs: whole, unfinished, damaged, tampered with.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{Place, Told, interrupt};

fn study() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/szegedy-quick.toml").display().to_string()
}

/// Changes a text in a file, which must hold it.
fn tamper(place: &Place, file: &str, from: &str, to: &str) {
    let text = place.text(file);
    assert!(text.contains(from), "{file} holds no `{from}`: {text}");
    place.file(file, text.replacen(from, to, 1));
}

/// Everything below a folder with its bytes.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(contents(&path)) } else { all.push((path.clone(), fs::read(&path).unwrap())) }
    }
    all.sort();
    all
}

#[test]
fn runs_are_listed_in_whatever_state_they_are() {
    let place = Place::new();
    place.run("list").refused(&["there is no folder runs"]);
    let fours = |out: &str| format!("generate --digit 4 --n 3 --pictures 0 --out {out}");
    place.run(&fours("runs/deep/er/done")).done();
    let long = |out: &str| {
        format!("generate --class 3 --n 1000000 --max-attempts 100000000 --batch 32 --pictures 0 --out runs/{out}")
    };
    let first_part = |out: &str| format!("runs/{out}/.parts/3-00000.npz");
    let child = place.start(&long("stopped"));
    place.wait_for(&first_part("stopped"));
    interrupt(&child);
    Told::of(child.wait_with_output().unwrap()).short();
    let mut killed = place.start(&long("killed"));
    place.wait_for(&first_part("killed"));
    killed.kill().unwrap();
    killed.wait().unwrap();
    let mut running = place.start(&long("running"));
    place.wait_for(&first_part("running"));

    place.run(&format!("run {} --out runs/study", study())).done();
    fs::create_dir_all(place.path("runs/damaged/a")).unwrap();
    place.file("runs/damaged/a/run.json", "{\"advlab\": ");
    fs::create_dir_all(place.path("runs/damaged/b/run.json")).unwrap();
    fs::create_dir_all(place.path("runs/empty")).unwrap();
    fs::create_dir_all(place.path("runs/locked")).unwrap();
    fs::set_permissions(place.path("runs/locked"), fs::Permissions::from_mode(0o000)).unwrap();
    let can_look = fs::read_dir(place.path("runs/locked")).is_ok(); // nothing is closed to root

    let listed = place.run("list --json").done().json();
    let table = place.run("list").done().out;
    running.kill().unwrap();
    running.wait().unwrap();
    fs::set_permissions(place.path("runs/locked"), fs::Permissions::from_mode(0o755)).unwrap();
    let of = |name: &str| -> Value {
        let all = listed.as_array().unwrap();
        all.iter().find(|run| run["name"] == name).unwrap_or_else(|| panic!("{name}: {listed}")).clone()
    };
    for (name, state) in [
        ("deep/er/done", "finished"),
        ("stopped", "stopped"),
        ("killed", "killed"),
        ("running", "running"),
        ("study", "finished"),
        ("damaged/a", "damaged"),
        ("damaged/b", "damaged"),
    ] {
        assert_eq!(of(name)["state"], state, "{name}");
        assert!(table.contains(name) && table.contains(state), "{table}");
    }
    assert!(of("deep/er/done")["found"].as_str().unwrap().contains("% of the attempts"), "{listed}");
    let found = of("study")["found"].as_str().unwrap().to_owned();
    assert!(found.contains("S3 ") && found.contains("S5 "), "{found}");
    assert!(of("damaged/a")["found"].as_str().unwrap().contains("EOF"), "{listed}");
    assert_eq!(listed.as_array().unwrap().len(), 7 + usize::from(!can_look), "nets of a study are its own: {listed}");
    assert!(table.starts_with("name ") && !table.contains("empty"), "{table}");
    place.run("list runs/study/run.json").refused(&["runs/study/run.json is a file"]);
    assert_eq!(place.run("list runs/empty").done().out, "no runs in runs/empty\n");
}

#[test]
fn a_run_is_shown_with_what_was_asked_and_found() {
    let place = Place::new();
    place.run(&format!("run {} --out s", study())).done();
    let told = place.run("show s").done().out;
    for words in [
        "s: study transfer, finished",
        "settings:",
        "train data.sha256",
        "program, SHA-256",
        "S3  ",
        "    + ",
        "cells.jsonl",
        "verdicts.json",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let json = place.run("show s --json").done().json();
    assert_eq!(json["settings"], place.json("s/run.json")["spec"]);
    assert_eq!(json["findings"], place.json("s/verdicts.json"));
    for command in ["show no", "diff s no", "diff no s", "verify no"] {
        place.run(command).refused(&["there is no folder no"]);
    }
    fs::create_dir(place.path("bare")).unwrap();
    place.run("show bare").refused(&["bare holds no run: it has no run.json"]);
    place.file("s/run.json", "[]");
    for command in ["show s", "diff s s", "verify s"] {
        place.run(command).refused(&["s/run.json is damaged"]);
    }
}

#[test]
fn a_diff_names_settings_and_the_largest_differences_first() {
    let place = Place::new();
    let words = "generate --class 4 --class 5 --n 6 --pictures 0";
    for (out, flags) in [("a", ""), ("b", ""), ("c", "--seed 2 --rate 0.2")] {
        place.run(&format!("{words} {flags} --out {out}")).done();
    }
    let told = place.run("diff a b").done().out;
    assert!(told.contains("nothing differs but times and machine; ") && told.lines().count() == 1, "{told}");

    let told = place.run("diff a c").short().out;
    for words in ["settings:", "  noise.rate  0.15", "  seed ", "numbers:", "examples.csv, row ", " more\n"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(told.find("seed").unwrap() < told.find("numbers:").unwrap());

    // Another machine is told and is no difference; a digit is one, however small.
    tamper(&place, "b/run.json", "\"threads\": \"1\"", "\"threads\": \"64\"");
    let json = place.run("diff a b --json").done().json();
    assert_eq!((&json["same"], &json["machine"][0]["place"]), (&true.into(), &"machine.threads".into()));
    let row = place.text("b/examples.csv").lines().nth(3).unwrap().to_owned();
    let rms = place.rows("b/examples.csv")[2][10].to_owned();
    tamper(&place, "b/examples.csv", &row, &row.replacen(&rms, &format!("{rms}1"), 1));
    let json = place.run("diff a b --json").short().json();
    assert_eq!(json["numbers"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["numbers"][0]["place"], "examples.csv, row 3, rms");
    assert!(
        json["numbers"][0]["relative"].as_f64().is_some_and(|relative| relative > 0.0 && relative < 1e-6),
        "{json}"
    );

    fs::remove_file(place.path("b/examples.csv")).unwrap();
    assert!(place.run("diff a b").short().out.contains("examples.csv is in the first alone"));
    place.run("diff a b --limit 3 a").refused(&["unexpected argument"]);
}

#[test]
fn a_run_of_each_kind_is_repeated_in_part() {
    let place = Place::new();
    place.run("train --model shallow --data digits --train 300 --test 100 --epochs 3 --rate 0.02 --out t").done();
    place.run("generate --model cnn --class 3 --class 4 --n 25 --batch 16 --pictures 0 --out g").done();
    place.run("perturb --data digits --n 12 --untargeted --out p").done();
    place.run("eval --model t/model.safetensors --data digits --test 100 --out e").done();
    place.run("basis --model shallow --data digits --n 60 --out b").done();
    for (out, words) in [
        ("t", "repeated the first epoch\n"),
        ("g", "repeated the first 10 examples of each class\n"),
        ("p", "repeated the first 12 searches\n"),
        ("e", "repeated all\n"),
        ("b", "repeated all\n"),
    ] {
        let before = contents(&place.path(out));
        let told = place.run(&format!("verify {out}")).done();
        assert!(told.out.contains(words) && told.out.contains("\nsame: all "), "{told:?}");
        assert!(contents(&place.path(out)) == before, "verify leaves {out} as it is");
    }
    // Of another net than then, nothing is repeated.
    place.run("train --model shallow --data digits --train 300 --test 100 --epochs 1 --out t --force").done();
    place.run("verify e").refused(&["e cannot be repeated: data or nets are not the same as then: model.sha256: "]);
    place.run("verify e --cells 0").refused(&["--cells must be at least 1"]);
    place.run("verify e --tolerance -1").refused(&["--tolerance must be at least 0"]);

    let changed = place.rows("g/examples.csv")[0][3 + 2].to_owned();
    tamper(&place, "g/examples.csv", &changed, "0.123");
    let told = place.run("verify g --cells 2").short();
    assert!(
        told.out.contains("examples.csv, row 1, confidence  0.123") && told.out.contains("different: 1 of 56"),
        "{told:?}"
    );
    let json = place.run("verify g --cells 2 --json").short().json();
    assert_eq!((&json["same"], json["differences"].as_array().unwrap().len()), (&false.into(), 1), "{json}");
    assert!(place.run("verify g --cells 2 --tolerance 0.99").done().out.contains("same: all 56"));
}

#[test]
fn cells_of_a_study_are_made_again_and_a_tampered_one_is_found() {
    let place = Place::new();
    place.run(&format!("run {} --out s", study())).done();
    let cells = place.text("s/cells.jsonl").lines().count();
    let before = contents(&place.path("s"));
    fs::set_permissions(place.path("s"), fs::Permissions::from_mode(0o555)).unwrap();
    let told = place.run("verify s --cells 2 --seed 3").done();
    assert!(told.out.contains("(--seed 3)\n") && told.out.contains("\nsame: all "), "{told:?}");
    assert_eq!(place.run("verify s --cells 2 --seed 3").done().out, told.out, "the same cells by the same seed");
    for command in ["list .", "show s", "diff s s"] {
        place.run(command).done();
    }
    fs::set_permissions(place.path("s"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(contents(&place.path("s")) == before, "a folder that cannot be written is no hindrance");

    // The largest number of a cell, in its last digit.
    let text = place.text("s/cells.jsonl");
    let line = text.lines().find(|line| line.contains("\"cell\":\"made-for")).unwrap();
    let is_long = |part: &&str| part.contains('.') && part.len() > 8 && part.parse::<f64>().is_ok();
    let number = line.split([',', '[', ']', ':', '}']).find(is_long).unwrap();
    let other = if number.ends_with('7') { '3' } else { '7' };
    let value = line[..line.len() - 1].split_once("\"value\":").unwrap().1;
    let wrong = value.replacen(number, &format!("{}{other}", &number[..number.len() - 1]), 1);
    let sum = |value: &str| format!("\"sum\":\"{:08x}\"", crc32fast::hash(value.as_bytes()));
    let tampered = line.replace(value, &wrong).replace(&sum(value), &sum(&wrong));
    place.file("s/cells.jsonl", text.replace(line, &tampered));
    let told = place.run(&format!("verify s --cells {cells}")).short();
    assert!(told.out.contains("cell made-for") && told.out.contains("different: 1 of "), "{told:?}");
    // One whose checksum is wrong is none: there is one fewer to choose from.
    place.file("s/cells.jsonl", text.replace(value, &wrong));
    let told = place.run(&format!("verify s --cells {cells}")).done();
    assert!(told.out.contains("same: all "), "{told:?}");

    // Other data than then: nothing is repeated.
    tamper(&place, "s/run.json", "\"sha256\": \"", "\"sha256\": \"0");
    place.run("verify s").refused(&["s cannot be repeated: data or nets are not the same as then: ", "data.sha256"]);
    tamper(&place, "s/run.json", "\"state\": \"finished\"", "\"state\": \"stopped\"");
    place
        .run("verify s")
        .refused(&["s is not finished (stopped); go on with it by its own command and --resume first"]);
    fs::remove_file(place.path("s/cells.jsonl")).unwrap();
    tamper(&place, "s/run.json", "\"state\": \"stopped\"", "\"state\": \"finished\"");
    place.run("verify s").refused(&["no cells to repeat", "cells.jsonl"]);
}
