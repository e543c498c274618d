//! A flower: a daisy, a sunflower or a tulip.

use std::f32::consts::TAU;

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour};
use crate::objects::dice::Dice;
use crate::objects::outline::{Point, blob};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, place: Place, dice: &mut Dice) {
    let green = Colour::hsv(dice.range(0.23, 0.36), dice.range(0.5, 0.8), dice.range(0.35, 0.6));
    let lean = dice.about(0.16);
    let head = [lean, dice.range(1.34, 1.46)];
    let pot = matches!(place, Place::Room | Place::Studio) && dice.chance(0.75);
    let base = if pot { 0.42 } else { 0.0 };
    brush.shadow(-0.35, 0.35, 0.07);
    brush.limb(&[[0.0, base, 0.045], [0.6 * lean, 0.8, 0.04], [head[0], head[1], 0.035]], green);
    for side in [-1.0, 1.0] {
        if dice.chance(0.85) {
            leaf(brush, [0.1 * lean, base + dice.range(0.1, 0.3)], side, green, dice);
        }
    }
    if pot {
        let clay = Colour(dice.pick(&[[0.72, 0.38, 0.24], [0.85, 0.83, 0.78], [0.3, 0.45, 0.6]])).near(dice, 0.06);
        brush.fill(&[[-0.24, 0.0], [0.24, 0.0], [0.33, 0.4], [-0.33, 0.4]], clay);
        brush.fill(&[[-0.38, 0.36], [0.38, 0.36], [0.38, 0.5], [-0.38, 0.5]], clay.times(0.9));
    }
    match dice.count(0, 5) {
        0 => tulip(brush, head, green, dice),
        1 | 2 => sunflower(brush, head, dice),
        _ => daisy(brush, head, dice),
    }
}

fn leaf(brush: &mut Brush<'_>, [x, y]: Point, side: f32, green: Colour, dice: &mut Dice) {
    let (reach, rise) = (dice.range(0.4, 0.62), dice.range(0.1, 0.4));
    let outline = [
        [x, y],
        [x + side * 0.4 * reach, y + 0.7 * rise + 0.09],
        [x + side * reach, y + rise],
        [x + side * 0.5 * reach, y + 0.3 * rise - 0.05],
    ];
    brush.fill(&blob(&outline), green.times(0.85));
    brush.line([x, y], [x + side * 0.85 * reach, y + 0.9 * rise], 0.018, Paint::flat(green.mix(CHALK, 0.3)));
}

/// Petals around a middle: `n` of them, each this long and half as wide as `half`.
fn petals(brush: &mut Brush<'_>, [x, y]: Point, n: usize, length: f32, half: f32, turn: f32, colour: Colour) {
    for k in 0..n {
        let angle = turn + TAU * k as f32 / n as f32;
        let (sin, cos) = angle.sin_cos();
        let middle = [x + 0.58 * length * cos, y + 0.58 * length * sin];
        let shade = if k % 2 == 0 { 1.0 } else { 0.9 };
        brush.oval(middle, [0.48 * length, half], angle, colour.times(shade));
        let vein = [[x + 0.2 * length * cos, y + 0.2 * length * sin], [x + 0.9 * length * cos, y + 0.9 * length * sin]];
        brush.line(vein[0], vein[1], 0.016, Paint::flat(colour.times(0.78)));
    }
}

fn daisy(brush: &mut Brush<'_>, at: Point, dice: &mut Dice) {
    let colour = if dice.chance(0.35) {
        CHALK
    } else {
        Colour::hsv(
            dice.pick(&[0.0, 0.08, 0.14, 0.6, 0.72, 0.8, 0.9, 0.95]),
            dice.range(0.45, 0.85),
            dice.range(0.75, 0.98),
        )
    };
    let n = dice.count(5, 13);
    let half = (1.35 / n as f32).clamp(0.1, 0.24);
    petals(brush, at, n, dice.range(0.5, 0.62), half, dice.range(0.0, TAU), colour);
    let middle = Colour::hsv(dice.range(0.1, 0.15), 0.85, dice.range(0.75, 0.98));
    brush.disc(at, dice.range(0.15, 0.21), Paint::round(middle).grain(0.25, [0.9, 0.9]));
}

fn sunflower(brush: &mut Brush<'_>, at: Point, dice: &mut Dice) {
    let yellow = Colour::hsv(dice.range(0.11, 0.15), 0.9, dice.range(0.88, 1.0));
    let turn = dice.range(0.0, TAU);
    petals(brush, at, 16, 0.62, 0.085, turn, yellow.times(0.85));
    petals(brush, at, 14, 0.54, 0.08, turn + 0.2, yellow);
    let seeds = Colour([0.33, 0.2, 0.1]);
    brush.disc(at, 0.3, Paint::round(seeds).grain(0.35, [0.9, 0.9]));
    brush.disc(at, 0.16, Paint::round(seeds.times(0.65)).grain(0.3, [0.9, 0.9]));
}

fn tulip(brush: &mut Brush<'_>, [x, y]: Point, green: Colour, dice: &mut Dice) {
    let colour = Colour::hsv(dice.pick(&[0.0, 0.03, 0.13, 0.8, 0.92]), dice.range(0.7, 0.95), dice.range(0.75, 0.95));
    for side in [-1.0, 1.0] {
        // Long leaves from the ground.
        let blade = [[0.0, 0.05, 0.06], [side * 0.25, 0.55, 0.1], [side * 0.4, 1.05, 0.015]];
        brush.limb(&blade, green.times(if side < 0.0 { 0.8 } else { 1.0 }));
    }
    let cup = |dx: f32, half: f32, top: f32| {
        blob(&[
            [x + dx, y - 0.3],
            [x + dx + half, y - 0.1],
            [x + dx + 0.9 * half, y + 0.15],
            [x + dx, y + top],
            [x + dx - 0.9 * half, y + 0.15],
            [x + dx - half, y - 0.1],
        ])
    };
    brush.fill(&cup(0.0, 0.3, 0.42), colour.times(0.72));
    brush.fill(&cup(-0.16, 0.22, 0.44), colour.times(0.95));
    brush.fill(&cup(0.16, 0.22, 0.44), colour.times(0.88));
    brush.fill(&cup(0.0, 0.2, 0.36), Paint::round(colour).gloss(0.15));
}
