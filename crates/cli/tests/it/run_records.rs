//! What a run says of itself: all that is needed to repeat it in `run.json`, and what happened when in `log.txt`.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::program::{Place, Told, interrupt};

const FOURS: &str = "generate --digit 4 --n 20 --pictures 0 --out r";

#[test]
fn the_record_names_program_machine_and_revision() {
    let place = Place::new();
    let git = |words: &str| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(words.split_whitespace());
        command.current_dir(place.path(".")).output().is_ok_and(|told| told.status.success())
    };
    place.file("notes.txt", "a");
    let has_git = git("init --quiet") && git("add notes.txt") && git("commit --quiet -m begin");
    place.run(FOURS).done();
    let record = place.json("r/run.json");
    let sum = Sha256::digest(fs::read(assert_cmd::cargo::cargo_bin!("advlab")).unwrap());
    let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(record["program_sha256"], sum);
    for fact in ["libtorch", "device", "threads", "system", "operating system", "cores"] {
        assert!(record["machine"][fact].as_str().is_some_and(|text| !text.is_empty()), "{fact}: {record}");
    }
    assert!(record["machine"]["libtorch"].as_str().unwrap().starts_with("2.11.0"), "{record}");
    if !has_git {
        eprintln!("skipped: no git here");
        return;
    }
    assert_eq!(record["source"]["revision"].as_str().unwrap().len(), 40, "{record}");
    assert_eq!(record["source"]["dirty"], false, "results that git does not know are no change");
    place.file("notes.txt", "b");
    place.run(&format!("{FOURS} --force")).done();
    assert_eq!(place.json("r/run.json")["source"]["dirty"], true);
}

#[test]
fn another_machine_goes_on_and_records_of_before_are_read() {
    let place = Place::new();
    place.run(FOURS).done();
    let (csv, mut record) = (place.bytes("r/examples.csv"), place.json("r/run.json"));
    // As a version without program, revision and warnings wrote it, on another machine, before it was stopped.
    for name in ["program_sha256", "source", "warnings", "result"] {
        record.as_object_mut().unwrap().remove(name);
    }
    record["machine"] = serde_json::json!({"libtorch": "2.11.0", "device": "cuda:0", "threads": "64", "system": "x"});
    record["state"] = "stopped".into();
    place.file("r/run.json", record.to_string());
    place.run("list .").done();
    place.run("show r").done();
    place.run(&format!("{FOURS} --resume")).done();
    assert!(place.bytes("r/examples.csv") == csv);
    assert_eq!(place.json("r/run.json")["machine"]["device"], "cpu");
}

#[test]
fn warnings_stand_in_the_record_and_in_the_log() {
    let place = Place::new();
    // Pictures that a net knows nothing of: it is right by chance.
    let told = place.run("perturb --model shallow --data fashion-mnist --n 5 --untargeted --out r");
    assert_eq!(told.code, 2, "no data, no run: {told:?}");
    let told = Told::of(
        place
            .command("train --model shallow --data digits --train 100 --test 50 --epochs 1 --rate 0.000001 --out t")
            .output()
            .unwrap(),
    );
    assert_eq!(told.code, 0, "{told:?}");
    let told = place.run("perturb --model t/model.safetensors --data digits --n 60 --untargeted --pictures 0 --out r");
    let warning =
        told.err.lines().find_map(|line| line.strip_prefix("warning: ")).unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!(place.json("r/run.json")["warnings"], serde_json::json!([warning]));
    let log = place.text("r/log.txt");
    assert!(log.contains(&format!("WARN {warning}")), "{log}");
}

#[test]
fn the_log_says_what_was_begun_and_finished_and_disturbs_nothing() {
    let place = Place::new();
    let quiet = place.run(FOURS).done();
    assert_eq!(quiet.err, "");
    let log = place.text("r/log.txt");
    let lines: Vec<&str> = log.lines().collect();
    for (line, words) in [
        (lines[0], format!("INFO begins: advlab {FOURS}")),
        (lines[2], "r: generate begins; advlab 0.1.0, ".to_owned()),
        (lines[2], "threads 1".to_owned()),
        (lines[lines.len() - 2], "r: generate finished after ".to_owned()),
        (lines[lines.len() - 1], "INFO ends: done".to_owned()),
    ] {
        assert!(line.starts_with("20") && line.contains(&words), "{words}: {log}");
    }
    let told = place.run(&format!("{FOURS} --resume")).done();
    let longer = place.text("r/log.txt");
    assert!(longer.starts_with(&log) && longer[log.len()..].contains("generate was finished before"), "{longer}");
    assert!(longer[log.len()..].contains("note: this run was finished before"), "{longer}");
    assert_eq!(told.out, quiet.out);

    for words in [format!("-v {FOURS} --force"), format!("{FOURS} --force --verbose")] {
        let loud = place.run(&words).done();
        let untimed = |log: &str| log.lines().map(|line| line[27..].to_owned()).collect::<Vec<_>>();
        assert_eq!(untimed(&loud.err), untimed(&place.text("r/log.txt")), "the same on stderr");
        let but_time = |out: &str| out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(but_time(&loud.out), but_time(&quiet.out));
    }
    let told = place.run("-v generate --class nonsense --n 1 --out no");
    assert_eq!((told.code, told.err.matches("nonsense").count()), (2, 2), "the command, and the error once: {told:?}");
}

#[test]
fn errors_on_the_way_and_stops_are_in_the_log() {
    let place = Place::new();
    let words = "generate --class 3 --n 100000 --max-attempts 10000000 --batch 32 --pictures 0 --out r";
    let child = place.start(words);
    place.wait_for("r/.parts/3-00000.npz");
    interrupt(&child);
    Told::of(child.wait_with_output().unwrap()).short();
    let log = place.text("r/log.txt");
    assert!(log.contains("stopping; press Ctrl-C again") && log.contains("generate stopped after"), "{log}");
    assert!(log.trim_end().ends_with("ends: not all that was asked for"), "{log}");

    let mut child = place.start(&format!("{words} --resume"));
    thread::sleep(Duration::from_millis(600));
    child.kill().unwrap();
    child.wait().unwrap();
    fs::write(place.path("r/.parts/3-00000.npz"), "damaged").unwrap();
    let told = place.run(&format!("{words} --resume"));
    assert_ne!(told.code, 0, "{told:?}");
    let error = told.err.lines().next().unwrap().strip_prefix("error: ").unwrap().to_owned();
    let log = place.text("r/log.txt");
    assert!(log.contains("generate goes on") && log.contains(&format!("ERROR {error}")), "{error}: {log}");
}

#[test]
fn two_runs_of_a_command_differ_in_log_and_times_alone() {
    let place = Place::new();
    let words = "perturb --data digits --n 6 --untargeted --out r";
    place.run(words).done();
    fs::rename(place.path("r"), place.path("before")).unwrap();
    place.run(words).done();
    assert_eq!(place.names("before"), place.names("r"));
    for name in
        place.names("r").iter().filter(|name| name.contains(".csv") || name.contains("npz") || name.contains("png"))
    {
        assert!(place.bytes(&format!("r/{name}")) == place.bytes(&format!("before/{name}")), "{name}");
    }
    let timeless = |file: &str| {
        let mut record = place.json(file);
        record["started"] = Value::Null;
        for at in ["/seconds", "/result/seconds"] {
            let seconds = record.pointer_mut(at).unwrap();
            assert!(seconds.as_f64().is_some_and(|seconds| (0.0..600.0).contains(&seconds)), "{at}: {seconds}");
            *seconds = Value::Null;
        }
        record
    };
    assert_eq!(timeless("r/run.json"), timeless("before/run.json"));
}
