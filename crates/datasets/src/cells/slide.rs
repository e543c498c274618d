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
    pub const LARGEST: usize = 4096;

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
    pub(super) fn draw(brain: Brain, rng: &mut ChaCha8Rng) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: usize = 320;

    fn picture(class: Class, strength: f32, seed: u64) -> Micrograph {
        draw(&Slide { class, brain: Brain::One, side: SMALL, strength }, Seed::new(seed))
    }

    fn channel(picture: &Micrograph, channel: usize) -> impl Iterator<Item = f64> {
        picture.pixels.iter().skip(channel).step_by(3).map(|&value| f64::from(value))
    }

    fn mean(values: impl Iterator<Item = f64>) -> f64 {
        let (n, sum) = values.fold((0.0, 0.0), |(n, sum), value| (n + 1.0, sum + value));
        sum / n
    }

    /// Share of pixels that are much brighter in green than the 25 × 25 pixels around them.
    fn bright_spots(picture: &Micrograph) -> f64 {
        let green: Vec<f32> = channel(picture, 1).map(|value| value as f32).collect();
        let mut around = super::super::plane::Plane { side: SMALL, values: green.clone() };
        around.box_blur(12);
        let bright = green.iter().zip(&around.values).filter(|(value, mean)| **value > 15_000.0 + **mean).count();
        bright as f64 / (SMALL * SMALL) as f64
    }

    #[test]
    fn a_slide_depends_on_its_seed_alone() {
        let first = picture(Class::Snap29, 1.0, 5);
        assert_eq!((first.width, first.height, first.pixels.len()), (SMALL, SMALL, 3 * SMALL * SMALL));
        assert_eq!(first, picture(Class::Snap29, 1.0, 5));
        assert_ne!(first, picture(Class::Snap29, 1.0, 6));
    }

    #[test]
    fn without_strength_the_classes_are_alike_to_the_bit() {
        let control = picture(Class::Control, 0.0, 5);
        for class in [Class::Snap29, Class::Snf7] {
            assert_eq!(control, picture(class, 0.0, 5), "{class}");
            assert_ne!(control, picture(class, 1.0, 5), "{class}");
        }
        assert_eq!(control, picture(Class::Control, 1.0, 5));
    }

    #[test]
    fn snap29_has_more_bright_spots_than_control_and_more_with_strength() {
        let spots = |class, strength| mean((0..8).map(|seed| bright_spots(&picture(class, strength, seed))));
        let control = spots(Class::Control, 1.0);
        let [weak, clear, strong] = [0.3, 1.0, 2.0].map(|strength| spots(Class::Snap29, strength));
        assert!(control > 0.0, "the task would be trivial");
        assert!(clear > 4.0 * control, "{clear} of the pixels, {control} in Control");
        assert!(control < weak && weak < clear && clear < strong, "{control} {weak} {clear} {strong}");
        let unclear = spots(Class::Snf7, 1.0);
        assert!(unclear < 3.0 * control, "{unclear}, {control} in Control");
    }

    #[test]
    fn nothing_but_the_sign_tells_the_classes_apart() {
        for seed in 0..3 {
            let (control, snap29) = (picture(Class::Control, 1.0, seed), picture(Class::Snap29, 1.0, seed));
            for (colour, limit) in [(0, 0.02), (2, 0.02), (1, 0.5)] {
                let [a, b] = [&control, &snap29].map(|picture| mean(channel(picture, colour)));
                assert!((b / a - 1.0).abs() < limit, "seed {seed}, channel {colour}: {a} and {b}");
            }
            let mut change: Vec<f64> = channel(&control, 1).zip(channel(&snap29, 1)).map(|(a, b)| b - a).collect();
            change.sort_by(f64::total_cmp);
            let median = change[change.len() / 2];
            assert!(median.abs() < 400.0, "away from the globs green changes by {median}");
        }
    }

    #[test]
    fn the_mean_brightness_is_no_way_to_tell_snap29() {
        let brightness = |class, first: u64| -> Vec<f64> {
            (first..first + 24).map(|seed| mean(channel(&picture(class, 1.0, seed), 1))).collect()
        };
        let (control, snap29) = (brightness(Class::Control, 0), brightness(Class::Snap29, 100));
        let right = |limit: f64| {
            control.iter().filter(|&&v| v < limit).count() + snap29.iter().filter(|&&v| v >= limit).count()
        };
        let best = control.iter().chain(&snap29).map(|&limit| right(limit)).max().unwrap();
        assert!(best <= 38, "{best} of 48 slides are told by their mean");
    }

    #[test]
    fn slides_of_any_size_are_drawn() {
        for side in [1, 2, 17, 70] {
            let slide = Slide { side, ..Slide::new(Class::Snap29, Brain::Two) };
            assert_eq!(draw(&slide, Seed::new(0)).pixels.len(), 3 * side * side);
        }
    }
}
