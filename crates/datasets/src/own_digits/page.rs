//! From a photograph to the ink on it, and from the ink to a picture.

use std::str::FromStr;

use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Luma};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::components::{Bounds, digit, patches};
use super::fault::InkFault;
use super::light::{evened, grey, ink_is_dark};
use super::otsu::otsu;
use super::plane::Plane;
use crate::digits::SIDE;
use crate::digits::frame::{BOX, MARGIN, SHEET, centre};
use crate::photo::Photo;
use crate::{Error, Result};

/// Fewest pixels of the digit's longer side: half of what it is scaled to.
pub const LEAST_INK: usize = 10;

/// Ink and paper that differ by less of the paper's brightness are noise and shadows.
const LEAST_CONTRAST: f32 = 0.08;

/// The longer side over how far the blur of dark things at the edge reaches.
const BLUR_OF_EDGES: usize = 60;

/// Ink does not cover more of the picture.
const MOST_INK: f64 = 0.5;

/// How a photograph is made into a picture of 28 × 28, light on dark. Each way does what those before it do, and one thing
/// more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Processing {
    /// The middle of the photograph in grey, scaled, and inverted where the ink is dark.
    Plain,
    /// Every pixel of the photograph ink or paper.
    Threshold,
    /// The digit cut out, and nothing else; its longer side fills the picture.
    Crop,
    /// Its longer side fills 20 of the 28 pixels, in the middle.
    Box,
    /// Its centre of mass lies at the picture's centre: what MNIST's authors did.
    #[default]
    Published,
}

impl Processing {
    /// All, in the order of how much they do.
    pub const ALL: [Self; 5] = [Self::Plain, Self::Threshold, Self::Crop, Self::Box, Self::Published];

    /// The names that a flag or a file may use, in the same order.
    pub const NAMES: [&'static str; 5] = ["plain", "threshold", "crop", "box", "published"];

    /// Its name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl FromStr for Processing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|processing| processing.name() == text);
        found.ok_or_else(|| Error::UnknownProcessing(text.to_owned()))
    }
}

/// A photograph on which a digit was found.
#[derive(Clone, Debug)]
pub struct Page {
    /// Light ink on dark paper, as bright as on the photograph.
    plain: Plane,
    /// 1 where there is ink, all of it.
    ink: Plane,
    /// 1 where the digit is.
    digit: Plane,
    bounds: Bounds,
    dark: bool,
}

impl Page {
    /// Finds the digit on a photograph.
    ///
    /// The photograph becomes grey, at most 480 pixels long; light ink on dark paper is told from dark ink on light paper by the
    /// skew of the differences to the local mean. Every value is divided by the paper around it (a morphological closing,
    /// blurred), so that light and shadows are even. Otsu's threshold parts ink from paper, found a second time without what
    /// touches the picture's edge, if anything does. Patches of ink that touch it are dropped; the largest of the others is the digit, with those near it that have at least 2 % of its
    /// pixels.
    ///
    /// # Errors
    /// [`InkFault`] says why there is no digit.
    pub fn find(photo: &Photo) -> Result<Self, InkFault> {
        let seen = grey(photo).expect("grey pictures are among those that photographs can be fitted to");
        let inverted = Plane { values: seen.values.iter().map(|value| 1.0 - value).collect(), ..seen };
        let dark = ink_is_dark(&seen);
        let (upright, plain) = if dark { (seen, inverted) } else { (inverted, seen) };
        let even = evened(&upright);
        let mask = mask(&even)?;
        let (width, height) = (plain.width, plain.height);
        let found = digit(patches(&mask, width), width, height).ok_or(InkFault::AllInk)?;
        if found.pixels.len() as f64 > MOST_INK * mask.len() as f64 {
            return Err(InkFault::AllInk);
        }
        let [columns, rows] = found.bounds.size();
        if columns.max(rows) < LEAST_INK {
            return Err(InkFault::TooSmall { width: columns, height: rows, least: LEAST_INK });
        }
        let ink = Plane { values: mask.into_iter().map(|ink| f32::from(u8::from(ink))).collect(), width, height };
        let mut digit = Plane { values: vec![0.0; width * height], width, height };
        found.pixels.iter().for_each(|pixel| digit.values[*pixel] = 1.0);
        Ok(Self { plain, ink, digit, bounds: found.bounds, dark })
    }

    /// Whether the ink is darker than the paper.
    pub const fn ink_is_dark(&self) -> bool {
        self.dark
    }

    /// The picture of the digit, row by row; 0 paper, 255 ink.
    pub fn picture(&self, processing: Processing) -> [u8; SIDE * SIDE] {
        let longest = self.longest();
        let bytes = |values: Vec<f32>| {
            let mut picture = [0; SIDE * SIDE];
            picture.iter_mut().zip(values).for_each(|(byte, value)| *byte = (255.0 * value).round() as u8);
            picture
        };
        match processing {
            Processing::Plain => bytes(scaled(&self.plain, self.middle(), SIDE)),
            Processing::Threshold => bytes(scaled(&self.ink, self.middle(), SIDE)),
            Processing::Crop => bytes(scaled(&self.digit, self.around(longest), SIDE)),
            Processing::Box => bytes(scaled(&self.digit, self.around(longest * SIDE as f32 / BOX), SIDE)),
            Processing::Published => {
                centre(&scaled(&self.digit, self.around(longest * (BOX + 2.0 * MARGIN) / BOX), SHEET))
            }
        }
    }

    fn longest(&self) -> f32 {
        let [width, height] = self.bounds.size();
        width.max(height) as f32
    }

    /// The largest square in the middle of the photograph.
    fn middle(&self) -> Square {
        let (width, height) = (self.plain.width, self.plain.height);
        let side = width.min(height);
        Square { low: [((width - side) / 2) as isize, ((height - side) / 2) as isize], side }
    }

    /// A square about this large around the middle of the digit.
    fn around(&self, side: f32) -> Square {
        let side = (side.round() as usize).max(1);
        let Bounds { low, high } = self.bounds;
        Square { low: [0, 1].map(|axis| (low[axis] + high[axis] + 1) as isize / 2 - side as isize / 2), side }
    }
}

/// Which pixels are ink, of a picture under even light.
///
/// A table beside the paper is often darker than a pencil's stroke, and a threshold between the two would lose the stroke. So
/// what touches the edge at first counts neither as ink nor as paper in a second search for the threshold.
fn mask(even: &Plane) -> Result<Vec<bool>, InkFault> {
    let enough = |values: &[f32]| otsu(values).filter(|threshold| threshold.contrast >= LEAST_CONTRAST);
    let below = |value: f32| -> Vec<bool> { even.values.iter().map(|seen| *seen < value).collect() };
    let (width, height) = (even.width, even.height);
    let first = below(enough(&even.values).ok_or(InkFault::Blank)?.value);
    let mut edge = Plane { values: vec![0.0; width * height], width, height };
    for patch in patches(&first, width).iter().filter(|patch| patch.touches_edge(width, height)) {
        patch.pixels.iter().for_each(|pixel| edge.values[*pixel] = 1.0);
    }
    if !edge.values.contains(&1.0) {
        return Ok(first);
    }
    let edge = edge.widened(width.max(height) / BLUR_OF_EDGES);
    let rest: Vec<f32> =
        even.values.iter().zip(&edge.values).filter(|(_, edge)| **edge == 0.0).map(|(seen, _)| *seen).collect();
    Ok(enough(&rest).map_or(first, |threshold| below(threshold.value)))
}

/// A square of a photograph; may reach beyond it.
#[derive(Clone, Copy, Debug)]
struct Square {
    low: [isize; 2],
    side: usize,
}

/// A square scaled to `side` pixels, `0` beyond the photograph's edge. Each pixel averages over a triangle as wide as two, as
/// where photographs are scaled for nets.
fn scaled(plane: &Plane, square: Square, side: usize) -> Vec<f32> {
    let part = ImageBuffer::from_fn(square.side as u32, square.side as u32, |x, y| {
        let at = [square.low[0] + x as isize, square.low[1] + y as isize];
        let inside = (0..plane.width as isize).contains(&at[0]) && (0..plane.height as isize).contains(&at[1]);
        Luma([if inside { plane.values[at[1] as usize * plane.width + at[0] as usize] } else { 0.0 }])
    });
    resize(&part, side as u32, side as u32, FilterType::Triangle)
        .pixels()
        .map(|pixel| pixel.0[0].clamp(0.0, 1.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    /// A photograph by the brightness of each pixel.
    fn photo(width: u32, height: u32, of: impl Fn(u32, u32) -> f32) -> Photo {
        Photo::new(ImageBuffer::from_fn(width, height, |x, y| Rgb([of(x, y); 3])))
    }

    /// A 1 with a foot: dark on paper whose light falls off to the right, dirt at the edge.
    fn one(x: u32, y: u32) -> f32 {
        let stem = (146..154).contains(&x) && (60..160).contains(&y);
        let foot = (120..180).contains(&x) && (152..160).contains(&y);
        let dirt = x < 12 && y < 30 || (x, y) == (40, 40);
        let light = 0.9 - 0.5 * x as f32 / 300.0;
        if stem || foot || dirt { 0.3 * light } else { light }
    }

    fn mass(picture: &[u8; SIDE * SIDE]) -> [f64; 2] {
        let sum: f64 = picture.iter().map(|&ink| f64::from(ink)).sum();
        [0, 1].map(|axis| {
            let at = |i: usize| if axis == 0 { i % SIDE } else { i / SIDE };
            picture.iter().enumerate().map(|(i, &ink)| (at(i) as f64 + 0.5) * f64::from(ink)).sum::<f64>() / sum
        })
    }

    /// Columns and rows with ink, more than half of what there can be.
    fn extent(picture: &[u8; SIDE * SIDE]) -> [usize; 2] {
        [0, 1].map(|axis| {
            let at: Vec<usize> = (0..SIDE * SIDE)
                .filter(|&i| picture[i] > 127)
                .map(|i| if axis == 0 { i % SIDE } else { i / SIDE })
                .collect();
            at.iter().max().unwrap() - at.iter().min().unwrap() + 1
        })
    }

    #[test]
    fn the_published_way_fits_into_20_and_centres_the_mass() {
        let page = Page::find(&photo(300, 220, one)).unwrap();
        assert!(page.ink_is_dark());
        let picture = page.picture(Processing::Published);
        assert_eq!(extent(&picture), [12, 20]);
        assert!(mass(&picture).iter().all(|at| (at - 14.0).abs() <= 0.5), "{:?}", mass(&picture));
        let boxed = page.picture(Processing::Box);
        assert_eq!(extent(&boxed)[1], 20);
        assert!(mass(&boxed)[1] > 14.6, "the foot is heavy: {:?}", mass(&boxed));
        assert_eq!(extent(&page.picture(Processing::Crop))[1], 28);
        // Dirt is in the pictures that come before the digit is cut out.
        assert!(page.picture(Processing::Threshold)[..2].iter().all(|&ink| ink < 60));
        let paper = |picture: [u8; SIDE * SIDE]| u32::from(picture[SIDE * 14 + 26]);
        assert!(paper(page.picture(Processing::Plain)) > 90 && paper(page.picture(Processing::Threshold)) == 0);
    }

    #[test]
    fn light_ink_on_dark_paper_and_larger_photographs_come_to_the_same() {
        let picture = |photo: &Photo| Page::find(photo).unwrap().picture(Processing::Published);
        let plain = picture(&photo(300, 220, one));
        let near = |other: [u8; SIDE * SIDE]| {
            let off: f64 = plain.iter().zip(other).map(|(a, b)| (f64::from(*a) - f64::from(b)).abs()).sum();
            off / plain.iter().map(|&ink| f64::from(ink)).sum::<f64>()
        };
        let chalk = photo(300, 220, |x, y| {
            0.1 + if one(x, y) < 0.3 * (0.9 - 0.5 * x as f32 / 300.0) + 1e-3 { 0.6 } else { 0.0 }
        });
        assert!(!Page::find(&chalk).unwrap().ink_is_dark());
        assert!(near(picture(&chalk)) < 0.1, "{}", near(picture(&chalk)));
        let large = photo(1500, 1100, |x, y| one(x / 5, y / 5));
        assert!(near(picture(&large)) < 0.15, "{}", near(picture(&large)));
    }

    #[test]
    fn a_faint_digit_is_found_beside_a_dark_table() {
        let faint = photo(300, 220, |x, y| {
            let stem = (146..154).contains(&x) && (60..160).contains(&y);
            if y > 205 {
                0.1
            } else if stem {
                0.6
            } else {
                0.8
            }
        });
        assert_eq!(extent(&Page::find(&faint).unwrap().picture(Processing::Published))[1], 20);
    }

    #[test]
    fn pages_without_a_digit_are_refused_with_the_reason() {
        let fault = |of: &dyn Fn(u32, u32) -> f32| Page::find(&photo(200, 160, of)).unwrap_err();
        let grain = |x: u32, y: u32| ((x * 7919 + y * 104_729) % 97) as f32 / 97.0 - 0.5;
        assert_eq!(fault(&|_, _| 0.8), InkFault::Blank);
        assert_eq!(fault(&|x, y| 0.9 - 0.4 * x as f32 / 200.0 + 0.05 * grain(x, y)), InkFault::Blank);
        assert_eq!(fault(&|x, _| if x < 60 { 0.2 } else { 0.9 }), InkFault::AllInk);
        let dot = fault(&|x, y| if (100..106).contains(&x) && (80..86).contains(&y) { 0.1 } else { 0.9 });
        assert!(matches!(dot, InkFault::TooSmall { least: LEAST_INK, .. }), "{dot:?}");
        assert!(dot.to_string().contains("wanted at least 10"), "{dot}");
    }

    #[test]
    fn ways_read_as_files_spell_them() {
        for processing in Processing::ALL {
            assert_eq!(processing.name().parse::<Processing>().unwrap(), processing);
        }
        let text = "grey".parse::<Processing>().unwrap_err().to_string();
        assert_eq!(text, "unknown processing `grey`; use `plain`, `threshold`, `crop`, `box` or `published`");
    }
}
