//! `advlab run` on a study of examples that fool other nets, on drawn digits.

use std::path::Path;

use crate::program::Place;

fn quick() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/szegedy-quick.toml").display().to_string()
}

#[test]
fn nets_fool_each_other_and_the_tables_say_how_often() {
    let place = Place::new();
    let told = place.run(&format!("run {} --out r", quick())).done();
    for wanted in ["mean minimum distortion", "made for FC30-10' (P2), amplified to 0.1", "S3  ", "S4  ", "S5  "] {
        assert!(told.out.contains(wanted), "{wanted}: {}", told.out);
    }
    let names =
        ["nets.csv", "cross-errors.csv", "cross-errors.png", "examples.png", "report.md", "report.html", "run.json"];
    assert!(names.iter().all(|name| place.path("r").join(name).is_file()), "{:?}", place.names("r"));

    let full = place.rows("r/cross-errors-in-full.csv");
    let error = |change: &str, net: &str| -> f64 {
        let row = full.iter().find(|row| &row[0] == change && &row[1] == net);
        row.unwrap_or_else(|| panic!("{change}, {net}: {full:?}"))[2].parse().unwrap()
    };
    let nets = ["FC10 (P1)", "FC30-10 (P1)", "FC30-10' (P2)"];
    for net in nets {
        assert_eq!(error(&format!("made for {net}"), net), 1.0, "{net}");
        assert!(error("Gaussian, stddev 0.1", net) < 0.5, "{net}");
    }
    for row in place.rows("r/nets.csv") {
        let distortion: f64 = row[5].parse().unwrap();
        assert!(distortion > 0.001 && distortion < 0.2, "{row:?}");
    }
    // A finished study that is taken up again says the same, without work.
    let again = place.run(&format!("run {} --out r --resume", quick())).done();
    assert_eq!(again.out, told.out);
    let json = place.run(&format!("run {} --out r --resume --json", quick())).done().json();
    assert_eq!(json["findings"].as_array().unwrap().len(), 3);
}

#[test]
fn mistakes_in_a_study_are_told_in_a_line() {
    let place = Place::new();
    let text = std::fs::read_to_string(quick()).unwrap();
    place.file("s.toml", text.replacen("noise = [0.1]", "noise = [0.1, 0.1]", 1));
    place.run("run s.toml --out r").refused(&["s.toml:15:1: `noise` names 0.1 twice"]);
    place.file("s.toml", text.replacen("\"minimal\"", "\"minimum\"", 1));
    place
        .run("run s.toml --out r")
        .refused(&["s.toml:18:21: `attack.method`: unknown word \"minimum\"; did you mean `minimal`?"]);
    assert!(!place.path("r").exists());
}
