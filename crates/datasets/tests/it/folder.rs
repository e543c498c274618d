//! Folders of pictures as data sets.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use advlab_core::{InputShape, Seed, Stop};
use advlab_datasets::folder::{Fault, Options, PictureFolder, is_one};
use advlab_datasets::photo::{Fit, MAX_PIXELS, Photo};
use advlab_datasets::{Error, Examples, LoadOptions, Result, Split, load};
use image::{DynamicImage, ImageBuffer, Luma, Rgb, Rgba};
use tempfile::TempDir;

const RGB: InputShape = InputShape { channels: 3, height: 16, width: 16 };
const GREY: InputShape = InputShape { channels: 1, ..RGB };

/// A picture that no other number has.
fn picture(number: u32, width: u32, height: u32) -> DynamicImage {
    let level = |k: u32| (k.wrapping_mul(2_654_435_761_u32.wrapping_mul(number + 1)) >> 13) as u8;
    ImageBuffer::from_fn(width, height, |x, y| Rgb([level(7 * x + y), level(3 * y + 1), level(x * y + 2)])).into()
}

fn save(root: &Path, name: &str, image: &DynamicImage) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    image.save(path).unwrap();
}

/// Pictures of 16 × 16 under these names.
fn folder(names: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (number, name) in names.iter().enumerate() {
        save(dir.path(), name, &picture(number as u32, 16, 16));
    }
    dir
}

fn open(dir: &Path, split: Split, shape: InputShape) -> Result<PictureFolder> {
    PictureFolder::open(dir, split, shape, Seed::new(0), &Options::default())
}

fn check(folder: &PictureFolder) -> Result<()> {
    folder.check(&Stop::default(), &|_, _| ())
}

fn bytes(folder: &dyn Examples, which: &[usize]) -> Vec<u8> {
    let mut bytes = vec![0; which.len() * folder.shape().len()];
    folder.fill(which, &mut bytes).unwrap();
    bytes
}

fn files(folder: &PictureFolder) -> Vec<String> {
    (0..folder.len()).map(|i| folder.path(i).file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

/// Ten pictures a class, each an origin of its own.
fn plain() -> TempDir {
    let names: Vec<String> = (0..20).map(|i| format!("{}/{i:02}.png", ["A", "B"][i % 2])).collect();
    folder(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

fn fault(result: Result<PictureFolder>) -> String {
    let error = result.and_then(|folder| check(&folder).map(|()| folder)).unwrap_err();
    assert!(matches!(error, Error::Folder { .. }), "{error}");
    let text = error.to_string();
    assert!(!text.contains('\n') && !text.ends_with('.'), "{text}");
    text
}

#[test]
fn a_picture_is_the_same_bytes_in_any_order_and_batch() {
    let dir = plain();
    let set = open(dir.path(), Split::Train, RGB).unwrap();
    assert_eq!(
        (set.len(), set.classes(), &set.labels()[..4]),
        (16, &["A".to_owned(), "B".to_owned()][..], &[0, 1, 0, 1][..])
    );
    let all = bytes(&set, &(0..16).collect::<Vec<_>>());
    for which in [vec![3], vec![15, 0, 7], vec![2, 2, 2], (0..16).rev().collect()] {
        let want: Vec<u8> = which.iter().flat_map(|i| &all[i * RGB.len()..(i + 1) * RGB.len()]).copied().collect();
        assert!(bytes(&set, &which) == want, "{which:?}");
    }
    assert!(matches!(set.fill(&[16], &mut vec![0; RGB.len()]), Err(Error::Index { index: 16, .. })));

    let options = LoadOptions { dir: Some(dir.path().to_owned()), shape: Some(RGB), ..LoadOptions::default() };
    let loaded = load("folder", Split::Train, &options).unwrap();
    assert!(loaded.pixels() == all && loaded.labels() == set.labels());
    assert_eq!(loaded.files().unwrap()[5], set.path(5));
    let few = load("folder", Split::Train, &LoadOptions { count: Some(3), ..options }).unwrap();
    assert_eq!(few.pixels(), &all[..3 * RGB.len()]);
    assert_eq!(few.labels(), [0, 1, 0]);
    let text = load("folder", Split::Test, &LoadOptions::default()).unwrap_err().to_string();
    assert!(text.contains("--data DIR"), "{text}");
}

#[test]
fn the_short_way_comes_to_what_the_long_way_does() {
    let dir = tempfile::tempdir().unwrap();
    let grey8 = ImageBuffer::from_fn(16, 16, |x, y| Luma([(16 * y + x) as u8]));
    let grey16 = ImageBuffer::from_fn(16, 16, |x, y| Luma([(4_001 * y + 257 * x) as u16]));
    let rgb16 = ImageBuffer::from_fn(16, 16, |x, y| Rgb([(4_001 * y) as u16, (999 * x) as u16, 65_535]));
    let glass = ImageBuffer::from_fn(16, 16, |x, y| Rgba([(16 * y) as u8, (16 * x) as u8, 9, (x * y) as u8]));
    let large = image::imageops::blur(&picture(3, 57, 40).to_rgb8(), 1.0);
    let kinds: [(&str, DynamicImage); 8] = [
        ("rgb8.png", picture(1, 16, 16)),
        ("grey8.png", grey8.into()),
        ("grey16.png", grey16.clone().into()),
        ("grey16.tif", grey16.into()),
        ("rgb16.tif", DynamicImage::ImageRgb16(rgb16)),
        ("glass.png", glass.into()),
        ("large.png", large.clone().into()),
        ("small.jpg", image::imageops::crop_imm(&large, 3, 3, 9, 12).to_image().into()),
    ];
    for (name, image) in &kinds {
        save(dir.path(), &format!("train/A/{name}"), image);
    }
    for name in ["train/B/x.png", "test/A/x.png", "test/B/x.png"] {
        save(dir.path(), name, &picture(9, 16, 16));
    }
    for shape in [RGB, GREY] {
        for fit in [Fit::Crop, Fit::Inner, Fit::Stretch] {
            let options = Options { fit, mixed: true, ..Options::default() };
            let set = PictureFolder::open(dir.path(), Split::Train, shape, Seed::new(0), &options).unwrap();
            check(&set).unwrap();
            for i in 0..set.len() {
                let photo = Photo::read(&set.path(i), MAX_PIXELS).unwrap();
                let long: Vec<u8> =
                    photo.fit(shape, fit).unwrap().values().iter().map(|value| (255.0 * value).round() as u8).collect();
                // Scaling in whole numbers may come to the level beside the nearest.
                let far = if (photo.width(), photo.height()) == (16, 16) { 0 } else { 1 };
                let furthest = bytes(&set, &[i]).iter().zip(&long).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
                assert!(furthest <= far, "{} {shape} {fit:?}: {furthest} levels", set.path(i).display());
            }
        }
    }
}

#[test]
fn pictures_of_one_origin_stay_on_one_side() {
    let names: Vec<String> = (0..2)
        .flat_map(|class| (0..9).map(move |picture| (class, picture)))
        .flat_map(|(class, picture)| {
            (0..6).map(move |i| format!("{}/{picture:04}-{:02}-{:02}.png", ["A", "B"][class], i / 3, i % 3))
        })
        .collect();
    let dir = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut halves = BTreeSet::new();
    for seed in 0..40 {
        let half = |split| {
            let set = PictureFolder::open(dir.path(), split, RGB, Seed::new(seed), &Options::default()).unwrap();
            let files: BTreeSet<_> = (0..set.len()).map(|i| set.path(i)).collect();
            let origins: BTreeSet<_> = files
                .iter()
                .map(|file| {
                    (file.parent().unwrap().to_owned(), file.file_name().unwrap().to_str().unwrap()[..4].to_owned())
                })
                .collect();
            let groups: BTreeSet<usize> = (0..set.len()).map(|i| set.group(i)).collect();
            assert_eq!(groups.len(), origins.len(), "seed {seed}");
            (files, origins)
        };
        let ((train, train_origins), (test, test_origins)) = (half(Split::Train), half(Split::Test));
        assert!(train_origins.is_disjoint(&test_origins), "seed {seed}");
        assert_eq!((train.len() + test.len(), test.len()), (108, 24), "seed {seed}: two of nine origins a class");
        halves.insert(test_origins);
    }
    assert!(halves.len() > 20, "seeds divide in {} ways", halves.len());

    // By the table two classes' worth of files come from few plates; of one plate a class cannot be divided.
    let table = |plates: usize| {
        let rows = names.iter().enumerate().map(|(i, name)| {
            let (class, picture) = (&name[..1], i % plates);
            format!("{name},{class},{class}.tif,{picture},0,0\n")
        });
        fs::write(
            dir.path().join("prepared.csv"),
            format!("file,class,source,picture,tile,angle\n{}", rows.collect::<String>()),
        )
        .unwrap();
    };
    table(3);
    let set = open(dir.path(), Split::Test, RGB).unwrap();
    assert_eq!(set.len(), 36, "one of three plates a class");
    table(1);
    let text = open(dir.path(), Split::Test, RGB).unwrap_err().to_string();
    assert!(text.contains("class A has all its pictures in one group"), "{text}");
}

#[test]
fn the_first_pictures_show_each_class_and_each_origin() {
    let dir = folder(&[
        "A/0-0-0.png",
        "A/0-0-1.png",
        "A/1-0-0.png",
        "A/2-0-0.png",
        "B/0-0-0.png",
        "B/0-1-0.png",
        "B/1-0-0.png",
        "B/2-0-0.png",
    ]);
    let options = Options { test_share: Some(0.3), ..Options::default() };
    let set = PictureFolder::open(dir.path(), Split::Train, RGB, Seed::new(3), &options).unwrap();
    let groups: Vec<usize> = (0..4).map(|i| set.group(i)).collect();
    assert_eq!(set.labels()[..4], [0, 1, 0, 1]);
    assert!(groups[0] != groups[2] && groups[1] != groups[3], "{groups:?}");
}

#[test]
fn halves_may_be_folders_and_classes_may_hold_folders() {
    for test in ["test", "val", "valid", "Validation"] {
        let at = |name: &str| name.replace("test", test);
        let dir = folder(&["train/A/1.png", "train/A/plate 2/2.PNG", "train/B/3.png"]);
        save(dir.path(), &at("test/A/4.png"), &picture(4, 16, 16));
        save(dir.path(), &at("test/B/deep/deeper/5.png"), &picture(5, 16, 16));
        fs::create_dir(dir.path().join("figures")).unwrap();
        let set = open(dir.path(), Split::Train, RGB).unwrap();
        assert_eq!((files(&set), set.labels()), (vec!["1.png".into(), "3.png".into(), "2.PNG".into()], &[0, 1, 0][..]));
        assert!(set.notes()[0].contains("left out figures/ beside train/"), "{:?}", set.notes());
        let set = open(dir.path(), Split::Test, RGB).unwrap();
        assert_eq!((files(&set), set.split()), (vec!["4.png".into(), "5.png".into()], Split::Test));
    }
}

#[test]
fn what_systems_leave_behind_is_no_class_and_no_picture() {
    let dir = plain();
    let count = |split| open(dir.path(), split, RGB).unwrap().len();
    let before = (count(Split::Train), count(Split::Test));
    for name in
        [".DS_Store", "._A", "Thumbs.db", "A/.DS_Store", "A/._00.png", "A/Thumbs.db", "B/desktop.ini", "B/.git/x.png"]
            .into_iter()
            .chain(["__MACOSX/A/00.png", ".git/A/00.png", "A/__MACOSX/._00.png", "A/__MACOSX/01.png"])
    {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "left behind").unwrap();
    }
    let set = open(dir.path(), Split::Train, RGB).unwrap();
    check(&set).unwrap();
    assert_eq!((set.classes().len(), set.notes()), (2, &[][..]));
    assert_eq!((count(Split::Train), count(Split::Test)), before);

    fs::write(dir.path().join("A/notes.txt"), "seen on Monday").unwrap();
    fs::write(dir.path().join("B/results.csv"), "1").unwrap();
    save(dir.path(), "overview.png", &picture(0, 16, 16));
    let set = open(dir.path(), Split::Train, RGB).unwrap();
    let notes = set.notes().join("\n");
    assert!(notes.contains("2 files that are no pictures, such as"), "{notes}");
    assert!(notes.contains("notes.txt") && notes.contains("overview.png, which lies in no class's folder"), "{notes}");
    assert_eq!(set.len(), before.0);
}

#[test]
fn links_are_followed_and_loops_are_named() {
    let dir = plain();
    let elsewhere = folder(&["more/1.png", "more/2.png", "3.png"]);
    let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, dir.path().join(name)).unwrap();
    link(&elsewhere.path().join("more"), "A/more");
    link(&elsewhere.path().join("3.png"), "A/3.png");
    link(elsewhere.path(), "C");
    let of = |split| open(dir.path(), split, RGB).unwrap();
    assert_eq!(of(Split::Train).len() + of(Split::Test).len(), 20 + 3 + 3);
    check(&of(Split::Train)).unwrap();
    for (to, name) in
        [(dir.path().join("A"), "A/loop"), (dir.path().to_owned(), "B/deep/loop"), (dir.path().to_owned(), "D")]
    {
        fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        link(&to, name);
        let text = fault(open(dir.path(), Split::Train, RGB));
        assert!(text.contains("leads back to") && text.contains(name), "{text}");
        fs::remove_file(dir.path().join(name)).unwrap();
    }
}

#[test]
fn folders_that_are_no_data_sets_say_what_they_lack() {
    let of = |names: &[&str]| {
        let dir = folder(names);
        fault(open(dir.path(), Split::Train, RGB))
    };
    assert!(of(&["1.png", "2.png"]).contains("holds no folders that could be classes"));
    assert!(of(&["A/1.png", "A/2.png"]).contains("holds one class, `A`"));
    assert!(of(&["train/A/1.png", "train/B/2.png"]).contains("holds train/ and no test/"));
    assert!(of(&["val/A/1.png", "val/B/2.png"]).contains("holds val/ and no train/"));
    assert!(
        of(&["train/A/1.png", "train/B/1.png", "test/A/1.png"]).contains("class `B` is in train/ and not in test/")
    );
    assert!(
        of(&["train/A/1.png", "train/B/1.png", "val/A/1.png", "val/B/1.png", "val/C/1.png"])
            .contains("class `C` is in val/ and not in train/")
    );
    assert!(of(&["Control/1.png", "control/2.png", "Z/3.png"]).contains("`Control` and `control`"));
    let text = fault(open("nowhere".as_ref(), Split::Train, RGB));
    assert!(text.starts_with("nowhere: is not a folder"), "{text}");

    let dir = plain();
    fs::create_dir(dir.path().join("C")).unwrap();
    assert!(fault(open(dir.path(), Split::Train, RGB)).contains("class `C` has no picture (its folder is empty)"));
    fs::write(dir.path().join("C/list.txt"), "").unwrap();
    assert!(fault(open(dir.path(), Split::Train, RGB)).contains("(1 file that is no picture)"));
    fs::remove_dir_all(dir.path().join("C")).unwrap();
    for share in [0.0, 1.0, f64::NAN] {
        let options = Options { test_share: Some(share), ..Options::default() };
        let text = fault(PictureFolder::open(dir.path(), Split::Train, RGB, Seed::new(0), &options));
        assert!(text.contains("above 0 and below 1"), "{text}");
    }
    let dir = folder(&["train/A/1.png", "train/B/1.png", "test/A/1.png", "test/B/1.png"]);
    let options = Options { test_share: Some(0.5), ..Options::default() };
    let text = fault(PictureFolder::open(dir.path(), Split::Train, RGB, Seed::new(0), &options));
    assert!(text.contains("has its test pictures in test/"), "{text}");
}

#[test]
fn broken_pictures_are_counted_named_and_left_out() {
    let dir = plain();
    let whole = |split| open(dir.path(), split, RGB).unwrap();
    let train = whole(Split::Train);
    let victims: Vec<_> = [2, 5, 9].map(|i| train.path(i)).into();
    let tiff = victims[0].with_extension("tif");
    picture(1, 16, 16).save(&tiff).unwrap();
    let bytes = fs::read(&tiff).unwrap();
    fs::remove_file(&tiff).unwrap();
    fs::write(&victims[0], &bytes[..bytes.len() / 2]).unwrap(); // a TIFF that ends too early: kinds are told by content
    fs::write(&victims[1], "Dear Sir").unwrap();
    fs::remove_file(&victims[2]).unwrap();
    std::os::unix::fs::symlink("nowhere.png", &victims[2]).unwrap();

    let train = whole(Split::Train);
    let error = check(&train).unwrap_err();
    assert!(matches!(&error, Error::Folder { fault: Fault::Broken { n: 3, of: 16, .. }, .. }), "{error}");
    let text = error.to_string();
    let first = format!("{}: ends too early", victims[0].display());
    assert!(text.contains(&first) && text.contains("--skip-broken"), "{text}");
    let mut room = vec![0; 16 * RGB.len()];
    let text = train.fill(&(0..16).collect::<Vec<_>>(), &mut room).unwrap_err().to_string();
    assert!(text.starts_with(&first), "{text}");
    let options = LoadOptions { dir: Some(dir.path().to_owned()), shape: Some(RGB), ..LoadOptions::default() };
    assert!(load("folder", Split::Train, &options).unwrap_err().to_string().contains("3 of 16"));

    let left = train.without_broken(&Stop::default(), &|_, _| ()).unwrap();
    assert_eq!(left.len(), 13);
    check(&left).unwrap();
    let note = left.notes().last().unwrap();
    assert!(note.contains("left out 3 of 16 pictures"), "{note}");
    assert!(victims.iter().all(|victim| note.contains(victim.to_str().unwrap())), "{note}");
    assert!((0..left.len()).all(|i| !victims.contains(&left.path(i))));
    left.fill(&(0..13).collect::<Vec<_>>(), &mut room[..13 * RGB.len()]).unwrap();

    let stop = Stop::default();
    stop.ask();
    assert!(matches!(whole(Split::Train).check(&stop, &|_, _| ()), Err(Error::Stopped)));

    for i in 0..10 {
        fs::write(dir.path().join(format!("A/{:02}.png", 2 * i)), "").unwrap();
    }
    let error = whole(Split::Train).without_broken(&Stop::default(), &|_, _| ()).unwrap_err().to_string();
    assert!(error.contains("class `A` has no picture (none that can be read)"), "{error}");
}

#[test]
fn grey_among_colours_is_asked_about() {
    let dir = plain();
    let grey = open(dir.path(), Split::Train, RGB).unwrap().path(6);
    picture(3, 16, 16).to_luma8().save(&grey).unwrap();
    let text = fault(open(dir.path(), Split::Train, RGB));
    assert!(text.contains(grey.to_str().unwrap()) && text.contains("--mixed"), "{text}");
    check(&open(dir.path(), Split::Train, GREY).unwrap()).unwrap();
    let options = Options { mixed: true, ..Options::default() };
    let set = PictureFolder::open(dir.path(), Split::Train, RGB, Seed::new(0), &options).unwrap();
    check(&set).unwrap();
    let bytes = bytes(&set, &[6]);
    assert!(bytes[..256] == bytes[256..512] && bytes[..256] == bytes[512..]);
}

#[test]
fn the_digest_sees_files_labels_and_order() {
    let dir = plain();
    let digest = || open(dir.path(), Split::Train, RGB).unwrap().digest().unwrap();
    let before = digest();
    assert_eq!((before.len(), &before), (64, &digest()));
    let set = open(dir.path(), Split::Train, RGB).unwrap();
    assert_ne!(before, set.first(15).unwrap().digest().unwrap());
    let (one, other) = (dir.path().join("A/00.png"), dir.path().join("A/02.png"));
    let (first, second) = (fs::read(&one).unwrap(), fs::read(&other).unwrap());
    fs::write(&one, &second).unwrap();
    fs::write(&other, &first).unwrap();
    assert_ne!(before, digest());
    fs::write(&one, &first).unwrap();
    fs::write(&other, &second).unwrap();
    assert_eq!(before, digest());
    fs::rename(dir.path().join("A"), dir.path().join("C")).unwrap(); // the labels change places
    assert_ne!(before, digest());
}

#[test]
fn folders_of_pictures_are_told_from_mnist_s() {
    let dir = plain();
    assert!(is_one(dir.path()));
    assert!(is_one(&dir.path().join("A")), "so that it says what is missing");
    fs::write(dir.path().join("train-labels-idx1-ubyte.gz"), "").unwrap();
    assert!(!is_one(dir.path()));
    let empty = tempfile::tempdir().unwrap();
    fs::write(empty.path().join("notes.txt"), "").unwrap();
    assert!(!is_one(empty.path()) && !is_one("nowhere".as_ref()));
    fs::create_dir(empty.path().join("fashion-mnist")).unwrap();
    fs::write(empty.path().join("fashion-mnist/t10k-labels-idx1-ubyte"), "").unwrap();
    assert!(!is_one(empty.path()));
}
