//! A tiny study from end to end.

use advlab_core::Stop;

use super::*;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "lyapunov-2d"
name = "tiny"
seed = 1
trainings = 2
points = 300
test-points = 400
widths = [6, 20]
depths = [2, 4]
embedding-widths = [6, 30]
embedding-depth = 2
training = { epochs = 12, batch = 20, cost = "signs", optimizer = "adam", rate = 0.01, schedule = "cosine" }
bias-sd = 0.5
grid = 24
source = "nowhere"
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
    // Four trained nets, one more as wide as the embedding, and two embeddings, twice.
    assert_eq!((report.ending, report.cells), (Ending::Complete, (14, 14)));
    assert_eq!(report.findings.iter().map(|finding| finding.key).collect::<Vec<_>>(), ["M5a", "M5b", "M5c"]);
    let cell = |name: &str| {
        let mut cell: Measured = by_hand::cell(&out, name);
        cell.seconds = 0.0;
        cell
    };
    let (trained, random) = (cell("trained-4x20-1"), cell("embedding-2x6-1"));
    assert!(trained.test_error < 0.15 && trained.test_error < random.test_error, "{trained:?} {random:?}");
    // Nets that learnt the disc stretch most on its edge.
    assert!(trained.on_boundary.unwrap() > trained.elsewhere.unwrap() && trained.ridges.is_some(), "{trained:?}");
    for file in
        ["fields.png", "ridges.png", "widths.png", "embedding.png", "nets.csv", "nets/trained-2x6-2.safetensors"]
    {
        assert!(out.join(file).is_file(), "{file}");
    }
    by_hand::lose(&out, "trained-4x20-1");
    study(Existing::Resume);
    assert!(cell("trained-4x20-1") == trained);
}

#[test]
fn wide_nets_learn_more_slowly_where_the_rate_is_for_a_width() {
    let mut spec: Spec = toml::from_str(TINY).unwrap();
    assert_eq!(spec.training(20).rate, 0.01);
    spec.rate_width = Some(5);
    assert!((spec.training(20).rate - 0.005).abs() < 1e-12 && spec.training(20).epochs == 12);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("trainings = 2", "trainings = 0", "`trainings` must be at least 1, got 0"),
            ("widths = [6, 20]", "widths = [20, 6]", "`widths` must be numbers of at least 1, from the smallest up"),
            ("widths = [6, 20]", "widths = [6]", "must be at least 2, got 1"),
            ("depths = [2, 4]", "depths = [0, 4]", "`depths` must be numbers of at least 1"),
            ("grid = 24", "grid = 8", "`grid` must be from 16 to 1024, got 8"),
            ("bias-sd = 0.5", "bias-sd = 0.5\nrate-width = 0", "`rate-width` must be at least 1, got 0"),
            ("bias-sd = 0.5", "bias-sd = -1.0", "`bias-sd` must be 0 or a number above, got -1"),
            ("rate = 0.01", "rate = 0.0", "training: `rate` must be"),
            ("grid = 24", "grid = 24\ndevice = \"cuda:0\"", "`device` must be auto or cpu, got cuda:0"),
        ],
    );
}
