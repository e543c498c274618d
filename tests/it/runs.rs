//! The runner from outside: a spec in, a folder out.

use std::fs;

use advlab_attacks::noise::NoiseParams;
use advlab_core::{Device, Stop};
use advlab_runner::generate::{Spec, prepare};
use advlab_runner::{Ending, Existing, Progress, Surroundings};

fn spec(targets: &[&str]) -> Spec {
    Spec {
        model: "deep".to_owned(),
        input_shape: None,
        classes: None,
        scores: None,
        targets: targets.iter().map(|&target| target.to_owned()).collect(),
        n: 20,
        noise: NoiseParams::default(),
        max_attempts: 100,
        seed: 1,
        batch: 16,
        pictures: 2,
        device: Device::Cpu,
    }
}

fn surroundings(stop: Stop) -> Surroundings {
    Surroundings::new("a test", stop, Progress::Hidden)
}

#[test]
fn a_class_does_not_depend_on_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |name: &str, targets: &[&str]| -> Vec<String> {
        let out = folder.path().join(name);
        let report = prepare(&spec(targets), out.clone(), Existing::Refuse, &surroundings(Stop::default())).unwrap();
        assert_eq!(report.run().unwrap().ending, Ending::Complete);
        let table = fs::read_to_string(out.join("examples.csv")).unwrap();
        table.lines().filter(|line| line.starts_with("6,")).map(str::to_owned).collect()
    };
    let alone = rows("alone", &["6"]);
    assert_eq!(alone.len(), 20);
    assert_eq!(alone, rows("among", &["2", "6", "0"]));
}

#[test]
fn one_who_is_asked_to_stop_before_the_first_step_keeps_a_folder_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("r");
    let stop = Stop::default();
    stop.ask();
    let report = prepare(&spec(&["1"]), out.clone(), Existing::Refuse, &surroundings(stop)).unwrap().run().unwrap();
    assert_eq!((report.ending, report.summary.classes[0].successes), (Ending::Stopped, 0));
    let go_on = prepare(&spec(&["1"]), out, Existing::Resume, &surroundings(Stop::default())).unwrap();
    let report = go_on.run().unwrap();
    assert_eq!((report.ending, report.summary.classes[0].successes), (Ending::Complete, 20));
}
