//! `advlab run` on a study of digits of one's own, on drawn digits and drawn photographs.

use std::path::Path;

use crate::program::Place;

fn quick() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/own-digits-quick.toml").display().to_string()
}

#[test]
fn nets_are_shown_photographs_and_every_answer_is_in_a_table() {
    let place = Place::new();
    let told = place.run(&format!("run {} --out r", quick())).done();
    for wanted in ["photographs (published)", "M3a  ", "M3b  ", "M3c  ", "M3d  "] {
        assert!(told.out.contains(wanted), "{wanted}: {}", told.out);
    }
    // One test half, and photographs in three ways.
    assert_eq!(place.rows("r/test-sets.csv").len(), 4);
    let nets = place.rows("r/nets.csv");
    assert_eq!(nets.len(), 4 * 3);
    let accuracy = |row: &csv::StringRecord| row[4].parse::<f64>().unwrap();
    assert!(nets[..3].iter().all(|row| accuracy(row) > 0.8), "{nets:?}");
    let answers = place.rows("r/answers.csv");
    assert!((180..=200).contains(&answers.len()), "{}", answers.len());
    for file in ["panel.png", "steps.png", "processing.png", "reliability.png", "refusing.png", "report.html"] {
        assert!(place.path("r").join(file).is_file(), "{file}");
    }
    assert!(place.path("r/nets/digits-3/model.safetensors").is_file());
}

#[test]
fn folders_of_photographs_are_checked_first_and_other_studies_take_none() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("mine/three")).unwrap();
    place.run(&format!("run {} --out r --own mine", quick())).refused(&["own: ", "three: names no digit"]);
    std::fs::remove_dir(place.path("mine/three")).unwrap();
    place.run(&format!("run {} --out r --own mine", quick())).refused(&["mine: no picture file in this folder"]);
    assert!(!place.path("r").exists());
    let other = quick().replace("own-digits-quick", "adversarial-training-quick");
    place.run(&format!("run {other} --out r --own mine")).refused(&["--own is for studies of kind own-digits"]);
}
