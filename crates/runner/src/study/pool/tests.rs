//! A tiny study from end to end, on drawn digits.

use advlab_core::Stop;

use super::*;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "adversarial-training"
name = "tiny"
seed = 1
source = "nowhere"
data = { set = "digits", train = 400, test = 100 }
trainings = 2
model = { hidden = [12, 8], activation = "sigmoid", output = "softmax" }
training = { epochs = 4, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.02, schedule = "constant" }
n = 20
attack = { method = "minimal", steps = 30 }

[[variants]]
name = "decay"
title = "weight decay alone"
published = 0.016

[[variants]]
name = "layers"
title = "pools for all layers"
published = 0.012
helps = true
pool = { below = [0, 1, 2], size = 60, fresh = 40, attack = { method = "ddn", steps = 10 } }
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
    assert_eq!((report.ending, report.cells, report.findings[0].key), (Ending::Complete, (4, 4), "S7"));
    let cell = |name: &str| {
        let mut cell: Measured = by_hand::cell(&out, name);
        cell.seconds = 0.0;
        cell.history.iter_mut().for_each(|epoch| epoch.seconds = 0.0);
        cell
    };
    let (plain, pooled) = (cell("decay-1"), cell("layers-1"));
    assert_eq!((plain.pool, plain.history.len()), (0, 4));
    assert!(pooled.pool > 60 && pooled.pool <= 180, "{}", pooled.pool);
    assert!(pooled.history[3].loss != plain.history[3].loss && !pooled.distortions.is_empty());
    assert!(out.join("nets/layers-2.safetensors").is_file() && out.join("errors.png").is_file());

    by_hand::lose(&out, "layers-1");
    study(Existing::Resume);
    assert!(cell("layers-1") == pooled);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("trainings = 2", "trainings = 0", "`trainings` must be at least 1, got 0"),
            (
                "below = [0, 1, 2]",
                "below = [3]",
                "variants[1] (`layers`): pool: `below` names 3, and the net has 2 hidden layers",
            ),
            ("below = [0, 1, 2]", "below = []", "must be at least 1, got 0"),
            ("size = 60", "size = 0", "`pool: size` must be at least 1, got 0"),
            ("activation = \"sigmoid\"", "activation = \"relu\"", "`below` may name hidden layers of sigmoids only"),
            ("steps = 10", "steps = 0", "pool: attack: ddn: `steps` must be at least 1"),
            ("name = \"layers\"", "name = \"decay\"", "`variants` names decay twice"),
        ],
    );
}
