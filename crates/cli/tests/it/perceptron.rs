//! Nets of sign neurons: what they learn, what they cannot, and what their files say.

use crate::program::Place;

#[test]
fn xor_cannot_be_learnt_without_hidden_neurons_and_the_proof_is_told() {
    let place = Place::new();
    let told = place.run("perceptron --problem xor --hidden 0,2 --animation gif --out x");
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.err.contains("no line parts the two classes"), "{told:?}");
    for wanted in [
        "(0, 0) is a weighted mean of 2 patterns of `1` and also of 2 patterns of `−1`",
        "goes round for ever",
        "2 hidden neurons: all patterns right",
    ] {
        assert!(told.out.contains(wanted), "{wanted}: {}", told.out);
    }
    let result = &place.json("x/run.json")["result"];
    assert_eq!((&result["written-down"][1], &result["nets"][1]["active"]), (&0.into(), &2.into()));
    // The neurons that were written get all patterns right, by arithmetic of its own.
    let neurons = place.rows("x/neurons.csv");
    let of = |neuron: &str| -> Vec<f64> {
        let row = neurons.iter().find(|row| row[0] == *"2" && row[2] == *neuron).unwrap();
        row.iter().skip(4).map(|cell| cell.parse().unwrap()).collect()
    };
    let sign = |row: &[f64], x: [f64; 2]| if row[1] * x[0] + row[2] * x[1] - row[0] >= 0.0 { 1.0 } else { -1.0 };
    for (x, target) in [([-1.0, -1.0], -1.0), ([1.0, -1.0], 1.0), ([-1.0, 1.0], 1.0), ([1.0, 1.0], -1.0)] {
        assert_eq!(sign(&of("output"), [sign(&of("1"), x), sign(&of("2"), x)]), target, "{x:?}");
    }
    for file in ["boundary.png", "boundary-steps.png", "boundary.gif", "errors.png", "report.html"] {
        assert!(place.path("x").join(file).is_file(), "{file}");
    }
    assert!(place.text("x/report.html").contains("No line parts the two classes"));
    let one = place.run("perceptron --problem xor --hidden 1 --starts 2 --out one");
    assert!(
        one.code == 1 && one.err.contains("no line parts the two classes"),
        "one hidden neuron is one line: {one:?}"
    );
    let and = place.run("perceptron --problem and --json --out a").done().json();
    assert_eq!(and["nets"][0]["train-error"], 0.0);
    let parity = place.run("perceptron --problem parity --inputs 5 --hidden 0 --out p");
    assert!(
        parity.code == 1 && parity.out.contains("a chain of 4 XOR units gets 0 of 32 patterns wrong"),
        "{parity:?}"
    );
}

#[test]
fn a_region_is_learnt_from_points_and_from_a_file_and_again_to_the_byte() {
    let place = Place::new();
    let flags = "--hidden 4 --train 60 --test 500 --steps 300 --starts 30";
    place.run(&format!("perceptron --problem four-lines {flags} --repeats 2 --out a"));
    place.run(&format!("perceptron --problem four-lines {flags} --repeats 2 --out b"));
    assert_eq!(place.bytes("a/neurons.csv"), place.bytes("b/neurons.csv"));
    let nets = place.rows("a/nets.csv");
    assert_eq!(nets.len(), 2);
    for net in &nets {
        assert!(net[4].parse::<f64>().unwrap() < 0.15 && net[5].parse::<f64>().unwrap() < 0.35, "{net:?}");
    }
    // The points of the first repeat, as a file with words for classes.
    let patterns = place.rows("a/patterns.csv");
    let train = patterns.iter().filter(|row| row[3] == *"train");
    let word = |target: &str| if target == "1" { "within" } else { "outside" };
    let lines: String = train.map(|row| format!("{},{},{}\n", &row[0], &row[1], word(&row[2]))).collect();
    place.file("points.csv", format!("x,y,where\n{lines}"));
    let json = place
        .run("perceptron --problem points.csv --hidden 0,4 --steps 300 --starts 30 --test-share 0.25 --json --out c");
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((&json["patterns"], &json["fresh"]), (&45.into(), &15.into()));
    assert_eq!(json["classes"], serde_json::json!(["outside", "within"]));
    assert!(json["separability"]["not-separable"]["positive"].is_array(), "{json}");
}

#[test]
fn what_cannot_be_used_is_named() {
    let place = Place::new();
    place.file("gap.csv", "x1,x2,t\n1,2,1\n1,,0\n");
    place.file("empty.csv", "");
    place.file("one.csv", "1,2,a\n2,3,a\n");
    place.file("five.csv", "1,2,3,4,5,1\n5,4,3,2,1,0\n");
    for (flags, wanted) in [
        ("--problem nand", "unknown problem `nand`; use and, or, xor, parity, linear"),
        ("--problem none.csv", "cannot read none.csv"),
        ("--problem gap.csv", "gap.csv: line 3, column 2: a number is missing"),
        ("--problem xor --hidden 2,2", "`hidden` names 2 twice"),
        ("--problem xor --noise 0.1", "`noise` moves points of the plane"),
        ("--problem parity --inputs 13", "`inputs` must be from 2 to 12, got 13"),
        ("--problem rings --noise -1", "`noise` must be from 0 to 1000000, got -1"),
        ("--problem rings --hidden 4 --at 5,2000", "`at` names step 2000, and there are no more than 1000"),
        ("--problem rings --animation mpeg", "use gif or apng"),
        (
            "--problem rings --hidden 0,1,2,3,4,5,6,7,8,9 --animation gif",
            "`animation` shows at most 9 nets, and `hidden` names 10",
        ),
        ("--problem empty.csv", "empty.csv: there are no patterns"),
        ("--problem one.csv", "one.csv: wanted two classes in column 3, got 1: a"),
        ("--problem rings --hidden 2 --starts 0", "`starts` must be 1 or more, got 0"),
        ("--problem five.csv --animation gif", "these patterns have 5 inputs; leave it out"),
    ] {
        let told = place.run(&format!("perceptron {flags} --out o"));
        assert!(told.code == 2 && told.err.contains(wanted), "{flags}: {told:?}");
        assert!(!place.path("o").join("run.json").exists(), "{flags}");
    }
    place.file("both.csv", "1,2,1\n1,2,0\n3,4,1\n");
    let told = place.run("perceptron --problem both.csv --hidden 3 --starts 1 --out both").short();
    assert!(told.out.contains("The inputs (1, 2) stand in both classes, so no net gets all right"), "{told:?}");
    let told = place.run("perceptron --problem five.csv --out five").done();
    assert!(told.out.contains("all patterns right"), "five inputs are learnt and draw no plane: {told:?}");
    assert!(!place.path("five/boundary.png").exists() && place.path("five/errors.png").is_file());
}
