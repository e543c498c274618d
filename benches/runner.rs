//! What the runner costs beside the work itself: `cargo bench -p advlab-benches --bench runner`.
//!
//! What a finished cell costs to write down, how long 100 000 of them take to resume, how long shards take to join, and what a
//! second core is worth. Sweeps stand for all studies: they go through the same journal, shards and merge.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use advlab_benches::clock;
use advlab_runner::{Folder, Journal};

/// Cells of the sweep that is resumed.
const CELLS: usize = 100_000;

/// Points of the sweep that is done by one process and by two.
const POINTS: usize = 40;

fn main() {
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let program = advlab_benches::program();
    let mut missed = 0;
    let mut show = |what: &str, value: f64, limit: f64, unit: &str| {
        let met = value <= limit;
        missed += usize::from(!met);
        println!("{what:<66} {value:>8.3} {unit:<2}  at most {limit:>5}  {}", if met { "met" } else { "MISSED" });
    };
    show("a finished cell, written down", 1e3 * written(), 1.0, "ms");
    show("100 000 finished cells, resumed", resumed(&program).as_secs_f64(), 5.0, "s");
    show("1000 shards of 1000 cells, joined", joined(&program, 1000, 1000).as_secs_f64(), 10.0, "s");
    let (one, two) = halves(&program);
    show("two shards side by side, of the time of one process", two.as_secs_f64() / one.as_secs_f64(), 0.6, "");
    for shards in [100, 1000, 10_000] {
        let time = joined(&program, shards, 10);
        println!("{shards:>6} shards of 10 cells, joined: {:.2} s", time.as_secs_f64());
    }
    println!("\n{}", if missed == 0 { "all met".to_owned() } else { format!("{missed} not met") });
}

/// A row of a sweep: as `cells.jsonl` has what came of a point.
fn row(number: usize) -> String {
    format!(
        "{{\"number\":{number},\"name\":\"seed-{number}\",\"settings\":{{\"seed\":{number}}},\"complete\":true,\
         \"result\":{{\"success_rate\":0.5,\"classes\":[{{\"n\":20,\"median\":3.5,\"rate\":0.5}}]}}}}"
    )
}

fn key(number: usize) -> String {
    format!("{number:07}")
}

/// Seconds for each cell that is written down.
fn written() -> f64 {
    let place = tempfile::tempdir().expect("a place for results");
    let journal = Journal::open(&Folder::at(place.path())).expect("it is our folder");
    let time = clock(|| {
        for number in 0..CELLS {
            journal.add(&key(number), &row(number)).expect("there is room");
        }
    });
    time.as_secs_f64() / CELLS as f64
}

/// How long it takes to go on with a sweep of which every point is done.
fn resumed(program: &Path) -> Duration {
    let place = tempfile::tempdir().expect("a place for results");
    let file = place.path().join("sweep.toml");
    let text = |seeds: usize| {
        format!(
            "kind = \"generate\"\nmodel = \"shallow\"\ntargets = [\"4\"]\nn = 1\npictures = 0\n[sweep]\ncross = {{ seed = \"1..={seeds}\" }}\n"
        )
    };
    fs::write(&file, text(1)).expect("it is our folder");
    let out = place.path().join("out");
    let run = || {
        let mut command = Command::new(program);
        command.arg("run").arg(&file).arg("--out").arg(&out).arg("--resume");
        ended(start(&mut command));
    };
    // The record of the first point, as if all had been asked for.
    run();
    fs::write(&file, text(CELLS)).expect("it is our folder");
    let record = fs::read_to_string(out.join("run.json")).expect("the run has ended");
    let mut record: serde_json::Value = serde_json::from_str(&record).expect("it is JSON");
    record["spec"]["points"] = CELLS.into();
    record["spec"]["settings"]["sweep"]["cross"]["seed"] = (1..=CELLS).collect();
    record["state"] = "running".into();
    fs::write(out.join("run.json"), record.to_string()).expect("it is our folder");
    let journal = Journal::open(&Folder::at(&out)).expect("it is our folder");
    (0..CELLS).for_each(|number| journal.add(&key(number), &row(number)).expect("there is room"));
    drop(journal);
    clock(run)
}

/// How long it takes to join shards.
fn joined(program: &Path, shards: usize, cells: usize) -> Duration {
    let place = tempfile::tempdir().expect("a place for results");
    for shard in 0..shards {
        let folder = place.path().join(format!("shards/{}-of-{shards}", shard + 1));
        fs::create_dir_all(&folder).expect("it is our folder");
        let record = serde_json::json!({
            "advlab": env!("CARGO_PKG_VERSION"), "command": "", "kind": "sweep generate", "state": "finished",
            "spec": {"name": "bench", "kind": "generate", "points": shards * cells, "settings": {}},
            "inputs": {"shard": format!("{}/{shards}", shard + 1)}, "machine": {}, "started": "", "seconds": 0.0,
            "result": {"cells": cells, "done": cells},
        });
        fs::write(folder.join("run.json"), record.to_string()).expect("it is our folder");
        let journal = Journal::open(&Folder::at(&folder)).expect("it is our folder");
        for number in shard * cells..(shard + 1) * cells {
            journal.add(&key(number), &row(number)).expect("there is room");
        }
    }
    clock(|| ended(start(Command::new(program).arg("merge").arg(place.path()))))
}

/// One process for all points, and two for half of them each.
fn halves(program: &Path) -> (Duration, Duration) {
    let place = tempfile::tempdir().expect("a place for results");
    let mut text = String::from("kind = \"generate\"\nmodel = \"deep\"\ntargets = [\"all\"]\nn = 300\npictures = 0\n");
    write!(text, "[sweep]\ncross = {{ seed = \"1..={POINTS}\" }}\n").expect("text takes text");
    let file = place.path().join("sweep.toml");
    fs::write(&file, text).expect("it is our folder");
    let run = |out: &str, shard: Option<&str>| {
        let mut command = Command::new(program);
        command.arg("run").arg(&file).arg("--jobs").arg("1").arg("--out").arg(place.path().join(out));
        command.env("OMP_NUM_THREADS", "1").env("RAYON_NUM_THREADS", "1");
        shard.map(|shard| command.args(["--shard", shard]));
        start(&mut command)
    };
    let began = Instant::now();
    ended(run("one", None));
    let one = began.elapsed();
    let began = Instant::now();
    let both = [run("two", Some("1/2")), run("two", Some("2/2"))];
    both.into_iter().for_each(ended);
    ended(start(Command::new(program).arg("merge").arg(place.path().join("two"))));
    (one, began.elapsed())
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the program is there")
}

fn ended(mut child: Child) {
    assert!(child.wait().expect("it is our child").success(), "the program failed");
}
