//! The sea, from above its surface and from below.

use std::f32::consts::TAU;

use crate::objects::brush::smooth;
use crate::objects::canvas::Canvas;
use crate::objects::colour::{CHALK, Colour};
use crate::objects::dice::Dice;
use crate::objects::noise::rough;
use crate::objects::outline::{disc, limb};

const SEAS: [[f32; 3]; 5] =
    [[0.13, 0.36, 0.55], [0.1, 0.45, 0.52], [0.24, 0.36, 0.45], [0.2, 0.5, 0.66], [0.3, 0.44, 0.42]];

/// Paints the sea below row `horizon`, in 64ths.
pub(super) fn surface(canvas: &mut Canvas, horizon: f32, dice: &mut Dice) {
    let unit = 64.0 / canvas.side as f32;
    let sea = Colour(dice.pick(&SEAS)).near(dice, 0.05);
    let (glitter, chop, salt) = (dice.range(0.1, 0.5), dice.range(0.08, 0.25), dice.salt());
    let depth = (64.0 - horizon).max(1.0);
    canvas.glaze(horizon / unit, canvas.side as f32, |x, y| {
        let (x, y) = (x * unit, y * unit);
        let near = ((y - horizon) / depth).clamp(0.0, 1.0);
        let size = 0.5 + 2.2 * near;
        let wave = rough(x / (3.0 * size), y / (0.7 * size), salt);
        let colour = sea.mix(CHALK, 0.3 * (1.0 - near) * (1.0 - near)).times(1.0 + chop * wave);
        (colour.mix(CHALK, glitter * smooth(3.0 * wave - 1.1)), (y - horizon) / unit + 0.5)
    });
}

/// Paints the water all around: light from above, a floor or none, weeds, bubbles.
pub(super) fn deep(canvas: &mut Canvas, dice: &mut Dice) {
    let (side, unit) = (canvas.side as f32, 64.0 / canvas.side as f32);
    let hue = dice.range(0.46, 0.6);
    let top = Colour::hsv(hue, dice.range(0.35, 0.6), dice.range(0.7, 0.92));
    let low = Colour::hsv(hue + 0.03, dice.range(0.6, 0.85), dice.range(0.25, 0.5));
    let (rays, salt) = (dice.range(0.0, 0.14), dice.salt());
    canvas.cover(|x, y| {
        let (x, y) = (x * unit, y * unit);
        let ray = rough((x + 0.35 * y) / 7.0, 0.5, salt) * (1.0 - y / 64.0);
        let murk = rough(x / 20.0, y / 14.0, salt ^ 5);
        top.mix(low, smooth(y / 64.0)).times(1.0 + rays * ray + 0.05 * murk)
    });
    if dice.chance(0.55) {
        let sand = Colour(dice.pick(&[[0.72, 0.66, 0.47], [0.5, 0.5, 0.44], [0.42, 0.46, 0.4]])).mix(low, 0.35);
        let (floor, salt) = (dice.range(48.0, 60.0), dice.salt());
        canvas.glaze((floor - 4.0) / unit, side, |x, y| {
            let (x, y) = (x * unit, y * unit);
            let height = 2.5 * rough(x / 14.0, 0.5, salt);
            let spots = 1.0 + 0.1 * rough(x / 1.5, y / 1.2, salt);
            (sand.times(spots), (y - floor - height) / unit)
        });
    }
    let scale = side / 64.0;
    for _ in 0..dice.count(0, 5) {
        weed(canvas, dice, scale);
    }
    for _ in 0..dice.count(0, 7) {
        let at = [dice.range(0.0, side), dice.range(0.0, side)];
        let (radius, pale) = (dice.range(0.5, 1.5) * scale, top.mix(CHALK, 0.6));
        canvas.fill(&disc(at, radius), 0.6, |_, _, _| pale);
    }
}

fn weed(canvas: &mut Canvas, dice: &mut Dice, scale: f32) {
    let colour = Colour::hsv(dice.range(0.2, 0.42), dice.range(0.4, 0.8), dice.range(0.25, 0.55));
    let (x, height, sway, phase) =
        (dice.range(0.0, 64.0), dice.range(8.0, 26.0), dice.range(1.0, 3.0), dice.range(0.0, TAU));
    let knots: Vec<[f32; 3]> = (0..6)
        .map(|i| {
            let up = i as f32 / 5.0;
            let across = x + sway * up * (phase + 5.0 * up).sin();
            [across * scale, (65.0 - height * up) * scale, (1.3 - up) * scale * 0.9]
        })
        .collect();
    canvas.fill(&limb(&knots), 0.9, |_, _, _| colour);
}
