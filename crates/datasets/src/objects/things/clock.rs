//! A clock: on a wall, or an alarm clock with bells and feet.

use std::f32::consts::TAU;

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::{Point, rounded};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, place: Place, dice: &mut Dice) {
    let rim = if dice.chance(0.4) { Colour::hsv(0.09, 0.6, dice.range(0.3, 0.6)) } else { lacquer(dice) };
    let dark = dice.chance(0.15);
    let (face, ink) = if dark { (INK.mix(CHALK, 0.08), CHALK) } else { (CHALK.near(dice, 0.04), INK) };
    let (centre, mut radius) = ([0.0, 0.95], 0.92);
    if place == Place::Wall {
        // What hangs on a wall throws its shadow there.
        let shift = if brush.light.side() > 0.0 { -0.07 } else { 0.07 };
        brush.disc([shift, 0.87], 0.95, Paint::flat(INK).alpha(0.3));
        if dice.chance(0.25) {
            let half = 0.92;
            brush.fill(
                &rounded(&[[-half, 0.03], [half, 0.03], [half, 1.87], [-half, 1.87]], 0.12),
                Paint::from(rim).gloss(0.15),
            );
            radius = 0.84;
            brush.disc(centre, radius, Paint::from(face));
        } else {
            body(brush, centre, radius, rim, face);
        }
    } else {
        brush.shadow(-0.7, 0.7, 0.1);
        radius = 0.78;
        bells(brush, rim, dice);
        body(brush, [0.0, 0.9], radius, rim, face);
    }
    let centre = if place == Place::Wall { centre } else { [0.0, 0.9] };
    marks(brush, centre, 0.8 * radius, ink, dice);
    hands(brush, centre, 0.8 * radius, ink, dice);
}

fn body(brush: &mut Brush<'_>, centre: Point, radius: f32, rim: Colour, face: Colour) {
    brush.disc(centre, radius, Paint::round(rim).gloss(0.25));
    brush.disc(centre, 0.88 * radius, Paint::flat(rim.times(0.55)));
    brush.disc(centre, 0.85 * radius, Paint::from(face));
}

fn bells(brush: &mut Brush<'_>, rim: Colour, dice: &mut Dice) {
    let brass = if dice.chance(0.5) { Colour([0.85, 0.68, 0.3]) } else { rim };
    for side in [-1.0, 1.0] {
        brush.line([side * 0.42, 0.4], [side * 0.62, 0.04], 0.12, rim.times(0.7));
        brush.oval([side * 0.46, 1.66], [0.3, 0.2], -side * 0.55, Paint::round(brass).gloss(0.3));
        brush.line([side * 0.36, 1.5], [side * 0.5, 1.72], 0.05, brass.times(0.7));
    }
    brush.limb(&[[-0.2, 1.78, 0.035], [0.0, 1.92, 0.035], [0.2, 1.78, 0.035]], rim.times(0.8));
    brush.line([0.0, 1.6], [0.0, 1.8], 0.06, rim.times(0.6));
}

fn marks(brush: &mut Brush<'_>, [x, y]: Point, radius: f32, ink: Colour, dice: &mut Dice) {
    let style = dice.count(0, 2);
    for hour in 0..12 {
        let (sin, cos) = (TAU * hour as f32 / 12.0).sin_cos();
        let quarter = hour % 3 == 0;
        let at = |far: f32| [x + far * radius * cos, y + far * radius * sin];
        match style {
            0 => brush.line(
                at(if quarter { 0.74 } else { 0.84 }),
                at(0.95),
                if quarter { 0.07 } else { 0.04 },
                Paint::flat(ink),
            ),
            1 => brush.disc(at(0.88), if quarter { 0.06 } else { 0.035 }, Paint::flat(ink)),
            _ if quarter => brush.line(at(0.72), at(0.96), 0.08, Paint::flat(ink)),
            _ => {}
        }
    }
}

fn hands(brush: &mut Brush<'_>, [x, y]: Point, radius: f32, ink: Colour, dice: &mut Dice) {
    let time = dice.range(0.0, 12.0);
    let hand = |brush: &mut Brush<'_>, turns: f32, length: f32, thickness: f32, colour: Colour| {
        let (across, up) = (TAU * turns).sin_cos();
        let tail = [x - 0.14 * length * across, y - 0.14 * length * up];
        brush.line(tail, [x + length * across, y + length * up], thickness, Paint::flat(colour));
    };
    hand(brush, time / 12.0, 0.52 * radius, 0.095, ink);
    hand(brush, time.fract(), 0.8 * radius, 0.065, ink);
    if dice.chance(0.4) {
        hand(brush, dice.range(0.0, 1.0), 0.8 * radius, 0.025, Colour([0.85, 0.15, 0.12]));
    }
    brush.disc([x, y], 0.06, Paint::flat(ink));
}
