//! The camera: from what lies on the table to the pixels of a file.

use image::imageops::blur;
use image::{Rgb, Rgb32FImage};
use rand::Rng;
use rand_distr::StandardNormal;

use super::super::curve::Point;
use super::super::pen::Pen;
use super::hand::write;
use super::paper::{Colour, Light, Lines, Stationery};
use crate::photo::Photo;

/// How a point of the paper, in pixels from the picture's middle, gets onto the picture.
struct View {
    middle: Point,
    turn: (f32, f32),
    /// How much smaller things get for each pixel to the right and downwards.
    away: Point,
}

impl View {
    fn draw(width: f32, height: f32, rng: &mut impl Rng) -> Self {
        let turn = rng.random_range(-0.14..0.14_f32).sin_cos();
        let away = [width, height].map(|side| rng.random_range(-0.2..0.2) / side);
        Self { middle: [width / 2.0, height / 2.0], turn, away }
    }

    fn place(&self, [x, y]: Point) -> Point {
        let (sin, cos) = self.turn;
        let (x, y) = (cos * x - sin * y, sin * x + cos * y);
        let depth = 1.0 + self.away[0] * x + self.away[1] * y;
        [self.middle[0] + x / depth, self.middle[1] + y / depth]
    }
}

/// Takes a photograph of a digit.
pub(super) fn shoot(digit: usize, rng: &mut impl Rng) -> Photo {
    let (width, height) = (rng.random_range(200..=400_usize), rng.random_range(200..=400_usize));
    let (stationery, light) = (Stationery::draw(rng), Light::draw(rng));
    let view = View::draw(width as f32, height as f32, rng);
    let side = width.max(height);
    let ink = digit_ink(digit, width.min(height) as f32, &stationery, &view, side, rng);
    let (printed, strength) = (printed_ink(stationery.lines, &view, side, rng), rng.random_range(0.1..0.35));
    let table = Table::draw(rng);
    let grey_blue: Colour = [0.45, 0.55, 0.75];
    let mut image = Rgb32FImage::new(width as u32, height as u32);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let at = y as usize * side + x as usize;
        let place = [2.0 * x as f32 / width as f32 - 1.0, 2.0 * y as f32 / height as f32 - 1.0];
        let grain: f32 = rng.sample(StandardNormal);
        let cover = (stationery.cover * ink[at] * (1.0 + stationery.grain * grain)).clamp(0.0, 1.0);
        let line = printed.as_ref().map_or(0.0, |printed| strength * printed[at]);
        let light = light.at(place);
        let beside = table.as_ref().filter(|table| table.is_at(place));
        *pixel = Rgb(std::array::from_fn(|part| {
            let paper = stationery.paper[part] * (1.0 - line * (1.0 - grey_blue[part]));
            let seen = paper * (1.0 - cover) + stationery.ink[part] * cover;
            light * beside.map_or(seen, |table| table.colour[part])
        }));
    }
    let mut image = blur(&image, rng.random_range(0.5..1.6));
    let noise = rng.random_range(0.004..0.025);
    for pixel in image.pixels_mut() {
        let bright: f32 = rng.sample(StandardNormal);
        for value in &mut pixel.0 {
            let own: f32 = rng.sample(StandardNormal);
            let noisy = *value + noise * (0.8 * bright + 0.6 * own);
            *value = (255.0 * noisy.clamp(0.0, 1.0)).round() / 255.0;
        }
    }
    Photo::new(image)
}

/// How much of each pixel of a square sheet the digit's ink covers. The digit takes 35 to 70 % of the picture's shorter side,
/// somewhere near the middle.
fn digit_ink(
    digit: usize,
    shorter: f32,
    stationery: &Stationery,
    view: &View,
    side: usize,
    rng: &mut impl Rng,
) -> Vec<f32> {
    let size = shorter * rng.random_range(0.35..0.7);
    let room = 0.5 * (0.8 * shorter - size); // the turned and distorted digit stays inside
    let shift: Point = std::array::from_fn(|_| rng.random_range(-1.0..1.0) * room);
    let place = |point: Point| view.place([size * point[0] + shift[0], size * point[1] + shift[1]]);
    let strokes: Vec<Vec<Point>> =
        write(digit, rng).into_iter().map(|stroke| stroke.into_iter().map(place).collect()).collect();
    let pen = Pen::draw(rng).of_radius((0.5 * stationery.width * size).max(0.7));
    pen.stroke(&strokes, side, rng)
}

/// What is printed on the paper, as ink on a sheet.
fn printed_ink(lines: Lines, view: &View, side: usize, rng: &mut impl Rng) -> Option<Vec<f32>> {
    if lines == Lines::None {
        return None;
    }
    let gap: f32 = if lines == Lines::Ruled { rng.random_range(50.0..110.0) } else { rng.random_range(22.0..60.0) };
    let (reach, begin) = (side as f32, gap * rng.random::<f32>());
    let n = (2.0 * reach / gap) as usize;
    let line = |k: usize, across: bool| -> Vec<Point> {
        let off = begin + gap * k as f32 - reach;
        let along = (0..=16).map(|step| reach * (step as f32 / 8.0 - 1.0));
        along.map(|at| view.place(if across { [at, off] } else { [off, at] })).collect()
    };
    let mut strokes: Vec<Vec<Point>> = (0..n).map(|k| line(k, true)).collect();
    if lines == Lines::Squared {
        strokes.extend((0..n).map(|k| line(k, false)));
    }
    let radius = rng.random_range(0.5..0.9);
    let pen = Pen::draw(rng).of_radius(radius);
    Some(pen.stroke(&strokes, side, rng))
}

/// What the paper lies on, where the picture shows it: beyond a straight edge.
struct Table {
    towards: Point,
    begins: f32,
    colour: Colour,
}

impl Table {
    fn draw(rng: &mut impl Rng) -> Option<Self> {
        let dark = rng.random_range(0.15..0.45);
        let quarter = rng.random_range(0..4);
        let askew = rng.random_range(-0.06..0.06_f32);
        let towards = [[1.0, askew], [-1.0, askew], [askew, 1.0], [askew, -1.0]][quarter];
        let table = Self { towards, begins: rng.random_range(0.88..0.97), colour: [dark, 0.75 * dark, 0.55 * dark] };
        rng.random_bool(0.12).then_some(table)
    }

    fn is_at(&self, [x, y]: Point) -> bool {
        self.towards[0] * x + self.towards[1] * y > self.begins
    }
}
