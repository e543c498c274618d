//! Ordinary and extreme data give a readable picture of a sensible size.

use advlab_plots::{
    Axis, BarSeries, Bars, ConfusionMatrix, ContactSheet, Curve, CurvePanel, Curves, DirectionGroup, DirectionRow,
    DirectionRows, Distribution, DistributionPanel, Distributions, Picture, PictureGrid, Strip, StripGroup,
    StripSeries, Tile, Tones, png,
};
use image::{GenericImageView, Rgb, Rgba};
use ndarray::Array2;

use crate::support::{Saved, noise, picture, roster, tiles};

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

/// Two groups of rows of pictures.
fn directions<'a>(n_rows: usize, n_tiles: usize, picture: &'a Picture<'a>, n_classes: usize) -> DirectionRows<'a> {
    let row = |index: usize| {
        let tiles = (0..n_tiles).map(|_| Tile::new(Picture::new(&picture.values[..], picture.shape), "")).collect();
        let counts: Vec<u64> = (0..n_classes).map(|class| u64::from(class % 7 == index % 7)).collect();
        DirectionRow::new(format!("unit {index}"), "4.12", tiles, counts)
    };
    let group = |name| DirectionGroup::new(name, (0..n_rows).map(row).collect());
    let name =
        |class: usize| if n_classes > 10 { format!("three-toed sloth number {class}, ai") } else { class.to_string() };
    DirectionRows::new("", (0..n_classes).map(name), vec![group("single units"), group("random directions")])
}

#[test]
fn directions_fit_a_page() {
    for (picture, n_classes) in [(picture(1, 28), 10), (picture(3, 64), 10), (picture(3, 224), 1000)] {
        let image = directions(16, 8, &picture, n_classes).draw().unwrap();
        let (width, height) = image.dimensions();
        assert!((1800..=2500).contains(&width) && height < width, "{:?}: {width} x {height}", picture.shape);
    }
    for (n_rows, n_tiles) in [(1, 1), (1, 32), (64, 1), (3, 32)] {
        let image = directions(n_rows, n_tiles, &picture(1, 28), 10).draw().unwrap();
        assert!(image.width() <= 2520, "{n_rows} rows of {n_tiles}: {} wide", image.width());
    }
}

#[test]
fn a_direction_has_the_sides_and_columns_asked_for() {
    let small = Picture::new([vec![1.0; 9], vec![0.0; 18]].concat(), [3, 3, 3]);
    let mut figure = directions(1, 2, &small, 0);
    (figure.side, figure.columns) = (Some(11), Some(2));
    let red = |image: &image::RgbImage| image.pixels().filter(|pixel| pixel.0 == [255, 0, 0]).count();
    let wide = figure.draw().unwrap();
    assert_eq!(red(&wide), 4 * 81, "four pictures of three pixels, each nine high: 11 is no multiple of 3");
    figure.columns = Some(1);
    let high = figure.draw().unwrap();
    assert!(high.width() < wide.width() && high.height() > wide.height());
    let photo = Picture::new([vec![1.0; 900], vec![0.0; 1800]].concat(), [3, 30, 30]);
    let figure = DirectionRows { side: Some(11), ..directions(1, 2, &photo, 0) };
    assert_eq!(red(&figure.draw().unwrap()), 4 * 121, "a larger picture is scaled down to the side itself");
}

#[test]
fn samples_have_one_colour_in_all_panels_and_one_legend() {
    let sample = |name: &str| Distribution::new(name, noise(300));
    let panel = |samples| DistributionPanel::new("", Axis::plain("x"), samples);
    let draw = |panels| Distributions::new("", panels).draw().unwrap();
    let used = |image: &image::RgbImage, index| {
        image.pixels().filter(|pixel| pixel.0 == advlab_plots::theme::series(index).parts()).count() > 100
    };
    let image = draw(vec![panel(vec![sample("a"), sample("b")]), panel(vec![sample("b"), sample("a")])]);
    assert_eq!([0, 1, 2].map(|index| used(&image, index)), [true, true, false]);
    let image = draw(vec![panel(vec![sample("a"), sample("b")]), panel(vec![sample("c")])]);
    assert_eq!([0, 1, 2, 3].map(|index| used(&image, index)), [true, true, true, false]);
}

#[test]
fn discrete_constant_and_single_values_are_drawn() {
    let eighths = |shift: usize| (0..40).map(|index| ((index * shift) % 8 + 1) as f64 / 8.0).collect::<Vec<_>>();
    let samples = [
        [eighths(1), eighths(3)],
        [vec![0.5; 9], vec![0.5]],
        [vec![0.25], vec![0.75]],
        [vec![0.5; 9], noise(100)],
        [vec![0.0; 3], vec![1.0; 3]],
    ];
    for axis in [Axis::plain("x"), Axis::percent("x"), Axis::plain("x").within(0.2, 0.6)] {
        let panel = |[a, b]: &[Vec<f64>; 2]| DistributionPanel {
            level: Some((0.1, "chance".to_owned())),
            ..DistributionPanel::new(
                "",
                axis.clone(),
                vec![Distribution::new("a", &a[..]), Distribution::new("b", &b[..])],
            )
        };
        Distributions::new("", samples.iter().map(panel).collect()).draw().unwrap();
    }
}
