//! Maps of a plane show each cell and each overlay where its numbers say; animations keep their pictures and times.

use std::fs::File;
use std::io::BufReader;

use advlab_plots::{Animation, ClassMap, Error, Field, Ground, Overlay, PlanePanel, Planes, Stroke, theme};
use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::{AnimationDecoder, Rgb, RgbImage};
use ndarray::{Array2, array};

/// Upper left corner and side of the only panel: the first pixels of the outline's colour.
fn plot(image: &RgbImage) -> (u32, u32, u32) {
    let grey = Rgb(theme::GREY.parts());
    let run = |y: u32| (0..image.width()).filter(|&x| *image.get_pixel(x, y) == grey).count();
    let top = (0..image.height()).find(|&y| run(y) > 300).expect("an outline");
    let left = (0..image.width()).find(|&x| *image.get_pixel(x, top) == grey).expect("its corner");
    (left + 2, top + 2, run(top) as u32 - 4)
}

fn panel(ground: impl Into<Ground>, overlays: Vec<Overlay<'static>>) -> Planes<'static> {
    Planes::new("", vec![PlanePanel::new("", ground, overlays)])
}

#[test]
fn the_first_row_is_the_lowest_and_missing_cells_are_grey() {
    let figure = panel(Field::new((0.0, 1.0), (0.0, 1.0), array![[0.0, 1.0], [f64::NAN, 0.5]]), vec![]);
    let image = figure.draw().unwrap();
    let (left, top, side) = plot(&image);
    let at = |across: f32, down: f32| {
        image.get_pixel(left + (side as f32 * across) as u32, top + (side as f32 * down) as u32).0
    };
    assert_eq!(at(0.25, 0.75), theme::sequential(0.0).parts());
    assert_eq!(at(0.75, 0.75), theme::sequential(1.0).parts());
    assert_eq!(at(0.75, 0.25), theme::sequential(0.5).parts());
    assert_eq!(at(0.25, 0.25), [196; 3], "no value");
}

#[test]
fn the_confident_are_dark_and_lines_lie_where_their_numbers_say() {
    let labels = array![[0, 1], [0, 1]];
    let map = ClassMap::new((-1.0, 1.0), (-1.0, 1.0), labels, ["a", "b"]).confident(array![[1.0, 1.0], [0.5, 0.5]]);
    let line = Overlay::straight("line", (0.0, 2.0), 1.0, Stroke::solid(theme::INK));
    let image = panel(map, vec![line]).draw().unwrap();
    let (left, top, side) = plot(&image);
    let at = |across: f32, down: f32| {
        image.get_pixel(left + (side as f32 * across) as u32, top + (side as f32 * down) as u32).0
    };
    let light = |pixel: [u8; 3]| pixel.iter().map(|&part| u32::from(part)).sum::<u32>();
    assert!(light(at(0.25, 0.75)) + 100 < light(at(0.25, 0.1)), "row 0 is the confident one");
    assert_ne!(at(0.25, 0.75), at(0.75, 0.75));
    assert_eq!(at(0.5, 0.25), theme::INK.parts(), "2y = 1 is y = 0.5, a quarter from the top");
}

#[test]
fn ends_classes_headings_and_overlays_are_checked() {
    let field = |x| Field::new(x, (0.0, 1.0), Array2::zeros((2, 2)));
    let told = |figure: Planes<'_>| figure.draw().unwrap_err().to_string();
    let blank = || Ground::Blank { x: (0.0, 1.0), y: (0.0, 1.0) };
    assert!(
        told(panel(field((1.0, 1.0)), vec![])).contains("ends along x: must be finite, from low to high, got 1 to 1")
    );
    assert!(told(panel(field((0.0, f64::NAN)), vec![])).contains("NaN"));
    let map = ClassMap::new((0.0, 1.0), (0.0, 1.0), array![[2]], ["a", "b"]);
    assert!(told(panel(map.clone(), vec![])).contains("got 2 of 2 names"));
    let map = ClassMap { labels: array![[1]], ..map }.confident(Array2::zeros((1, 3)));
    assert!(told(panel(map, vec![])).contains("columns of confidences: wanted 1, got 3"));
    let line = Overlay::lines("edge", vec![vec![(0.0, 0.0), (f64::NAN, 1.0)]], Stroke::default());
    assert!(told(panel(blank(), vec![line])).contains("overlay `edge`: value 1 is NaN"));
    assert!(told(panel(blank(), vec![]).in_grid(["a", "b"], ["c"])).contains("names of rows: wanted 1, got 2"));
    let nothing = panel(Field::new((0.0, 1.0), (0.0, 1.0), array![[f64::NAN]]), vec![]).draw();
    assert!(matches!(nothing, Err(Error::Empty { .. })), "{nothing:?}");
    assert!(matches!(Planes::new("", vec![]).draw(), Err(Error::Empty { .. })));
}

#[test]
fn animations_keep_pictures_and_times() {
    let folder = tempfile::tempdir().unwrap();
    let frame = |level: u8| RgbImage::from_fn(20, 10, |x, _| Rgb([level, if x < 10 { 0 } else { 255 }, 0]));
    let animation = Animation::new(vec![frame(0), frame(100), frame(200)], 80);
    let times = |frames: Vec<image::Frame>| -> Vec<u32> {
        assert!(frames.iter().map(|frame| frame.buffer().get_pixel(0, 0)[0] / 100).eq([0, 1, 2]));
        frames.iter().map(|frame| frame.delay().numer_denom_ms()).map(|(ms, of)| ms / of).collect()
    };
    let open = |name: &str| {
        animation.save(folder.path().join(name)).unwrap();
        BufReader::new(File::open(folder.path().join(name)).unwrap())
    };
    let gif = GifDecoder::new(open("a.gif")).unwrap().into_frames().collect_frames().unwrap();
    assert_eq!(times(gif), [80, 80, 2000]);
    let png = PngDecoder::new(open("a.png")).unwrap().apng().unwrap().into_frames().collect_frames().unwrap();
    assert_eq!(times(png), [80, 80, 2000]);
    let told =
        |animation: &Animation, name: &str| animation.save(folder.path().join(name)).expect_err("refused").to_string();
    assert!(told(&animation, "a.mp4").contains(".gif, .png or .apng"));
    let mixed = Animation { frames: vec![frame(0), RgbImage::new(5, 5)], ..animation.clone() };
    assert!(told(&mixed, "b.gif").contains("picture 1"));
    assert!(told(&Animation { frames: vec![], ..animation.clone() }, "b.gif").contains("nothing to draw"));
    assert!(told(&Animation { milliseconds: 0, ..animation.clone() }, "b.gif").contains("from 20 to 60000"));
    assert!(!folder.path().join("b.gif").exists());
}
