//! A house: its front, and beside it one long wall under the slope of the roof.

use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::{Point, rectangle};
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let wall = if dice.chance(0.7) {
        Colour::hsv(dice.range(0.03, 0.16), dice.range(0.05, 0.45), dice.range(0.65, 0.95))
    } else {
        Colour::hsv(dice.range(0.0, 1.0), dice.range(0.2, 0.5), dice.range(0.55, 0.85))
    };
    let roof = Colour(dice.pick(&[
        [0.62, 0.27, 0.18],
        [0.45, 0.2, 0.16],
        [0.35, 0.33, 0.35],
        [0.5, 0.36, 0.24],
        [0.3, 0.36, 0.42],
    ]))
    .near(dice, 0.05);
    let strong = lacquer(dice);
    let trim = dice.pick(&[CHALK, wall.times(0.5), strong]);
    let eaves = dice.range(0.58, 0.8);
    let ridge = eaves + dice.range(0.38, 0.6);
    let (left, corner, right) = (-0.9, dice.range(-0.1, 0.15), 0.9);
    let peak = 0.5 * (left + corner);
    let rise = 0.1; // how much higher the far end of the long wall appears
    let bricks = Paint::from(wall).grain(dice.range(0.03, 0.16), [2.2, 0.7]);

    brush.shadow(-0.95, 0.98, 0.08);
    // The long wall lies in the shade.
    brush.fill(
        &[[corner, 0.0], [right, 0.5 * rise], [right, eaves], [corner, eaves]],
        Paint::from(wall.times(0.78)).grain(0.06, [2.2, 0.7]),
    );
    chimney(brush, [0.5 * (peak + right) + 0.2, ridge], wall, dice);
    let slope = [
        [peak, ridge],
        [right - 0.12, ridge + 0.3 * rise],
        [right + 0.08, eaves - 0.06],
        [corner + 0.04, eaves - 0.08],
    ];
    brush.fill(&slope, Paint::from(roof).grain(0.2, [2.4, 0.8]));
    brush.fill(&[[left, 0.0], [corner, 0.0], [corner, eaves], [peak, ridge], [left, eaves]], bricks);
    // The edge of the roof along the gable.
    brush.line([left - 0.08, eaves - 0.09], [peak, ridge + 0.02], 0.07, Paint::flat(roof.times(0.75)));
    brush.line([corner + 0.05, eaves - 0.08], [peak, ridge + 0.02], 0.07, Paint::flat(roof.times(0.75)));

    let lit = dice.chance(0.15);
    let glass = if lit { Colour([0.98, 0.85, 0.45]) } else { Colour::hsv(0.57, 0.35, dice.range(0.25, 0.55)) };
    let door = lacquer(dice).times(0.8);
    let width = corner - left;
    brush.fill(&rectangle([left + 0.4 * width, 0.0], [left + 0.4 * width + 0.2, 0.4]), trim);
    brush.fill(&rectangle([left + 0.4 * width + 0.025, 0.0], [left + 0.4 * width + 0.175, 0.375]), door);
    brush.disc([left + 0.4 * width + 0.145, 0.18], 0.016, Paint::flat(Colour([0.95, 0.85, 0.4])));
    for x in [left + 0.09, corner - 0.28] {
        window(brush, [x, 0.22], [0.19, 0.22], glass, trim);
    }
    window(brush, [peak - 0.1, eaves + 0.02], [0.2, 0.2], glass, trim);
    let n = dice.count(2, 3);
    for k in 0..n {
        let x = corner + 0.1 + (right - corner - 0.1) * k as f32 / n as f32;
        window(brush, [x, 0.27], [0.16, 0.22], glass.times(0.9), trim.times(0.85));
    }
}

fn window(brush: &mut Brush<'_>, [x, y]: Point, [width, height]: Point, glass: Colour, trim: Colour) {
    brush.fill(&rectangle([x - 0.025, y - 0.025], [x + width + 0.025, y + height + 0.025]), trim);
    brush.fill(&rectangle([x, y], [x + width, y + height]), Paint::from(glass).gloss(0.25));
    brush.line([x + 0.5 * width, y], [x + 0.5 * width, y + height], 0.02, Paint::flat(trim));
    brush.line([x, y + 0.5 * height], [x + width, y + 0.5 * height], 0.02, Paint::flat(trim));
}

fn chimney(brush: &mut Brush<'_>, [x, y]: Point, wall: Colour, dice: &mut Dice) {
    if dice.chance(0.2) {
        return;
    }
    let brick = Colour([0.55, 0.3, 0.22]).mix(wall, 0.3);
    brush.fill(&rectangle([x - 0.08, y - 0.2], [x + 0.08, y + 0.18]), Paint::from(brick).grain(0.15, [1.5, 0.7]));
    brush.fill(&rectangle([x - 0.1, y + 0.15], [x + 0.1, y + 0.2]), Paint::flat(brick.times(0.7)));
    if dice.chance(0.4) {
        let (grey, drift) = (CHALK.times(dice.range(0.7, 0.95)), dice.about(0.09));
        for k in 0..4 {
            let k = k as f32;
            brush.disc([x + drift * k, y + 0.26 + 0.09 * k], 0.05 + 0.022 * k, Paint::flat(grey).alpha(0.6 - 0.12 * k));
        }
    }
}
