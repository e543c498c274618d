//! Training, evaluating, and going on from there; on digits drawn by formula, which need no files.

use std::thread;
use std::time::Duration;

use crate::program::{Place, Told, interrupt};

const DIGITS: &str = "--data digits --train 1500 --test 300";

#[test]
fn a_trained_net_can_be_evaluated_and_fooled() {
    let place = Place::new();
    let told = place.run(&format!("train --model shallow {DIGITS} --epochs 8 --rate 0.02 --out t")).done();
    assert!(told.out.contains("784-30-10 sigmoid") && told.out.contains("8 epochs"), "{}", told.out);
    assert_eq!(
        place.names("t"),
        ["checkpoint.safetensors", "curves.png", "history.csv", "log.txt", "model.safetensors", "run.json"]
    );
    let rows = place.rows("t/history.csv");
    assert_eq!(rows.len(), 8);
    let last = rows[7].iter().map(|cell| cell.parse::<f64>().unwrap()).collect::<Vec<_>>();
    assert!(last[0] == 8.0 && last[3] > 0.6, "{last:?}");

    let told = place.run("eval --model t/model.safetensors --data digits --test 300 --out e --json").done();
    let json = told.json();
    assert_eq!(told.err, "");
    assert!((json["accuracy"].as_f64().unwrap() - last[3]).abs() < 1e-9, "{json}");
    let confusion: Vec<Vec<u64>> = serde_json::from_value(json["confusion"].clone()).unwrap();
    assert_eq!(confusion.iter().flatten().sum::<u64>(), 300);
    let right: u64 = (0..10).map(|k| confusion[k][k]).sum();
    assert!((right as f64 / 300.0 - last[3]).abs() < 1e-9);
    assert_eq!(place.rows("e/answers.csv").len(), 300);
    let names = place.names("e");
    assert_eq!(names[..5], ["answers.csv", "answers.npz", "confusion.csv", "confusion.png", "log.txt"]);
    assert_eq!(names[5..], ["panel.png", "reliability.png", "report.html", "run.json"]);

    place.run("generate --digit 4 --n 10 --model t/model.safetensors --out g").done();
    assert_eq!(place.rows("g/examples.csv").len(), 10);
}

#[test]
fn a_net_for_other_data_is_trained_and_judged_on_them() {
    let place = Place::new();
    place.run("train --model objects --train 32 --test 16 --epochs 1 --out t").done();
    assert_eq!(place.json("t/run.json")["inputs"]["train data"]["set"], "objects");
    let json = place.run("eval --model objects --test 32 --json").done().json();
    assert!(json["classes"][3] == "car" && json["accuracy"].as_f64().unwrap() > 0.9, "{json}");
}

#[test]
fn the_same_seed_trains_the_same_net() {
    let place = Place::new();
    for (out, seed) in [("a", 1), ("b", 1), ("c", 2)] {
        place.run(&format!("train --model deep {DIGITS} --epochs 2 --seed {seed} --out {out}")).done();
    }
    let weights = |out: &str| place.bytes(&format!("{out}/model.safetensors"));
    assert!(weights("a") == weights("b") && weights("a") != weights("c"));
}

#[test]
fn an_interrupted_training_comes_to_the_same_weights() {
    let place = Place::new();
    // `deep` is trained on shifted and rotated pictures, the net of the file with dropout and momentum.
    place.file(
        "net.toml",
        "[model]\nlayers = [{ conv = { filters = 3, size = 5 } }, { pool = 2 }, { dense = 12 }, { dropout = 0.2 }]\n\
         activation = 'relu'\noutput = 'softmax'\n\
         [training]\nepochs = 4\nbatch = 20\ncost = 'cross-entropy'\noptimizer = 'momentum'\nrate = 0.01\n\
         schedule = 'one-cycle'\n",
    );
    for words in
        [format!("train --model deep {DIGITS} --batch 20 --epochs 9"), format!("train --model net.toml {DIGITS}")]
    {
        let net = if words.contains("deep") { "deep" } else { "net" };
        let [whole, asked, killed] = ["whole", "asked", "killed"].map(|how| format!("{net}-{how}"));
        place.run(&format!("{words} --out {whole}")).done();

        let child = place.start(&format!("{words} --out {asked}"));
        place.wait_for(&format!("{asked}/history.csv"));
        interrupt(&child);
        let told = Told::of(child.wait_with_output().unwrap()).short();
        assert!(told.err.contains("stopped; the checkpoint of epoch"), "{}", told.err);
        assert_eq!(place.json(&format!("{asked}/run.json"))["state"], "stopped");
        // What is done so far can be used.
        place.run(&format!("eval --model {asked}/model.safetensors --data digits --test 20 --out e-{net}")).done();
        place.run(&format!("{words} --out {asked} --resume")).done();

        for delay in [20, 250, 400, 700] {
            let mut child = place.start(&format!("{words} --out {killed} --resume"));
            thread::sleep(Duration::from_millis(delay));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        place.run(&format!("{words} --out {killed} --resume")).done();
        for out in [&asked, &killed] {
            assert!(
                place.bytes(&format!("{out}/model.safetensors")) == place.bytes(&format!("{whole}/model.safetensors")),
                "{out}"
            );
            let epochs = place.rows(&format!("{out}/history.csv")).len();
            assert_eq!(epochs, place.rows(&format!("{whole}/history.csv")).len());
        }
        let again = place.run(&format!("{words} --out {whole} --resume")).done();
        assert_eq!(again.err, "note: this training was finished before; nothing was left to do\n");
    }
}

#[test]
fn a_cost_that_runs_away_is_named() {
    let place = Place::new();
    let words = format!("train --model shallow {DIGITS} --optimizer sgd --rate 1e30 --epochs 3 --out t");
    place.run(&words).failed(&["the loss became NaN in epoch 1", "smaller rate", "1e30"]);
}

#[test]
fn a_damaged_checkpoint_is_named() {
    let place = Place::new();
    let words = format!("train --model shallow {DIGITS} --epochs 2 --out t");
    place.run(&words).done();
    let whole = place.bytes("t/checkpoint.safetensors");
    place.file("t/checkpoint.safetensors", &whole[..whole.len() / 2]);
    place.run(&format!("{words} --resume")).refused(&["t/checkpoint.safetensors: not a whole safetensors file"]);
}

#[test]
fn a_folder_that_holds_a_training_is_left_alone() {
    let place = Place::new();
    let words = format!("train --model shallow {DIGITS} --epochs 1 --out t");
    place.run(&words).done();
    place.run(&words).refused(&["t already holds a run"]);
    place.run(&format!("{words} --resume --rate 0.5")).refused(&["training.rate: 0.004 (now 0.5)"]);
    place
        .run(&format!("{words} --resume").replace("1500", "1400"))
        .refused(&["data.train", "train data.pictures: 1500 (now 1400)"]);
}
