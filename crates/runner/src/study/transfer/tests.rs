//! A tiny study from end to end, on drawn digits.

use std::fs;

use advlab_core::Stop;

use super::*;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::Verdict;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "transfer"
name = "tiny"
seed = 1
claims = ["S3", "S4", "S5"]
data = { set = "digits", train = 600, test = 100 }
trainings = 2
pictures = "test"
n = 30
targets = "random"
batch = 20
noise = [0.1, 0.3]
amplified = [0.1]
clip = false
attack = { method = "minimal", steps = 30 }
beside = { method = "ddn", steps = 30 }

[[nets]]
name = "flat"
title = "FC10"
part = "p1"
model = { hidden = [], activation = "sigmoid", output = "softmax" }
training = { epochs = 3, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.01, schedule = "constant" }
published = { train-error = 0.067, test-error = 0.074, distortion = 0.062 }

[[nets]]
name = "deep"
title = "FC12-10"
part = "p2"
model = { hidden = [12], activation = "sigmoid", output = "softmax" }
training = { epochs = 6, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.02, schedule = "constant" }

[published]
source = "nowhere"
pictures = 256
rows = [{ made-for = "flat", errors = [1.0, 0.4] }, { noise = 0.1, errors = [0.1, 0.2] }]
"#;

fn surroundings(stop: &Stop) -> Surroundings {
    Surroundings::new("advlab run tiny.toml", stop.clone(), Progress::Hidden)
}

#[test]
fn a_study_runs_stops_goes_on_and_comes_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let spec: Spec = toml::from_str(TINY).unwrap();
    spec.check().unwrap();
    let study = |out: &str, existing| {
        let prepared = prepare(&spec, folder.path().join(out), existing, &surroundings(&Stop::default()));
        prepared.unwrap().run().unwrap()
    };
    let whole = study("whole", Existing::Refuse);
    assert_eq!((whole.ending, whole.cells), (Ending::Complete, (6, 6)));
    assert_eq!(whole.findings.iter().map(|finding| finding.key).collect::<Vec<_>>(), ["S3", "S4", "S5"]);
    assert!(whole.findings.iter().all(|finding| finding.verdict != Verdict::TooLittle), "{:?}", whole.findings);
    for wanted in ["FC10", "published", "made for FC12-10, amplified to 0.1", "Gaussian, stddev 0.3"] {
        assert!(whole.shown.contains(wanted), "{wanted}: {}", whole.shown);
    }
    for file in ["distortion.png", "cross-errors.png", "examples.png", "changes.png", "report.html", "report.md"] {
        assert!(whole.folder.join(file).is_file(), "{file}");
    }

    let asked = Stop::default();
    let begun = prepare(&spec, folder.path().join("broken"), Existing::Refuse, &surroundings(&asked)).unwrap();
    asked.ask();
    assert_eq!(begun.run().unwrap().ending, Ending::Stopped);
    let resumed = study("broken", Existing::Resume);
    assert_eq!(resumed.ending, Ending::Complete);
    for name in ["nets.csv", "cross-errors.csv", "cross-errors-in-full.csv", "verdicts.json"] {
        let text = |folder: &PathBuf| fs::read_to_string(folder.join(name)).unwrap();
        assert_eq!(text(&whole.folder), text(&resumed.folder), "{name}");
    }
}

#[test]
fn examples_are_what_was_wanted_and_halves_share_no_picture() {
    let folder = tempfile::tempdir().unwrap();
    let spec: Spec = toml::from_str(TINY).unwrap();
    let prepared = prepare(&spec, folder.path().join("s"), Existing::Refuse, &surroundings(&Stop::default())).unwrap();
    let (first, second) = (prepared.parts.of(Part::P1).train, prepared.parts.of(Part::P2).train);
    assert_eq!((first.len(), second.len()), (300, 300));
    let in_first = |i: usize| (0..first.len()).any(|j| first.picture(j) == second.picture(i));
    assert!((0..second.len()).all(|i| !in_first(i)));
    let report = prepared.run().unwrap();
    for training in 1..=2 {
        let cell: Measured = by_hand::cell(&report.folder, &format!("made-for-deep-{training}"));
        assert_eq!(cell.found.len(), 30);
        let examples = cell.found.iter().filter(|found| found.is_example());
        for found in examples.clone() {
            assert!(
                found.target == Some(found.label) && found.target != Some(found.truth) && found.rms > 0.0,
                "{found:?}"
            );
        }
        // The net that they were made for is wrong on all of them, and says what was wanted of it.
        let (own, n) = (cell.rows[0].counts[1], examples.count() as u64);
        assert_eq!((own.wrong, own.target, own.of), (n, n, n));
        assert!(n > 20, "{n} examples");
        assert!((cell.rows[1].rms - 0.1).abs() < 1e-6 && cell.beside.len() > 20, "{}", cell.rows[1].rms);
    }
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("n = 30", "n = 0", "`n` must be at least 1, got 0"),
            ("noise = [0.1, 0.3]", "noise = [0.1, -0.3]", "`noise` must be numbers above 0, in pixel units, got -0.3"),
            ("noise = [0.1, 0.3]", "noise = []", "`claims` names S4, which needs Gaussian noise"),
            ("part = \"p2\"", "part = \"p1\"", "`claims` names S5, which needs nets of both halves"),
            ("steps = 30", "steps = 0", "attack: minimal: `steps` must be at least 1"),
            ("name = \"deep\"", "name = \"flat\"", "`nets` names flat twice"),
            (
                "made-for = \"flat\"",
                "made-for = \"flit\"",
                "published.rows[0]: must be of examples `made-for` one of the nets",
            ),
            ("[0.1, 0.2]", "[0.1]", "published.rows[1]: `errors` must be one for each of 2 nets, got 1"),
            ("epochs = 3", "epochs = 0", "nets[0] (`flat`): training: `epochs` must be at least 1"),
        ],
    );
}
