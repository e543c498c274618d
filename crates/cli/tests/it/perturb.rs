//! The smallest changes: a car to an ostrich, digits to other digits, and what the files say of them.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use advlab_core::{Classifier, InputShape, Scores};
use advlab_datasets::photo::{Fit, MAX_PIXELS, Photo};
use advlab_model_zoo::{Net, embedded};
use csv::StringRecord;
use image::imageops::FilterType;
use ndarray::{Array1, Array4};
use tch::Tensor;

use crate::program::Place;

const CAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/pictures/car.png");

/// A place with the drawn car.
fn with_car() -> Place {
    let place = Place::new();
    fs::copy(CAR, place.path("car.png")).unwrap();
    place
}

fn net(name: &str) -> Net {
    embedded().iter().find(|entry| entry.name == name).unwrap().net().unwrap()
}

/// The values of a picture file as a net of this shape sees them.
fn values(path: &Path, shape: InputShape) -> Vec<f32> {
    Photo::read(path, MAX_PIXELS).unwrap().fit(shape, Fit::Crop).unwrap().values().to_vec()
}

fn classify(net: &Net, pictures: &[f32]) -> Scores {
    let n = (pictures.len() / net.input().len()) as i64;
    net.classify(&Tensor::from_slice(pictures).reshape(net.input().batch(n))).unwrap()
}

/// A cell of a row by the name of its column.
fn cell<'a>(place: &Place, file: &str, row: &'a StringRecord, name: &str) -> &'a str {
    let header = csv::Reader::from_path(place.path(file)).unwrap().headers().unwrap().clone();
    &row[header.iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"))]
}

fn number(place: &Place, file: &str, row: &StringRecord, name: &str) -> f64 {
    cell(place, file, row, name).parse().unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_car_becomes_an_ostrich_and_its_file_stays_one() {
    let place = with_car();
    let told = place.run("perturb --image car.png --target ostrich --out r").done();
    assert!(
        told.err.starts_with("note: the net is objects") && told.err.contains("advlab models pull"),
        "{}",
        told.err
    );
    assert_eq!(told.err.lines().count(), 1);
    for words in ["car.png: car (", "→ ostrich (", "RMS 0.0", "PSNR", "read back: still ostrich"] {
        assert!(told.out.contains(words), "{words}: {}", told.out);
    }
    assert_eq!(place.names("r"), ["examples.csv", "examples.npz", "log.txt", "pictures", "report.html", "run.json"]);
    let pictures = ["000000-car-to-ostrich-triptych.png", "000000-car-to-ostrich.png"];
    assert_eq!(place.names("r/pictures"), pictures);

    let rows = place.rows("r/examples.csv");
    let (file, row) = ("r/examples.csv", &rows[0]);
    assert_eq!(rows.len(), 1);
    for (name, wanted) in [
        ("input", "car.png"),
        ("file", "pictures/000000-car-to-ostrich.png"),
        ("verdict", "success"),
        ("name_before", "car"),
        ("name", "ostrich"),
        ("aim_name", "ostrich"),
        ("file_name", "ostrich"),
        ("file_holds", "true"),
        ("true_label", ""),
    ] {
        assert_eq!(cell(&place, file, row, name), wanted, "{name}");
    }

    // Read by other means: the file is an ostrich for the net, and as far from the car as the row says.
    let net = net("objects");
    let (before, after) =
        (values(CAR.as_ref(), net.input()), values(&place.path("r/pictures").join(pictures[1]), net.input()));
    let said = classify(&net, &[before.clone(), after.clone()].concat());
    assert_eq!(
        said.labels.iter().map(|label| net.classes()[*label as usize].as_str()).collect::<Vec<_>>(),
        ["car", "ostrich"]
    );
    let squares: f64 = before.iter().zip(&after).map(|(a, b)| f64::from(b - a).powi(2)).sum();
    let n = before.len() as f64;
    assert!((squares.sqrt() - number(&place, file, row, "l2")).abs() < 1e-6);
    assert!(((squares / n).sqrt() - number(&place, file, row, "rms")).abs() < 1e-6);
    assert!((-10.0 * (squares / n).log10() - number(&place, file, row, "psnr")).abs() < 1e-4);
    assert!(number(&place, file, row, "margin") < 0.0);
    assert!((number(&place, file, row, "confidence") - f64::from(said.confidence_of_label(1))).abs() < 1e-5);
    let images: Array4<f32> = place.array("r/examples.npz", "images");
    assert!(images.as_slice().unwrap() == after, "the archive and the file hold the same picture");
    assert!(place.text("r/report.html").contains("data:image/png;base64,"));
    let record = place.json("r/run.json");
    assert_eq!((&record["spec"]["attack"]["bits"], &record["result"]["successes"]), (&8.into(), &1.into()));
    assert_eq!(record["inputs"]["pictures"]["pictures"], 1);
}

#[test]
fn digits_become_the_digits_that_were_drawn_for_them() {
    let place = Place::new();
    let told = place.run("perturb --data digits --n 40 --target random --out r").done();
    assert!(
        told.out.contains("reached: 40 of 40 tried") && told.out.contains("not reached: 0; ties: 0"),
        "{}",
        told.out
    );
    assert!(told.out.contains("784-30-10 sigmoid"), "the net for digits is shallow: {}", told.out);
    let net = net("shallow");
    let clean: Array4<f32> = place.array("r/examples.npz", "clean");
    let images: Array4<f32> = place.array("r/examples.npz", "images");
    assert_eq!((clean.shape(), images.shape()), (&[40, 1, 28, 28][..], &[40, 1, 28, 28][..]));
    assert!(images.iter().all(|value| (0.0..=1.0).contains(value)));
    let before = classify(&net, clean.as_slice().unwrap()).labels;
    let after = classify(&net, images.as_slice().unwrap()).labels;
    let column = |name: &str| place.array::<i64, ndarray::Ix1>("r/examples.npz", name).to_vec();
    assert_eq!((column("label_before"), column("label")), (before.clone(), after));
    assert_eq!(column("label"), column("aim"));
    let truth = column("true_label");
    assert!(
        column("aim").iter().zip(before.iter().zip(&truth)).all(|(aim, (label, truth))| aim != label && aim != truth)
    );
    let l2: Array1<f32> = place.array("r/examples.npz", "l2");
    for (row, told) in l2.iter().enumerate() {
        let pair = &clean.outer_iter().nth(row).unwrap() - &images.outer_iter().nth(row).unwrap();
        let length = pair.iter().map(|change| f64::from(*change).powi(2)).sum::<f64>().sqrt();
        assert!((length - f64::from(*told)).abs() < 1e-5, "{row}: {length} and {told}");
    }
    // Written to 8 bits, some are lost, and that is told.
    let holds = place.rows("r/examples.csv");
    let kept = holds.iter().filter(|row| cell(&place, "r/examples.csv", row, "file_holds") == "true").count();
    assert!(told.out.contains(&format!("8-bit files, read back: {kept} of 40")), "{}", told.out);
    let told = place.run("perturb --data digits --n 40 --target random --bits 8 --out bits").done();
    assert!(
        told.out.contains("8-bit files, read back: 40 of 40") && told.out.contains("L2 before rounding"),
        "{}",
        told.out
    );
    let again: Array1<i64> = place.array("bits/examples.npz", "aim");
    assert_eq!(again.to_vec(), column("aim"), "targets come from the seed and the picture");
    place.run("perturb --data digits --n 40 --target random --seed 2 --steps 5 --out other");
    let other: Array1<i64> = place.array("other/examples.npz", "aim");
    assert_ne!(other.to_vec(), column("aim"));
}

#[test]
fn the_same_command_makes_the_same_bytes() {
    let place = with_car();
    for (words, pictures) in [
        ("perturb --image car.png --target ostrich", "pictures/000000-car-to-ostrich.png"),
        ("perturb --data digits --n 30 --untargeted", "triptychs.png"),
    ] {
        for out in ["a", "b"] {
            place.run(&format!("{words} --force --out {out}")).done();
        }
        for file in ["examples.csv", "examples.npz", pictures] {
            assert!(place.bytes(&format!("a/{file}")) == place.bytes(&format!("b/{file}")), "{words}: {file}");
        }
    }
}

#[test]
fn the_batch_does_not_change_what_is_found() {
    let place = Place::new();
    for batch in [1, 64] {
        let words =
            format!("perturb --data digits --n 64 --target runner-up --steps 60 --batch {batch} --out b{batch}");
        place.run(&words);
    }
    let [one, many] =
        ["b1", "b64"].map(|out| place.array::<f32, ndarray::Ix4>(&format!("{out}/examples.npz"), "images"));
    let apart = one.iter().zip(&many).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart < 1e-5, "{apart}");
    let [one, many] =
        ["b1", "b64"].map(|out| place.array::<i64, ndarray::Ix1>(&format!("{out}/examples.npz"), "label"));
    assert_eq!(one, many);
}

#[test]
fn targets_follow_the_scores() {
    let place = Place::new();
    let net = net("shallow");
    let aims = |target: &str, n: usize| {
        place.run(&format!("perturb --data digits --n {n} --target {target} --steps 3 --pictures 0 --out {target}"));
        let clean: Array4<f32> = place.array(&format!("{target}/examples.npz"), "clean");
        let pictures = Tensor::from_slice(clean.as_slice().unwrap()).reshape([-1, 1, 28, 28]);
        let order = net.scores(&pictures).unwrap().argsort(1, true);
        let order: Vec<i64> = Vec::try_from(order.reshape([-1])).unwrap();
        let aims: Array1<i64> = place.array(&format!("{target}/examples.npz"), "aim");
        (aims.to_vec(), order)
    };
    let (runner_up, order) = aims("runner-up", 12);
    assert!(runner_up.iter().zip(order.chunks(10)).all(|(aim, order)| *aim == order[1]));
    let (least, order) = aims("least-likely", 12);
    assert!(least.iter().zip(order.chunks(10)).all(|(aim, order)| *aim == order[9]));
    let (every, order) = aims("every", 3);
    assert_eq!(every.len(), 27);
    for (aims, order) in every.chunks(9).zip(order.chunks(90)) {
        let mut others = order[1..10].to_vec();
        others.sort_unstable();
        assert_eq!(aims, others);
    }
}

#[test]
fn what_has_the_label_already_is_counted_apart() {
    let place = Place::new();
    let json = place.run("perturb --data digits --n 60 --target 3 --steps 80 --out r --json");
    let json = json.json();
    let count = |key: &str| json[key].as_u64().unwrap();
    assert!(count("wrong_before") >= 4, "{json}");
    assert_eq!(count("wrong_before") + count("successes") + count("failures") + count("ties"), 60);
    assert_eq!(count("tried"), 60 - count("wrong_before"));
    let rate = json["success_rate"].as_f64().unwrap();
    assert!((rate - count("successes") as f64 / count("tried") as f64).abs() < 1e-12);
    let rows = place.rows("r/examples.csv");
    let wrong: Vec<_> =
        rows.iter().filter(|row| cell(&place, "r/examples.csv", row, "verdict") == "wrong-before").collect();
    assert_eq!(wrong.len() as u64, count("wrong_before"));
    for row in wrong {
        let cell = |name| cell(&place, "r/examples.csv", row, name);
        assert_eq!([cell("name"), cell("file"), cell("l2"), cell("backward")], ["3", "", "", "0"], "{row:?}");
    }
    // Away from the truth: what the net gets wrong needs no change.
    let json = place.run("perturb --data digits --n 60 --untargeted --steps 80 --out u --json").json();
    let wrong = place.array::<i64, ndarray::Ix1>("u/examples.npz", "true_label").to_vec();
    let labels = place.array::<i64, ndarray::Ix1>("u/examples.npz", "label_before").to_vec();
    let wrong = wrong.iter().zip(&labels).filter(|(truth, label)| truth != label).count();
    assert_eq!(json["wrong_before"], wrong);
}

#[test]
fn failures_are_the_clean_picture_and_a_flag() {
    let place = Place::new();
    // A ball of a thousandth holds no other digit.
    let words = "perturb --data digits --n 8 --target random --method pgd --norm linf --eps 1/1000 --steps 5 --out r";
    let told = place.run(words).short();
    assert!(told.err.contains("hint: ") && told.err.contains("a larger --epsilon"), "{}", told.err);
    let clean: Array4<f32> = place.array("r/examples.npz", "clean");
    let images: Array4<f32> = place.array("r/examples.npz", "images");
    let verdicts: Array1<i64> = place.array("r/examples.npz", "verdict");
    let failed: Vec<usize> = (0..8).filter(|row| verdicts[*row] == 2).collect();
    assert!(failed.len() >= 6, "{verdicts}");
    let lengths = ["l0", "l1", "l2", "linf", "rms", "psnr", "unrounded_l2", "at_bound"];
    let rows = place.rows("r/examples.csv");
    for row in failed {
        assert!(clean.outer_iter().nth(row) == images.outer_iter().nth(row), "{row}");
        // No length is not a length of 0, which would make every mean too small.
        let cells = lengths.map(|name| cell(&place, "r/examples.csv", &rows[row], name));
        assert_eq!(cells, [""; 8], "{row}");
        for name in ["l0", "l1", "l2", "linf", "rms"] {
            assert!(place.array::<f32, ndarray::Ix1>("r/examples.npz", name)[row].is_nan(), "{name} of {row}");
        }
    }
}

#[test]
fn hints_fit_the_method() {
    let place = Place::new();
    let hint = |words: &str| {
        let told = place.run(&format!("perturb --data digits --n 30 --target random {words} --out r --force")).short();
        told.err.lines().find(|line| line.starts_with("hint: ")).expect("a hint").to_owned()
    };
    let of_fgsm = hint("--method fgsm");
    assert!(of_fgsm.contains("another --method, such as minimal") && !of_fgsm.contains("--steps"), "{of_fgsm}");
    let of_pgd = hint("--method pgd --norm linf --eps 1/1000 --steps 5");
    assert!(of_pgd.contains("a larger --epsilon") && !of_pgd.contains("--steps"), "{of_pgd}");
    assert!(hint("--steps 1").contains("more --steps"));
}

#[test]
fn few_values_have_no_percentiles() {
    let place = Place::new();
    let told = place.run("perturb --data digits --n 3 --untargeted --out r").done();
    assert!(told.out.contains("right before: 3 of 3 clean pictures"), "{}", told.out);
    assert!(told.out.contains("median") && !told.out.contains("(5 % below"), "{}", told.out);
    assert!(place.text("r/report.html").contains("<th scope=\"row\">threads</th><td>1</td>"));
    let told = place.run("perturb --data digits --n 30 --untargeted --out many").done();
    assert!(told.out.contains("(5 % below"), "{}", told.out);
}

#[test]
fn many_pictures_get_a_sheet_and_histograms() {
    let place = Place::new();
    place.run("perturb --data digits --n 70 --target random --out r").done();
    let files = [
        "distances.png",
        "examples.csv",
        "examples.npz",
        "log.txt",
        "pictures",
        "report.html",
        "run.json",
        "triptychs.png",
    ];
    assert_eq!(place.names("r"), files);
    let pictures = place.names("r/pictures");
    assert!(pictures.len() == 70 && pictures.iter().all(|name| !name.contains("triptych")), "{pictures:?}");
    place.run("perturb --data digits --n 70 --target random --steps 60 --pictures 3 --out few");
    assert_eq!(place.names("few/pictures").len(), 3);
}

#[test]
fn files_and_folders_of_any_kind_and_size() {
    let place = with_car();
    let car = image::open(CAR).unwrap();
    fs::create_dir(place.path("more")).unwrap();
    car.resize_exact(200, 100, FilterType::Triangle).to_rgb8().save(place.path("more/wide.jpg")).unwrap();
    car.resize_exact(90, 160, FilterType::Triangle).to_rgb16().save(place.path("more/tall.png")).unwrap();
    car.to_luma_alpha8().save(place.path("more/grey.png")).unwrap();
    place.file("more/notes.txt", "not a picture");
    place.file("more/.hidden.png", "not a picture");
    fs::create_dir(place.path("more/deeper")).unwrap();
    let words = "perturb --image car.png more --target ostrich --own-size --steps 100 --out r";
    let told = place.run(words).done();
    assert!(told.out.contains("4 pictures for objects") && told.out.contains("at their own size: "), "{}", told.out);
    assert!(told.out.contains(" times as strong; ") || told.out.contains(" dB; "), "{}", told.out);
    assert!(
        told.err.contains("note: more: left out 1 folder, 1 hidden file, 1 file that is no picture"),
        "{}",
        told.err
    );
    let rows = place.rows("r/examples.csv");
    let inputs: Vec<_> = rows.iter().map(|row| cell(&place, "r/examples.csv", row, "input")).collect();
    assert_eq!(inputs, ["car.png", "more/grey.png", "more/tall.png", "more/wide.jpg"]);
    for (row, size) in rows.iter().zip([(64, 64), (64, 64), (90, 160), (200, 100)]) {
        let own = cell(&place, "r/examples.csv", row, "own_size_file");
        assert_eq!(image::image_dimensions(place.path("r").join(own)).unwrap(), size, "{own}");
        let input = cell(&place, "r/examples.csv", row, "input");
        let [before, after] = [place.path(input), place.path("r").join(own)].map(|file| {
            let photo = Photo::read(&file, MAX_PIXELS).unwrap();
            photo.values()
        });
        let squares: f64 = before.iter().zip(&after).map(|(a, b)| f64::from(b - a).powi(2)).sum();
        let told = number(&place, "r/examples.csv", row, "own_size_l2");
        assert!((squares.sqrt() - told).abs() < 1e-6, "{own}: {} and {told}", squares.sqrt());
        let psnr = -10.0 * (squares / before.len() as f64).log10();
        assert!((psnr - number(&place, "r/examples.csv", row, "own_size_psnr")).abs() < 1e-6, "{own}: {psnr}");
        // What the row says of that file is what the program says of it when it is given the file.
        let name = cell(&place, "r/examples.csv", row, "own_size_name");
        let told =
            place.run(&format!("perturb --image r/{own} --target 0 --steps 1 --out again --force --json")).json();
        assert_eq!(told["lines"][0]["before"], name, "{own}");
    }
    assert!(place.path("r/triptychs.png").exists());
}

#[test]
fn json_stands_alone() {
    let place = with_car();
    let told = place.run("perturb --image car.png --model objects --untargeted --json").done();
    assert_eq!(told.err, "");
    let json = told.json();
    assert_eq!((&json["lines"][0]["wanted"], &json["lines"][0]["before"]), (&"not car".into(), &"car".into()));
    assert!(json["folder"].as_str().unwrap().starts_with("runs/perturb-objects-car-untargeted"), "{json}");
    assert!(json["rms"]["median"].as_f64().unwrap() > 0.0);
}

#[test]
fn an_interrupted_run_comes_to_the_same_bytes() {
    let place = Place::new();
    let words = "perturb --data digits --n 600 --target random --batch 8 --pictures 5";
    place.run(&format!("{words} --out whole"));
    for delay in [150, 300, 500, 250, 700] {
        let mut child = place.start(&format!("{words} --out r --resume"));
        thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    place.run(&format!("{words} --out r --resume"));
    for file in ["examples.csv", "examples.npz", "triptychs.png", "distances.png"] {
        assert!(place.bytes(&format!("r/{file}")) == place.bytes(&format!("whole/{file}")), "{file}");
    }
    assert_eq!(place.names("r"), place.names("whole"));
    assert_eq!(place.names("r/pictures"), place.names("whole/pictures"));

    let child = place.start(&format!("{words} --out c"));
    place.wait_for("c/.parts/00000.npz");
    crate::program::interrupt(&child);
    let told = crate::program::Told::of(child.wait_with_output().unwrap()).short();
    let kept = place.rows("c/examples.csv").len();
    assert!((128..600).contains(&kept), "{kept} kept");
    for words in [&format!("stopped: {kept} of 600 pictures done")[..], "batches of 8", "--out c --resume"] {
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
    let next: usize = told.err.trim_end().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(next.is_multiple_of(128) && next <= kept, "goes on at {next}");
    assert!(told.out.contains(&format!("stopped: {kept} of 600 pictures done")), "{}", told.out);
    assert!(place.text("c/report.html").contains(&format!("Stopped: {kept} of 600 searches done")));
    place.run(&format!("{words} --out c --resume"));
    assert!(place.bytes("c/examples.npz") == place.bytes("whole/examples.npz"));
    let again = place.run(&format!("{words} --out c --resume"));
    assert!(again.err.starts_with("note: this run was finished before; nothing was left to do\n"), "{}", again.err);
}
