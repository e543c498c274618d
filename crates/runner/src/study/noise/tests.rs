//! A tiny study from end to end, on drawn digits.

use std::fs;
use std::path::Path;

use advlab_core::Stop;

use super::*;
use crate::journal::by_hand::{cell, lose};
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "noise"
name = "tiny"
seed = 1
data = { set = "digits", train = 300, test = 50 }
digits = [2, 3, 7]
trainings = 2
n = 5
max-attempts = 20
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

[[retrained]]
name = "tanh"
activation = "tanh"

[[variants]]
name = "tanh"
of = "default"
nets = "tanh"
trainings = 1
n = 2
max-attempts = 4
"#;

fn surroundings(stop: &Stop) -> Surroundings {
    Surroundings::new("advlab run tiny.toml", stop.clone(), Progress::Hidden)
}

fn study(out: &Path, existing: Existing) -> Report {
    let spec: Spec = toml::from_str(TINY).unwrap();
    prepare(&spec, out.to_owned(), existing, &surroundings(&Stop::default())).unwrap().run().unwrap()
}

/// Asserts that two studies came to the same, to the last digit.
fn assert_same(a: &Path, b: &Path) {
    for name in ["success.csv", "confidence.csv", "correlations.csv", "variants.csv", "verdicts.json"] {
        let (a, b) = (fs::read_to_string(a.join(name)).unwrap(), fs::read_to_string(b.join(name)).unwrap());
        let difference = a.lines().zip(b.lines()).find(|(a, b)| a != b);
        assert!(difference.is_none() && a.len() == b.len(), "{name}: {difference:?}");
    }
}

#[test]
fn a_study_runs_stops_goes_on_and_comes_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, broken) = (folder.path().join("whole"), folder.path().join("broken"));
    let report = study(&whole, Existing::Refuse);
    assert_eq!((report.ending, report.cells), (Ending::Complete, (18, 18)));
    assert_eq!(
        report.findings.iter().map(|finding| finding.key).collect::<Vec<_>>(),
        ["N1", "N2", "N3", "N4", "N5", "N6"]
    );
    let page = fs::read_to_string(whole.join("report.html")).unwrap();
    let text = fs::read_to_string(whole.join("report.md")).unwrap();
    let again =
        crate::report::make(std::slice::from_ref(&whole), &crate::report::Place::At(folder.path().join("again.html")))
            .unwrap();
    assert!(fs::read_to_string(again).unwrap() == page, "the page follows from the folder");
    assert!(page.matches("class=\"badge").count() >= 12 && page.contains("<caption>Settings</caption>"));
    assert!(page.contains("png;base64,") && !page.contains("src=\"success"), "the page must be one file");
    assert!(text.find("## Verdicts").unwrap() < text.find("## Figures").unwrap());

    let (spec, asked) = (toml::from_str(TINY).unwrap(), Stop::default());
    let begun = prepare(&spec, broken.clone(), Existing::Refuse, &surroundings(&asked)).unwrap();
    asked.ask();
    let stopped = begun.run().unwrap();
    assert_eq!((stopped.ending, stopped.cells.0), (Ending::Stopped, 0));
    assert!(!broken.join("report.md").exists());
    let resumed = study(&broken, Existing::Resume);
    assert_eq!(resumed.ending, Ending::Complete);
    assert_same(&whole, &broken);

    // A cell that is lost is made again, and no other.
    let cells = || ["default-deep-2-7", "default-deep-2-3"].map(|key| cell::<serde_json::Value>(&whole, key));
    let [again, kept] = cells();
    lose(&whole, "default-deep-2-7");
    study(&whole, Existing::Resume);
    let [made, left] = cells();
    assert!(left == kept && made["steps"] == again["steps"]);
    assert_same(&whole, &broken);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("n = 5", "n = 0", "`default`: `n` must be at least 1, got 0"),
            ("max-attempts = 20", "max-attempts = 4", "`default`: `max-attempts` must be at least 5, got 4"),
            (
                "digits = [2, 3, 7]",
                "digits = [2, 12]",
                "nets[0] (`shallow`): `digits` names 12, and the net has 10 classes",
            ),
            ("digits = [2, 3, 7]", "digits = [2, 2]", "`digits` names 2 twice"),
            ("trainings = 2", "trainings = 0", "`default`: `trainings` must be at least 1, got 0"),
            ("of = \"default\"", "of = \"defualt\"", "variants[0] (`tanh`): `of` must name a recipe, got `defualt`"),
            ("nets = \"tanh\"", "nets = \"relu\"", "variants[0] (`tanh`): `nets` must name retrained nets, got `relu`"),
            (
                "name = \"deep\"",
                "name = \"../deep\"",
                "nets[1] (`../deep`): `name` must be letters, digits and hyphens",
            ),
            ("rate = 0.15", "rate = -1.0", "`default`: noise: `rate` must be a number above 0, got -1"),
            ("epochs = 2", "epochs = 0", "nets[0] (`shallow`): training: `epochs` must be at least 1, got 0"),
        ],
    );
}
