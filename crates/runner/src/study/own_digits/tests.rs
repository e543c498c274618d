//! A tiny study from end to end, on drawn digits and a folder of photographs.

use std::fs;
use std::path::Path;

use advlab_core::Stop;
use advlab_datasets::digits::photographs::photograph_of;
use image::{ImageBuffer, Rgb, RgbImage};

use super::*;
use crate::journal::by_hand;
use crate::progress::Progress;
use crate::record::Ending;
use crate::study::mistakes::assert_refused;

const TINY: &str = r#"
kind = "own-digits"
name = "tiny"
seed = 1
source = "nowhere"
sets = [{ set = "digits", train = 600, test = 100 }]
trainings = 2
photographs = 20
processing = ["plain", "published"]
own = "photographs"
model = { hidden = [24], activation = "relu", output = "softmax" }
training = { epochs = 4, batch = 20, cost = "cross-entropy", optimizer = "adam", rate = 0.01, schedule = "constant" }
"#;

fn surroundings() -> Surroundings {
    Surroundings::new("advlab run tiny.toml", Stop::default(), Progress::Hidden)
}

fn write(digit: usize, file: &Path) {
    let photo = photograph_of(digit, Seed::new(100 + digit as u64));
    let (values, width, height) = (photo.values(), photo.width(), photo.height());
    let picture: RgbImage = ImageBuffer::from_fn(width as u32, height as u32, |x, y| {
        let at = y as usize * width + x as usize;
        Rgb([0, 1, 2].map(|part| (255.0 * values[part * width * height + at]).round() as u8))
    });
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    picture.save(file).unwrap();
}

/// A folder with photographs of the digits, in both ways, and a blank page.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("photographs");
    (0..5).for_each(|digit| write(digit, &own.join(format!("{digit}/a.png"))));
    (5..10).for_each(|digit| write(digit, &own.join(format!("{digit}_b.jpg"))));
    RgbImage::from_pixel(64, 64, Rgb([200; 3])).save(own.join("3/blank.png")).unwrap();
    folder
}

#[test]
fn a_study_runs_on_photographs_of_ones_own_and_a_lost_cell_is_made_again_to_the_bit() {
    let folder = folder();
    let out = folder.path().join("s");
    let spec: Spec = toml::from_str(TINY).unwrap();
    let search = Search::of_process(None, Some(folder.path()));
    let study = |existing| prepare(&spec, &search, out.clone(), existing, &surroundings()).unwrap().run().unwrap();
    let report = study(Existing::Refuse);
    assert_eq!((report.ending, report.cells), (Ending::Complete, (5, 5)));
    let keys: Vec<&str> = report.findings.iter().map(|finding| finding.key).collect();
    assert_eq!(keys, ["M3a", "M3b", "M3c", "M3d"]);
    let remarks = report.remarks.join("\n");
    assert!(
        remarks.contains("own: no digit was found on 1 of 11") && remarks.contains("3/blank.png: no ink found"),
        "{remarks}"
    );

    let cell = || by_hand::cell::<Measured>(&out, "digits-on-own-published");
    let before = cell();
    assert_eq!((before.nets.len(), before.answers.len()), (2, 10));
    let truth: Vec<i64> = before.answers.iter().map(|answer| answer.truth).collect();
    assert_eq!(truth, (0..10).collect::<Vec<_>>());
    let right = before.answers.iter().filter(|answer| answer.ensemble.0 == answer.truth).count();
    assert!((before.ensemble.calibration.accuracy - right as f64 / 10.0).abs() < 1e-9);
    for product in
        ["panel.png", "panel-own.png", "steps.png", "processing.png", "reliability.png", "refusing.png", "telling.csv"]
    {
        assert!(out.join(product).is_file(), "{product}");
    }

    by_hand::lose(&out, "digits-on-own-published");
    study(Existing::Resume);
    assert!(cell() == before);
}

#[test]
fn folders_that_cannot_be_used_are_refused_before_the_training() {
    let folder = folder();
    let own = folder.path().join("photographs");
    let spec: Spec = toml::from_str(TINY).unwrap();
    let refusal = || {
        let search = Search::of_process(None, Some(folder.path()));
        let error = prepare(&spec, &search, folder.path().join("s"), Existing::Refuse, &surroundings()).unwrap_err();
        assert!(!folder.path().join("s").exists());
        format!("{error:#}")
    };
    fs::write(own.join("3/broken.jpg"), "no picture").unwrap();
    let text = refusal();
    assert!(text.contains("own: ") && text.contains("broken.jpg: is not a picture"), "{text}");
    fs::remove_file(own.join("3/broken.jpg")).unwrap();
    fs::create_dir(own.join("eight")).unwrap();
    assert!(refusal().contains("eight: names no digit"), "{}", refusal());
    fs::remove_dir_all(&own).unwrap();
    assert!(refusal().contains("own: there is no photographs in "), "{}", refusal());
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    assert_refused(
        TINY,
        Spec::check,
        &[
            ("trainings = 2", "trainings = 1", "disagreement takes two"),
            ("photographs = 20", "photographs = 0", "`photographs` must be at least 10, got 0"),
            ("[\"plain\", \"published\"]", "[\"plain\", \"plain\"]", "`processing` names plain twice"),
            ("[\"plain\", \"published\"]", "[]", "at least 1, got 0"),
            ("output = \"softmax\"", "output = \"sigmoid\"", "`output` must be softmax"),
            ("hidden = [24]", "input = \"1x32x32\", hidden = [24]", "must take pictures of"),
            ("epochs = 4", "epochs = 0", "epochs"),
        ],
    );
}
