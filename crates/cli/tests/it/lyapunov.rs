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
