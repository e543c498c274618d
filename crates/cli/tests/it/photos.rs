//! Real ImageNet nets on photographs, where they are at hand.

use std::path::{Path, PathBuf};

use advlab_datasets::photo::{Fit, MAX_PIXELS, Photo};
use advlab_model_zoo::{Foreign, OpenOptions, open};
use tch::Device;

use crate::program::{Place, Told};

/// The folder `imagenet` in the one that `ADVLAB_DATA` names, or in the one beside the workspace; `None`, and a word about it,
/// where neither holds the nets.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("ADVLAB_DATA").map_or(beside, PathBuf::from).join("imagenet");
    let found = folder.join("mobilenet_v1_0.25_128.pt").is_file();
    if !found {
        eprintln!("skipped: {} does not hold the ImageNet nets; name its parent in ADVLAB_DATA", folder.display());
    }
    found.then_some(folder)
}

#[test]
fn photographs_become_ostriches_and_their_files_stay_so() {
    let Some(folder) = folder() else { return };
    let place = Place::new();
    let model = folder.join("mobilenet_v1_0.25_128.pt");
    let mut command = place.command("perturb --input-shape 3x128x128 --target ostrich --fit inner --out r");
    command.arg("--model").arg(&model).arg("--classes").arg(folder.join("labels.txt"));
    let photos =
        ["car.png", "n02391049_zebra.JPEG", "n07714990_broccoli.JPEG"].map(|name| folder.join("photos").join(name));
    let told = Told::of(command.arg("--image").args(&photos).output().unwrap()).done();
    assert!(told.out.contains("reached: 3 of 3 tried") && told.out.contains("read back: 3 of 3"), "{}", told.out);

    let foreign = Foreign { input_shape: Some("3x128x128".parse().unwrap()), ..Foreign::default() };
    let net = open(model.to_str().unwrap(), &OpenOptions { foreign, device: Device::Cpu }).unwrap().net;
    for (row, photo) in place.rows("r/examples.csv").iter().zip(&photos) {
        assert_eq!(row[1], *photo.to_str().unwrap());
        let written = Photo::read(&place.path("r").join(&row[2]), MAX_PIXELS).unwrap();
        let pictures = written.fit(net.input(), Fit::Crop).unwrap().pictures().unwrap();
        assert_eq!(net.classify(pictures.tensor()).unwrap().labels, [9], "{}", photo.display());
    }
}

#[test]
fn names_that_several_classes_have_are_listed() {
    let Some(folder) = folder() else { return };
    let place = Place::new();
    for (target, wanted) in [
        ("crane", &["crane (134)", "crane (517)"][..]),
        ("maillot", &["(638)", "(639)"]),
        ("terrier", &["terrier", "give one of these numbers"]),
        ("ostrhc", &["no class `ostrhc`, did you mean `ostrich`?", "and 980 more"]),
        ("every", &["999 searches for each picture, 999 in all"]),
    ] {
        let mut command = place.command("perturb --input-shape 3x128x128 --out r");
        command
            .arg("--model")
            .arg(folder.join("mobilenet_v1_0.25_128.pt"))
            .arg("--classes")
            .arg(folder.join("labels.txt"));
        command.arg("--image").arg(folder.join("photos/car.png")).args(["--target", target]);
        Told::of(command.output().unwrap()).refused(wanted);
    }
}
