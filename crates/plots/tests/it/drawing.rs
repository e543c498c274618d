//! Ordinary and extreme data give a readable picture of a sensible size.

use advlab_plots::{
    Axis, BarSeries, Bars, ConfusionMatrix, ContactSheet, Curve, CurvePanel, Curves, Picture, PictureGrid, Strip,
    StripGroup, StripSeries, Tile, Tones, png,
};
use image::{GenericImageView, Rgb, Rgba};
use ndarray::Array2;

use crate::support::{Saved, picture, roster, tiles};

const LONG: &str =
    "a label that is much longer than anybody would wish, in several words and one unbreakablypersistentstring";

/// Saves each figure and reads it back: something is drawn, and the edges are white, so nothing is cut off.
fn check(figures: Vec<(&str, Saved)>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, save) in figures {
        let path = folder.path().join(format!("{name}.png"));
        save(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let image = image::open(&path).unwrap_or_else(|error| panic!("{name}: {error}")).to_rgb8();
        let (width, height) = image.dimensions();
        assert!(image.as_raw().iter().any(|&byte| byte != 255), "{name}: nothing drawn");
        if name != "png" {
            assert!((200..=30_000).contains(&width) && (200..=30_000).contains(&height), "{name}: {width} x {height}");
            let blank = |pixels: &[u8]| pixels.iter().all(|&byte| byte == 255);
            let edge = 20 * 3;
            for (y, row) in image.as_raw().chunks_exact(3 * width as usize).enumerate() {
                let outer = y < 20 || y + 20 > height as usize;
                let white = if outer { blank(row) } else { blank(&row[..edge]) && blank(&row[row.len() - edge..]) };
                assert!(white, "{name}: cut off in row {y} of {width} x {height}");
            }
        }
    }
}

#[test]
fn ten_items() {
    check(roster(10, "net", |value| value));
}

#[test]
fn a_single_item() {
    check(roster(1, "one", |value| value));
}

#[test]
fn a_thousand_items() {
    check(roster(1000, "1", |value| value));
}

#[test]
fn equal_values() {
    check(roster(12, "equal", |_| 0.5));
    check(roster(12, "zero", |_| 0.0));
}

#[test]
fn tiny_huge_and_negative_values() {
    check(roster(12, "tiny", |value| value * 1e-300));
    check(roster(12, "huge", |value| value * 1e300));
    check(roster(12, "negative", |value| -5.0 - value));
}

#[test]
fn long_and_empty_labels() {
    check(roster(5, LONG, |value| value));
    check(roster(40, LONG, |value| value));
    check(roster(5, "", |value| value));
}

#[test]
fn many_series_leave_the_plot_its_room() {
    let name = |index| format!("{index}: {LONG}");
    let curves = (0..150).map(|index| Curve::by_epoch(name(index), &[0.1, 0.2])).collect();
    let panel = CurvePanel::new("", Axis::plain("x"), Axis::plain("y"), curves);
    assert!(Curves::new("", vec![panel]).draw().unwrap().height() > 2500);
    let series = (0..150).map(|index| BarSeries::new(name(index), [0.5, 1e300])).collect();
    assert!(Bars::percent("", "", "", ["a", "b"], series).draw().unwrap().height() > 2500);
    let groups = vec![StripGroup::new([0.5])];
    let series = (0..150).map(|index| StripSeries { name: name(index), groups: groups.clone() }).collect();
    assert!(Strip::new("", "", Axis::plain("y"), ["a"], series).draw().unwrap().height() > 2500);
}

#[test]
fn huge_counts_stay_in_their_cells() {
    let counts = Array2::from_elem((47, 47), u64::MAX / 100);
    let image = ConfusionMatrix::new("", (0..47).map(|class| class.to_string()), counts).draw().unwrap();
    assert!(image.width() < 3000, "{} wide", image.width());
}

#[test]
fn a_sheet_is_as_large_as_its_pictures_ask() {
    let mut sheet = ContactSheet::new("", tiles(100, ""));
    sheet.magnify = Some(3);
    let image = sheet.draw().unwrap();
    // Ten pictures of 84 pixels with two edges of 6, nine gaps of 18, two margins of 36.
    assert_eq!(image.dimensions(), (1194, 1194));
    assert_eq!(image.get_pixel(37, 37), &Rgb([0, 158, 115]), "the frame is green");
}

#[test]
fn pixels_are_clipped_magnified_and_kept_raw() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grey.png");
    png(&path, &[-1.0, 0.5, 2.0, 1.0], [1, 2, 2], 3).unwrap();
    let image = image::open(&path).unwrap();
    assert_eq!((image.dimensions(), image.color()), ((6, 6), image::ColorType::L8));
    assert_eq!([(0, 0), (2, 2), (3, 0), (0, 3)].map(|(x, y)| image.get_pixel(x, y).0[0]), [0, 0, 128, 255]);
    png(&path, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], [3, 1, 2], 1).unwrap();
    let image = image::open(&path).unwrap();
    assert_eq!(image.dimensions(), (2, 1));
    assert_eq!(image.get_pixel(1, 0), Rgba([0, 255, 0, 255]));
}

#[test]
fn signed_values_are_blue_white_and_red() {
    let tile = Tile::new(Picture::new(vec![-2.0, 0.0, 2.0], [1, 1, 3]), "");
    let mut grid = PictureGrid::new("", [""], [""], [tile], Tones::Signed { limit: None });
    grid.magnify = Some(10);
    let image = grid.draw().unwrap();
    // The first pixel lies behind the margin of 36 and the edge of 2.
    assert_eq!(image.get_pixel(40, 40), &Rgb([5, 48, 97]));
    assert_eq!(image.get_pixel(52, 40), &Rgb([255, 255, 255]));
    assert_eq!(image.get_pixel(62, 40), &Rgb([103, 0, 31]));
}

#[test]
fn pictures_of_different_sizes_and_empty_cells_share_a_grid() {
    let cells = [Tile::new(picture(1, 28), "grey"), Tile::new(picture(3, 10), "colour")];
    let mut grid = PictureGrid::new("mixed", ["row"], ["left", "right"], cells, Tones::Stretched);
    grid.rows.push("empty".to_owned());
    grid.cells.extend([None, None]);
    grid.draw().unwrap();
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |name: &str| {
        let path = folder.path().join(name);
        ContactSheet::new("twice", tiles(9, "7 · 12.00 %")).save(&path).unwrap();
        std::fs::read(path).unwrap()
    };
    assert!(bytes("a.png") == bytes("b.png"));
}
