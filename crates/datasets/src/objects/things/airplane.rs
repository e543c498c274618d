//! An aeroplane from the side, a little from above: an airliner, or a small one with a propeller.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::{blob, rounded};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    if dice.chance(0.7) { airliner(brush, dice) } else { propeller(brush, dice) }
}

fn airliner(brush: &mut Brush<'_>, dice: &mut Dice) {
    let skin = if dice.chance(0.75) { CHALK.near(dice, 0.04) } else { Colour::hsv(0.6, 0.1, dice.range(0.6, 0.8)) };
    let livery = lacquer(dice);
    let wing = skin.mix(Colour([0.55, 0.58, 0.62]), 0.6);
    let sweep = dice.range(0.3, 0.5);
    let y = 0.5;
    // The far wing and the far tailplane rise behind the body.
    brush.fill(&[[0.25, y + 0.08], [-0.02, y + 0.06], [-sweep, y + 0.42], [-sweep + 0.11, y + 0.43]], wing.times(0.8));
    brush.fill(&[[-0.72, y + 0.08], [-0.86, y + 0.08], [-1.0, y + 0.22], [-0.93, y + 0.23]], wing.times(0.8));
    // The fin, then the body.
    let fin = [[-0.6, y + 0.08], [-0.84, y + 0.5], [-1.0, y + 0.5], [-0.93, y + 0.06]];
    brush.fill(&rounded(&fin, 0.05), livery);
    let body = [
        [1.0, y - 0.02],
        [0.93, y + 0.07],
        [0.76, y + 0.13],
        [0.3, y + 0.15],
        [-0.5, y + 0.14],
        [-0.98, y + 0.1],
        [-1.0, y + 0.06],
        [-0.6, y - 0.06],
        [-0.2, y - 0.13],
        [0.5, y - 0.14],
        [0.86, y - 0.11],
    ];
    brush.fill(&blob(&body), Paint::from(skin).gloss(0.15));
    let belly = [
        [0.98, y - 0.05],
        [0.86, y - 0.11],
        [0.5, y - 0.14],
        [-0.2, y - 0.13],
        [-0.6, y - 0.06],
        [-0.3, y - 0.05],
        [0.6, y - 0.05],
    ];
    brush.fill(&blob(&belly), Paint::flat(skin.times(0.68)).alpha(0.8));
    if dice.chance(0.7) {
        brush.limb(&[[0.9, y - 0.01, 0.016], [0.0, y, 0.022], [-0.9, y + 0.09, 0.016]], Paint::flat(livery));
    }
    for k in 0..15 {
        let x = 0.66 - 0.085 * k as f32;
        brush.disc([x, y + 0.06], 0.02, Paint::flat(Colour([0.16, 0.2, 0.28])));
    }
    brush.fill(
        &rounded(&[[0.94, y + 0.045], [0.84, y + 0.1], [0.77, y + 0.1], [0.79, y + 0.04]], 0.02),
        Paint::flat(Colour([0.12, 0.16, 0.24])),
    );
    // The near wing and its engine, the near tailplane.
    let engine = [[0.22, y - 0.27], [0.2, y - 0.16], [-0.06, y - 0.17], [-0.08, y - 0.26]];
    brush.fill(&rounded(&engine, 0.05), wing.times(0.9));
    brush.oval([0.2, y - 0.215], [0.03, 0.055], 0.0, Paint::flat(INK));
    let near = [[0.28, y - 0.06], [-0.1, y - 0.09], [-sweep - 0.28, y - 0.48], [-sweep - 0.12, y - 0.49]];
    brush.fill(&rounded(&near, 0.03), wing);
    let tail = [[-0.66, y + 0.04], [-0.86, y + 0.03], [-1.08, y - 0.12], [-0.97, y - 0.12]];
    brush.fill(&rounded(&tail, 0.02), wing);
}

fn propeller(brush: &mut Brush<'_>, dice: &mut Dice) {
    let (paint, second) = (lacquer(dice), lacquer(dice));
    let y = 0.45;
    let high = dice.chance(0.5); // wings above the cabin, or below it
    let wing_y = if high { y + 0.24 } else { y - 0.1 };
    brush.fill(&rounded(&[[-0.66, y + 0.08], [-0.84, y + 0.46], [-0.99, y + 0.46], [-0.95, y + 0.02]], 0.06), second);
    let cabin = [[0.42, y + 0.1], [0.26, y + 0.28], [-0.16, y + 0.28], [-0.4, y + 0.1]];
    brush.fill(&rounded(&cabin, 0.06), Paint::from(Colour([0.25, 0.38, 0.5])).gloss(0.4));
    let body = [
        [0.86, y + 0.02],
        [0.8, y + 0.11],
        [0.4, y + 0.15],
        [-0.3, y + 0.15],
        [-0.95, y + 0.08],
        [-0.98, y],
        [-0.4, y - 0.12],
        [0.3, y - 0.16],
        [0.78, y - 0.11],
    ];
    brush.fill(&blob(&body), Paint::from(paint).gloss(0.2));
    brush.limb(&[[0.8, y, 0.025], [0.0, y, 0.035], [-0.9, y + 0.04, 0.02]], Paint::flat(second));
    brush.line([0.05, y + 0.16], [0.05, y + 0.27], 0.03, Paint::flat(paint));
    // Seen nearly edge on, the wing is a long thin shape that comes towards the viewer.
    let wing = [[0.36, wing_y + 0.02], [0.02, wing_y + 0.04], [-0.32, wing_y - 0.3], [-0.08, wing_y - 0.33]];
    if high {
        brush.line([0.12, y - 0.1], [0.0, wing_y - 0.12], 0.03, Paint::flat(INK));
    }
    brush.fill(&rounded(&wing, 0.05), second.mix(CHALK, 0.15));
    brush.fill(&rounded(&[[-0.7, y + 0.06], [-0.92, y + 0.06], [-1.06, y - 0.08], [-0.9, y - 0.09]], 0.03), second);
    brush.oval([0.9, y + 0.02], [0.02, 0.34], 0.0, Paint::flat(CHALK).alpha(0.4));
    let (sin, cos) = dice.range(0.6, 1.5).sin_cos();
    brush.line([0.9 - 0.05 * cos, y - 0.3 * sin], [0.9 + 0.05 * cos, y + 0.34 * sin], 0.045, Paint::flat(INK));
    brush.disc([0.89, y + 0.02], 0.06, Paint::round(second));
    for x in [0.42, 0.3] {
        brush.line([x, y - 0.12], [x + 0.05, y - 0.27], 0.03, Paint::flat(INK));
        brush.disc([x + 0.05, y - 0.31], 0.075, Paint::flat(INK));
        brush.disc([x + 0.05, y - 0.31], 0.03, Paint::flat(CHALK));
    }
}
