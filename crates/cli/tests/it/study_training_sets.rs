//! `advlab run` on a study of training sets that are nearly alike, on drawn digits.

use crate::program::{Place, Told, interrupt};

pub(crate) const STUDY: &str = r#"
kind = "training-sets"
name = "digits"
seed = 1
source = "nowhere"
trainings = 2
model = { hidden = [16], activation = "relu", output = "softmax" }
training = { epochs = 3, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.01, schedule = "constant" }

[[sets]]
name = "one"
title = "set one"
data = { set = "digits", train = 300, test = 100, seed = 1 }

[[sets]]
name = "two"
title = "set two"
data = { set = "digits", train = 300, test = 100, seed = 2 }

[[changes]]
kind = "left-out"
levels = [1]

[[changes]]
kind = "swapped"
with = "two"
levels = [0.25, 1.0]

[[changes]]
kind = "adversarial"
levels = [16]
steps = 5
"#;

pub(crate) const TABLES: [&str; 6] =
    ["accuracy.csv", "agreement.csv", "thresholds.csv", "levels.csv", "divergence.csv", "trainings.csv"];

#[test]
fn one_net_learns_from_sets_that_are_nearly_alike_and_a_break_changes_nothing() {
    let place = Place::new();
    place.file("study.toml", STUDY);
    let whole = place.run("run study.toml --out whole").done();
    for wanted in ["trained on", "set two", "adversarial changes", "weights differ", "B6  "] {
        assert!(whole.out.contains(wanted), "{wanted}: {}", whole.out);
    }
    for file in ["accuracy.png", "agreement-matrix.png", "agreement-levels.png", "divergence.png", "changed.png"] {
        assert!(place.path("whole").join(file).is_file(), "{file}");
    }
    // A picture left out moves the weights, and by less than a whole set of others.
    let parting: Vec<f64> = place.rows("whole/levels.csv").iter().map(|row| row[15].parse().unwrap()).collect();
    assert!(parting[0] > 0.0 && parting[0] < parting[2], "{parting:?}");
    let report = place.text("whole/report.md");
    assert!(report.contains("the nets agree on 100.00\u{a0}% and their weights are 0 apart"), "{report}");

    let child = place.start("run study.toml --out broken");
    place.wait_for_cell("broken", "one-training-1");
    interrupt(&child);
    let told = Told::of(child.wait_with_output().unwrap());
    // It may have been quicker than the signal.
    assert!(told.code == 0 || (told.code == 1 && told.err.contains("--out broken --resume")), "{told:?}");
    place.run("run study.toml --out broken --resume").done();
    for table in TABLES {
        assert!(place.bytes(&format!("whole/{table}")) == place.bytes(&format!("broken/{table}")), "{table}");
    }
}

#[test]
fn one_data_set_in_place_of_several_is_refused() {
    let place = Place::new();
    place.file("study.toml", STUDY);
    place.run("run study.toml --data digits").refused(&["--data names one data set", "`sets`"]);
}
