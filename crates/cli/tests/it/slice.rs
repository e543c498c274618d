//! Planes through a picture and its adversarial counterpart.

use advlab_core::Seed;
use advlab_model_zoo::{ModelCard, ModelSpec, Net, write};
use ndarray::Array3;

use crate::program::Place;

#[test]
fn a_plane_shows_both_pictures_where_they_are() {
    let place = Place::new();
    let json = place.run("slice --data digits --index 3 --model shallow --cells 41 --json --out s").done().json();
    let (distance, boundary) = (json["distance"].as_f64().unwrap(), json["boundary"].as_f64().unwrap());
    assert!(distance > 0.0 && boundary > 0.0 && boundary <= distance * (1.0 + 1e-6), "{json}");
    assert_ne!(json["before"][0], json["after"][0]);
    // The map says the same as the two labels at the places of the two pictures.
    let rows = place.rows("s/plane.csv");
    assert_eq!(rows.len(), 41 * 41);
    let number = |row: &csv::StringRecord, column: usize| row[column].parse::<f64>().unwrap();
    let near = |a: f64| {
        let away = |row: &csv::StringRecord| (number(row, 0) - a).hypot(number(row, 1));
        rows.iter().min_by(|one, other| away(one).total_cmp(&away(other))).unwrap()[3].to_owned()
    };
    assert_eq!(near(-0.5 * distance), json["before"][0].as_str().unwrap(), "away from the counterpart");
    assert_eq!(near(1.3 * distance), json["after"][0].as_str().unwrap(), "beyond it");
    // The line changes its label within the step that holds the boundary.
    let line = place.rows("s/line.csv");
    let before: Vec<_> = line.iter().filter(|row| (0.0..boundary).contains(&number(row, 0))).collect();
    assert!(before.len() > 10 && before.iter().all(|row| row[1] == before[0][1]));
    let after = line.iter().find(|row| number(row, 0) > boundary).unwrap();
    assert_ne!(after[1], before[0][1]);
    // The file of the plane holds the picture and two steps of length 1 at a right angle.
    let [origin, along, across] =
        ["origin", "along", "across"].map(|name| -> Array3<f64> { place.array("s/plane.npz", name) });
    assert!(origin.iter().all(|value| (0.0..=1.0).contains(value)) && (&along * &across).sum().abs() < 1e-12);
    assert!([&along, &across].iter().all(|step| ((*step * *step).sum() - 1.0).abs() < 1e-12));
    for file in ["plane.png", "line.png", "line-pictures.png", "report.html"] {
        assert!(place.path("s").join(file).is_file(), "{file}");
    }
    place.run("slice --data digits --index 3 --model shallow --cells 41 --out t").done();
    assert_eq!(place.bytes("s/plane.csv"), place.bytes("t/plane.csv"));
}

#[test]
fn pictures_that_span_no_plane_and_wishes_that_hold_are_refused() {
    let place = Place::new();
    let grey = |level: u8| image::GrayImage::from_pixel(28, 28, image::Luma([level]));
    grey(90).save(place.path("one.png")).unwrap();
    grey(90).save(place.path("same.png")).unwrap();
    grey(200).save(place.path("other.png")).unwrap();
    for (flags, wanted) in [
        ("--image one.png --other same.png", "are the same picture at the net's size"),
        ("--image one.png --other none.png", "none.png"),
        ("--image one.png --index 1", "`index` must be below 1, the number of pictures, got 1"),
        ("--image one.png --target every", "name one --target"),
        ("--image one.png --cells 1", "`cells` must be from 2 to 2000, got 1"),
        ("--image one.png --reach 0.5", "`reach` must be above 0.5"),
        ("--image one.png --target unicorn", "unicorn"),
        ("--image one.png --index -1", "invalid value '-1' for '--index"),
    ] {
        let told = place.run(&format!("slice {flags} --model shallow --out o"));
        assert!(told.code == 2 && told.err.contains(wanted), "{flags}: {told:?}");
        assert!(!place.path("o").join("run.json").exists(), "{flags}");
    }
    let json =
        place.run("slice --image one.png --other other.png --model shallow --cells 11 --json --out p").done().json();
    let wanted = (784.0_f64).sqrt() * 110.0 / 255.0;
    assert!((json["distance"].as_f64().unwrap() - wanted).abs() < 1e-4, "{json}");
}

#[test]
fn a_constant_net_has_no_counterpart_and_another_picture_shows_it() {
    let place = Place::new();
    let spec = ModelSpec::sigmoid_mlp(&[4]);
    let net = Net::random("flat", &spec, Seed::new(1)).unwrap();
    write(&place.path("flat.safetensors"), &net, &ModelCard { spec, training: None }).unwrap();
    let mut bytes = place.bytes("flat.safetensors");
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    bytes[header..].fill(0);
    place.file("flat.safetensors", bytes);
    for (name, level) in [("one.png", 90), ("other.png", 200)] {
        image::GrayImage::from_pixel(28, 28, image::Luma([level])).save(place.path(name)).unwrap();
    }
    let told = place.run("slice --image one.png --model flat.safetensors --out s");
    assert!(told.code == 1 && told.err.contains("says the same of every picture that was tried"), "{told:?}");
    let json = place.run("slice --image one.png --other other.png --model flat.safetensors --cells 9 --json --out p");
    let json = json.done().json();
    assert_eq!((&json["boundary"], &json["shares"][0][1]), (&serde_json::Value::Null, &1.0.into()));
}
