//! Studies done in parts and joined; killed at random moments, hundreds of times; on a disk that runs full.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::program::Place;
use crate::study_training_sets;

/// Eighteen cells of three digits, and six trainings.
const STUDY: &str = r#"
kind = "noise"
name = "tiny"
seed = 1
data = { set = "digits", train = 300, test = 50 }
digits = [2, 3, 7]
trainings = 2
n = 20
max-attempts = 40
batch = 20
permutations = 100

[[nets]]
name = "shallow"
model = { hidden = [12], activation = "sigmoid", output = "sigmoid" }
training = { epochs = 2, batch = 20, cost = "quadratic", optimizer = "adam", rate = 0.01, schedule = "constant" }

[[nets]]
name = "deep"
model = { hidden = [12, 10], activation = "sigmoid", output = "sigmoid" }
training = { epochs = 2, batch = 20, cost = "quadratic", optimizer = "adam", rate = 0.01, schedule = "constant" }

[[recipes]]
name = "default"
noise = { start = "uniform:0,1", loss = "margin", optimizer = "normalised", rate = 0.15, steps = 50, clip = true, early-stop = true }

[[recipes]]
name = "slow"
noise = { start = "uniform:0,1", loss = "margin", optimizer = "normalised", rate = 0.05, steps = 50, clip = true, early-stop = true }
"#;

const TABLES: [&str; 5] = ["success.csv", "confidence.csv", "correlations.csv", "verdicts.json", "success.png"];

fn studied() -> Place {
    let place = Place::new();
    place.file("study.toml", STUDY);
    place
}

fn assert_same(place: &Place, whole: &str, other: &str, files: &[&str]) {
    for file in files {
        assert!(place.bytes(&format!("{whole}/{file}")) == place.bytes(&format!("{other}/{file}")), "{file}");
    }
}

/// The cells that a dry run lists are those that are done.
fn assert_foretold(place: &Place, whole: &str) {
    let told = place.run("run study.toml --dry-run --json").done().json();
    let mut foretold: Vec<String> = serde_json::from_value(told["keys"].clone()).unwrap();
    foretold.sort();
    let lines = place.text(&format!("{whole}/cells.jsonl"));
    let key =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["cell"].as_str().unwrap().to_owned();
    // `seeds` is what the study of training sets works out of all its cells.
    let done: Vec<String> = lines.lines().map(key).filter(|key| key != "seeds").collect();
    assert_eq!(foretold, done);
}

#[test]
fn parts_come_to_what_the_whole_comes_to() {
    let place = studied();
    place.run("run study.toml --out whole").done();
    assert_foretold(&place, "whole");
    for part in 1..=3 {
        let told = place.run(&format!("run study.toml --out parts --shard {part}/3 --jobs 1")).done();
        assert!(told.out.contains(&format!("shard {part}/3: its 8 cells are done")), "{}", told.out);
        assert_eq!(place.json(&format!("parts/shards/{part}-of-3/run.json"))["state"], "finished");
    }
    // A part trains the nets of its own cells alone.
    assert_eq!(place.names("parts/shards/1-of-3/nets").len(), 3);
    let again = place.run("run study.toml --out parts --shard 3/3 --resume").done();
    assert!(again.out.contains("shard 3/3"), "{}", again.out);

    let told = place.run("merge parts").done();
    assert!(told.out.starts_with("3 shards, 24 cells\n") && told.out.contains("N1  "), "{}", told.out);
    assert_same(&place, "whole", "parts", &TABLES);
    assert_eq!(
        place.names("whole"),
        place.names("parts").into_iter().filter(|name| name != "shards").collect::<Vec<_>>()
    );
    // Merged again, and elsewhere, it is the same.
    place.run("merge parts").done();
    place.run("merge parts/shards/2-of-3 parts/shards/1-of-3 parts/shards/3-of-3 --out elsewhere").done();
    for merged in ["parts", "elsewhere"] {
        assert_same(&place, "whole", merged, &TABLES);
    }
}

/// Cells that others are held against belong to one part and are needed in another.
#[test]
fn parts_need_nothing_of_each_other() {
    let place = Place::new();
    place.file("study.toml", study_training_sets::STUDY);
    place.run("run study.toml --out whole").done();
    assert_foretold(&place, "whole");
    // The last first: it holds none of the nets that its cells are compared with.
    for part in [4, 2, 1, 3] {
        place.run(&format!("run study.toml --out parts --shard {part}/4")).done();
    }
    place.run("merge parts").done();
    assert_same(&place, "whole", "parts", &study_training_sets::TABLES);
}

#[test]
fn parts_that_do_not_fit_together_are_named() {
    let place = studied();
    let refused = |words: &str, wanted: &[&str]| place.run(words).refused(wanted);
    refused("merge nowhere", &["nowhere holds neither shards nor a shard"]);
    refused("run study.toml --out parts --shard 4/3", &["shard 4/3: shards are counted from 1"]);
    refused("run study.toml --shard 1/3", &["--out"]);
    for part in [1, 3] {
        place.run(&format!("run study.toml --out parts --shard {part}/3")).done();
    }
    refused("merge parts", &["1 of 3 shards missing: 2", "--shard I/3 --out DIR --resume"]);
    place.run("run study.toml --out other --seed 2 --shard 2/3").done();
    refused("merge parts other --out all", &["are not shards of one study; they differ in seed: 1 (now 2)"]);
    place.run("run study.toml --out other --force --shard 2/4").done();
    refused("merge parts other/shards/2-of-4 --out all", &["one is of 3, the other of 4"]);
    place.run("run study.toml --out twice --shard 3/3").done();
    refused("merge parts twice --out all", &["shard 3/3 is there twice", "name one of them"]);
    refused("merge parts twice", &["say by --out where the whole is to go"]);

    place.run("run study.toml --out parts --shard 2/3").done();
    let record = place.text("parts/shards/2-of-3/run.json");
    place.file("parts/shards/2-of-3/run.json", record.replace("\"finished\"", "\"running\""));
    refused("merge parts", &["1 of 3 shards unfinished: 2"]);
    place.file("parts/shards/2-of-3/run.json", &record);
    let journal = place.text("parts/shards/2-of-3/cells.jsonl");
    place.file("parts/shards/2-of-3/cells.jsonl", journal.replacen("\"attempts\":", "\"attempts\":1", 1));
    refused("merge parts", &["2-of-3: 1 lines of cells.jsonl are damaged", "--resume"]);
    place.file("parts/shards/2-of-3/cells.jsonl", &journal);
    place.file("parts/mine.txt", "notes");
    refused("merge parts", &["parts holds something else than shards, `mine.txt`"]);
    fs::remove_file(place.path("parts/mine.txt")).unwrap();
    place.run("merge parts").done();
    assert_eq!(place.text("parts/shards/2-of-3/cells.jsonl"), journal, "shards stay as they are");
}

/// How often the study is killed; more by hand: `ADVLAB_KILLS=1000`.
const KILLS: u64 = 100;

#[test]
fn killed_at_random_moments_it_comes_to_the_same() {
    let place = studied();
    place.run("run study.toml --out whole").done();
    let kills = std::env::var("ADVLAB_KILLS").ok().map_or(KILLS, |text| text.parse().unwrap());
    let (mut finished, mut random) = (0, 12345_u64);
    for _ in 0..kills {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = place.start("run study.toml --out broken --resume");
        thread::sleep(Duration::from_millis(random >> 33 & 0x3ff));
        child.kill().unwrap();
        // What was quick enough begins anew, so that kills go on hitting work.
        if child.wait().unwrap().success() {
            finished += 1;
            assert_same(&place, "whole", "broken", &TABLES);
            fs::remove_dir_all(place.path("broken")).unwrap();
        }
    }
    place.run("run study.toml --out broken --resume").done();
    assert_same(&place, "whole", "broken", &TABLES);
    assert!(finished < kills, "no kill hit it");
    assert!(place.names("broken").iter().all(|name| !name.starts_with('.')));
}

#[test]
fn a_merge_that_is_killed_is_done_again() {
    let place = studied();
    place.run("run study.toml --out whole").done();
    for part in [1, 2] {
        place.run(&format!("run study.toml --out parts --shard {part}/2")).done();
    }
    let (mut killed, mut shards) = (0, Vec::new());
    for part in ["1-of-2", "2-of-2"] {
        shards.push(place.bytes(&format!("parts/shards/{part}/cells.jsonl")));
    }
    for milliseconds in (0..40).map(|step| step * 20) {
        let mut child = place.start("merge parts");
        thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        let state = place.path("parts/run.json").is_file().then(|| place.json("parts/run.json")["state"].clone());
        // What calls itself finished is whole, whenever the kill came.
        if state.is_some_and(|state| state == "finished") {
            assert_same(&place, "whole", "parts", &TABLES);
        }
    }
    assert!(killed > 0, "no kill hit it");
    place.run("merge parts").done();
    assert_same(&place, "whole", "parts", &TABLES);
    for (part, before) in ["1-of-2", "2-of-2"].iter().zip(shards) {
        assert!(place.bytes(&format!("parts/shards/{part}/cells.jsonl")) == before, "shards stay as they are");
    }
}

/// A limit on the size of files is how a full disk looks from inside: the next write comes back with an error.
#[test]
#[cfg(unix)]
fn a_disk_that_runs_full_loses_nothing_that_is_done() {
    let place = studied();
    place.run("run study.toml --out whole").done();
    let mut seen = 0;
    // Too little for a net, then for some of the cells, then for most.
    for blocks in [40, 300, 600] {
        let told = place.run_with_small_files("run study.toml --out full --resume", blocks);
        assert!(told.code != 0 && told.err.contains("File too large") && !told.err.contains("panicked"), "{told:?}");
        let cells = place.path("full/cells.jsonl").is_file().then(|| place.text("full/cells.jsonl").lines().count());
        assert!(cells.unwrap_or(0) >= seen, "cells that were done are gone");
        seen = cells.unwrap_or(0);
    }
    assert!(seen > 0, "no cell was done before the disk was full");
    place.run("run study.toml --out full --resume").done();
    assert_same(&place, "whole", "full", &TABLES);
}
