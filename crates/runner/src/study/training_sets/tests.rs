//! A tiny study from end to end, on drawn digits.

use std::fs;

use advlab_core::Stop;

use super::*;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "training-sets"
name = "tiny"
seed = 1
source = "nowhere"
trainings = 3
model = { hidden = [12], activation = "relu", output = "softmax" }
training = { epochs = 2, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.01, schedule = "constant" }

[[sets]]
name = "one"
title = "one"
data = { set = "digits", train = 200, test = 60, seed = 1 }

[[sets]]
name = "two"
title = "two"
data = { set = "digits", train = 160, test = 60, seed = 2 }

[[changes]]
kind = "swapped"
with = "two"
levels = [0.005, 1.0]

[[changes]]
kind = "noise"
levels = [100]

[[changes]]
kind = "left-out"
levels = [1]

[[changes]]
kind = "adversarial"
levels = [40]
steps = 5

[[changes]]
kind = "reordered"
levels = [1.0]
"#;

fn surroundings() -> Surroundings {
    Surroundings::new("advlab run tiny.toml", Stop::default(), Progress::Hidden)
}

#[test]
fn a_study_runs_and_a_lost_cell_is_made_again_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s");
    let spec: Spec = toml::from_str(TINY).unwrap();
    spec.check().unwrap();
    let study = |existing| prepare(&spec, out.clone(), existing, &surroundings()).unwrap().run().unwrap();
    let report = study(Existing::Refuse);
    assert_eq!((report.ending, report.findings[0].key), (Ending::Complete, "B6"));
    // Two sets, the crafting net, two controls, six levels.
    assert_eq!((report.cells, report.remarks.len()), ((3 * 2 + 1 + 2 + 3 * 6, 27), 0));

    let cell = |name: &str| {
        let mut cell: Measured = by_hand::cell(&out, name);
        cell.history.iter_mut().for_each(|epoch| epoch.seconds = 0.0);
        cell
    };
    let (base, again) = (cell("one-training-2"), cell("again-training-2"));
    assert_eq!((&base.answers[0], &again.parting[..]), (&again.answers[0], &[0.0, 0.0][..]));
    let one = cell("left-out-level-1-training-2");
    assert!(one.parting.iter().all(|apart| *apart > 0.0), "{:?}", one.parting);
    assert_eq!(one.distance.map(|distance| distance.changed), Some(1));
    let swapped = cell("swapped-two-level-2-training-1");
    assert!(swapped.shown.is_some() && swapped.distance.unwrap().changed == 200);
    assert!(swapped.parting[1] > cell("swapped-two-level-1-training-1").parting[1]);

    let adversarial = cell("adversarial-level-1-training-3");
    for lost in ["adversarial-level-1-training-3", "left-out-level-1-training-2"] {
        by_hand::lose(&out, lost);
    }
    let tables = || ["levels.csv", "thresholds.csv", "trainings.csv"].map(|file| fs::read(out.join(file)).unwrap());
    let before = tables();
    study(Existing::Resume);
    assert!(cell("adversarial-level-1-training-3") == adversarial && tables() == before);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("trainings = 3", "trainings = 0", "`trainings` must be at least 1, got 0"),
            ("name = \"two\"", "name = \"one\"", "`sets` names one twice"),
            (
                "with = \"two\"",
                "with = \"one\"",
                "changes[0] (`swapped`): `with` must be another set than the first, two; got",
            ),
            ("with = \"two\"", "", "changes[0] (`swapped`): `with` must name the set"),
            ("[0.005, 1.0]", "[0.5, 0.25]", "`levels` must go from little to much, got 0.5 before 0.25"),
            ("[0.005, 1.0]", "[0.5, 1.5]", "`levels` must be shares above 0 and up to 1, got 1.5"),
            ("levels = [1]\n", "levels = [1.5]\n", "changes[2] (`left-out`): `levels` must be whole numbers from 1"),
            ("levels = [40]", "levels = []", "at least 1, got 0"),
            ("steps = 5", "", "`steps` must say how many"),
            ("levels = [100]", "levels = [100]\nsteps = 5", "`steps` is for adversarial changes"),
            ("epochs = 2,", "epochs = 2, early-stop = { share = 0.1, patience = 2 },", "must be without `early-stop`"),
        ],
    );
}

#[test]
fn sets_of_different_classes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let spec: Spec =
        toml::from_str(&TINY.replacen("set = \"digits\", train = 160, test = 60", "set = \"objects\"", 1)).unwrap();
    let error = prepare(&spec, folder.path().join("s"), Existing::Refuse, &surroundings()).unwrap_err();
    assert!(format!("{error:#}").contains("set `two`: must have the classes of `one`"), "{error:#}");
}
