//! Sweeps: one file that stands for many experiments.

use crate::program::Place;

const SWEEP: &str = r#"
kind = "generate"
model = "shallow"
targets = ["4", "0"]
n = 8
batch = 16
pictures = 0

[sweep]
cross = { "noise.rate" = [1.0, 4.0], seed = "1..=3" }
"#;

const FILES: [&str; 2] = ["points.csv", "numbers.csv"];

fn swept() -> Place {
    let place = Place::new();
    place.file("sweep.toml", SWEEP);
    place
}

fn assert_same(place: &Place, other: &str) {
    for file in FILES {
        assert!(place.bytes(&format!("whole/{file}")) == place.bytes(&format!("{other}/{file}")), "{other}/{file}");
    }
}

#[test]
fn every_point_has_a_folder_and_a_row() {
    let place = swept();
    let told = place.run("run sweep.toml --out whole --jobs 1").done();
    assert!(told.out.contains("What came of each point") && told.out.contains("rate-4.0_seed-3"), "{}", told.out);
    let rows = place.rows("whole/points.csv");
    let settings: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().skip(2).take(2).collect()).collect();
    assert_eq!(settings, [["1", "1"], ["1", "2"], ["1", "3"], ["4", "1"], ["4", "2"], ["4", "3"]]);
    assert!(rows.iter().all(|row| row.len() > 4), "what came of a point stands beside its settings");
    assert!(place.names("whole/figures").iter().all(|name| name.ends_with("-by-noise-rate.png")));
    // A point is what the command makes of its settings.
    place.run("generate --model shallow --class 4 --class 0 --n 8 --batch 16 --pictures 0 --rate 4 --seed 2 --out by-flags").done();
    for file in ["examples.csv", "examples.npz"] {
        let point = place.bytes(&format!("whole/points/rate-4.0_seed-2/{file}"));
        assert!(point == place.bytes(&format!("by-flags/{file}")), "{file}");
    }
    // Side by side, in parts, and broken off: the same.
    place.run("run sweep.toml --out beside --jobs 4").done();
    for part in [2, 1] {
        place.run(&format!("run sweep.toml --out parts --shard {part}/2")).done();
    }
    let merged = place.run("merge parts").done();
    assert!(merged.out.starts_with("2 shards, 6 cells\n"), "{}", merged.out);
    let mut child = place.start("run sweep.toml --out broken --jobs 1");
    place.wait_for("broken/points/rate-1.0_seed-2/run.json");
    child.kill().unwrap();
    child.wait().unwrap();
    place.run("run sweep.toml --out broken --resume").done();
    for other in ["beside", "parts", "broken"] {
        assert_same(&place, other);
    }
    assert!(place.names("parts/points").len() == 6 && place.path("whole/report.html").is_file());

    let told = place.run("verify whole --cells 2 --seed 1").done();
    assert!(
        told.out.contains("whole: sweep generate, repeated points rate-") && told.out.contains("same: all"),
        "{}",
        told.out
    );
    for seed in 1..=3 {
        let file = format!("whole/points/rate-1.0_seed-{seed}/examples.csv");
        place.file(&file, place.text(&file).replace(",0,", ",1,"));
    }
    let told = place.run("verify whole --cells 6").short();
    assert!(
        told.out.contains("rate-1.0_seed-2, examples.csv") && !told.out.contains("rate-4.0_seed-2, "),
        "{}",
        told.out
    );
}

#[test]
fn another_sweep_does_not_go_on_with_this_one() {
    let place = swept();
    place.run("run sweep.toml --out whole").done();
    place.file("sweep.toml", SWEEP.replace("4.0]", "5.0]"));
    place.run("run sweep.toml --out whole --resume").refused(&["holds another run", "noise.rate", "4.0", "5.0"]);
    place.file("one.toml", SWEEP.split("[sweep]").next().unwrap());
    place
        .run("run one.toml --out one --shard 1/2")
        .refused(&["--shard 1/2: a file of kind generate is one piece; give it a [sweep]"]);
    place.file("bad.toml", SWEEP.replace("1.0, 4.0", "1.0, -4.0"));
    place.run("run bad.toml --out bad").refused(&["noise.rate", "-4"]);
    assert!(!place.path("bad").exists() && !place.path("one").exists());
}
