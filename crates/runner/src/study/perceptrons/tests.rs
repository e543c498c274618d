//! A tiny study from end to end.

use advlab_core::Stop;

use super::*;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::finding::Verdict;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "perceptrons"
name = "tiny"
seed = 3
source = "nowhere"
repeats = 2
parities = [3]
lines = { few = 4, many = 9, train = 40, test = 200, noise = 0.1 }
training = { steps = 100, starts = 3 }
"#;

#[test]
fn a_study_runs_and_a_lost_cell_is_made_again_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s");
    let spec: Spec = toml::from_str(TINY).unwrap();
    let surroundings = Surroundings::new("advlab run tiny.toml", Stop::default(), Progress::Hidden);
    let study = |existing| prepare(&spec, out.clone(), existing, &surroundings).unwrap().run().unwrap();
    let report = study(Existing::Refuse);
    assert_eq!((report.ending, report.cells), (Ending::Complete, (18, 18)));
    let [single, hidden] = &report.findings[..] else { panic!("two claims") };
    assert_eq!((single.key, hidden.key), ("M1", "M2"));
    assert!(single.verdict != Verdict::NotReproduced);
    let held: Vec<Option<bool>> = single.criteria.iter().map(|criterion| criterion.met).collect();
    assert_eq!(held[..3], [Some(true); 3], "AND, OR and XOR do not depend on chance");
    assert_eq!(held[4..], [Some(true); 2], "nor do XOR units and proofs");
    let cell = |name: &str| -> Measured { by_hand::cell(&out, name) };
    let noisy = cell("four-lines-noisy-h9-2");
    assert!(noisy.cell.hidden == 9 && noisy.net.hidden.len() == 9 && noisy.test_error.is_some());
    by_hand::lose(&out, "four-lines-noisy-h9-2");
    study(Existing::Resume);
    assert!(cell("four-lines-noisy-h9-2") == noisy);
    for file in ["problems.png", "boundary.png", "overfitting.png", "test-errors.png", "curves.png", "report.html"] {
        assert!(out.join(file).is_file(), "{file}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("repeats = 2", "repeats = 1", "`repeats` must be at least 2, got 1"),
            ("parities = [3]", "parities = [2]", "`parities` must be from 3 to 12, got 2"),
            ("few = 4", "few = 1", "`lines: few` must be at least 2, got 1"),
            ("many = 9", "many = 4", "`lines: many` must be above `few` (4), got 4"),
            ("noise = 0.1", "noise = 0.0", "`lines: noise` must be above 0, got 0"),
            ("starts = 3", "starts = 0", "`starts` must be 1 or more, got 0"),
        ],
    );
}
