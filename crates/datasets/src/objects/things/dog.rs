//! A dog from the side, standing or walking.

use super::quadruped::{Leg, gait};
use crate::objects::brush::{Brush, Paint};
use crate::objects::colour::{CHALK, Colour, INK, coat, lacquer};
use crate::objects::dice::Dice;
use crate::objects::outline::blob;
use crate::objects::scenery::Place;

pub(super) fn draw(brush: &mut Brush<'_>, _: Place, dice: &mut Dice) {
    let fur = coat(dice);
    let points = if dice.chance(0.5) { fur.times(0.6) } else { fur.mix(CHALK, 0.45) }; // muzzle, ears and feet
    let hair = Paint::round(fur).grain(0.14, [1.5, 1.2]);
    let tall = dice.range(0.5, 0.72); // length of the legs
    let steps = gait(dice);
    let leg = |front: bool, [step, lift]: [f32; 2]| Leg {
        root: [if front { 0.4 } else { -0.52 }, tall + 0.12],
        thick: if front { [0.12, 0.07, 0.055] } else { [0.17, 0.08, 0.055] },
        bend: if front { 0.0 } else { -0.07 },
        step,
        lift,
    };
    brush.shadow(-0.7, 0.55, 0.08);
    leg(true, steps[0]).draw(brush, fur.times(0.7), points.times(0.7));
    leg(false, steps[2]).draw(brush, fur.times(0.7), points.times(0.7));
    tail(brush, tall, fur, dice);
    let y = tall + 0.2;
    let trunk = [
        [0.58, y + 0.16],
        [0.3, y + 0.2],
        [-0.2, y + 0.17],
        [-0.6, y + 0.2],
        [-0.72, y + 0.02],
        [-0.56, y - 0.16],
        [-0.1, y - 0.12],
        [0.32, y - 0.24],
        [0.56, y - 0.12],
    ];
    brush.fill(&blob(&trunk), hair);
    if dice.chance(0.35) {
        for _ in 0..3 {
            let at = [dice.range(-0.45, 0.25), y + dice.about(0.06)];
            brush.oval(
                at,
                [dice.range(0.08, 0.2), dice.range(0.06, 0.12)],
                dice.about(0.5),
                Paint::from(points).grain(0.14, [1.5, 1.2]),
            );
        }
    }
    leg(true, steps[1]).draw(brush, fur, points);
    leg(false, steps[3]).draw(brush, fur, points);
    head(brush, tall, fur, points, dice);
}

fn tail(brush: &mut Brush<'_>, tall: f32, fur: Colour, dice: &mut Dice) {
    let (up, curl) = (dice.range(0.1, 0.5), dice.range(-0.1, 0.25));
    let y = tall + 0.32;
    let knots = [
        [-0.62, y, 0.07],
        [-0.86, y + 0.35 * up, 0.06],
        [-0.98 + 0.4 * curl, y + up, 0.045],
        [-0.94 + 1.2 * curl, y + 1.2 * up, 0.025],
    ];
    brush.limb(&knots, Paint::from(fur).grain(0.15, [1.0, 1.0]));
}

fn head(brush: &mut Brush<'_>, tall: f32, fur: Colour, points: Colour, dice: &mut Dice) {
    let raise = dice.about(0.06);
    let [x, y] = [0.72, tall + 0.62 + raise];
    brush.limb(&[[0.42, tall + 0.22, 0.2], [x - 0.04, y - 0.06, 0.15]], Paint::from(fur).grain(0.12, [1.4, 1.4]));
    if dice.chance(0.6) {
        let band = lacquer(dice);
        brush.line([0.44, tall + 0.44], [0.68, tall + 0.32], 0.06, Paint::from(band));
    }
    let muzzle = dice.range(0.24, 0.36);
    let snout = [
        [x + 0.02, y + 0.07],
        [x + muzzle, y + 0.02],
        [x + muzzle + 0.06, y - 0.05],
        [x + muzzle, y - 0.12],
        [x, y - 0.16],
    ];
    brush.fill(&blob(&snout), Paint::from(points));
    brush.oval([x - 0.02, y + 0.02], [0.19, 0.18], 0.0, Paint::round(fur).grain(0.1, [1.4, 1.4]));
    brush.line([x + 0.1, y - 0.11], [x + muzzle + 0.02, y - 0.075], 0.018, Paint::flat(INK).alpha(0.7));
    brush.oval([x + muzzle + 0.04, y + 0.005], [0.05, 0.042], 0.0, Paint::flat(INK));
    if dice.chance(0.35) {
        brush.limb(&[[x + 0.22, y - 0.12, 0.035], [x + 0.24, y - 0.24, 0.04]], Paint::from(Colour([0.9, 0.45, 0.5])));
    }
    brush.eye([x + 0.06, y + 0.06], 0.035, Colour([0.3, 0.18, 0.08]));
    if dice.chance(0.65) {
        // Hanging ears.
        let ear = [
            [x - 0.02, y + 0.16],
            [x - 0.2, y + 0.12],
            [x - 0.24, y - 0.14],
            [x - 0.14, y - 0.24],
            [x - 0.05, y - 0.06],
        ];
        brush.fill(&blob(&ear), Paint::from(points.mix(fur, 0.3).times(0.85)));
    } else {
        for (dx, shade) in [(0.05, 0.7), (-0.08, 0.9)] {
            let ear = [[x + dx - 0.08, y + 0.12], [x + dx - 0.06, y + 0.36], [x + dx + 0.08, y + 0.14]];
            brush.fill(&ear, fur.times(shade));
        }
    }
}
