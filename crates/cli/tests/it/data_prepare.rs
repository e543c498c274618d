//! Wide-field pictures cut into data sets, and leaks found in folders that were split carelessly.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageBuffer, Luma, Rgb};

use crate::program::{Place, Told, interrupt};

/// A 16-bit picture of spots on uneven light, another for each number.
fn spots(number: u32, width: u32, height: u32) -> ImageBuffer<Luma<u16>, Vec<u16>> {
    let mut state = number.wrapping_mul(2_654_435_761) | 1;
    let mut dice = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32
    };
    let spots: Vec<[f32; 3]> = (0..width * height / 120)
        .map(|_| [dice() * width as f32, dice() * height as f32, 1.5 + 3.0 * dice()])
        .collect();
    ImageBuffer::from_fn(width, height, |x, y| {
        let spot = |[a, b, r]: &[f32; 3]| (-((x as f32 - a).powi(2) + (y as f32 - b).powi(2)) / (2.0 * r * r)).exp();
        let light = 8000.0 + 40.0 * x as f32 + 25_000.0 * spots.iter().map(spot).sum::<f32>();
        Luma([(light + 900.0 * dice()).min(65_535.0) as u16])
    })
}

/// Two classes of wide-field pictures as 16-bit TIFF, `of` each, 64 × 64.
fn slides(place: &Place, of: u32) {
    for (class, name) in ["Control", "Treated"].into_iter().enumerate() {
        fs::create_dir_all(place.path(format!("in/{name}"))).unwrap();
        for k in 0..of {
            let file = place.path(format!("in/{name}/slide {k}.tif"));
            spots(100 * class as u32 + k + 1, 64, 64).save(file).unwrap();
        }
    }
}

fn save(place: &Place, name: &str, picture: impl Into<DynamicImage>) {
    fs::create_dir_all(place.path(name).parent().unwrap()).unwrap();
    picture.into().save(place.path(name)).unwrap();
}

/// Every file below a folder with its bytes.
fn contents(place: &Place, folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for name in place.names(folder) {
        let path = format!("{folder}/{name}");
        if place.path(&path).is_dir() {
            found.extend(contents(place, &path));
        } else {
            found.push((path.clone(), place.bytes(&path)));
        }
    }
    found
}

const PREPARE: &str = "data prepare --input in --out out";

#[test]
fn wide_fields_become_a_numbered_set_with_two_halves() {
    let place = Place::new();
    slides(&place, 5);
    let words = format!("{PREPARE} --tiles 2x2 --rotate -2..2 --turns --size 24 --test 0.4 --seed 3");
    let told = place.run(&words).done();
    assert!(told.out.contains("out: 800 files") && told.out.contains("240 train"), "{}", told.out);
    assert_eq!(place.names("out"), ["prepared.csv", "prepared.json", "test", "train"]);
    let rows = place.rows("out/prepared.csv");
    assert_eq!(rows.len(), 2 * 5 * 4 * 20);
    assert_eq!(&rows[0][0].rsplit_once('/').unwrap().1, &"0000-00-00.png");
    let row = &rows[3 * 80 + 2 * 20 + 7]; // picture 3, tile 2, rotation 7: the third of those with a quarter turn
    assert!(row[0].ends_with("/Control/0003-02-07.png"), "{row:?}");
    assert_eq!([&row[1], &row[2], &row[3], &row[4], &row[5]], ["Control", "Control/slide 3.tif", "3", "2", "90"]);
    let files: BTreeSet<String> = rows.iter().map(|row| format!("out/{}", &row[0])).collect();
    let written: BTreeSet<String> =
        contents(&place, "out").into_iter().map(|(name, _)| name).filter(|name| name.ends_with(".png")).collect();
    assert_eq!(files, written);
    for class in ["Control", "Treated"] {
        let test: BTreeSet<&str> =
            rows.iter().filter(|row| &row[1] == class && row[0].starts_with("test")).map(|row| &row[3]).collect();
        let train: BTreeSet<&str> =
            rows.iter().filter(|row| &row[1] == class && row[0].starts_with("train")).map(|row| &row[3]).collect();
        assert_eq!((test.len(), train.len()), (2, 3), "{class}");
        assert!(test.is_disjoint(&train), "a picture is on both sides");
    }
    let record = place.json("out/prepared.json");
    assert_eq!((&record["settings"]["size"], &record["settings"]["border"]), (&"24x24".into(), &"reflect".into()));

    place.run(&format!("{words} --jobs 3 --force")).done();
    fs::rename(place.path("out"), place.path("again")).unwrap();
    let told = place.run(&format!("{words} --json")).done().json();
    assert_eq!((&told["files"], &told["classes"]["Treated"]["test"]), (&800.into(), &160.into()));
    let bytes = |folder| contents(&place, folder).into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>();
    assert!(bytes("out") == bytes("again"), "the same command comes to other bytes");
}

#[test]
fn tiles_stay_together_where_they_are_split() {
    let place = Place::new();
    slides(&place, 1);
    place.run(&format!("{PREPARE} --test 0.25")).refused(&["`Control` has one wide-field picture", "--split-by tile"]);
    place.run(&format!("{PREPARE} --tiles 4x4 --rotate -1..1 --test 0.25 --split-by tile")).done();
    let rows = place.rows("out/prepared.csv");
    let side = |side: &str| -> BTreeSet<(String, String)> {
        rows.iter().filter(|row| row[0].starts_with(side)).map(|row| (row[3].to_owned(), row[4].to_owned())).collect()
    };
    let (train, test) = (side("train/"), side("test/"));
    assert_eq!((train.len(), test.len()), (24, 8));
    assert!(train.is_disjoint(&test));
    place.run("data check out").done();
}

#[test]
fn depth_and_colour_are_kept() {
    let place = Place::new();
    let wide = spots(9, 60, 40);
    save(&place, "in/a/1.tif", wide.clone());
    save(&place, "in/b/1.png", spots(8, 60, 40));
    place.run(&format!("{PREPARE} --tiles 3x2 --bits 16")).done();
    let tile = image::open(place.path("out/a/0000-04-00.png")).unwrap();
    let DynamicImage::ImageLuma16(tile) = tile else { panic!("{:?}", tile.color()) };
    assert_eq!(
        tile,
        image::imageops::crop_imm(&wide, 20, 20, 20, 20).to_image(),
        "tile 4 is the middle of the second row"
    );
    place.run(&format!("{PREPARE} --force --tiles 3x2")).done();
    let tile = image::open(place.path("out/a/0000-04-00.png")).unwrap();
    let DynamicImage::ImageLuma8(tile) = tile else { panic!("{:?}", tile.color()) };
    let wanted = (f64::from(wide.get_pixel(31, 25).0[0]) / 257.0).round() as u8;
    assert_eq!(tile.get_pixel(11, 5).0[0], wanted);

    // A camera of 12 bit: the levels left would be few.
    let dim = |number| ImageBuffer::from_fn(16, 16, |x, y| Luma([spots(number, 16, 16).get_pixel(x, y).0[0] / 16]));
    save(&place, "dim/a/1.tif", dim(1));
    save(&place, "dim/b/1.tif", dim(2));
    let told = place.run("data prepare --input dim --out d").done();
    assert!(told.err.contains("of 65535, so that 8 bits leave 1") && told.err.contains("--white"), "{}", told.err);
    let told = place.run("data prepare --input dim --out d --force --white 4095").done();
    assert_eq!(told.err, "");

    let colour = ImageBuffer::from_fn(60, 40, |x, y| Rgb([x as u8 * 4, y as u8 * 6, 99]));
    save(&place, "in/b/2.png", colour.clone());
    save(&place, "in/b/3.jpg", colour);
    place.run(&format!("{PREPARE} --force")).refused(&[
        "in/a/1.tif is grey",
        "in/b/2.png is in colour",
        "--grey",
        "--colour",
    ]);
    place.run(&format!("{PREPARE} --force --grey")).done();
    assert!(contents(&place, "out").iter().all(|(name, bytes)| !name.ends_with("png") || bytes[25] == 0), "PNG's grey");
    place.run(&format!("{PREPARE} --force --colour --rotate 0..9:3")).done();
    assert!(contents(&place, "out").iter().all(|(name, bytes)| !name.ends_with("png") || bytes[25] == 2), "PNG's RGB");
}

#[test]
fn every_mistake_is_named_and_nothing_is_left() {
    let place = Place::new();
    slides(&place, 2);
    save(&place, "odd/a/1.png", spots(1, 66, 64));
    save(&place, "odd/b/1.png", spots(2, 66, 64));
    save(&place, "one/only/1.png", spots(1, 32, 32));
    fs::create_dir(place.path("none")).unwrap();
    place.file("none/1.png", "x");
    let before = place.names(".");
    for (words, wanted) in [
        ("--input nowhere", &["nowhere: is not there", "one folder of pictures for each class"][..]),
        ("--input none/1.png", &["is not a folder"]),
        ("--input none", &["none: no folder in it (files: 1)"]),
        ("--input one", &["one: one class, `only`", "at least two"]),
        ("--input odd --tiles 4x4", &["1.png: 66 x 64 pixels", "--tiles 4x4 needs a width divisible by 4", "--trim"]),
        ("--input in --tiles 4", &["`4` is no way to cut tiles"]),
        ("--input in --tiles 100x100", &["64 x 64 pixels are not a whole number of tiles"]),
        ("--input in --tiles 2x4 --size 32", &["its tiles are 32x16", "--size 32x32 would squeeze them", "--stretch"]),
        ("--input in --tiles 2x4 --turns", &["--turns needs square pictures, and these are 32x16"]),
        ("--input in --rotate 5..-5", &["FROM..TO"]),
        ("--input in --rotate -45..45 --turns", &["the angle 45 twice"]),
        ("--input in --size 0", &["`0` is no size"]),
        ("--input in --bits 12", &["use 8 or 16"]),
        ("--input in --white 0", &["`white` must be a level from 1 to 65535"]),
        ("--input in --test 1.5", &["`test` must be a share above 0 and below 1, got 1.5"]),
        ("--input in --border white", &["use reflect or black"]),
        ("--input in --jobs 0", &["`jobs` must be at least 1"]),
        ("--input in --split-by tile", &["--test"]),
    ] {
        place.run(&format!("data prepare {words} --out made/out")).refused(wanted);
        assert_eq!(place.names("."), before, "{words} left something behind");
    }
    place.run("data prepare --input odd --tiles 4x4 --trim --out out").done();
    let tile = image::open(place.path("out/a/0000-05-00.png")).unwrap().into_luma8();
    let wanted = (f64::from(spots(1, 66, 64).get_pixel(1 + 16, 16).0[0]) / 257.0).round() as u8;
    assert_eq!(
        (tile.dimensions(), tile.get_pixel(0, 0).0[0]),
        ((16, 16), wanted),
        "one column is cut off on each side"
    );
}

#[test]
fn broken_files_are_named_and_counted() {
    let place = Place::new();
    slides(&place, 3);
    let whole = place.bytes("in/Control/slide 0.tif");
    place.file("in/Control/short.tif", &whole[..whole.len() / 2]);
    place.file("in/Control/notes.txt", "counted on Monday");
    place.file("in/Treated/empty.png", "");
    let told = place.run(PREPARE);
    told.refused(&[
        "of 9 files cannot be used",
        "--skip-broken",
        "  Control/notes.txt: is not a picture: it begins `counted ",
        "  Treated/empty.png: is empty",
    ]);
    assert_eq!(place.names("."), ["in"]);
    let told = place.run(&format!("{PREPARE} --skip-broken")).done();
    assert!(told.err.contains("left out: Control/short.tif: ends too early"), "{}", told.err);
    assert!(told.out.contains("3 files that cannot be used left out"), "{}", told.out);
    assert_eq!(place.json("out/prepared.json")["left_out"].as_array().unwrap().len(), 3);
    assert_eq!(place.rows("out/prepared.csv").len(), 6);
    for k in 0..3 {
        fs::remove_file(place.path(format!("in/Treated/slide {k}.tif"))).unwrap();
    }
    place.run("data prepare --input in --out other --skip-broken").refused(&["in/Treated: no picture in this class"]);
}

#[test]
fn what_only_decoding_brings_to_light_leaves_nothing() {
    let place = Place::new();
    slides(&place, 2);
    save(&place, "in/Treated/zz.png", spots(5, 64, 64));
    let mut bytes = place.bytes("in/Treated/zz.png");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0x55);
    place.file("in/Treated/zz.png", bytes);
    place.run(PREPARE).failed(&["in/Treated/zz.png", "cannot be decoded as PNG", "nothing was left in out"]);
    assert_eq!(place.names("."), ["in"]);
    place.run(&format!("{PREPARE} --skip-broken")).done();
}

#[test]
fn what_systems_leave_behind_is_no_picture() {
    let place = Place::new();
    slides(&place, 2);
    for name in [".DS_Store", "Control/.DS_Store", "Control/._slide 0.tif", "Control/Thumbs.db", "Treated/desktop.ini"]
    {
        place.file(&format!("in/{name}"), "left behind");
    }
    for name in ["in/.git", "in/__MACOSX", "in/Control/.thumbnails"] {
        fs::create_dir(place.path(name)).unwrap();
    }
    let told = place.run(PREPARE).done();
    assert_eq!((told.err.as_str(), place.rows("out/prepared.csv").len()), ("", 4));
}

#[test]
fn folders_that_are_no_classes_are_told() {
    let place = Place::new();
    slides(&place, 2);
    fs::create_dir(place.path("in/Empty")).unwrap();
    place.run(PREPARE).refused(&["in/Empty: no picture in this class"]);
    fs::remove_dir(place.path("in/Empty")).unwrap();
    fs::create_dir(place.path("in/Control/more")).unwrap();
    place.run(PREPARE).refused(&["in/Control/more: a folder within a class"]);
    fs::remove_dir(place.path("in/Control/more")).unwrap();
    save(&place, "in/control/1.png", spots(1, 64, 64));
    if place.names("in").len() == 3 {
        place.run(PREPARE).refused(&["`Control` and `control` differ in capitals alone"]);
    }
    assert_eq!(place.names("."), ["in"]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_lead_nobody_round_in_circles() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    slides(&place, 2);
    for (target, link, wanted) in [
        ("loop", "in/loop", "in/loop: a symbolic link that leads round in a circle"),
        ("../in", "in/again", "in/again: a symbolic link that leads round in a circle"),
        ("../Control", "in/Control/self", "in/Control/self: a symbolic link that leads round in a circle"),
        ("../../in", "in/Control/up", "in/Control/up: a symbolic link that leads round in a circle"),
        ("nowhere", "in/gone", "in/gone: a symbolic link to what is not there"),
        ("Control", "in/Other", "in/Control and in/Other are one and the same folder"),
    ] {
        symlink(target, place.path(link)).unwrap();
        place.run(PREPARE).refused(&[wanted]);
        fs::remove_file(place.path(link)).unwrap();
    }
    assert_eq!(place.names("."), ["in"]);
    // Links that lead to pictures are as good as these.
    fs::rename(place.path("in/Control"), place.path("elsewhere")).unwrap();
    symlink("../elsewhere", place.path("in/Control")).unwrap();
    place.run(PREPARE).done();
}

#[test]
fn what_others_made_is_never_replaced() {
    let place = Place::new();
    slides(&place, 2);
    let run = |out: &str, more: &str| place.run(&format!("data prepare --input in --out {out} {more}"));
    run("in", "--force").refused(&["in is the input itself"]);
    run("in/out", "").refused(&["in/out lies in the input"]);
    run("in/../in/x/out", "").refused(&["lies in the input"]);
    run(".", "--force").refused(&["the input lies in ."]);
    run("in/Control/slide 0.tif", "").refused(&["unexpected argument"]); // a name with a blank, in pieces
    place.file("file", "mine");
    run("file", "--force").refused(&["file is a file"]);
    run("file/out", "").refused(&["cannot make file/out"]);
    fs::create_dir(place.path("out")).unwrap();
    run("out", "").done();
    let before = contents(&place, "out");
    run("out", "--rotate 0..1").refused(&["out holds prepared pictures", "--force"]);
    assert!(contents(&place, "out") == before);
    place.file("out/Control/mine.txt", "much work");
    run("out", "--force").refused(&["out holds Control/mine.txt, which --force would delete"]);
    fs::remove_file(place.path("out/Control/mine.txt")).unwrap();
    run("out", "--force --rotate 0..1").done();
    assert_eq!(place.rows("out/prepared.csv").len(), 8);
    fs::create_dir(place.path("thesis")).unwrap();
    place.file("thesis/thesis.tex", "much work");
    run("thesis", "").refused(&["thesis is not empty"]);
    run("thesis", "--force").refused(&["thesis holds no prepared.json of advlab"]);
    place.file("thesis/prepared.json", "{}");
    run("thesis", "--force").refused(&["thesis holds no prepared.json of advlab"]);
    assert_eq!(place.names("."), ["file", "in", "out", "thesis"]);
}

/// Waits until the folder under way is there.
fn wait_for_making(place: &Place) {
    let began = Instant::now();
    while !place.names(".").iter().any(|name| name.starts_with(".out.making-")) {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", place.names("."));
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn ctrl_c_and_kill_leave_nothing_half_made() {
    let place = Place::new();
    slides(&place, 2);
    // 57600 files: minutes of one thread.
    let long = format!("{PREPARE} --tiles 2x2 --rotate 0..359.9:0.1 --size 64");
    let child = place.start(&long);
    wait_for_making(&place);
    interrupt(&child);
    let told = Told::of(child.wait_with_output().unwrap()).short();
    assert!(told.err.contains("stopped before there was a result"), "{}", told.err);
    assert_eq!(place.names("."), ["in"]);

    let mut child = place.start(&long);
    wait_for_making(&place);
    // A second one leaves the folder of the first alone while it is at work.
    place.run(PREPARE).done();
    assert!(place.names(".").iter().any(|name| name.starts_with(".out.making-")), "{:?}", place.names("."));
    child.kill().unwrap();
    child.wait().unwrap();
    place.run(&format!("{PREPARE} --force")).done();
    assert_eq!(place.names("."), ["in", "out"]);
}

/// A prepared folder dealt out file by file, as careless people do; every third as JPEG.
fn careless(place: &Place) -> (usize, BTreeSet<(String, String)>) {
    slides(place, 4);
    place.run(&format!("{PREPARE} --tiles 1x1 --rotate -10..10:5 --turns")).done();
    let (mut sides, mut tests) = (Vec::new(), 0);
    for (k, row) in place.rows("out/prepared.csv").iter().enumerate() {
        let side = if k * 7 % 10 < 2 { "test" } else { "train" };
        tests += usize::from(side == "test");
        let name = format!("mixed/{side}/{}/{k}.{}", &row[1], if k % 3 == 0 { "jpg" } else { "png" });
        save(place, &name, image::open(place.path("out").join(&row[0])).unwrap());
        sides.push((side, name, row[2].to_owned()));
    }
    let pairs = sides.iter().filter(|one| one.0 == "test").flat_map(|one| {
        let others = sides.iter().filter(|other| other.0 == "train" && other.2 == one.2);
        others.map(|other| (one.1.clone(), other.1.clone())).collect::<Vec<_>>()
    });
    (tests, pairs.collect())
}

#[test]
fn a_careless_split_is_found_out() {
    let place = Place::new();
    let (tests, wanted) = careless(&place);
    let told = place.run("data check mixed --out found").short();
    assert!(told.out.contains(&format!("{tests} of {tests} test pictures have a copy among")), "{}", told.out);
    let rows = place.rows("found/leaks.csv");
    let found: BTreeSet<(String, String)> = rows.iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    assert_eq!(found.difference(&wanted).next(), None, "a false alarm");
    assert!(found.len() as f64 > 0.99 * wanted.len() as f64, "{} of {}", found.len(), wanted.len());
    assert!(image::open(place.path("found/leaks.png")).is_ok());
    let json = place.run("data check --train mixed/train --test mixed/test --json").short().json();
    assert_eq!((json["leaked"].as_u64(), json["pairs"].as_array().unwrap().len()), (Some(tests as u64), rows.len()));
    place.run("data check mixed --out found").refused(&["found already holds a run"]);
    place.run("data check mixed --out found --force").short();

    place.run(&format!("{PREPARE} --force --rotate -10..10:5 --turns --test 0.25")).done();
    let told = place.run("data check out --out clean").done();
    assert!(told.out.starts_with("no leaks found among 120 x 40 pictures"), "{}", told.out);
    assert_eq!((place.rows("clean/leaks.csv").len(), place.path("clean/leaks.png").exists()), (0, false));
}

#[test]
fn other_faults_of_a_folder_are_told() {
    let place = Place::new();
    for k in 0..6 {
        save(&place, &format!("set/train/Control/{k}.png"), spots(k + 1, 48, 48));
        save(&place, &format!("set/train/Treated/{k}.png"), spots(k + 11, 48, 48));
        save(&place, &format!("set/val/control/{k}.png"), spots(k + 21, 48, 48));
    }
    save(&place, "set/train/Treated/again.png", spots(3, 48, 48));
    let told = place.run("data check set").short();
    assert!(told.out.starts_with("no leaks found among 13 x 6 pictures"), "{}", told.out);
    let double = "two labels for one picture: set/train/Control/2.png and set/train/Treated/again.png";
    assert!(told.out.contains(double), "{}", told.out);
    assert!(told.out.contains("classes that differ in capitals alone: Control, control"), "{}", told.out);

    place.file("set/train/Control/short.png", &place.bytes("set/train/Control/0.png")[..300]);
    place.run("data check set").refused(&["1 of 20 files cannot be used", "short.png: ends too early"]);
    let told = place.run("data check set --skip-broken").short();
    assert!(told.err.contains("left out: set/train/Control/short.png"), "{}", told.err);
    place.run("data check").refused(&["<DIR>"]);
    place.run("data check nowhere").refused(&["nowhere: is not there"]);
    place.run("data check set/train").refused(&["wanted two folders in it, train and test", "--train DIR"]);
    assert!(Path::new(&place.path("set")).exists() && place.names(".") == ["set"]);
}
