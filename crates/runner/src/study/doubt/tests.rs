//! A tiny study from end to end, on drawn digits.

use advlab_core::Stop;

use super::*;
use crate::doubt::Measure;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "doubts"
name = "tiny"
seed = 1
source = "nowhere"
data = { set = "digits", train = 300, test = 100 }
others = [{ set = "mnist-like" }]
trainings = 2
n = 20
steps = 20
factors = [1.5]
model = { hidden = [16], activation = "sigmoid", output = "softmax" }
training = { epochs = 4, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.02, schedule = "constant" }
"#;

fn surroundings() -> Surroundings {
    Surroundings::new("advlab run tiny.toml", Stop::default(), Progress::Hidden)
}

#[test]
fn a_study_runs_and_a_lost_cell_is_made_again_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s");
    // Another seed draws other digits; the set of another distribution is for the real study.
    let mut spec: Spec = toml::from_str(TINY).unwrap();
    spec.others.clear();
    assert!(spec.check().is_err(), "a study needs another set");
    spec.others = vec![DataSpec { seed: 5, ..DataSpec::named("digits") }];
    let prepared = |existing| prepare_tiny(&spec, out.clone(), existing);
    let report = prepared(Existing::Refuse).run().unwrap();
    assert_eq!((report.ending, report.cells), (Ending::Complete, (2, 2)));
    let keys: Vec<&str> = report.findings.iter().map(|finding| finding.key).collect();
    assert_eq!(keys, ["M3e", "M3f", "M3g"]);
    let cell = |name: &str| {
        let mut cell: Measured = by_hand::cell(&out, name);
        cell.seconds = 0.0;
        cell
    };
    let before = cell("net-2");
    let keys: Vec<&str> = before.sets.iter().map(|set| set.key.as_str()).collect();
    assert_eq!(keys, ["test", "digits", "noise", "adversarial-1.5"]);
    for set in &before.sets {
        assert_eq!(set.doubts.len(), Measure::ALL.len() - 1, "{}: a softmax is its own", set.key);
        assert!(
            set.doubts
                .iter()
                .all(|(_, doubts)| doubts.len() == set.labels.len() && doubts.iter().all(|d| d.is_finite()))
        );
    }
    // An adversarial picture has another label than the clean one had, and lies beyond the boundary by half of what led there.
    let adversarial = &before.sets[3];
    let nearest = adversarial.by(Measure::Distance).unwrap();
    assert!(nearest.iter().all(|distance| *distance < 0.0), "{nearest:?}");
    for product in ["telling.png", "reliability.png", "sets.csv", "telling.csv"] {
        assert!(out.join(product).is_file(), "{product}");
    }

    by_hand::lose(&out, "net-2");
    prepared(Existing::Resume).run().unwrap();
    assert!(cell("net-2") == before);
}

/// The study without the check that refuses the same set twice.
fn prepare_tiny(spec: &Spec, out: PathBuf, existing: Existing) -> Prepared {
    prepare_checked(spec, out, existing, &surroundings()).unwrap()
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("trainings = 2", "trainings = 1", "disagreement takes two"),
            ("n = 20", "n = 2", "`n` must be at least 10, got 2"),
            ("[1.5]", "[0.5]", "`factors` must be above 1, beyond the boundary, and at most 100, got 0.5"),
            ("[1.5]", "[]", "`factors` must name at least one"),
            ("steps = 20", "steps = 0", "`steps` must be at least 1, got 0"),
            ("mnist-like", "digits", "`data and others` names digits twice"),
        ],
    );
}
