//! A file is written whole or not at all, and says why it could not be.

use std::fs;

use advlab_plots::Error;

use crate::support::roster;

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nowhere").join("figure.png");
    for (name, save) in roster(3, "net", |value| value) {
        let error = save(&path).unwrap_err();
        assert!(matches!(&error, Error::Write { path: at, .. } if *at == path), "{name}: {error:?}");
        assert!(error.to_string().contains("nowhere"), "{name}: {error}");
    }
}

#[test]
fn a_path_that_is_a_folder_is_refused_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taken.png");
    fs::create_dir(&path).unwrap();
    let (_, save) = roster(3, "net", |value| value).swap_remove(0);
    assert!(matches!(save(&path), Err(Error::Write { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_older_file_is_replaced_and_a_failure_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.png");
    fs::write(&path, "old").unwrap();
    advlab_plots::png(&path, &[f32::NAN], [1, 1, 1], 1).unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    advlab_plots::png(&path, &[1.0], [1, 1, 1], 1).unwrap();
    image::open(&path).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn others_may_read_a_figure_as_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (figure, plain) = (folder.path().join("figure.png"), folder.path().join("plain"));
    advlab_plots::png(&figure, &[1.0], [1, 1, 1], 1).unwrap();
    fs::write(&plain, "").unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&figure), mode(&plain));
}
