//! An ostrich: a ball of feathers on long legs, a small head on a long neck.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour};
use crate::objects::dice::Dice;
use crate::objects::outline::{blob, lerp};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let cock = dice.chance(0.6); // cocks are black with white plumes, hens brown
    let feathers =
        if cock { Colour([0.12, 0.11, 0.12]).near(dice, 0.04) } else { Colour([0.42, 0.33, 0.26]).near(dice, 0.07) };
    let skin = Colour(dice.pick(&[[0.82, 0.62, 0.55], [0.72, 0.6, 0.52], [0.66, 0.6, 0.58]])).near(dice, 0.04);
    let plume = if cock { CHALK.times(0.97) } else { feathers.mix(CHALK, 0.45) };
    let hip = dice.range(0.86, 0.94);
    let stride = dice.range(0.02, 0.34);
    let body = [-0.12, hip + 0.2];

    brush.shadow(-0.55, 0.4, 0.08);
    leg(brush, [0.02, hip], -stride, skin.times(0.72), dice);
    tail(brush, body, plume, dice);
    neck(brush, skin, feathers, dice);
    trunk(brush, body, feathers, plume, dice);
    leg(brush, [-0.1, hip - 0.02], stride, skin, dice);
}

/// A leg that swings forwards by `swing`: thigh, the joint that looks like a knee bent the wrong way, shin and toes.
fn leg(brush: &mut Brush<'_>, hip: [f32; 2], swing: f32, skin: Colour, dice: &mut Dice) {
    let knee = [hip[0] + 0.6 * swing + 0.02, 0.5 + dice.about(0.03)];
    let ankle = [hip[0] + 0.95 * swing - 0.1 * swing.abs() - 0.04, 0.06];
    brush.limb(&[[hip[0], hip[1], 0.13], [knee[0], knee[1], 0.045]], skin);
    brush.limb(&[[knee[0], knee[1], 0.046], [ankle[0], ankle[1], 0.03]], skin);
    brush.disc(knee, 0.055, skin.times(0.92));
    brush.limb(
        &[[ankle[0] - 0.02, ankle[1], 0.034], [ankle[0] + 0.09, 0.045, 0.034], [ankle[0] + 0.2, 0.025, 0.022]],
        skin.times(0.85),
    );
}

fn tail(brush: &mut Brush<'_>, [x, y]: [f32; 2], plume: Colour, dice: &mut Dice) {
    let lift = dice.range(-0.05, 0.12);
    for k in 0..5 {
        let spread = 0.1 * (k as f32 - 2.0);
        let tip = [x - 0.72 + 0.4 * spread.abs(), y - 0.02 + lift + spread];
        let paint = Paint::from(plume.times(1.0 - 0.05 * k as f32)).grain(0.12, [1.4, 1.4]);
        brush.limb(&[[x - 0.36, y + 0.3 * spread, 0.1], [tip[0], tip[1], 0.07]], paint);
    }
}

fn trunk(brush: &mut Brush<'_>, [x, y]: [f32; 2], feathers: Colour, plume: Colour, dice: &mut Dice) {
    let fat = dice.range(0.94, 1.08);
    let knots = [
        [x + 0.5, y + 0.14],
        [x + 0.36, y + 0.3],
        [x + 0.02, y + 0.37 * fat],
        [x - 0.32, y + 0.28],
        [x - 0.52, y + 0.04],
        [x - 0.4, y - 0.2],
        [x - 0.08, y - 0.31 * fat],
        [x + 0.26, y - 0.22],
        [x + 0.46, y - 0.04],
    ];
    brush.fill(&blob(&knots), Paint::round(feathers).grain(0.3, [1.6, 1.6]));
    // The wing, and its white ends.
    let wing =
        [[x + 0.28, y + 0.16], [x - 0.1, y + 0.22], [x - 0.44, y + 0.04], [x - 0.36, y - 0.14], [x + 0.02, y - 0.12]];
    brush.fill(&blob(&wing), Paint::round(feathers.mix(CHALK, 0.1)).grain(0.35, [2.2, 1.1]));
    for k in 0..4 {
        let from = lerp([x - 0.2, y - 0.06], [x - 0.42, y + 0.06], k as f32 / 3.0);
        let paint = Paint::from(plume).grain(0.15, [1.2, 1.2]);
        brush.limb(&[[from[0], from[1], 0.05], [from[0] - 0.14, from[1] - 0.11, 0.045]], paint);
    }
}

fn neck(brush: &mut Brush<'_>, skin: Colour, feathers: Colour, dice: &mut Dice) {
    let (lean, height) = (dice.about(0.12), dice.range(1.88, 2.0));
    let base = [0.26, 1.16];
    let head = [0.48 + lean, height];
    let bend = dice.range(0.05, 0.16);
    let knots = [
        [base[0], base[1], 0.13],
        [base[0] + 0.16, base[1] + 0.14, 0.075],
        [0.46 + bend + 0.3 * lean, 1.45, 0.052],
        [0.4 - 0.4 * bend + 0.7 * lean, 1.7, 0.047],
        [head[0] - 0.03, head[1], 0.05],
    ];
    brush.limb(&knots, skin);
    brush.limb(&[[base[0] - 0.04, base[1] - 0.06, 0.15], [base[0] + 0.13, base[1] + 0.1, 0.09]], feathers);
    brush.oval(head, [0.105, 0.078], -0.15, Paint::round(skin));
    let beak = Colour([0.8, 0.66, 0.42]);
    brush.fill(
        &[[head[0] + 0.06, head[1] + 0.05], [head[0] + 0.25, head[1] - 0.035], [head[0] + 0.06, head[1] - 0.05]],
        beak,
    );
    brush.line(
        [head[0] + 0.07, head[1] - 0.012],
        [head[0] + 0.22, head[1] - 0.034],
        0.012,
        Paint::flat(beak.times(0.5)),
    );
    brush.eye([head[0] + 0.02, head[1] + 0.022], 0.038, Colour([0.25, 0.16, 0.1]));
    // A few hairs.
    brush.line([head[0] - 0.06, head[1] + 0.06], [head[0] - 0.1, head[1] + 0.12], 0.015, Paint::flat(feathers));
    brush.line([head[0] - 0.02, head[1] + 0.07], [head[0] - 0.04, head[1] + 0.13], 0.015, Paint::flat(feathers));
}
