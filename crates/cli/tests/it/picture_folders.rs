//! Pictures of one's own, a folder a class.

use std::fs;
use std::os::unix::fs::symlink;

use image::{ImageBuffer, Rgb, RgbImage};

use crate::program::Place;

/// Pictures of two classes: bright on the left or on the right, each with a shade of its own.
fn picture(class: &str, number: u32) -> RgbImage {
    ImageBuffer::from_fn(24, 16, |x, y| {
        let bright = (x < 12) == (class == "Control");
        let grain = ((x * 31 + y * 17 + number * 7) * 2_654 % 40) as u8;
        Rgb([if bright { 190 } else { 50 } + grain, 90 + grain, 60 + (number % 20) as u8])
    })
}

/// A place with the folder `plates`, twelve pictures a class cut from six each, and a recipe for them.
fn place() -> Place {
    let place = Place::new();
    for class in ["Control", "Snap29"] {
        fs::create_dir_all(place.path(format!("plates/{class}"))).unwrap();
        for i in 0..12 {
            let file = format!("plates/{class}/{:04}-{:02}-00.png", i / 2, i % 2);
            picture(class, i).save(place.path(file)).unwrap();
        }
    }
    place.file("plates/.DS_Store", "left behind");
    place.file(
        "net.toml",
        "[model]\ninput = '3x16x16'\nclasses = ['Control', 'Snap29']\nhidden = [6]\nactivation = 'tanh'\noutput = 'softmax'\n",
    );
    place
}

const TRAIN: &str = "train --model net.toml --data plates --epochs 20 --batch 5 --rate 0.01 --out t";

#[test]
fn a_net_is_trained_judged_and_fooled_on_a_folder() {
    let place = place();
    let told = place.run(TRAIN).done();
    assert_eq!(told.err, "");
    let inputs = &place.json("t/run.json")["inputs"];
    let pictures = |half: &str| inputs[format!("{half} data")]["pictures"].as_u64().unwrap();
    assert_eq!((pictures("train"), pictures("test")), (20, 4), "one of six origins a class is for testing");

    let eval = "eval --model t/model.safetensors --data plates --out e --force";
    let told = place.run(eval).done();
    assert!(told.out.contains("on plates test: 100.00 % of 4 right"), "{}", told.out);
    let rows = place.rows("e/answers.csv");
    let file = rows[1].iter().next_back().unwrap();
    assert!(file.starts_with("plates/Snap29/000") && file.ends_with(".png"), "{rows:?}");
    assert_eq!(place.json("e/run.json")["spec"]["data"]["set"], "folder");
    let json = place.run(&format!("{eval} --split train --train 7 --fit stretch --json")).done().json();
    assert_eq!(json["pictures"], 7);
    let json = place.run(&format!("{eval} --test-share 0.5 --json")).done().json();
    assert_eq!(json["pictures"], 12);

    let told = place.run("perturb --model t/model.safetensors --data plates --untargeted --out p").done();
    assert!(told.out.contains("4 of 4"), "{}", told.out);
    let rows = place.rows("p/examples.csv");
    assert!(rows.len() == 4 && rows[0].iter().any(|cell| cell.starts_with("plates/Control/000")), "{rows:?}");
    place.run("basis --model t/model.safetensors --data folder:plates --split train --random --out b").done();

    // Divided by hand it comes to the same.
    for (split, tests) in [("train", false), ("test", true)] {
        for class in ["Control", "Snap29"] {
            fs::create_dir_all(place.path(format!("halves/{split}/{class}"))).unwrap();
            for name in place.names(&format!("plates/{class}")) {
                if name.starts_with("0003") == tests {
                    let from = place.path(format!("plates/{class}/{name}"));
                    fs::copy(from, place.path(format!("halves/{split}/{class}/{name}"))).unwrap();
                }
            }
        }
    }
    let json = place.run("eval --model t/model.safetensors --data halves --json").done().json();
    assert!(json["pictures"] == 4 && json["accuracy"] == 1.0, "{json}");
    place.run(&format!("{} --force", TRAIN.replace("plates", "halves"))).done();
}

#[test]
fn what_is_no_picture_is_told_of_and_what_is_broken_is_left_out_on_demand() {
    let place = place();
    place.run(TRAIN).done();
    let eval = "eval --model t/model.safetensors --data plates --split train --out e --force";
    place.file("plates/Control/notes.txt", "seen on Monday");
    let told = place.run(eval).done();
    assert!(
        told.err.starts_with("note: plates: left out 1 file that is no picture, such as plates/Control/notes.txt"),
        "{told:?}"
    );

    let tiff = place.path("whole.tif");
    picture("Control", 0).save(&tiff).unwrap();
    let tiff = fs::read(tiff).unwrap();
    for i in 0..6 {
        place.file(&format!("plates/Control/{i:04}-05-00.tif"), &tiff[..tiff.len() / 2]);
    }
    let broken =
        ["5 of 25 pictures cannot be used, the first: plates/Control/000", ".tif: ends too early", "--skip-broken"];
    place.run(eval).refused(&broken);
    place.run(&format!("{TRAIN} --force")).refused(&broken);
    place
        .run("perturb --model t/model.safetensors --data plates --split train --untargeted --out p")
        .refused(&["of 25 pictures"]);
    let told = place.run(&format!("{eval} --skip-broken")).done();
    assert!(told.err.contains("left out 5 of 25 pictures that cannot be used: plates/Control/000"), "{told:?}");
    assert!(told.out.contains("of 20 right"), "{told:?}");
    let told = place.run(&format!("{TRAIN} --force --skip-broken")).done();
    assert!(told.err.contains("left out 5 of 25") && told.err.contains("left out 1 of 5"), "{told:?}");
    assert!(!place.path("p").exists());
}

#[test]
fn folders_that_cannot_be_used_are_refused_in_a_line() {
    let place = place();
    place.run(TRAIN).done();
    let refused = |wanted: &[&str]| {
        place.run("eval --model t/model.safetensors --data plates --out e").refused(wanted);
        place.run(&format!("{TRAIN} --force")).refused(wanted);
    };
    let add = |path: &str| {
        fs::create_dir_all(place.path(path).parent().unwrap()).unwrap();
        picture("Control", 99).save(place.path(path)).unwrap();
    };
    let remove = |name: &str| fs::remove_dir_all(place.path(name)).unwrap();

    fs::create_dir(place.path("plates/Empty")).unwrap();
    refused(&["plates: class `Empty` has no picture (its folder is empty)"]);
    remove("plates/Empty");

    add("plates/control/1.png");
    refused(&["`Control` and `control` are names of two classes that differ in case alone"]);
    remove("plates/control");

    fs::create_dir(place.path("plates/Control/deep")).unwrap();
    symlink("../..", place.path("plates/Control/deep/loop")).unwrap();
    refused(&["plates: the link plates/", "loop leads back to plates/Control"]);
    remove("plates/Control/deep");

    symlink("nowhere.png", place.path("plates/Snap29/0003-07-00.png")).unwrap();
    symlink("nowhere.png", place.path("plates/Snap29/0004-07-00.png")).unwrap();
    let told = place.run(&format!("{TRAIN} --force"));
    told.refused(&["pictures cannot be used, the first: plates/Snap29/000", "No such file"]);
    fs::remove_file(place.path("plates/Snap29/0003-07-00.png")).unwrap();
    fs::remove_file(place.path("plates/Snap29/0004-07-00.png")).unwrap();

    let whole = place.names("plates/Snap29");
    let grey = |name: &String| format!("plates/Snap29/{name}");
    let grey =
        |name: &String| image::open(place.path(grey(name))).unwrap().to_luma8().save(place.path(grey(name))).unwrap();
    whole.iter().for_each(grey);
    refused(&["grey and coloured pictures stand side by side, such as plates/Snap29/000", "--mixed"]);
    place.run(&format!("{TRAIN} --force --mixed")).done();

    fs::rename(place.path("plates/Snap29"), place.path("Snap29")).unwrap();
    refused(&["plates: holds one class, `Control`; wanted two or more"]);
    fs::rename(place.path("plates/Control/0000-00-00.png"), place.path("plates/0000-00-00.png")).unwrap();
    remove("plates/Control");
    refused(&["plates: holds no folders that could be classes"]);
    place.run("eval --data folder:nowhere").refused(&["nowhere: is not a folder; name one that holds"]);
    place.run("eval --data folder").refused(&["the data set `folder` needs", "--data DIR"]);

    fs::create_dir(place.path("plates/train")).unwrap();
    fs::rename(place.path("Snap29"), place.path("plates/train/Snap29")).unwrap();
    refused(&["plates: holds train/ and no test/"]);
    add("plates/train/Control/1.png");
    add("plates/test/Control/2.png");
    refused(&["plates: class `Snap29` is in train/ and not in test/"]);
    add("plates/test/Snap29/3.png");
    place.run(&format!("{TRAIN} --force --test-share 0.3 --mixed")).refused(&["has its test pictures in test/"]);
    place.run(&format!("{TRAIN} --force --skip-broken --data digits")).refused(&["--data"]);
    place.run("eval --data digits --skip-broken").refused(&["--skip-broken is for folders of pictures", "`digits`"]);
    fs::remove_file(place.path("plates/0000-00-00.png")).unwrap(); // of which it would tell
    place.run("eval --data plates --mixed").refused(&["tells 10 classes apart, and plates has 2"]);
}
