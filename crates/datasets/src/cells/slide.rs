//! From a slide's description to its picture.

use advlab_core::Seed;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::brain::Brain;
use super::camera::Camera;
use super::class::{COARSENESS_BY_SLIDE, Class};
use super::layout::Layout;
use super::micrograph::Micrograph;
use super::optics::Optics;
use super::{puncta, stain};

/// What is under the microscope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slide {
    /// What was done to the cells.
    pub class: Class,
    /// The specimen.
    pub brain: Brain,
    /// Width and height of the picture in pixels, 1 to [`Slide::LARGEST`]; a smaller one shows fewer cells, not smaller
    /// ones. About ten cells stand side by side in 1024.
    pub side: usize,
    /// How many cells show the class's sign and how brightly, from 0, where no class shows any; 1 is meant for use.
    pub strength: f32,
}

impl Slide {
    /// Largest side.
    pub const LARGEST: usize = 8192;

    /// A slide of 1024 × 1024 pixels at strength 1.
    pub const fn new(class: Class, brain: Brain) -> Self {
        Self { class, brain, side: 1024, strength: 1.0 }
    }
}

/// Draws a slide.
///
/// Brightness, density, colour balance, focus and exposure vary from slide to slide, and in the same way in every class.
/// The bits are the same on every machine whose `exp`, `sin` and `cos` round alike.
///
/// # Panics
/// If the side is 0 or more than [`Slide::LARGEST`], or the strength is negative or not a finite number.
pub fn draw(slide: &Slide, seed: Seed) -> Micrograph {
    let &Slide { class, brain, side, strength } = slide;
    assert!((1..=Slide::LARGEST).contains(&side), "a slide has a side of 1 to {}, not {side}", Slide::LARGEST);
    assert!(strength >= 0.0 && strength.is_finite(), "a slide has a strength of 0 or more, not {strength}");
    let habit = class.habit(strength);
    let specimen = Specimen::draw(brain, &mut seed.child("specimen").rng());
    let layout = Layout::draw(side, &specimen, seed.child("layout"));
    let coarseness = habit.coarseness + specimen.coarseness;
    let mut stained = stain::stain(&layout, coarseness, seed.child("stain"));
    puncta::add(&mut stained, &layout, &habit, seed.child("puncta"));
    let optics = Optics::draw(&mut seed.child("optics").rng());
    let camera = Camera::draw(&mut seed.child("camera").rng());
    let light = optics.form(stained, &layout, &specimen, seed.child("optics"));
    camera.expose(&light, seed.child("photons"))
}

/// A brain's look, as it is on one slide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Specimen {
    /// Distance from one cell to the next, in pixels.
    pub(super) spacing: f32,
    /// Radius of a cell that touches none, as a share of the distance.
    pub(super) packing: f32,
    /// Share of cells that are not there.
    pub(super) missing: f32,
    /// Light of each stain: red, green, blue.
    pub(super) light: [f32; 3],
    /// How much coarser the cytoplasm's grain is than usual.
    pub(super) coarseness: f32,
}

impl Specimen {
    fn draw(brain: Brain, rng: &mut ChaCha8Rng) -> Self {
        let look = brain.look();
        let brightness = look.brightness * log_normal(rng, 0.16);
        Self {
            spacing: look.spacing * log_normal(rng, 0.06),
            packing: look.packing * log_normal(rng, 0.012),
            missing: look.missing * log_normal(rng, 0.5),
            light: look.balance.map(|balance| brightness * balance * log_normal(rng, 0.14)),
            coarseness: COARSENESS_BY_SLIDE * normal(rng),
        }
    }
}

/// Normal with mean 0 and standard deviation 1, cut at two and a half of them.
pub(super) fn normal(rng: &mut ChaCha8Rng) -> f32 {
    rng.sample::<f32, _>(StandardNormal).clamp(-2.5, 2.5)
}

/// A factor around 1 whose logarithm is normal.
pub(super) fn log_normal(rng: &mut ChaCha8Rng, sd: f32) -> f32 {
    (sd * normal(rng)).exp()
}

/// A unit vector in any direction.
pub(super) fn direction(rng: &mut ChaCha8Rng) -> [f32; 2] {
    let angle = std::f32::consts::TAU * rng.random::<f32>();
    [angle.cos(), angle.sin()]
}
