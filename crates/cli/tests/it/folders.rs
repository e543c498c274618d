//! Results folders that are taken, full, or cannot be made.

use std::fs::File;

use crate::program::Place;

const FOURS: &str = "generate --digit 4 --n 20 --out r";

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let place = Place::new();
    place.file("file", "");
    // Below a file there is no folder for anyone, not even for root.
    for command in [
        "generate --digit 4 --n 1",
        "train --model shallow --data digits --train 9 --test 9",
        "eval --data digits --test 9",
    ] {
        place.run(&format!("{command} --out file/r")).refused(&["cannot make the results folder file/r"]);
        place.run(&format!("{command} --out file")).refused(&["cannot make the results folder file"]);
    }
    place.run("generate --digit 4 --n 1 --out /proc/r").refused(&["cannot make the results folder /proc/r"]);
}

#[test]
fn a_folder_that_holds_a_run_is_left_alone() {
    let place = Place::new();
    place.run(FOURS).done();
    let before = (place.names("r"), place.bytes("r/examples.npz"), place.bytes("r/run.json"));
    place.run("generate --digit 3 --n 20 --out r").refused(&["r already holds a run", "--resume", "--force"]);
    place.run("eval --data digits --test 9 --out r").refused(&["r already holds a run"]);
    place.run("generate --digit 3 --n 20 --rate 0.2 --out r --resume").refused(&[
        "r holds another run (generate of advlab 0.1.0)",
        r#"targets: ["4"] (now ["3"])"#,
        "noise.rate: 0.15 (now 0.2)",
    ]);
    place.run("generate --digit 4 --n 20 --model deep --out r --resume").refused(&[r#"model: "shallow" (now "deep")"#]);
    place.run("eval --data digits --test 9 --out r --resume").refused(&["kind of run: generate (now eval)"]);
    assert!(before == (place.names("r"), place.bytes("r/examples.npz"), place.bytes("r/run.json")), "it was changed");
}

#[test]
fn force_leaves_nothing_of_the_run_before() {
    let place = Place::new();
    place.run(FOURS).done();
    place.file("r/notes.txt", "mine");
    place.run("generate --digit 3 --n 5 --out r --force").done();
    assert!(place.names("r/pictures").iter().all(|name| name.starts_with("3-")), "{:?}", place.names("r/pictures"));
    assert_eq!(place.rows("r/examples.csv").len(), 5);
    assert_eq!(place.text("r/notes.txt"), "mine");
}

#[test]
fn force_leaves_nothing_of_another_command() {
    let place = Place::new();
    for command in [
        "perceptron --problem xor --hidden 2 --animation gif",
        "slice --data digits --cells 5",
        "lyapunov --data digits --test 20 --plane 0,1,2 --grid 16",
        "norms --data digits --n 2 --steps 5",
        "doubt --data digits --test 20 --noise 5 --steps 5",
        "eval --data digits --test 20",
        "basis --data digits --n 50",
        "perturb --data digits --n 2 --untargeted",
        "generate --digit 3 --n 5",
    ] {
        place.run(&format!("{command} --out r --force")).done();
    }
    place.run("generate --digit 3 --n 5 --out fresh").done();
    assert_eq!(place.names("r"), place.names("fresh"));
}

#[test]
fn a_folder_with_other_things_is_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.path("r")).unwrap();
    place.file("r/thesis.tex", "much work");
    place.run(FOURS).refused(&["r is not empty; choose another --out"]);
    place.run(&format!("{FOURS} --resume")).refused(&["nothing to resume: r holds no run.json"]);
    assert_eq!(place.names("r"), ["thesis.tex"]);
    place.file("r/run.json", "{}");
    place.run(&format!("{FOURS} --resume")).refused(&["r/run.json is not a run that this version can go on with"]);
    place.file("r/run.json", r#"{"advlab": "9.1.0", "kind": "study dreams", "spec": 7}"#);
    place.run(&format!("{FOURS} --resume")).refused(&["study dreams of advlab 9.1.0; this is advlab 0.1.0"]);
}

#[test]
fn another_version_goes_on_with_nothing_and_a_study_not_with_another() {
    let place = Place::new();
    place.run(FOURS).done();
    let whole = place.text("r/run.json");
    let with = |text: &str, version: &str, state: &str| {
        text.replace("\"advlab\": \"0.1.0\"", &format!("\"advlab\": \"{version}\""))
            .replace("\"state\": \"finished\"", &format!("\"state\": \"{state}\""))
    };
    place.file("r/run.json", with(&whole, "0.0.9", "stopped"));
    place.run(&format!("{FOURS} --resume")).refused(&[
        "r holds an unfinished run (generate of advlab 0.0.9), and this is advlab 0.1.0",
        "go on with it by advlab 0.0.9",
    ]);
    assert_eq!(place.json("r/run.json")["advlab"], "0.0.9", "it is left alone");
    // One that is finished can be told again by whoever can read it.
    place.file("r/run.json", with(&whole, "0.0.9", "finished"));
    assert!(place.run(&format!("{FOURS} --resume")).done().err.contains("was finished before"));

    let study = |name: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
        folder.join(name).display().to_string()
    };
    place.file("r/run.json", whole.replace("\"kind\": \"generate\"", "\"kind\": \"study noise\""));
    place.run(&format!("run {} --out r --resume", study("szegedy-quick.toml"))).refused(&[
        "r holds another run (study noise of advlab 0.1.0)",
        "kind of run: study noise (now study transfer)",
    ]);
}

#[test]
fn nothing_to_resume_begins_anew_and_says_so() {
    let place = Place::new();
    let told = place.run(&format!("{FOURS} --resume")).done();
    assert_eq!(told.err, "note: nothing to resume in r; starting from the beginning\n");
    std::fs::create_dir(place.path("empty")).unwrap();
    assert!(
        place.run("generate --digit 4 --n 2 --out empty --resume").done().err.starts_with("note: nothing to resume")
    );
    // A kill before the first record leaves no more than this.
    std::fs::create_dir(place.path("killed")).unwrap();
    place.file("killed/.making-x", "{");
    place.run("generate --digit 4 --n 2 --out killed").done();
    assert!(!place.path("killed/.making-x").exists());
}

#[test]
fn a_finished_run_is_told_again() {
    let place = Place::new();
    let first = place.run(FOURS).done().out;
    let before = place.bytes("r/run.json");
    let again = place.run(&format!("{FOURS} --resume")).done();
    assert_eq!(again.out, first);
    assert_eq!(again.err, "note: this run was finished before; nothing was left to do\n");
    assert!(place.bytes("r/run.json") == before);
}

#[test]
fn two_at_once_do_not_share_a_folder() {
    let place = Place::new();
    std::fs::create_dir(place.path("r")).unwrap();
    let folder = File::open(place.path("r")).unwrap();
    if folder.try_lock().is_err() {
        eprintln!("skipped: {} knows no locks", place.path("r").display());
        return;
    }
    place.run(FOURS).refused(&["another advlab is at work in r"]);
    drop(folder);
    place.run(FOURS).done();
}

#[test]
fn a_full_disk_keeps_what_is_done() {
    let place = Place::new();
    // Files may not grow beyond 1 or 2 MB, as the shell counts: enough for a block of examples, not for all of them.
    let words = "generate --digit 4 --n 1000 --batch 8 --pictures 0";
    let told = place.run_with_small_files(&format!("{words} --out full"), 2000);
    told.failed(&["cannot write full/examples.npz", "File too large", "hint: what is done is kept"]);
    assert!(
        !place.path("full/examples.npz").exists() && place.names("full/.parts").len() == 4,
        "{:?}",
        place.names("full")
    );
    let told = place.run_with_small_files(&format!("{words} --out none"), 20);
    told.failed(&["cannot write none/.parts/4-00000.npz", "File too large"]);
    for out in ["full", "none"] {
        place.run(&format!("{words} --out {out} --resume")).done();
    }
    place.run(&format!("{words} --out whole")).done();
    for out in ["full", "none"] {
        assert!(place.bytes(&format!("{out}/examples.npz")) == place.bytes("whole/examples.npz"), "{out}");
        assert!(!place.path(format!("{out}/.parts")).exists());
    }
}
