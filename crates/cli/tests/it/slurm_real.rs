//! A study on a real Slurm: an array of its shards, a task that is killed, the study submitted again, and what joins it. Passed over where
//! Slurm is not installed.

use std::fs;

use crate::cluster::Cluster;
use crate::program::{Place, Told};

/// Small, but long enough to be killed at.
const STUDY: &str = r#"
kind = "adversarial-training"
name = "on-slurm"
seed = 1
source = "nothing of these digits"
data = { set = "digits", train = 3000, test = 300 }
trainings = 4
model = { hidden = [30, 20], activation = "sigmoid", output = "softmax" }
training = { epochs = 6, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.01, schedule = "cosine" }
n = 30
attack = { method = "minimal", steps = 60 }

[[variants]]
name = "without"
title = "without"

[[variants]]
name = "layers"
title = "pools for all layers"
helps = true
pool = { below = [0, 1, 2], size = 300, fresh = 100, attack = { method = "ddn", steps = 20 } }
"#;

#[test]
fn a_killed_task_is_submitted_again_and_the_whole_is_what_one_run_makes() {
    let cluster = match Cluster::start(4) {
        Ok(cluster) => cluster,
        Err(why) => {
            eprintln!("passed over: no Slurm for tests: {why}");
            return;
        }
    };
    let place = Place::new();
    place.file("study.toml", STUDY);
    let run = |words: &str| {
        let mut command = place.command(words);
        cluster.known_to(&mut command);
        Told::of(command.output().unwrap())
    };
    let status = || run("status r --json").json();
    let job = |status: &serde_json::Value| status["shards"][2]["job"].as_u64().unwrap();
    let states = |status: &serde_json::Value| -> Vec<String> {
        let shards = status["shards"].as_array().unwrap();
        shards.iter().map(|shard| shard["state"].as_str().unwrap().to_owned()).collect()
    };

    let submit = "submit study.toml --slurm --array 4 --time 0:10:00 --mem 500M --cpus 1 --out r";
    let told = run(submit).done();
    assert!(told.out.contains("shards 1-4"), "{}", told.out);
    let first = job(&status());
    // The third is killed in the middle of its work, without a chance to say so; again at once there is nothing to submit but it.
    place.wait_for("r/shards/3-of-4/run.json");
    cluster.ask("scancel", &["--full", "--signal=KILL", &format!("{first}_3")]);
    cluster.wait("failed third task", |_| states(&status())[2] == "failed");
    let told = run(submit).done();
    assert!(told.out.contains("shards 3;"), "{}", told.out);
    assert!(job(&status()) > first);
    run("status r").short();

    cluster.wait("end of the study", |_| run("status r").code == 0);
    let whole = status();
    assert_eq!(states(&whole), ["finished"; 4]);
    assert_eq!(whole["merge"]["slurm"], "COMPLETED", "{whole}");
    assert!(run(submit).done().out.contains("nothing to submit: all shards are finished and joined"));

    place.run("run study.toml --out whole --jobs 1").done();
    let names = |folder: &str| {
        let mut names = place.names(folder);
        names.retain(|name| name != "shards" && name != "slurm");
        names
    };
    assert_eq!(names("r"), names("whole"));
    assert_eq!(names("r/nets"), names("whole/nets"));
    let nets = names("whole/nets").into_iter().map(|net| format!("nets/{net}"));
    let files = names("whole").into_iter().filter(|name| name.ends_with(".csv") || name.ends_with(".png"));
    for name in files.chain(nets) {
        if place.path(format!("whole/{name}")).is_file() {
            assert!(timeless(&place, &format!("r/{name}")) == timeless(&place, &format!("whole/{name}")), "{name}");
        }
    }
    assert_eq!(place.json("r/verdicts.json"), place.json("whole/verdicts.json"));
    for task in 1..=4 {
        let log = fs::read_to_string(place.path(format!("r/slurm/shard-{task}.log"))).unwrap();
        assert!(log.contains(&format!("shard {task}/4: its ")), "{log}");
    }
}

/// The bytes of a file, without the columns of a table that say how long something took.
fn timeless(place: &Place, name: &str) -> Vec<u8> {
    if !name.ends_with(".csv") {
        return place.bytes(name);
    }
    let text = place.text(name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let kept: Vec<bool> = reader.headers().unwrap().iter().map(|column| !column.contains("seconds")).collect();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        row.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(cell, _)| format!("{cell},")).collect::<String>() + "\n"
    });
    rows.collect::<String>().into_bytes()
}

#[test]
fn a_task_that_runs_out_of_time_is_told_so_and_goes_on_later() {
    let cluster = match Cluster::start(2) {
        Ok(cluster) => cluster,
        Err(why) => {
            eprintln!("passed over: no Slurm for tests: {why}");
            return;
        }
    };
    let place = Place::new();
    // One shard, too long to end before it is told.
    place.file("study.toml", STUDY.replace("epochs = 6", "epochs = 60"));
    let run = |words: &str| {
        let mut command = place.command(words);
        cluster.known_to(&mut command);
        Told::of(command.output().unwrap())
    };
    run("submit study.toml --slurm --array 1 --time 10 --out r").done();
    place.wait_for("r/shards/1-of-1/run.json");
    // What Slurm sends by `--signal=B:TERM` when the time is nearly over.
    let job = run("status r --json").short().json()["shards"][0]["job"].to_string();
    cluster.ask("scancel", &["--batch", "--signal=TERM", &format!("{job}_1")]);
    cluster.wait("end of the task", |_| run("status r --json").json()["shards"][0]["state"] == "failed");
    assert_eq!(place.json("r/shards/1-of-1/run.json")["state"], "stopped");
    let log = place.text("r/slurm/shard-1.log");
    assert!(log.contains("stopped; ") && log.contains("--resume"), "{log}");
}
