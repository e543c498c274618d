//! The brush: shapes in a thing's own units, painted as light falls on them.

use super::canvas::{Canvas, Frame};
use super::colour::{CHALK, Colour};
use super::dice::Dice;
use super::noise::rough;
use super::outline::{Point, disc, limb, oval};
use super::view::View;

/// Where the light comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Light {
    /// Towards the light: to the right, downwards, towards the viewer; of length 1.
    toward: [f32; 3],
    /// How much brighter what faces it is than what does not.
    strength: f32,
}

impl Light {
    /// From above, from one side or the other.
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let (x, y) = (dice.about(0.7), dice.range(-0.85, -0.45));
        let length = (x * x + y * y + 0.36).sqrt();
        Self { toward: [x / length, y / length, 0.6 / length], strength: dice.range(0.35, 0.75) }
    }

    /// To the right: more than 0 if the light is there.
    pub(super) const fn side(&self) -> f32 {
        self.toward[0]
    }
}

/// How a surface takes the light.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Flat,
    Slope,
    Round,
}

/// What a shape is filled with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    colour: Colour,
    form: Form,
    gloss: f32,
    grain: f32,
    /// Size of the grain along both axes, in 64ths of the picture.
    size: Point,
    alpha: f32,
}

impl From<Colour> for Paint {
    /// A surface that is a little brighter towards the light.
    fn from(colour: Colour) -> Self {
        Self { colour, form: Form::Slope, gloss: 0.0, grain: 0.0, size: [2.0; 2], alpha: 1.0 }
    }
}

impl Paint {
    /// One colour all over.
    pub(super) fn flat(colour: Colour) -> Self {
        Self { form: Form::Flat, ..Self::from(colour) }
    }

    /// A body like a ball.
    pub(super) fn round(colour: Colour) -> Self {
        Self { form: Form::Round, ..Self::from(colour) }
    }

    /// With a bright spot where the light is reflected.
    pub(super) const fn gloss(self, gloss: f32) -> Self {
        Self { gloss, ..self }
    }

    /// With fur, feathers or bark: darker and brighter spots of this size, in 64ths of the picture.
    pub(super) const fn grain(self, grain: f32, size: Point) -> Self {
        Self { grain, size, ..self }
    }

    /// Of which this share covers what is below.
    pub(super) const fn alpha(self, alpha: f32) -> Self {
        Self { alpha, ..self }
    }
}

/// Paints one thing.
#[derive(Debug)]
pub(super) struct Brush<'a> {
    pub(super) canvas: &'a mut Canvas,
    pub(super) view: View,
    pub(super) light: Light,
    /// Changes from shape to shape, so that no two have the same grain.
    salt: u32,
}

impl<'a> Brush<'a> {
    pub(super) fn new(canvas: &'a mut Canvas, view: View, light: Light, salt: u32) -> Self {
        Self { canvas, view, light, salt }
    }

    /// Fills a closed outline.
    pub(super) fn fill(&mut self, outline: &[Point], paint: impl Into<Paint>) {
        let paint = paint.into();
        self.salt = self.salt.wrapping_add(0x9E37_79B9);
        let (light, salt, unit) = (self.light, self.salt, 64.0 / self.canvas.side as f32);
        let mapped: Vec<Point> = outline.iter().map(|&point| self.view.map(point)).collect();
        self.canvas.fill(&mapped, paint.alpha, |x, y, frame| shaded(&paint, &light, salt, unit, [x, y], frame));
    }

    /// A straight bar of this thickness with round ends.
    pub(super) fn line(&mut self, a: Point, b: Point, thickness: f32, paint: impl Into<Paint>) {
        let half = 0.5 * thickness;
        self.fill(&limb(&[[a[0], a[1], half], [b[0], b[1], half]]), paint);
    }

    /// A bent limb: each knot is a place and half the thickness there.
    pub(super) fn limb(&mut self, knots: &[[f32; 3]], paint: impl Into<Paint>) {
        self.fill(&limb(knots), paint);
    }

    /// A circle.
    pub(super) fn disc(&mut self, centre: Point, radius: f32, paint: impl Into<Paint>) {
        self.fill(&disc(centre, radius), paint);
    }

    /// An ellipse, turned against the clock by `angle` radians.
    pub(super) fn oval(&mut self, centre: Point, radii: Point, angle: f32, paint: impl Into<Paint>) {
        self.fill(&oval(centre, radii, angle), paint);
    }

    /// An eye with a bright spot; `radius` of the dark part.
    pub(super) fn eye(&mut self, at: Point, radius: f32, iris: Colour) {
        self.disc(at, radius, Paint::flat(iris));
        self.disc([at[0] + 0.1 * radius, at[1]], 0.62 * radius, Paint::flat(super::colour::INK));
        self.disc([at[0] + 0.3 * radius, at[1] + 0.35 * radius], 0.3 * radius, Paint::flat(CHALK));
    }

    /// The colour that the canvas has here now.
    pub(super) fn seen(&self, at: Point) -> Colour {
        let inside = |value: f32| (value.max(0.0) as usize).min(self.canvas.side - 1);
        let [x, y] = self.view.map(at).map(inside);
        self.canvas.pixels[y * self.canvas.side + x]
    }

    /// A soft shadow on the ground below the span from `left` to `right`.
    pub(super) fn shadow(&mut self, left: f32, right: f32, depth: f32) {
        let (a, b) = (self.view.map([left, 0.0]), self.view.map([right, 0.0]));
        let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
        let half = [0.58 * (b[0] - a[0]).abs(), (depth * self.view.scale()).max(1.0)];
        let shift = -self.light.side() * 0.35 * half[0];
        self.canvas.glaze(middle[1] - 1.6 * half[1], middle[1] + 1.6 * half[1], |x, y| {
            let (u, v) = ((x - middle[0] - shift) / half[0], (y - middle[1]) / half[1]);
            let far = (u * u + v * v).sqrt();
            (Colour([0.04, 0.05, 0.09]), 0.62 * smooth((1.45 - far) / 1.1))
        });
    }
}

/// From 0 to 1 with level ends.
pub(super) fn smooth(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn shaded(paint: &Paint, light: &Light, salt: u32, unit: f32, [x, y]: Point, frame: &Frame) -> Colour {
    let (u, v) = ((x - frame.middle[0]) / frame.half[0], (y - frame.middle[1]) / frame.half[1]);
    let [lx, ly, lz] = light.toward;
    let mut colour = match paint.form {
        Form::Flat => paint.colour,
        Form::Slope => paint.colour.times(1.0 + 0.42 * light.strength * (u * lx + v * ly)),
        Form::Round => {
            let depth = (1.0 - u * u - v * v).max(0.0).sqrt();
            let facing = u * lx + v * ly + depth * lz;
            paint.colour.times(1.0 + light.strength * (0.85 * facing.max(-0.4) - 0.42))
        }
    };
    if paint.grain > 0.0 {
        let spots = rough(x * unit / paint.size[0], y * unit / paint.size[1], salt);
        colour = colour.times(1.0 + paint.grain * spots);
    }
    if paint.gloss > 0.0 {
        let (du, dv) = (u - 0.55 * lx, v - 0.55 * ly);
        colour = colour.mix(CHALK, paint.gloss * smooth(1.0 - 2.2 * (du * du + dv * dv).sqrt()));
    }
    colour
}
