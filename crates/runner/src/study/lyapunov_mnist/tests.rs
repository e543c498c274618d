//! A tiny study from end to end, on drawn digits.

use advlab_core::Stop;

use super::*;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "lyapunov-mnist"
name = "tiny"
seed = 1
data = { set = "digits", train = 800, test = 300 }
trainings = 2
grid = 24
source = "nowhere"

[[nets]]
name = "narrow"
title = "30-2-12-12"
model = { hidden = [30, 2, 12, 12], activation = "tanh", output = "softmax" }
training = { epochs = 6, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.005, schedule = "cosine" }
"#;

#[test]
fn a_study_runs_and_a_lost_cell_is_made_again_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s");
    let spec: Spec = toml::from_str(TINY).unwrap();
    spec.check().unwrap();
    let surroundings = Surroundings::new("advlab run tiny.toml", Stop::default(), Progress::Hidden);
    let study = |existing| prepare(&spec, out.clone(), existing, &surroundings).unwrap().run().unwrap();
    let report = study(Existing::Refuse);
    assert_eq!((report.ending, report.cells, report.findings[0].key), (Ending::Complete, (2, 2), "M5d"));
    let cell = |name: &str| {
        let mut cell: Measured = by_hand::cell(&out, name);
        cell.seconds = 0.0;
        cell
    };
    let first = cell("narrow-1");
    assert!(first.test_error < 0.7 && first.classes_shown > 3 && first.ridges.is_some(), "{first:?}");
    assert!(first.telling.iter().all(|area| area.is_some_and(|area| (0.0..=1.0).contains(&area))), "{first:?}");
    for file in ["plane-narrow.png", "telling.png", "telling.csv", "nets/narrow-2.safetensors"] {
        assert!(out.join(file).is_file(), "{file}");
    }
    by_hand::lose(&out, "narrow-1");
    study(Existing::Resume);
    assert!(cell("narrow-1") == first);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let no_plane =
        "nets[0] (`narrow`): model: `hidden` must hold one layer of 2 neurons and at least one layer after it";
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("trainings = 2", "trainings = 0", "`trainings` must be at least 1, got 0"),
            ("hidden = [30, 2, 12, 12]", "hidden = [30, 3, 12, 12]", no_plane),
            ("hidden = [30, 2, 12, 12]", "hidden = [30, 12, 2]", no_plane),
            ("hidden = [30, 2, 12, 12]", "hidden = [30, 2, 2, 12]", no_plane),
            ("grid = 24", "grid = 2000", "`grid` must be from 16 to 1024, got 2000"),
            ("name = \"narrow\"", "name = \"a b\"", "must be letters, digits and hyphens"),
        ],
    );
}
