//! From what glows to the light on the camera: focus, haze, uneven light.

use advlab_core::Seed;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::field::field;
use super::layout::Layout;
use super::plane::Plane;
use super::slide::{Specimen, direction, log_normal, normal};
use super::stain::Stained;

/// A microscope as it was set for one slide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Optics {
    /// How much blurrier the corners are than the middle, in pixels.
    curvature: f32,
    /// Where the field is flat, in shares of the side.
    flat_at: [f32; 2],
    /// How far out of focus the slide lies, and how unevenly, in pixels of blur.
    focus: (f32, f32),
    /// Share of the light that arrives as haze.
    haze: f32,
    /// Light lost at the corners.
    falloff: f32,
    /// Where the lamp is brightest, in shares of the side.
    lamp_at: [f32; 2],
    /// Light that comes from no cell: red, green, blue.
    background: [f32; 3],
    /// Share of blue light that the green filter lets through, and of green light that the red one does.
    bleed: [f32; 2],
    /// Light of the cells above and below the focal plane.
    other_plane: f32,
}

/// Standard deviations of the blurs between which a pixel's own is mixed: in focus, and two steps out of it.
const BLURS: [f32; 3] = [1.0, 2.24, 5.0];

/// Pixels to a value of what is blurred so far that less will do.
const COARSE: usize = 8;

impl Optics {
    pub(super) fn draw(rng: &mut ChaCha8Rng) -> Self {
        let mut about = |spread: f32| 0.5 + spread * normal(rng);
        let (flat_at, lamp_at) = ([about(0.08), about(0.08)], [about(0.12), about(0.12)]);
        Self {
            curvature: 1.6 * rng.random::<f32>(),
            flat_at,
            focus: (0.2 * rng.random::<f32>(), 0.25 + 0.5 * rng.random::<f32>()),
            haze: 0.16 * log_normal(rng, 0.3),
            falloff: 0.12 + 0.3 * rng.random::<f32>(),
            lamp_at,
            background: [0.014, 0.016, 0.010].map(|light| light * log_normal(rng, 0.3)),
            bleed: [0.03 * rng.random::<f32>(), 0.05 * rng.random::<f32>()],
            other_plane: 0.09 * log_normal(rng, 0.4),
        }
    }

    /// The light that falls on the camera: red, green, blue, in shares of its full scale.
    pub(super) fn form(&self, stained: Stained, layout: &Layout, specimen: &Specimen, seed: Seed) -> [Plane; 3] {
        let blur = self.blur(&stained.depth, seed.child("focus"));
        let lamp = self.lamp(layout.side);
        let beyond = self.other_plane(layout, seed.child("other plane"));
        let mut light = stained.light;
        for ((plane, beyond), stain) in light.iter_mut().zip(&beyond).zip(specimen.light) {
            let mut haze = plane.shrunk(COARSE);
            (0..3).for_each(|_| haze.box_blur(5));
            haze.values.iter_mut().zip(&beyond.values).for_each(|(haze, beyond)| *haze = self.haze * *haze + beyond);
            focus(plane, &blur);
            let side = plane.side;
            haze.enlarged_rows(COARSE, side, |y, row| {
                for (value, haze) in plane.values[y * side..(y + 1) * side].iter_mut().zip(row) {
                    *value = stain * ((1.0 - 0.5 * self.haze) * *value + haze);
                }
            });
        }
        let [red, green, blue] = &mut light;
        for i in 0..lamp.values.len() {
            let (g, b) = (green.values[i], blue.values[i]);
            let seen = [red.values[i] + self.bleed[1] * g, g + self.bleed[0] * b, b];
            for ((plane, seen), background) in
                [&mut *red, &mut *green, &mut *blue].into_iter().zip(seen).zip(self.background)
            {
                plane.values[i] = lamp.values[i] * (seen + background);
            }
        }
        light
    }

    /// Standard deviation of the blur at each pixel.
    fn blur(&self, depth: &Plane, seed: Seed) -> Plane {
        const STEP: usize = 4;
        let mut rng = seed.rng();
        let mut small = depth.shrunk(STEP);
        // A cell's focus goes over into its neighbour's without a seam.
        (0..2).for_each(|_| small.box_blur(2));
        let uneven = field(small.side, 70.0, &mut rng);
        for (i, value) in small.values.iter_mut().enumerate() {
            let corner = square_from(i, small.side, self.flat_at);
            *value += self.curvature * corner + self.focus.0 + self.focus.1 * (1.0 + uneven.values[i]).max(0.0);
        }
        let mut blur = Plane::new(depth.side);
        let side = depth.side;
        small.enlarged_rows(STEP, side, |y, row| {
            for (value, out) in blur.values[y * side..(y + 1) * side].iter_mut().zip(row) {
                *value = (BLURS[0] * BLURS[0] + out * out).sqrt();
            }
        });
        blur
    }

    fn lamp(&self, side: usize) -> Plane {
        let mut lamp = Plane::new(side);
        for (i, value) in lamp.values.iter_mut().enumerate() {
            *value = 1.0 - self.falloff * square_from(i, side, self.lamp_at);
        }
        lamp
    }

    /// Cells above and below the focal plane: glows without an outline. One value for each [`COARSE`] pixels.
    fn other_plane(&self, layout: &Layout, seed: Seed) -> [Plane; 3] {
        let mut rng = seed.rng();
        let small = layout.side.div_ceil(COARSE);
        let mut planes: [Plane; 3] = std::array::from_fn(|_| Plane::new(small));
        let radius = layout.spacing / COARSE as f32;
        let n = (0.35 * (small * small) as f32 / (radius * radius)).ceil() as usize;
        for _ in 0..n {
            let at = [0, 1].map(|_| (1.2 * rng.random::<f32>() - 0.1) * small as f32);
            let (stretch, tilt) = (log_normal(&mut rng, 0.15), direction(&mut rng));
            let light = self.other_plane * log_normal(&mut rng, 0.5);
            let nucleus = radius * (0.55 + 0.25 * rng.random::<f32>());
            for (plane, (size, share)) in planes.iter_mut().zip([(radius, 0.3), (radius, 0.35), (nucleus, 1.0)]) {
                plane.spot(at, size, stretch, tilt, share * light);
            }
        }
        planes
    }
}

/// Square of the distance of pixel `i` from a place given in shares of the side: 1 from the middle to a corner.
fn square_from(i: usize, side: usize, place: [f32; 2]) -> f32 {
    let at = |k: usize, place: f32| (k as f32 + 0.5) / side as f32 - place;
    let (x, y) = (at(i % side, place[0]), at(i / side, place[1]));
    2.0 * (x * x + y * y)
}

/// Blurs each pixel by its own standard deviation: a mixture of two of [`BLURS`].
fn focus(plane: &mut Plane, blur: &Plane) {
    plane.soften();
    plane.soften();
    let mut step = plane.clone();
    for (levels, reach) in BLURS.windows(2).zip([2, 5]) {
        let before = step.clone();
        (0..2).for_each(|_| step.box_blur(reach));
        let first = levels[0] == BLURS[0];
        let (low, high) = (levels[0] * levels[0], levels[1] * levels[1]);
        for (i, value) in plane.values.iter_mut().enumerate() {
            let wanted = blur.values[i] * blur.values[i];
            // Variances of blurs add, so this share has the variance that is wanted.
            let share = ((wanted - low) / (high - low)).clamp(0.0, 1.0);
            if first || wanted > low {
                *value = before.values[i] + share * (step.values[i] - before.values[i]);
            }
        }
    }
}
