//! `advlab run` on a study of changed photographs: a drawn car for the net that comes with advlab, and real photographs and nets
//! where they are at hand.

use std::env;
use std::path::{Path, PathBuf};

use crate::program::Place;

fn experiment(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments").join(name).display().to_string()
}

/// The folder that holds `imagenet`: the one in `ADVLAB_DATA`, or the one beside the workspace; `None`, and a word about it, where
/// neither does.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = env::var_os("ADVLAB_DATA").map_or(beside, PathBuf::from);
    let found = folder.join("imagenet/labels.txt").is_file();
    if !found {
        eprintln!("skipped: {} does not hold imagenet; name its folder in ADVLAB_DATA", folder.display());
    }
    found.then_some(folder)
}

#[test]
fn a_drawn_car_becomes_an_ostrich_and_stays_one_in_its_file() {
    let place = Place::new();
    let told = place.run(&format!("run {} --out r", experiment("car-to-ostrich-quick.toml"))).done();
    assert!(told.out.contains("S2  reproduced") && told.out.contains("car.png gets the label"), "{}", told.out);
    let rows = place.rows("r/examples.csv");
    assert_eq!(rows.len(), 2);
    for row in &rows {
        // What is wanted, what the net says, and what it says of the file.
        assert!(row[4] == row[6] && row[6] == row[8] && &row[2] == "car", "{row:?}");
        assert!(place.bytes(&format!("r/{}", &row[13])).starts_with(b"\x89PNG"));
    }
    assert!(place.path("r/sheets/objects.png").is_file() && place.path("r/report.html").is_file());
}

#[test]
fn files_that_are_nowhere_are_named_with_the_places() {
    let place = Place::new();
    let words = format!("run {} --out r --data .", experiment("car-to-ostrich.toml"));
    place.run(&words).refused(&["photos: there is no imagenet/photos in --data (.)", "ADVLAB_DATA"]);
    assert!(!place.path("r").exists());
}

#[test]
fn photographs_become_ostriches_to_a_real_net() {
    let Some(folder) = folder() else { return };
    let place = Place::new();
    let text = std::fs::read_to_string(experiment("car-to-ostrich.toml")).unwrap();
    let (head, nets) = text.split_once("[[nets]]").unwrap();
    let smallest = nets.rsplit("[[nets]]").next().unwrap();
    let head = head.replace("[\"ostrich\", \"random\"]", "[\"ostrich\"]").replace("steps = 100", "steps = 60");
    place.file("s.toml", format!("{head}[[nets]]{smallest}"));
    let told = place.command("run s.toml --out r --json --data").arg(&folder).output().unwrap();
    assert!(told.status.success(), "{told:?}");
    let rows = place.rows("r/photos.csv");
    let count = |at: usize| rows[0][at].parse::<u64>().unwrap();
    let (photos, open, reached, alive) = (count(2), count(3), count(4), count(5));
    assert!(photos >= 20 && open >= photos - 2, "{rows:?}");
    assert_eq!((reached, alive), (open, open), "{rows:?}");
}
