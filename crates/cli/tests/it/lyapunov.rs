//! Exponents of pictures: the numbers told follow from the table, and ways that there are not are refused.

use crate::program::Place;

#[test]
fn the_numbers_follow_from_the_table() {
    let place = Place::new();
    let json = place.run("lyapunov --model deep --data digits --test 300 --plane 0,1,2 --grid 24 --json --out l");
    let json = json.done().json();
    let rows = place.rows("l/exponents.csv");
    assert_eq!(rows.len(), 300);
    let number = |row: &[String], column: usize| row[column].parse::<f64>().unwrap();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| cell.to_string()).collect()).collect();
    let right = rows.iter().filter(|row| row[1] == row[2]).count();
    assert!(rows.iter().all(|row| (row[1] == row[2]) == (row[3] == "1")));
    assert!((json["accuracy"].as_f64().unwrap() - right as f64 / 300.0).abs() < 1e-12);
    let largest = rows.iter().map(|row| number(row, 6)).fold(f64::MIN, f64::max);
    assert!((json["quartiles"][4].as_f64().unwrap() - largest).abs() < 1e-12);
    // The share of pairs of a wrong and a right answer in which the wrong one is stretched more.
    let of =
        |wanted: &str| -> Vec<f64> { rows.iter().filter(|row| row[3] == wanted).map(|row| number(row, 6)).collect() };
    let (wrong, right) = (of("0"), of("1"));
    if !wrong.is_empty() && !right.is_empty() {
        let won: f64 = wrong
            .iter()
            .flat_map(|w| right.iter().map(move |r| f64::from(u8::from(w > r)) + 0.5 * f64::from(u8::from(w == r))))
            .sum();
        let area = won / (wrong.len() * right.len()) as f64;
        assert!((json["telling"][0][1]["value"].as_f64().unwrap() - area).abs() < 1e-9);
    }
    assert_eq!((json["depth"].as_u64(), json["to"].as_str()), (Some(3), Some("dense3")));
    for file in ["histogram.png", "panel.png", "plane.png", "report.html", "run.json"] {
        assert!(place.path("l").join(file).is_file(), "{file}");
    }
}

#[test]
fn what_cannot_be_had_is_refused_before_work_starts() {
    let place = Place::new();
    for (flags, wanted) in [
        ("--model shallow --to dense9", "shallow has no layer `dense9`"),
        ("--model shallow --from dense1 --to dense1", "`dense1` does not come after `dense1`"),
        ("--model cnn --from conv1", "is known for nets of dense layers alone"),
        ("--model shallow --plane 1,1,2", "`plane` must name three different pictures, got 1, 1 and 2"),
        ("--model shallow --plane 0,1,999", "`plane` names picture 999, and there are 50"),
    ] {
        place.run(&format!("lyapunov {flags} --data digits --test 50 --out l")).refused(&[wanted]);
    }
}

#[test]
fn planes_of_components_and_of_two_neurons_are_mapped() {
    let place = Place::new();
    let net = "train --model shallow --data digits --train 400 --test 100 --hidden 12,2,8 --activation tanh --output softmax --epochs 3 --out n";
    place.run(net).done();
    let map = |plane: &str, more: &str| {
        let words =
            format!("lyapunov --model n/model.safetensors --data digits --test 100 --plane {plane} --grid 24 --json");
        place.run(&format!("{words} --out {plane} {more}"))
    };
    for plane in ["pca", "dense2"] {
        let told = map(plane, "").done().json();
        assert_eq!((told["from"].as_str(), told["to"].as_str()), (Some("input"), Some("dense3")), "{told}");
        assert!(place.path(plane).join("plane.png").is_file());
    }
    map("dense1", "").refused(&["`plane` wants a hidden layer of two neurons, and `dense1` has 12 values"]);
    let refused = map("dense2", "--force --to dense2");
    refused
        .refused(&["`dense2` does not come after `dense2`, whose plane shall be mapped; name a later layer with `to`"]);

    // Weights of 0 make a net that says the same of every picture.
    let mut bytes = place.bytes("n/model.safetensors");
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    bytes[header..].fill(0);
    place.file("zero.safetensors", bytes);
    let constant = "lyapunov --model zero.safetensors --data digits --test 20 --plane 0,1,2 --grid 16 --out z";
    let told = place.run(constant).done();
    assert!(told.out.contains("20 pictures with an exponent of minus infinity"), "{told:?}");
    assert!(place.path("z/plane.png").is_file());
    assert!(place.rows("z/exponents.csv").iter().all(|row| &row[6] == "-inf"));
}

#[test]
fn equal_pictures_span_no_plane() {
    let place = Place::new();
    let grey = image::GrayImage::from_pixel(28, 28, image::Luma([90]));
    for class in 0..10 {
        let folder = place.path(format!("same/{class}"));
        std::fs::create_dir_all(&folder).unwrap();
        for number in 0..2 {
            grey.save(folder.join(format!("{number}.png"))).unwrap();
        }
    }
    for (plane, wanted) in [
        ("0,1,2", "`plane`: pictures 0, 1 and 2: these span no plane"),
        ("pca", "`plane` = pca: the pictures are all the same, or lie on a line"),
    ] {
        let words = format!("lyapunov --model shallow --data same --test-share 0.5 --plane {plane} --out l");
        place.run(&words).refused(&[wanted]);
    }
}
