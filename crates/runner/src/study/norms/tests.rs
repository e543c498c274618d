//! A tiny study from end to end, on nets that come with the program.

use advlab_core::Stop;

use super::*;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::finding::Verdict;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "operator-norms"
name = "tiny"
seed = 1
source = "nowhere"
attack = { method = "minimal", steps = 20 }

[[nets]]
net = { name = "shallow", model = "shallow" }
data = { set = "digits", test = 6 }

[[nets]]
net = { name = "cnn", model = "cnn" }

[[nets]]
net = { name = "absent", model = "no/such.pt" }
optional = true
published = [2.75, 10.0]
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
    let search = Search::of_process(None, Some(folder.path()));
    let study = |existing| prepare(&spec, &search, out.clone(), existing, &surroundings()).unwrap().run().unwrap();
    let report = study(Existing::Refuse);
    assert_eq!((report.ending, report.cells), (Ending::Complete, (3, 3)));
    assert!(report.remarks[0].starts_with("absent was left out: there is no no/such.pt"), "{:?}", report.remarks);
    assert_eq!((report.findings[1].key, report.findings[1].verdict), ("S6-alexnet", Verdict::TooLittle));
    let cell = |name: &str| {
        let mut cell: Measured = by_hand::cell(&out, name);
        cell.seconds = 0.0;
        cell
    };
    let (layers, pictures) = (cell("shallow-layers"), cell("shallow-pictures"));
    let (norms, bounds) = (layers.norms.unwrap(), pictures.bounds.clone().unwrap());
    assert_eq!((norms.layers.len(), bounds.jacobians.len()), (3, 6));
    let (bound, seen) = (norms.bound().unwrap(), bounds.largest().unwrap());
    assert!(seen > 0.0 && seen <= bound * 1.001, "{seen} {bound}");
    assert!(bounds.changes.iter().all(|change| change.stretch > 0.0 && change.distance > 0.0));
    let convolution = &cell("cnn-layers").norms.unwrap().layers[0];
    let padded = convolution.norm.zero_padded.unwrap().norm;
    assert!(padded <= convolution.norm.norm * (1.0 + 1e-5) && padded > 0.5 * convolution.norm.norm);
    for product in ["bounds.png", "norms-shallow.png", "norms-cnn.png", "nets.csv", "norms.csv", "published.csv"] {
        assert!(out.join(product).is_file(), "{product}");
    }

    by_hand::lose(&out, "shallow-pictures");
    study(Existing::Resume);
    assert!(cell("shallow-pictures") == pictures);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("steps = 20", "steps = 0", "attack: minimal: `steps` must be at least 1"),
            ("[2.75, 10.0]", "[2.75, -1.0]", "nets[2] (`absent`): `published` must be numbers above 0, got -1"),
            ("optional = true", "data = { set = \"digits\" }\nphotos = \"p\"", "names both `data` and `photos`"),
            ("name = \"cnn\"", "name = \"shallow\"", "`nets` names shallow twice"),
        ],
    );
    let folder = tempfile::tempdir().unwrap();
    let spec: Spec = toml::from_str(&TINY.replace("optional = true\n", "")).unwrap();
    let search = Search::of_process(None, Some(folder.path()));
    let refused = prepare(&spec, &search, folder.path().join("s"), Existing::Refuse, &surroundings()).unwrap_err();
    assert!(format!("{refused:#}").starts_with("nets[2] (`absent`): there is no no/such.pt"), "{refused:#}");
}
