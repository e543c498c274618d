//! Pictures of cells: from slides to a trained net, and a study of it.

use std::fs;

use advlab_core::{InputShape, Seed, Stop};
use advlab_datasets::Split;
use advlab_datasets::cells::Sample;

use crate::program::{Place, Told, interrupt};

#[test]
fn slides_that_are_drawn_and_prepared_are_the_set_of_that_name() {
    let place = Place::new();
    let told = place.run("data draw --out slides --n 2 --seed 3 --tiff").done();
    assert!(told.out.contains("slides: 2 pictures each of Control, Snap29"), "{}", told.out);
    place.run("data prepare --input slides --tiles 4x4 --size 64 --out plates").done();
    let sample = Sample { slides: 2, ..Sample::default() };
    let shape = InputShape { channels: 3, height: 64, width: 64 };
    let set = sample.draw("cells", Split::Train, shape, Seed::new(3), &Stop::default()).unwrap();
    for (at, label) in set.labels().iter().enumerate() {
        // Slide after slide, of each the tiles, of each tile the classes; files are numbered class after class.
        let (slide, tile) = (at / 32, at / 2 % 16);
        let file =
            format!("plates/{}/{:04}-{tile:02}-00.png", set.classes()[*label as usize], slide + 2 * *label as usize);
        let file =
            if place.path(&file).is_file() { file } else { find(&place, &set.classes()[*label as usize], slide, tile) };
        let picture = image::open(place.path(&file)).unwrap().into_rgb8();
        let planes: Vec<u8> = (0..3).flat_map(|c| picture.pixels().map(move |pixel| pixel.0[c])).collect();
        assert!(planes == set.picture(at), "{file} and picture {at} differ");
    }
}

/// The file of a tile of the slide that comes at this place within its class.
fn find(place: &Place, class: &str, slide: usize, tile: usize) -> String {
    let mut names: Vec<String> = fs::read_dir(place.path(format!("plates/{class}")))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    format!("plates/{class}/{}", names[slide * 16 + tile])
}

#[test]
fn slides_go_where_nothing_is() {
    let place = Place::new();
    fs::create_dir(place.path("taken")).unwrap();
    place.file("taken/notes.txt", "mine");
    place.run("data draw --out taken --n 1").refused(&["taken is there and not an empty folder"]);
    assert_eq!(place.names("taken"), ["notes.txt"]);
    for (flags, wanted) in [
        ("--n 0", "`n` must be from 1"),
        ("--strength -1", "`strength` must be 0"),
        ("--classes Snap30", "use Control"),
    ] {
        place.run(&format!("data draw --out new {flags}")).refused(&[wanted]);
        assert!(!place.path("new").exists());
    }
}

const TRAIN: &str = "train --model cells-cnn --size 32 --data cells --train 64 --test 32";

#[test]
fn a_net_is_trained_many_times() {
    let place = Place::new();
    let told = place.run(&format!("{TRAIN} --epochs 2 --runs 3 --seed 5 --out r")).done();
    for wanted in [
        "pool 2, conv 64@3x3, conv 64@3x3, conv 64@3x3, dense 512, dense 2 relu",
        "training pictures right: mean",
        "test pictures right: mean",
    ] {
        assert!(told.out.contains(wanted), "{wanted}: {}", told.out);
    }
    let rows = place.rows("r/runs.csv");
    assert_eq!(rows.iter().map(|row| row[0].to_owned()).collect::<Vec<_>>(), ["5", "6", "7"]);
    assert_eq!(place.names("r"), ["accuracy.png", "curves.png", "log.txt", "run.json", "runs", "runs.csv"]);
    // A single training with one of the seeds is the same training.
    place.run(&format!("{TRAIN} --epochs 2 --seed 6 --out one")).done();
    assert!(place.bytes("one/model.safetensors") == place.bytes("r/runs/seed-6/model.safetensors"));
    let json = place.run(&format!("{TRAIN} --epochs 2 --runs 3 --seed 5 --out r --resume --json")).done().json();
    assert_eq!(json["runs"].as_array().unwrap().len(), 3);
    place.run(&format!("{TRAIN} --epochs 2 --runs 1 --out no")).refused(&["--runs must be from 2"]);
}

#[test]
fn a_training_can_end_early_and_change_its_pictures() {
    let place = Place::new();
    let flags = "--early-stop 1 --hold-back 0.5 --rotate 5 --mirror --turn --border reflect --l2 0.001";
    let told = place.run(&format!("{TRAIN} {flags} --epochs 6 --out t")).done();
    let spec = &place.json("t/run.json")["spec"]["training"];
    assert_eq!((&spec["early-stop"]["patience"], &spec["augment"]["turn"]), (&1.into(), &true.into()));
    assert!(place.rows("t/history.csv")[0].len() == 7, "with cost and accuracy of what was held back");
    assert!(told.out.contains("epochs"), "{}", told.out);
    place
        .run(&format!("{TRAIN} --epochs 2 --mixed-precision --device cpu --out m"))
        .refused(&["`mixed-precision` must be false where there is no CUDA"]);
}

/// A study of a minute's hundredth.
const STUDY: &str = "
kind = 'learning'
name = 'small'
seed = 1
source = 'nowhere'
size = 16
trainings = 2
epochs = 2

[[tasks]]
name = 'clear'
title = 'clear'
person = 0.9
data = { set = 'cells', cells = { slides = 3, test-slides = 2 } }

[[tasks]]
name = 'unclear'
title = 'unclear'
data = { set = 'cells-snf7', cells = { classes = ['Control', 'Snf7'], slides = 2, test-slides = 2 } }

[[conditions]]
name = 'cnn'
title = 'the CNN'
net = 'cells-cnn'

[[conditions]]
name = 'matched'
title = 'as many'
net = 'cells-cnn'
trainings = 1
matched = true
colour = 'green'

[attacks]
noise = 2
perturb = 2
directions = 2
";

#[test]
fn learning_is_told_from_memorising_and_a_break_changes_nothing() {
    let place = Place::new();
    place.file("study.toml", STUDY);
    let told = place.run("run study.toml --out whole").done();
    for wanted in ["B1  ", "B5  ", "The attacks on one net of each task"] {
        assert!(told.out.contains(wanted), "{wanted}: {}", told.out);
    }
    let rows = place.rows("whole/trainings.csv");
    assert_eq!(rows.len(), 2 * 2 + 2);
    let pictures =
        |net: &str| place.json(&format!("whole/nets/{net}/run.json"))["inputs"]["train data"]["pictures"].clone();
    assert_eq!(
        (pictures("cnn-clear-1"), pictures("matched-clear-1"), pictures("cnn-unclear-1")),
        (96.into(), 64.into(), 64.into())
    );
    for file in
        ["accuracy.png", "curves.png", "reliability.png", "panel-clear.png", "directions-unclear.png", "report.html"]
    {
        assert!(place.path("whole").join(file).is_file(), "{file}");
    }

    let child = place.start("run study.toml --out broken");
    place.wait_for("broken/nets/cnn-clear-1/run.json");
    interrupt(&child);
    let told = Told::of(child.wait_with_output().unwrap());
    assert!(told.code == 0 || (told.code == 1 && told.err.contains("--out broken --resume")), "{told:?}");
    place.run("run study.toml --out broken --resume").done();
    let numbers = |out: &str| {
        let rows = place.rows(&format!("{out}/trainings.csv"));
        rows.iter().map(|row| row.iter().take(7).map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    assert_eq!(numbers("whole"), numbers("broken"));
    assert_eq!(place.bytes("whole/attacks.csv"), place.bytes("broken/attacks.csv"));
}

#[test]
fn mistakes_in_a_study_of_learning_are_named() {
    let place = Place::new();
    for (old, new, wanted) in [
        ("size = 16", "size = 4", "`size`: wanted a whole number, at least 8 and at most 4096, got 4"),
        ("net = 'cells-cnn'", "net = 'cells-cn'", "did you mean `cells-cnn`?"),
        ("person = 0.9", "person = 9", "`tasks.0.person`: wanted a number, at least 0 and at most 1, got 9"),
        ("colour = 'green'", "colour = 'grren'", "unknown word \"grren\"; did you mean `green`?"),
        ("slides = 3", "slides = 0", "`slides` must be at least 1"),
    ] {
        place.file("study.toml", STUDY.replacen(old, new, 1));
        place.run("run study.toml --out out").refused(&[wanted]);
        assert!(!place.path("out").exists());
    }
    place.file("study.toml", STUDY);
    place.run("run study.toml --data mnist --out out").refused(&["this one names several"]);
}
